"""The patches that the assets ticked in their list wait for, on the way to one step for all of them (V4)."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from patching import proposing
from patching.models import PatchDeployment
from patching.patch_registers import DEPLOYMENTS
from registers.together import MOST
from registers.views.change import WritingView

SHOWN = 50


class PlanPatches(WritingView):
    """Shows what can be planned for the ticked assets, plans what nobody planned yet, and leads to the step for many."""

    template = "plan_patches"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show it; with `confirm`, plan the missing ones first."""
        if not DEPLOYMENTS.may_anywhere(request.user, "start_test"):
            raise PermissionDenied
        chosen = self.chosen().select_related("site").order_by("name", "pk")
        back = f"{self.link('list')}?{request.POST.get('query', '')}"
        if not 0 < chosen.count() <= MOST:
            messages.error(request, gettext("Tick 1 to {most} assets.").format(most=MOST))
            return redirect(back)
        assets = list(chosen)
        found = proposing.waiting_for(assets, user=request.user)
        if request.POST.get("confirm") and found.unplanned:
            proposing.plan(found.unplanned, by=request.user)
            found = proposing.waiting_for(assets, user=request.user)
        return self.page(
            ids=[asset.pk for asset in assets], deployments=found.deployments, unplanned=found.unplanned, left=found.left,
            groups=_groups(found.deployments), more=max(0, len(found.deployments) - SHOWN), query=request.POST.get("query", ""),
            title=gettext("Plan patches"), cancel_url=back, steps_url=reverse("patching:patch-deployments-together"),
        )  # fmt: skip


def _groups(deployments: Sequence[PatchDeployment]) -> list[tuple[str, list[PatchDeployment]]]:
    """Return the first of them, those that wait apart from those that are scheduled."""
    shown: dict[bool, list[PatchDeployment]] = {False: [], True: []}
    for one in deployments[:SHOWN]:
        shown[one.status == PatchDeployment.Status.SCHEDULED].append(one)
    titles = {False: gettext("Wait for a patch"), True: gettext("Scheduled already")}
    return [(titles[scheduled], rows) for scheduled, rows in shown.items() if rows]
