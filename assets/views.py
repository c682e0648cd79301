"""The drawing of a site's zones and conduits: the page that no register gives."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from accounts.models import Site, User
from accounts.registers import SITES
from assets.drawing import DrawnConduit, DrawnZone, draw
from assets.registers import CONDUITS, ZONES


def drawn_zone(zone: Any) -> DrawnZone:
    """Return a zone as the drawing shows it; `n` is its number of assets."""
    return DrawnZone(
        id=str(zone.pk), name=zone.name, level=None if zone.level is None else float(zone.level), assets=zone.n,
        safety=zone.safety, external=zone.external, target=max(zone.sl_t) if zone.sl_t else None,
        achieved=max(zone.sl_a) if zone.sl_a else None,
    )  # fmt: skip


def drawn_conduit(conduit: Any) -> DrawnConduit:
    """Return a conduit as the drawing shows it, with the protocols of its flows."""
    names = dict.fromkeys(f"{flow.protocol.name} {flow.ports}".strip() for flow in conduit.flows.all())
    return DrawnConduit(
        id=str(conduit.pk), name=conduit.name, zone_a=str(conduit.zone_a_id), zone_b=str(conduit.zone_b_id),
        protocols=tuple(names), boundary_device=conduit.boundary_device.name if conduit.boundary_device else "",
    )  # fmt: skip


def zones_of(user: User, site: Site) -> QuerySet[Any]:
    """Return the zones of a site with their number of assets."""
    found: QuerySet[Any] = ZONES.queryset(user).filter(site=site).annotate(n=Count("assets"))
    return found.order_by("-level", "name")


def conduits_of(user: User, site: Site) -> QuerySet[Any]:
    """Return the conduits of a site with their flows."""
    return CONDUITS.queryset(user).filter(site=site).prefetch_related("flows__protocol").order_by("name")


def drawing(request: HttpRequest) -> HttpResponse:
    """Draw one site: the one in the address, or the first that this person may see."""
    user: Any = request.user
    sites = list(SITES.queryset(user).order_by("code"))
    asked = request.GET.get("site", "")
    site = next((site for site in sites if str(site.pk) == asked), None) if asked else next(iter(sites), None)
    if site is None:
        raise Http404("There is no such site.")
    zones, conduits = list(zones_of(user, site)), list(conduits_of(user, site))
    focus = request.GET.get("focus", "")
    picture = draw(
        [drawn_zone(zone) for zone in zones], [drawn_conduit(conduit) for conduit in conduits],
        title=f"Zones and conduits of {site.code}", focus=focus if focus in {str(zone.pk) for zone in zones} else "",
    )  # fmt: skip
    context = {
        "site": site,
        "sites": sites,
        "picture": mark_safe(picture),  # noqa: S308 - drawn by us, every text escaped
        "zones": zones,
        "conduits": conduits,
        "focus": focus,
    }
    return render(request, "assets/drawing.html", context)
