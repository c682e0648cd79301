"""The rules by which zones are kept apart, each a small function over a plan that names what breaks it and by which way.

After IEC 62443-3-2 ZCR 3 and IEC 62443-2-1:2024 NET 1; the bands are those of the Purdue model.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from network.rules.plan import DMZ, Plan, PlanConduit, PlanZone

BANDS = (4.0, DMZ, 3.0, 2.0, 1.0, 0.0)  # the floor of each band, from business to process
NAMED = 8  # devices that a sentence names


@dataclass(frozen=True)
class Violation:
    """A conduit, or a zone by itself, that breaks a rule: the way from zone to zone that shows it, and the sentence that says it."""

    rule: str
    conduit: int | None
    way: tuple[int, ...]
    sentence: str
    zone: int | None = None

    @property
    def place(self) -> tuple[int | None, int | None]:
        """The zone or the conduit that breaks the rule; the other is None."""
        return self.zone, self.conduit


@dataclass(frozen=True)
class Rule:
    """A rule: its code, its title, the requirement it serves, and what finds violations."""

    code: str
    title: str
    clause: str
    find: Callable[[Plan], Iterator[Violation]]


def band(zone: PlanZone) -> int | None:
    """Return the band of a zone, 0 for business down to 5 for the process; None where no level is set."""
    if zone.level is None:
        return None
    return next(number for number, floor in enumerate(BANDS) if zone.level >= floor)


def _ends(plan: Plan) -> Iterator[tuple[PlanConduit, PlanZone, PlanZone]]:
    """Yield each conduit with its two zones, the upper first."""
    for conduit in sorted(plan.conduits, key=lambda one: one.id):
        one, other = plan.zone[conduit.zone_a], plan.zone[conduit.zone_b]
        upper, lower = sorted((one, other), key=lambda zone: (-(zone.level if zone.level is not None else -1), zone.id))
        yield conduit, upper, lower


def past_the_dmz(plan: Plan) -> Iterator[Violation]:
    """Find ways from business zones into the plant that pass no DMZ; the conduit that enters the plant is named."""
    business = [zone.id for zone in plan.zones if zone.business]
    ways = plan.ways(business, lambda zone: not zone.plant and not zone.dmz)
    for zone in sorted(plan.zones, key=lambda one: one.id):
        if not zone.plant:
            continue
        for conduit in plan.at[zone.id]:
            before = conduit.beyond(zone.id)
            if before not in ways or plan.zone[before].plant or plan.zone[before].dmz:
                continue
            way = _zones(plan, (*ways[before], conduit), end=zone.id)
            names = " > ".join(plan.zone[one].name for one in way)
            yield Violation("DMZ", conduit.id, way, f"{names}: business reaches the plant past the DMZ.")


def skipped_level(plan: Plan) -> Iterator[Violation]:
    """Find conduits that join zones more than one band apart."""
    for conduit, upper, lower in _ends(plan):
        high, low = band(upper), band(lower)
        if high is None or low is None or low - high < 2:
            continue
        sentence = f"{upper.name} (level {upper.level:g}) talks to {lower.name} (level {lower.level:g}) past the level between."
        yield Violation("LEVEL", conduit.id, (upper.id, lower.id), sentence)


def open_safety(plan: Plan) -> Iterator[Violation]:
    """Find conduits of safety zones that lead above the control level or outside, or that nothing guards."""
    for conduit, upper, lower in _ends(plan):
        if upper.safety == lower.safety:
            continue
        safe, other = (upper, lower) if upper.safety else (lower, upper)
        if other.external or other.level is None or other.level >= 3:
            why = "is joined to a zone above the control level"
        elif not conduit.guard:
            why = "is joined without a boundary device"
        else:
            continue
        yield Violation("SAFETY", conduit.id, (other.id, safe.id), f"Safety zone {safe.name} {why}: {other.name}.")


def remote_past_the_gateway(plan: Plan) -> Iterator[Violation]:
    """Find remote sessions that are opened from outside into a zone without a remote access system."""
    for conduit, upper, lower in _ends(plan):
        for outside, inside in ((upper, lower), (lower, upper)):
            if not outside.external or inside.external or inside.gateway:
                continue
            used = sorted(
                {flow.protocol for flow in conduit.flows if flow.remote_session and flow.initiator == outside.id}
            )
            if used:
                sentence = (
                    f"{outside.name} opens {', '.join(used)} into {inside.name}, where no remote access system stands."
                )
                yield Violation("REMOTE", conduit.id, (outside.id, inside.id), sentence)


def unequal_without_control(plan: Plan) -> Iterator[Violation]:
    """Find conduits between zones of unequal target levels that no boundary device or control holds."""
    for conduit, upper, lower in _ends(plan):
        if conduit.guard or conduit.controls.strip() or upper.sl_t is None or lower.sl_t is None:
            continue
        apart = [
            f"FR {n}" for n, (one, other) in enumerate(zip(upper.sl_t, lower.sl_t, strict=True), 1) if one != other
        ]
        if apart:
            sentence = f"{upper.name} and {lower.name} have unequal target levels ({', '.join(apart)}) and nothing between them."
            yield Violation("BOUNDARY", conduit.id, (upper.id, lower.id), sentence)


def temporary_among_fixed(plan: Plan) -> Iterator[Violation]:
    """Find zones to which devices are joined for a time though others stand there for good."""
    theirs = {zone.id for zone in plan.zones if zone.visitors and not zone.external}
    mixed = {one for one in theirs if plan.zone[one].ends}
    for zone in _sorted(plan, mixed):
        sentence = (
            f"{zone.name}: where devices stand for good, others may be joined for a time: {_named(zone.visitors)}."
        )
        yield Violation("TEMPORARY", None, (zone.id,), sentence, zone.id)
    yield from _open_sides(plan, "TEMPORARY", theirs - mixed, "devices joined for a time")


def wireless_among_wired(plan: Plan) -> Iterator[Violation]:
    """Find zones in which wireless devices stand among wired ones."""
    theirs = {zone.id for zone in plan.zones if not zone.external and any(one.wireless for one in zone.devices)}
    mixed = {one for one in theirs if plan.zone[one].others(lambda device: device.wireless)}
    for zone in _sorted(plan, mixed):
        names = _named([one.name for one in zone.devices if one.wireless])
        sentence = f"{zone.name}: among wired devices stand wireless ones: {names}."
        yield Violation("WIRELESS", None, (zone.id,), sentence, zone.id)
    yield from _open_sides(plan, "WIRELESS", theirs - mixed, "wireless devices")


def outside_among_inside(plan: Plan) -> Iterator[Violation]:
    """Find zones below the DMZ in which devices that are joined to a network outside the site stand among others."""
    theirs = {zone.id for zone in plan.zones if zone.plant and any(one.outside for one in zone.devices)}
    mixed = {one for one in theirs if plan.zone[one].others(lambda device: device.outside)}
    for zone in _sorted(plan, mixed):
        found = [one for one in zone.devices if one.outside]
        beyond = {one.beyond for one in found if one.beyond is not None}
        via = [
            *(one.name for one in _sorted(plan, beyond)),
            *(["mobile network"] if any(one.mobile for one in found) else []),
        ]
        names = _named([one.name for one in found])
        sentence = f"{' and '.join(via)} > {zone.name}: joined from outside, among devices that are not: {names}."
        yield Violation("EXTERNAL", None, (*sorted(beyond)[:1], zone.id), sentence, zone.id)
    yield from _open_sides(plan, "EXTERNAL", theirs - mixed, "devices that are joined from outside")


def _open_sides(plan: Plan, code: str, own: set[int], what: str) -> Iterator[Violation]:
    """Find conduits that join a zone of a kind's own to another zone of the site with nothing between them."""
    for conduit, upper, lower in _ends(plan):
        for apart, other in ((upper, lower), (lower, upper)):
            bare = not conduit.guard and not conduit.controls.strip()
            if bare and apart.id in own and other.id not in own and not other.external:
                sentence = f"{apart.name} holds {what}, and nothing stands between it and {other.name}."
                yield Violation(code, conduit.id, (apart.id, other.id), sentence)


