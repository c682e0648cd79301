"""Pages that no register gives: polling and feeding a source by hand, comparing revisions, exposure over time, VEX."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.chosen import site_asked
from accounts.reauthentication import READS, sensitive
from patching import reading, vexing, visits
from patching.course import course
from patching.endpoints import too_large
from patching.models import AdvisoryState
from patching.pages import revision
from patching.registers import ADVISORIES, MATCHES, SOURCES
from registers.api.jobs import keep
from registers.door import may
from registers.history.past import day_at
from registers.storage import NoSpace


def _source(request: HttpRequest, pk: int) -> Any:
    source = SOURCES.queryset(request.user).filter(pk=pk).first()
    if source is None:
        raise Http404(gettext("There is no such record."))
    if not may(request.user, "poll", source):
        raise PermissionDenied
    return source


@require_POST
def poll_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a poll; the source's page shows how far it is."""
    source = _source(request, pk)
    visits.ask_poll(source, by=request.user)
    return redirect(source)


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one advisory file, or a ZIP of them, into the source."""
    source, file = _source(request, pk), request.FILES.get("file")
    refusal = "Choose a file first." if file is None else too_large(file)
    if not refusal and file is not None:
        try:
            visits.ask_upload(source, name=str(file.name), path=keep(file), by=request.user)
        except NoSpace as full:
            refusal = str(full)
    if refusal:
        messages.error(request, refusal)
    return redirect(source)


def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare two kept states of an advisory side by side, and say for whom something changed."""
    advisory = ADVISORIES.queryset(request.user).filter(pk=pk).first()
    if advisory is None:
        raise Http404(gettext("There is no such record."))
    states = reading.states_of(advisory)
    newer = _chosen(states, request.GET.get("newer", ""), 0)
    older = _chosen(states, request.GET.get("older", ""), min(states.index(newer) + 1, len(states) - 1) if newer else 0)
    compared = (
        revision(older, newer, MATCHES.queryset(request.user).filter(advisory=advisory))
        if older and newer and older != newer
        else None
    )
    return render(request, "patching/revisions.html", {
        "record": advisory, "states": states, "older": older, "newer": newer, "revision": compared,
        "path": [{"label": ADVISORIES.title, "url": "/patching/advisories/"}, {"label": advisory.tracking_id, "url": advisory.get_absolute_url()}],
    })  # fmt: skip


def _chosen(states: list[AdvisoryState], asked: str, usual: int) -> AdvisoryState | None:
    found = next((state for state in states if str(state.pk) == asked), None)
    return found or (states[usual] if len(states) > usual else None)


def exposure(request: HttpRequest) -> HttpResponse:
    """Show open matches over time, how fast they are closed, and what is open longest."""
    if not MATCHES.may_anywhere(request.user, "view"):
        raise PermissionDenied
    site, sites = site_asked(request.user, request.GET.get("site"))
    on, found = day_at(site), MATCHES.queryset(request.user)
    return render(request, "patching/exposure.html", {
        "course": course(found.filter(site=site) if site else found, on=on), "on": on, "site": site, "sites": sites,
        "query": f"&site={site.pk}" if site else "", "title": gettext("Exposure over time"),
    })  # fmt: skip


@sensitive(methods=READS, file=True)
def vex(request: HttpRequest) -> HttpResponse:
    """Send what was decided at a site as a CSAF VEX document."""
    site, _sites = site_asked(request.user, request.GET.get("site"))
    if site is None:
        raise Http404(gettext("Choose a site."))
    made = vexing.for_site(request, site, everything=request.GET.get("scope") == "all")
    if made is None:
        messages.error(request, gettext("Nothing is decided at this site yet, so there is nothing to say."))
        return redirect(f"/patching/exposure/?site={site.pk}")
    name, document = made
    answer = JsonResponse(document, json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
