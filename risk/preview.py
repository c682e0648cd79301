"""What another methodology would move, before it is put in force (R4)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from risk.models import Risk, RiskMethodology
from risk.models.risks import Vulnerabilities, measures_of, values

SHOWN = 50


@dataclass(frozen=True)
class Move:
    """A risk whose current level would be another."""

    risk: Risk
    before: int
    after: int
    word: str


@dataclass(frozen=True)
class Moves:
    """How many risks were looked at, how many go up and down, how many cross the line of what is tolerable, and the largest moves."""

    looked_at: int
    up: int
    down: int
    newly_above: int
    newly_tolerable: int
    largest: tuple[Move, ...]


def moves(risks: Iterable[Risk], methodology: RiskMethodology) -> Moves:
    """Return what a methodology would change in these risks; nothing is written."""
    told, method = list(risks), methodology.rules
    measures, vulnerabilities = measures_of(told), Vulnerabilities(told)
    count: Counter[str] = Counter()
    found = []
    for risk in told:
        fresh = values(risk, method, measures[risk.pk], vulnerabilities.of(risk))
        after = int(fresh["current"])
        count["up"] += after > risk.current
        count["down"] += after < risk.current
        count["above"] += fresh["above"] and not risk.above
        count["tolerable"] += risk.above and not fresh["above"]
        if after != risk.current or fresh["above"] != risk.above:
            found.append(Move(risk, risk.current, after, method.named(after)))
    found.sort(key=lambda one: (-abs(one.after - one.before), one.risk.title))
    return Moves(len(told), count["up"], count["down"], count["above"], count["tolerable"], tuple(found[:SHOWN]))