def _sorted(plan: Plan, zones: Iterable[int]) -> list[PlanZone]:
    return [plan.zone[one] for one in sorted(zones)]


def _named(names: Sequence[str]) -> str:
    """Return names as a sentence lists them, the first ones and how many more."""
    kept = sorted(names)
    return ", ".join(kept[:NAMED]) + (f" and {len(kept) - NAMED} more" if len(kept) > NAMED else "")


RULES = (
    Rule("DMZ", _("Business and plant meet in a DMZ only"), "IEC 62443-3-2 ZCR 3.2", past_the_dmz),
    Rule("LEVEL", _("No conduit skips a level"), "IEC 62443-2-1:2024 NET 1.1", skipped_level),
    Rule("SAFETY", _("Safety zones are kept apart"), "IEC 62443-3-2 ZCR 3.3", open_safety),
    Rule("TEMPORARY", _("Devices joined for a time are kept apart"), "IEC 62443-3-2 ZCR 3.4", temporary_among_fixed),
    Rule("WIRELESS", _("Wireless devices are kept apart"), "IEC 62443-3-2 ZCR 3.5", wireless_among_wired),
    Rule("EXTERNAL", _("Devices joined from outside are kept apart"), "IEC 62443-3-2 ZCR 3.6", outside_among_inside),
    Rule("REMOTE", _("Remote access passes a gateway"), "IEC 62443-3-2 ZCR 3.6", remote_past_the_gateway),
    Rule("BOUNDARY", _("Unequal levels have a control between them"), "IEC 62443-3-3 SR 5.2", unequal_without_control),
)


def violations(plan: Plan) -> list[Violation]:
    """Return every violation of every rule."""
    return [found for rule in RULES for found in rule.find(plan)]


def _zones(plan: Plan, way: tuple[PlanConduit, ...], *, end: int) -> tuple[int, ...]:
    """Return the zones along a way that ends at a zone."""
    zones = [end]
    for conduit in reversed(way):
        zones.append(conduit.beyond(zones[-1]))
    return tuple(reversed(zones))
