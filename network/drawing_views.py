"""The drawing of a site's zones and conduits: seen, coloured, moved, and with a proposed change beside it (N2)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.chosen import site_of
from accounts.models import Site
from assets.drawing import placed
from assets.registers import ASSETS, ZONES
from assets.routing import MOST_COLUMNS
from network import drawings, functions
from network.colouring import COLOURS
from network.models import ZonePlace
from network.registers import FINDINGS
from registers.door import may
from registers.history.origin import because

FILES = ("svg", "png", "pdf")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Draw one site: the one in the address, or the first that this person may see."""
    user: Any = request.user
    site, sites = site_of(request.user, request.GET.get("site"))
    drawing = drawings.drawing_of(user, site, request.GET)
    zones, conduits, focus = drawing.zones, drawing.conduits, drawing.focus
    proposal = _proposal(request, site, zones, conduits)
    as_proposed = proposal and drawing.svg(lines=proposal.drawn(drawing.lines), title=f"{drawing.title}, as proposed")
    context = {
        "site": site, "sites": sites, "zones": zones, "conduits": conduits, "boundary": drawing.boundary, "focus": focus,
        "colour": drawing.colour, "colours": COLOURS.items(), "picture": _safe(drawing.svg()), "files": FILES,
        "pinned": bool(drawing.pins), "may_move": may(user, "change", ZonePlace(site=site)), "proposal": proposal,
        "proposed": _safe(as_proposed) if as_proposed else "", "functions": functions.of_site(site, user)[1],
        "findings": FINDINGS.queryset(user).filter(site=site, status="OPEN").order_by("rule", "zone__name", "conduit__name"),
        "inside": ASSETS.queryset(user).filter(zone=focus).exclude(lifecycle="RETIRED").order_by("name")[:40] if focus else (),
    }  # fmt: skip
    return render(request, "network/drawing.html", context)


def _safe(svg: str) -> str:
    return mark_safe(svg)  # noqa: S308 - drawn by us, every text escaped


def _proposal(request: HttpRequest, site: Site, zones: list[Any], conduits: list[Any]) -> drawings.Proposal | None:
    """Return the change that the address proposes, if it names two zones or a conduit of the site."""
    by_key = {str(zone.pk): zone for zone in zones}
    one, other = (by_key.get(request.GET.get(name, "")) for name in ("from", "to"))
    drops = next((way.pk for way in conduits if str(way.pk) == request.GET.get("drop")), None)
    joins = (one, other) if one and other and one != other else None
    if not joins and not drops:
        return None
    user: Any = request.user
    return drawings.Proposal(user, site, joins=joins, guarded=bool(request.GET.get("guarded")), drops=drops)


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Put a zone into another cell of its band; the zone that stood there takes its place."""
    user: Any = request.user
    key = request.POST.get("zone", "")
    zone = ZONES.queryset(user).filter(pk=key if key.isdigit() else 0).first()
    if zone is None:
        raise Http404(gettext("There is no such zone."))
    if not may(user, "change", ZonePlace(site=zone.site)):
        raise PermissionDenied(gettext("You may not move zones here."))
    zones, lines = (
        drawings.drawn_zones(drawings.zones_of(user, zone.site)),
        drawings.drawn_conduits(drawings.conduits_of(user, zone.site), {}),
    )
    bands, layout = placed(zones, lines, drawings.pins_of(zone.site))
    band = next(band for _code, _word, band in bands if any(one.id == key for one in band))
    cells = {one.id: (layout.places[one.id].line, layout.places[one.id].column) for one in band}
    target = tuple(
        _within(request.POST.get(name, ""), most) for name, most in (("line", len(band)), ("column", MOST_COLUMNS))
    )
    other = next((one for one, cell in cells.items() if cell == target), None)
    if other:
        cells[other] = cells[key]
    cells[key] = (target[0], target[1])
    with because(by=user, step="network.zoneplace.move", reason=f"{zone} moved in the drawing"), transaction.atomic():
        for one, (line, column) in cells.items():
            ZonePlace.objects.update_or_create(
                zone_id=int(one), defaults={"site": zone.site, "line": line, "column": column}
            )
    return redirect(f"{reverse('network:drawing')}?site={zone.site_id}")


def _within(text: str, most: int) -> int:
    """Return a number of the address within its bounds."""
    return (
        min(max(int(text), 0), most - 1) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 6 else 0
    )


@require_POST
def tidy(request: HttpRequest) -> HttpResponse:
    """Forget where people put the zones of a site; the drawing lays itself out again."""
    user: Any = request.user
    site, _sites = site_of(request.user, request.POST.get("site"))
    if not may(user, "change", ZonePlace(site=site)):
        raise PermissionDenied(gettext("You may not move zones here."))
    with because(by=user, step="network.zoneplace.tidy"):
        ZonePlace.objects.filter(site=site).delete()
    return redirect(f"{reverse('network:drawing')}?site={site.pk}")
