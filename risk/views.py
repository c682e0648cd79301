"""The pages of risk that no register gives: the heat map, and the guided assessment."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.chosen import site_asked
from assets.registers import CONDUITS, ZONES
from registers import charts
from registers.door import may
from registers.history.past import day_at, moment
from registers.saving import save
from risk import targets
from risk.course import course
from risk.guide import steps
from risk.heatmap import STATES, heat_map
from risk.models import in_force
from risk.registers import ASSESSMENTS, RISKS, TREATMENTS

TOP = 12
WORDS = (_("risks"), _("above the line"))
PLACES = (("zone", ZONES), ("conduit", CONDUITS))


@require_GET
def heat(request: HttpRequest) -> HttpResponse:
    """Show the risks of a site, or of all, on the matrix: without measures, now, and when all measures are done."""
    user: Any = request.user
    site, sites = site_asked(user, request.GET.get("site"))
    chosen = in_force()
    found = RISKS.queryset(user).exclude(status="CLOSED")
    found = found.filter(site=site) if site else found
    risks = list(found.order_by("-current", "-residual", "title"))
    link = f"/risk/risks/?{f'site={site.pk}&' if site else ''}status=OPEN&status=ACCEPTED"
    pictures = (
        [
            (gettext(title), heat_map(risks, chosen.rules, state=state, link=link))
            for state, (title, *_rest) in STATES.items()
        ]
        if chosen
        else []
    )
    drawn = course([site] if site else sites, on=day_at(), levels=len(chosen.rules.levels)) if chosen else []
    late = TREATMENTS.queryset(user).filter(status__in=["PLANNED", "RUNNING"], due_on__lt=day_at(site))
    return render(request, "risk/heat_map.html", {
        "site": site, "sites": sites, "method": chosen, "pictures": pictures, "risks": risks[:TOP], "count": len(risks), "link": link,
        "above": sum(one.above for one in risks), "accepted": sum(one.status == "ACCEPTED" for one in risks), "raised": sum(bool(one.pressed_by) for one in risks),
        "course": drawn, "levels": [one.name for one in chosen.rules.levels] if chosen else (),
        "picture": charts.course([str(one.on) for one in drawn], [one.open for one in drawn], [one.above for one in drawn], WORDS) if len(drawn) > 1 else "",
        "may_add": moment() is None and RISKS.may_anywhere(user, "add"), "late": (late.filter(site=site) if site else late).count(),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    """Walk an assessment through its steps; notes are kept step by step, so that one can leave and come back."""
    user: Any = request.user
    assessment: Any = ASSESSMENTS.queryset(user).filter(pk=pk).first()
    if assessment is None:
        raise Http404(gettext("There is no such assessment."))
    told = steps(assessment, user)
    editable = may(user, "change", assessment) and assessment.status in {"DRAFT", "ENDED"}
    if request.method == "POST":
        if not editable:
            raise PermissionDenied(gettext("This assessment is not open for notes."))
        key = next((step.key for step in told if step.key == request.POST.get("step")), None)
        if key is None:
            raise Http404(gettext("There is no such step."))
        assessment.notes = {**assessment.notes, key: request.POST.get("note", "")[:5000]}
        save(lambda: assessment.save() or assessment, by=user, verb="change", reason=f"Notes of {key}")
        return redirect(f"{request.path}#{key}")
    return render(
        request,
        "risk/guide.html",
        {"assessment": assessment, "steps": told, "editable": editable, "ready": sum(step.ready for step in told)},
    )


@require_POST
def take_target(request: HttpRequest) -> HttpResponse:
    """Raise the target of a zone or conduit to what its risk proposes."""
    field, register = next((one for one in PLACES if one[0] in request.POST), PLACES[0])
    key = request.POST.get(field, "")
    place = (
        register.queryset(request.user)
        .filter(pk=key if key.isascii() and key.isdigit() and len(key) < 19 else 0)
        .first()
    )
    if place is None:
        raise Http404(gettext("There is no such place."))

    def take() -> Any:
        place.refresh_from_db()
        place.sl_t = targets.raised(place)
        place.full_clean()
        place.save()
        return place

    save(take, by=request.user, verb="change", record=place, reason=gettext("As the risk proposes"))
    messages.success(request, gettext("{place} aims at what its risk proposes.").format(place=place))
    return redirect(place)
