"""Risk and the requirements of zones as a report prints them: method, matrix, register, measures, assessments, specification."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class RiskMethod:
    """The methodology by which the risks are rated, as far as a reader needs it; levels with what an acceptance may hold."""

    title: str
    tolerable: str
    levels: tuple[tuple[str, int, int], ...]  # name, days an acceptance holds at most, months to the next look
    definition: str  # the whole methodology, JSON


@dataclass(frozen=True, kw_only=True)
class RatedRisk:
    """A risk at its three points; likelihood and impact are steps of the methodology's scales, level names its words."""

    site: str
    title: str
    place: str
    threat: str = ""
    weakness: str = ""
    consequence: str = ""
    owner: str = ""
    status: str = "Open"
    above: bool = False
    likelihood: int
    impact: int
    current_likelihood: int
    current_impact: int
    residual_likelihood: int
    residual_impact: int
    levels: tuple[str, str, str]  # without measures, now, residual
    pressed_by: str = ""
    review_on: date | None = None
    accepted: str = ""  # until when and by whom


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure against a risk, with what it claims to take off."""

    site: str
    title: str
    risk: str
    owner: str = ""
    status: str
    due_on: date | None = None
    cost: str = ""
    lowers_likelihood: int = 0
    lowers_impact: int = 0


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """A risk assessment after IEC 62443-3-2: who took part, by which methodology, who approved it, what was noted."""

    site: str
    title: str
    system: str
    participants: tuple[str, ...]
    methodology: str
    status: str
    approved: str = ""
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Specified:
    """What one zone or conduit has to fulfil for its target level, and how it stands to each requirement (ZCR 6)."""

    site: str
    name: str
    target: str
    achieved: str
    met: int
    asked: int
    rows: tuple[tuple[str, str, str, str], ...]  # id, title, answer, words

    @property
    def assessed(self) -> bool:
        """Whether anybody answered a requirement there."""
        return bool(self.met) or self.achieved != "not assessed"
