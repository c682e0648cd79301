"""A walk-down with the assets that are ticked in their list (A7)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from assets import floor
from assets.floor_registers import WALKDOWNS
from registers.together import MOST
from registers.views.change import WritingView

SHOWN = 30


class RoundForm(forms.Form):
    """What the walk-down is called."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)


class AskRound(WritingView):
    """Asks how the walk-down is called, names the assets for which none is made and why, then makes it."""

    template = "ask_round"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask, or make a walk-down for each site of the assets."""
        if not WALKDOWNS.may_anywhere(request.user, "add"):
            raise PermissionDenied
        chosen = self.chosen().select_related("site").order_by("location", "name", "pk")
        back = f"{self.link('list')}?{request.POST.get('query', '')}"
        count = chosen.count()
        if not 0 < count <= MOST:
            messages.error(request, gettext("Tick 1 to {most} assets.").format(most=MOST))
            return redirect(back)
        told = [(asset, floor.unfit(asset, by=request.user)) for asset in chosen]
        fit = [asset for asset, why in told if not why]
        form = RoundForm(request.POST if request.POST.get("confirm") else None)
        if fit and form.is_bound and form.is_valid():
            made = floor.ask(fit, by=request.user, title=form.cleaned_data["title"])
            messages.success(
                request,
                gettext("Asked for: {names}.").format(names=", ".join(f"{one} ({one.site.code})" for one in made)),
            )
            return redirect(made[0] if len(made) == 1 else reverse("assets:walk-downs-list"))
        sites = sorted({asset.site.code for asset in fit})
        return self.page(
            422 if form.is_bound else 200, form=form, ids=[asset.pk for asset in fit], count=len(fit), shown=fit[:SHOWN],
            more=max(0, len(fit) - SHOWN), left=[(asset, why) for asset, why in told if why], title=gettext("Ask for a walk-down"),
            rounds=ngettext("One walk-down, at {sites}.", "{n} walk-downs, one for each site: {sites}.", len(sites)).format(n=len(sites), sites=", ".join(sites)),
            query=request.POST.get("query", ""), cancel_url=back,
        )  # fmt: skip
