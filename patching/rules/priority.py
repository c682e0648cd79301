"""How urgent a match is: a decision table after SSVC (deployer), and the day by which it must be dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

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


def exposure(level: float | None, *, external: bool = False) -> Exposure:
    """Give the exposure of a zone from its Purdue level (0 to 5); a zone outside or of unknown level counts as open."""
    if external or level is None or level >= 4:
        return Exposure.OPEN
    return Exposure.CONTROLLED if level >= 3 else Exposure.SMALL


def priority(exploited: Exploitation, exposed: Exposure, criticality: Criticality) -> Priority:
    """Decide by the table."""
    return DECISIONS[exploited, exposed][list(Criticality).index(criticality)]


def urgency(
    exploited: Exploitation,
    exposed: Exposure,
    criticality: Criticality,
    *,
    known_on: date,
    intervals: Mapping[str, Interval] = INTERVALS,
) -> Urgency:
    """Decide the priority, and the due day counted from the day the match became known."""
    decided = priority(exploited, exposed, criticality)
    interval = intervals[decided]
    if exploited is Exploitation.ACTIVE and exposed is Exposure.OPEN and decided is Priority.ACT:
        interval = intervals.get(EXPLOITED_AND_EXPOSED, interval)
    words = {"NONE": "no exploitation known", "PUBLIC": "exploit public or likely", "ACTIVE": "exploited now"}
    sentence = (
        f"{decided.label}: {words[exploited]}, exposure {exposed.value.casefold()}, "
        f"criticality {criticality.value.casefold()}; "
        f"{interval.days} days ({interval.source})."
    )
    return Urgency(decided, sentence, known_on + timedelta(days=interval.days), interval.source)
