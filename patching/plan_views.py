"""The planning board, the proposal, and the step for many."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.chosen import site_of
from patching import calendars, deploying, planning
from patching.patch_registers import DEPLOYMENTS
from patching.patch_summary import figures
from registers import clock
from registers.history.past import day_at
from registers.models import Job
from registers.workflow import NotPossible


def plan(request: HttpRequest) -> HttpResponse:
    """Show the weeks ahead with their windows, and what waits to be put into one."""
    if not DEPLOYMENTS.may_anywhere(request.user, "view"):
        raise PermissionDenied
    site, sites = site_of(request.user, request.GET.get("site"))
    now = planning.week_of(clock.now(), site)
    try:
        first = planning.week_of(datetime.fromisoformat(request.GET["from"]).replace(hour=12, tzinfo=UTC), site)
    except (KeyError, ValueError, OverflowError):
        first = now
    deployments = DEPLOYMENTS.queryset(request.user)
    key = request.GET.get("job", "")
    asked = Job.objects.filter(owner=request.user.pk, kind="patch-plan", arguments__site=site.pk).order_by("-pk")
    job = asked.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    return render(request, "patching/plan.html", {
        **planning.shown(site, deployments, first), "site": site, "sites": sites, "title": gettext("Plan"), "first": first.date(),
        "earlier": (first - timedelta(weeks=planning.WEEKS)).date(), "later": (first + timedelta(weeks=planning.WEEKS)).date(),
        "may_schedule": site.pk in _where(request.user), "job": job, "newest": asked.first() if job is None else None,
        "proposal": planning.proposal(job, deployments, site) if job and job.state == Job.State.DONE else None,
        "calendar": calendars.kept(site, request.user), "figures": figures(request.user, day_at(site), site),
    })  # fmt: skip


def _where(user: Any) -> set[int]:
    return set(DEPLOYMENTS.queryset(user, "schedule").values_list("site", flat=True).distinct())


def _go(request: HttpRequest, key: str, slot: str, seen: str) -> str:
    """Move one deployment into a slot or out of it; return why it was refused, or nothing."""
    record = DEPLOYMENTS.queryset(request.user).filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None  # fmt: skip
    if record is None:
        raise Http404(gettext("There is no such record."))
    try:
        if not slot:
            deploying.unschedule(record, by=request.user)
            return ""
        window, _at, begins = slot.partition("@")
        at = datetime.fromtimestamp(int(begins), UTC)
        deploying.schedule(record, by=request.user, window_id=int(window), begins_at=at, seen=int(seen or 0) or None)
    except (ValueError, OverflowError, OSError):
        return "This is not a window."
    except NotPossible as refusal:
        return f"{record}: {refusal}"
    return ""


def _back(site: int, first: str = "") -> str:
    return f"/patching/plan/?site={site}&from={first}" if first else f"/patching/plan/?site={site}"


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Move a deployment on the board."""
    site, _sites = site_of(request.user, request.POST.get("site"))
    refusal = _go(
        request, request.POST.get("deployment", ""), request.POST.get("slot", ""), request.POST.get("seen", "")
    )
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, gettext("Moved."))
    first = request.POST.get("from", "")
    return redirect(_back(site.pk, first if first.replace("-", "").isdigit() else ""))


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Start the computation of a plan."""
    site, _sites = site_of(request.user, request.POST.get("site"))
    if site.pk not in _where(request.user):
        raise PermissionDenied
    return redirect(planning.ask(site, by=request.user))  # type: ignore[arg-type]


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Schedule the ticked placements of a proposal; what cannot be done any more is said."""
    site, _sites = site_of(request.user, request.POST.get("site"))
    refused, done = [], 0
    for line in request.POST.getlist("placement")[: planning.MOST]:
        key, slot, seen = (line.split("|") + ["", ""])[:3]
        refusal = _go(request, key, slot, seen) if slot else ""
        if refusal:
            refused.append(refusal)
        done += not refusal
    if done:
        messages.success(request, gettext("{n} scheduled.").format(n=done))
    for refusal in refused[:10]:
        messages.error(request, refusal)
    return redirect(_back(site.pk))
