"""The page of attack paths: the ways from outside to a zone, asset or process, what a change would do, and what lies within reach."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.chosen import site_of
from assets.drawing import draw
from network import drawings
from risk.rules.paths import Path, blast, paths
from risk.terrain import Change, in_words, outside, reached, terrain_of, zone_of
from scope.registers import PROCESSES


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the cheapest paths from the chosen zones to a target, each hop explained, and the same after a proposed change."""
    user: Any = request.user
    asked = request.GET
    site, sites = site_of(user, asked.get("site"))
    zones, conduits = list(drawings.zones_of(user, site)), list(drawings.conduits_of(user, site))
    by_key, names = {str(zone.pk): zone for zone in zones}, {zone.pk: zone.name for zone in zones}
    processes = list(PROCESSES.queryset(user).filter(site=site).order_by("name"))
    targets = _targets(request, site, by_key, processes)
    chosen = [by_key[key].pk for key in asked.getlist("from") if key in by_key] or outside(zones)
    terrain, weak = terrain_of(user, site)
    change = _change(request, by_key, {str(one.pk): one.pk for one in conduits})
    found = _found(terrain, chosen, targets)
    changed = _found(change.on(terrain), chosen, targets) if change else []
    start = by_key.get(asked.get("start", ""))
    title = f"Attack paths of {site.code}"
    return render(request, "risk/paths.html", {
        "site": site, "sites": sites, "zones": zones, "conduits": conduits, "processes": processes, "chosen": chosen, "targets": targets, "asked": asked,
        "told": [in_words(path, names, weak) for path in found], "changed": [in_words(path, names, weak) for path in changed], "change": change,
        "picture": _picture(zones, conduits, found, site, title), "start": start,
        "reach": reached(user, site, blast(terrain, start.pk)) if start else [],
    })  # fmt: skip


def _targets(request: HttpRequest, site: Any, by_key: dict[str, Any], processes: list[Any]) -> list[int]:
    """Return the zones that are aimed at: the one chosen, that of an asset, or those that carry a process."""
    asked, user = request.GET, request.user
    if asked.get("asset"):
        zone = zone_of(user, site, asked["asset"])  # type: ignore[arg-type]
        if zone is None:
            raise Http404(gettext("There is no such asset in a zone."))
        return [zone]
    process = next((one for one in processes if str(one.pk) == asked.get("process")), None)
    if process is not None:
        return sorted(
            {
                zone
                for zone in process.assets.values_list("zone", flat=True)
                if zone in {one.pk for one in by_key.values()}
            }
        )
    if asked.get("to") in by_key:
        return [by_key[asked["to"]].pk]
    safest = sorted(
        (zone for zone in by_key.values() if not zone.external),
        key=lambda zone: (not zone.safety, zone.level is None, zone.level or 0, zone.name),
    )
    return [safest[0].pk] if safest else []


def _found(terrain: Any, chosen: list[int], targets: list[int], most: int = 5) -> list[Path]:
    everything = [path for target in targets for path in paths(terrain, chosen, target, most=most)]
    return sorted(everything, key=lambda path: (path.cost, len(path.hops), path.zones))[:most]


def _change(request: HttpRequest, zones: dict[str, Any], conduits: dict[str, int]) -> Change | None:
    asked = request.GET
    one, other = zones.get(asked.get("open", "")), zones.get(asked.get("into", ""))
    opens = (one.pk, other.pk) if one and other and one != other else None
    change = Change(drops=conduits.get(asked.get("drop", "")), guards=conduits.get(asked.get("guard", "")), opens=opens)
    return change if change != Change() else None


def _picture(zones: list[Any], conduits: list[Any], found: list[Path], site: Any, title: str) -> str:
    """Draw the plant with the cheapest path stressed."""
    used = {hop.conduit for path in found[:1] for hop in path.hops}
    lines = [
        replace(one, change="onway") if int(one.id) in used else one for one in drawings.drawn_conduits(conduits, {})
    ]
    return mark_safe(draw(drawings.drawn_zones(zones), lines, title=title, pinned=drawings.pins_of(site)))  # noqa: S308 - drawn by us, every text escaped
