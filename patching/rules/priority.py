"""How urgent a match is: a decision table after SSVC (deployer), and the day by which it must be dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import product
from typing import Any

from assets.rules.reach import Way

EPSS_THRESHOLD = 0.1


class Exploitation(StrEnum):
    """What is known of attacks, the calmest first."""

    NONE = "NONE"
    PUBLIC = "PUBLIC"
    ACTIVE = "ACTIVE"


class Exposure(StrEnum):
    """How far an attacker gets to the asset's zone."""

    SMALL = "SMALL"
    CONTROLLED = "CONTROLLED"
    OPEN = "OPEN"


class Criticality(StrEnum):
    """What depends on the asset; SAFETY stands for harm to people or environment."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    SAFETY = "SAFETY"


class Priority(StrEnum):
    """The decision: Track, Track*, Attend or Act."""

    TRACK = "TRACK"
    TRACK_CLOSELY = "TRACK_CLOSELY"
    ATTEND = "ATTEND"
    ACT = "ACT"

    @property
    def label(self) -> str:
        """Give the word shown to people."""
        return {"TRACK": "Track", "TRACK_CLOSELY": "Track*", "ATTEND": "Attend", "ACT": "Act"}[self.value]


_T, _C, _A, _X = Priority.TRACK, Priority.TRACK_CLOSELY, Priority.ATTEND, Priority.ACT
DECISIONS: Mapping[tuple[Exploitation, Exposure], tuple[Priority, Priority, Priority, Priority]] = {
    # exploitation, exposure:                            LOW MEDIUM HIGH SAFETY
    (Exploitation.NONE, Exposure.SMALL): (_T, _T, _T, _C),
    (Exploitation.NONE, Exposure.CONTROLLED): (_T, _T, _C, _A),
    (Exploitation.NONE, Exposure.OPEN): (_T, _C, _A, _A),
    (Exploitation.PUBLIC, Exposure.SMALL): (_T, _C, _C, _A),
    (Exploitation.PUBLIC, Exposure.CONTROLLED): (_C, _C, _A, _A),
    (Exploitation.PUBLIC, Exposure.OPEN): (_C, _A, _A, _X),
    (Exploitation.ACTIVE, Exposure.SMALL): (_C, _A, _A, _A),
    (Exploitation.ACTIVE, Exposure.CONTROLLED): (_A, _A, _X, _X),
    (Exploitation.ACTIVE, Exposure.OPEN): (_A, _X, _X, _X),
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Days allowed for a priority, and where the number comes from."""

    days: int
    source: str


EXPLOITED_AND_EXPOSED = "EXPLOITED_AND_EXPOSED"
INTERVALS: Mapping[str, Interval] = {
    EXPLOITED_AND_EXPOSED: Interval(3, "CISA BOD 26-04, worst class"),
    Priority.ACT: Interval(14, "CISA BOD 26-04, second class"),
    Priority.ATTEND: Interval(30, "proposal between the classes of CISA BOD 26-04"),
    Priority.TRACK_CLOSELY: Interval(90, "proposal"),
    Priority.TRACK: Interval(365, "proposal: next maintenance shutdown, at most one year"),
}


GUARDS_TO_BE_SMALL = 3
LONGEST_DAYS = 3650


class Unsound(ValueError):
    """A decision table cannot be used; `part` is the field, the text says what is wrong and is fit for the user."""

    def __init__(self, part: str, text: str) -> None:
        super().__init__(text)
        self.part = part


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table with its intervals: the product's own, or one version that the organisation approved."""

    decisions: Mapping[tuple[Exploitation, Exposure], tuple[Priority, Priority, Priority, Priority]]
    intervals: Mapping[str, Interval]
    name: str = "the product's proposal"
    epss_threshold: float = EPSS_THRESHOLD

    def to_json(self) -> dict[str, Any]:
        """Give cells and intervals as they are kept: `{"NONE/SMALL/LOW": "TRACK"}`, `{"ACT": {"days", "source"}}`."""
        return {
            "decisions": {
                f"{attack}/{place}/{level}": outcome.value
                for (attack, place), row in self.decisions.items()
                for level, outcome in zip(Criticality, row, strict=True)
            },
            "intervals": {str(key): {"days": one.days, "source": one.source} for key, one in self.intervals.items()},
        }

    @classmethod
    def from_json(cls, decisions: Any, intervals: Any, *, name: str, epss_threshold: float) -> Table:
        """Read what to_json wrote or a person sent; raise Unsound where a cell is missing or makes no sense."""
        cells = {f"{attack}/{place}/{level}" for attack, place, level in product(Exploitation, Exposure, Criticality)}
        if not isinstance(decisions, dict) or set(decisions) != cells:
            raise Unsound("decisions", f"Give all {len(cells)} cells, such as NONE/SMALL/LOW, and no others.")
        if wrong := next((key for key, value in decisions.items() if value not in list(Priority)), None):
            raise Unsound("decisions", f"{wrong} must be one of {', '.join(Priority)}.")
        rows = {
            (attack, place): (
                Priority(decisions[f"{attack}/{place}/LOW"]), Priority(decisions[f"{attack}/{place}/MEDIUM"]),
                Priority(decisions[f"{attack}/{place}/HIGH"]), Priority(decisions[f"{attack}/{place}/SAFETY"]),
            )
            for attack, place in product(Exploitation, Exposure)
        }  # fmt: skip
        return cls(rows, _intervals(intervals), name, epss_threshold)


