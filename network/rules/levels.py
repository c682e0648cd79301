"""The achieved security level of a zone or conduit from the answers to the system requirements (IEC 62443-3-3).

For each foundational requirement it is the highest level at which every SR and RE asked for is met, does not apply,
or is compensated. What is not answered counts as not met.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

HIGHEST = 4
FR = range(1, 8)
FOUNDATIONAL = (
    _("Identification and authentication"), _("Use control"), _("System integrity"), _("Data confidentiality"), _("Restricted data flow"),
    _("Response to events"), _("Resource availability"),
)  # fmt: skip


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


class Levelled(Protocol):
    """What has a target and an achieved level, each seven values or None."""

    sl_t: list[int] | None
    sl_a: list[int] | None


@dataclass(frozen=True)
class Standing:
    """Target and achieved level of one foundational requirement; None where not set or not assessed."""

    fr: int
    target: int | None
    achieved: int | None

    @property
    def title(self) -> str:
        """What the foundational requirement is about."""
        return gettext(FOUNDATIONAL[self.fr - 1])

    @property
    def gap(self) -> int:
        """By how many levels it stays below its target; what is not assessed counts as level 0."""
        return max(0, (self.target or 0) - (self.achieved or 0))


def by_requirement(place: Levelled) -> tuple[Standing, ...]:
    """Return how a place stands to its target for each FR."""
    return tuple(
        Standing(fr, place.sl_t[fr - 1] if place.sl_t else None, place.sl_a[fr - 1] if place.sl_a else None)
        for fr in FR
    )


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
