"""The zones and conduits of a report, with the rules that they break and what their components are capable of."""

from collections import defaultdict
from datetime import date
from typing import Any

from accounts.models import Site, User
from assets.registers import CONDUITS
from network.capabilities import of_zones
from network.drawings import pins_of
from network.registers import ANSWERS, FINDINGS
from network.rules.capability import Capability
from reports.plant import Conduit, Zone


def read_zones(user: User, site: Site, zones: list[Any], on: date) -> tuple[Zone, ...]:
    """Return these zones, which carry the number of their assets as `n`, as they stand on a day."""
    pins, capable, broken = pins_of(site), of_zones(zones, user, on), _broken(user, site, "zone")
    compensated: dict[int, list[str]] = defaultdict(list)
    answers = ANSWERS.queryset(user).filter(site=site, zone__isnull=False, answer="COMPENSATED", approved=True)
    for zone, code in answers.order_by("requirement__position").values_list("zone", "requirement__code"):
        compensated[zone].append(code)
    return tuple(
        Zone(
            id=str(zone.pk), site=site.code, name=zone.name, level=number(zone.level), safety=zone.safety, external=zone.external,
            assets=zone.n, purpose=zone.purpose, owner=zone.owner, sl_t=_levels(zone.sl_t), sl_a=_levels(zone.sl_a),
            compensating=", ".join(compensated[zone.pk]), place=pins.get(str(zone.pk)), **_capable(capable.get(zone.pk)), **_told(broken[zone.pk]),
        )
        for zone in zones
    )  # fmt: skip


def read_conduits(user: User, site: Site) -> tuple[Conduit, ...]:
    """Return the conduits of a site; one is to be reviewed when the first of its flows is."""
    ways = CONDUITS.queryset(user).filter(site=site).prefetch_related("flows__protocol").order_by("name")
    broken = _broken(user, site, "conduit")
    return tuple(
        Conduit(
            id=str(way.pk), site=site.code, name=way.name, zone_a=str(way.zone_a_id), zone_b=str(way.zone_b_id),
            protocols=tuple(dict.fromkeys(f"{flow.protocol.name} {flow.ports}".strip() for flow in way.flows.all())),
            boundary_device=way.boundary_device.name if way.boundary_device else "",
            sl_t=_levels(way.sl_t), sl_a=_levels(way.sl_a), **_told(broken[way.pk]),
            review_on=min((flow.review_on for flow in way.flows.all() if flow.review_on), default=None),
        )
        for way in ways
    )  # fmt: skip


def number(level: Any) -> float | None:
    """Return a Purdue level."""
    return None if level is None else float(level)


def _levels(vector: Any) -> Any:
    return tuple(vector) if vector else None


def _capable(found: Capability | None) -> dict[str, Any]:
    return {"sl_c": found.levels, "certified": found.certified, "components": found.of} if found else {}


def _broken(user: User, site: Site, place: str) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = defaultdict(list)
    for finding in FINDINGS.queryset(user).filter(site=site).exclude(status="FIXED").order_by("rule"):
        found[getattr(finding, f"{place}_id")].append(finding)
    return found


def _told(findings: list[Any]) -> dict[str, Any]:
    """Return the rules that are broken, and how; what is let stand breaks none and is said."""
    said = (
        f"{one.sentence} Let stand by an exception." if one.status == "WAIVED" else one.sentence for one in findings
    )
    return {"broken": ", ".join(one.rule for one in findings if one.status == "OPEN"), "why": " ".join(said)}