def _intervals(given: Any) -> dict[str, Interval]:
    names = [EXPLOITED_AND_EXPOSED, *Priority]
    if not isinstance(given, dict) or set(given) != set(map(str, names)):
        raise Unsound("intervals", f"Give days and source for each of {', '.join(map(str, names))}.")
    found = {}
    for name, one in given.items():
        days = one.get("days") if isinstance(one, dict) else None
        source = str(one.get("source") or "").strip() if isinstance(one, dict) else ""
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_DAYS:
            raise Unsound("intervals", f"The days of {name} must be a whole number from 1 to {LONGEST_DAYS}.")
        if not source:
            raise Unsound("intervals", f"Say where the days of {name} come from.")
        found[name] = Interval(days, source[:200])
    return found


STANDARD = Table(DECISIONS, INTERVALS)


@dataclass(frozen=True, slots=True)
class Urgency:
    """A decision with the inputs that led to it, in a sentence, and the day it is due."""

    priority: Priority
    sentence: str
    due_on: date
    source: str


def exploitation(
    *, kev: bool, epss: float | None = None, public: bool = False, threshold: float = EPSS_THRESHOLD
) -> Exploitation:
    """Say what is known of attacks: KEV is active; an EPSS score (0 to 1) from the threshold on counts as public."""
    if kev:
        return Exploitation.ACTIVE
    return Exploitation.PUBLIC if public or (epss is not None and epss >= threshold) else Exploitation.NONE


def exposure(
    level: float | None, *, external: bool = False, drawn: bool = False, way: Way | None = None
) -> tuple[Exposure, str]:
    """Give the exposure of a zone and why: by the least guarded way from outside over the declared flows.

    A zone that no conduit touches (not `drawn`) is judged by its Purdue level (0 to 5); unknown counts as open.
    """
    if external:
        return Exposure.OPEN, "it lies outside the site"
    if not drawn:
        if level is None:
            return Exposure.OPEN, "no zone, conduit or level says how it is reached"
        found = Exposure.OPEN if level >= 4 else Exposure.CONTROLLED if level >= 3 else Exposure.SMALL
        return found, f"no conduit is drawn; its Purdue level is {level:g}"
    if way is None:
        return Exposure.SMALL, "no declared flow leads from outside to its zone"
    told = f"reached over {' > '.join(way.zones)}, passing {way.guards} boundary device{'' if way.guards == 1 else 's'}"
    if not way.guards:
        return Exposure.OPEN, told
    return (Exposure.CONTROLLED if way.guards < GUARDS_TO_BE_SMALL else Exposure.SMALL), told


def priority(exploited: Exploitation, exposed: Exposure, criticality: Criticality, table: Table = STANDARD) -> Priority:
    """Decide by the table."""
    return table.decisions[exploited, exposed][list(Criticality).index(criticality)]


def urgency(
    exploited: Exploitation,
    exposed: Exposure,
    criticality: Criticality,
    *,
    known_on: date,
    table: Table = STANDARD,
) -> Urgency:
    """Decide the priority, and the due day counted from the day the match became known."""
    decided = priority(exploited, exposed, criticality, table)
    interval = table.intervals[decided]
    if exploited is Exploitation.ACTIVE and exposed is Exposure.OPEN and decided is Priority.ACT:
        interval = table.intervals.get(EXPLOITED_AND_EXPOSED, interval)
    words = {"NONE": "no exploitation known", "PUBLIC": "exploit public or likely", "ACTIVE": "exploited now"}
    sentence = (
        f"{decided.label}: {words[exploited]}, exposure {exposed.value.casefold()}, "
        f"criticality {criticality.value.casefold()}; "
        f"{interval.days} days ({interval.source})."
    )
    return Urgency(decided, sentence, known_on + timedelta(days=interval.days), interval.source)
