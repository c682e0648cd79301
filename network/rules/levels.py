"""The achieved security level of a zone or conduit from the answers to the system requirements (IEC 62443-3-3).

For each foundational requirement it is the highest level at which every SR and RE asked for is met, does not apply,
or is compensated. What is not answered counts as not met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

HIGHEST = 4
FR = range(1, 8)


class Answer(StrEnum):
    """How a zone or conduit stands to one system requirement."""

    MET = "MET"
    NOT_MET = "NOT_MET"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    COMPENSATED = "COMPENSATED"


HOLDS = frozenset({Answer.MET, Answer.NOT_APPLICABLE, Answer.COMPENSATED})


@dataclass(frozen=True)
class SystemRequirement:
    """An SR or RE: its code, its foundational requirement 1 to 7, the lowest level that asks for it."""

    code: str
    fr: int
    from_level: int


@dataclass(frozen=True)
class Achieved:
    """The level achieved for one FR, and the requirements of the next level that are open and so cap it."""

    fr: int
    level: int
    caps: tuple[str, ...] = ()


def achieved(requirements: Iterable[SystemRequirement], answers: Mapping[str, Answer]) -> tuple[Achieved, ...]:
    """Return what is achieved for each of FR 1 to FR 7."""
    asked = list(requirements)
    return tuple(_achieved(fr, [one for one in asked if one.fr == fr], answers) for fr in FR)


def _achieved(fr: int, asked: list[SystemRequirement], answers: Mapping[str, Answer]) -> Achieved:
    for level in range(1, HIGHEST + 1):
        open_ones = tuple(one.code for one in asked if one.from_level <= level and answers.get(one.code) not in HOLDS)
        if open_ones:
            return Achieved(fr, level - 1, open_ones)
    return Achieved(fr, HIGHEST)


def gap(target: Iterable[int] | None, reached: Iterable[Achieved]) -> tuple[int, ...]:
    """Return by how many levels each FR stays below its target; zero without a target."""
    wanted = tuple(target or (0,) * 7)
    return tuple(max(0, level - one.level) for level, one in zip(wanted, reached, strict=True))
