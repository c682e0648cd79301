"""Where a risk stands: unmitigated, now, and when all measures are done (IEC 62443-3-2 ZCR 5.4 to 5.10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risk.rules.methodology import Methodology

PRESSURE = {"ACT": 0, "ATTEND": 1}  # an open match of this priority puts likelihood at most so many steps below the top


@dataclass(frozen=True)
class Measure:
    """What a measure takes off likelihood and impact, in steps, and whether it is in effect."""

    lowers_likelihood: int = 0
    lowers_impact: int = 0
    done: bool = False


@dataclass(frozen=True)
class Point:
    """A likelihood, an impact, and the level they give."""

    likelihood: int
    impact: int
    level: int


@dataclass(frozen=True)
class Standing:
    """A risk without measures, with those in effect and today's vulnerabilities, and with all measures."""

    unmitigated: Point
    current: Point
    residual: Point


def worst(impacts: Mapping[str, int]) -> int:
    """Return the worst impact of all categories; 1 where none is given."""
    return max([1, *impacts.values()])


def pressure(method: Methodology, priority: str) -> int:
    """Return the least likelihood that an open match of this priority gives; 0 where it gives none."""
    return max(1, len(method.likelihoods) - PRESSURE[priority]) if priority in PRESSURE else 0


def stand(
    method: Methodology,
    *,
    likelihood: int,
    impacts: Mapping[str, int],
    measures: Iterable[Measure] = (),
    priority: str = "",
) -> Standing:
    """Return where a risk stands; `priority` is that of the worst open match where the risk lies.

    A measure takes off what it claims, never below the first step. A vulnerability raises the likelihood of today, not
    the one that remains when the measures are done and patches installed.
    """
    told = list(measures)
    impact = worst(impacts)
    now = _point(method, likelihood, impact, [one for one in told if one.done], at_least=pressure(method, priority))
    return Standing(_point(method, likelihood, impact, []), now, _point(method, likelihood, impact, told))


def proposed_target(unmitigated: int, levels: int) -> int:
    """Return the target security level, 1 to 4, that an unmitigated risk proposes for its zone: its levels spread evenly over them.

    IEC 62443-3-2 ZCR 5.6 asks for a target and leaves the method open; this one is our own.
    """
    return max(1, min(4, -(-unmitigated * 4 // max(1, levels))))


def _point(method: Methodology, likelihood: int, impact: int, measures: list[Measure], *, at_least: int = 0) -> Point:
    likelihood = max(
        1, min(likelihood, len(method.likelihoods)) - sum(one.lowers_likelihood for one in measures), at_least
    )
    impact = max(1, min(impact, len(method.impacts)) - sum(one.lowers_impact for one in measures))
    return Point(likelihood, impact, method.level(likelihood, impact))
