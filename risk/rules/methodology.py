"""A risk methodology: scales, a matrix of any size, what is tolerable (IEC 62443-3-2 ZCR 4 and 5, IEC 62443-2-1:2010 4.2.3.1).

Likelihood, impact and level are numbers from 1 upwards. The worst impact category decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop as _

CATEGORIES = (_("safety"), _("environment"), _("production"), _("quality"), _("finance"), _("legal"), _("reputation"))
MOST = 10  # steps of a scale


class BadMethodology(ValueError):
    """A definition that cannot be used; `problems` names each place and what to do."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {what}" for place, what in self.problems))


@dataclass(frozen=True)
class Level:
    """A risk level: its name, how long an acceptance may hold at most, after how many months it is looked at again."""

    name: str
    accepted_days: int
    reassess_months: int


@dataclass(frozen=True)
class Methodology:
    """Scales, matrix (`matrix[likelihood - 1][impact - 1]` is a level) and the highest tolerable level."""

    likelihoods: tuple[str, ...]
    impacts: tuple[str, ...]
    thresholds: Mapping[str, tuple[str, ...]]
    matrix: tuple[tuple[int, ...], ...]
    levels: tuple[Level, ...]
    tolerable: int

    def level(self, likelihood: int, impact: int) -> int:
        """Return the level of a likelihood and an impact; both are brought into the scales."""
        row = self.matrix[min(max(likelihood, 1), len(self.likelihoods)) - 1]
        return row[min(max(impact, 1), len(self.impacts)) - 1]

    def named(self, level: int) -> str:
        """Return what a level is called."""
        return self.levels[level - 1].name if 0 < level <= len(self.levels) else ""


def read(definition: Any) -> Methodology:
    """Return the methodology that a definition describes; BadMethodology names every place that is wrong."""
    if not isinstance(definition, dict):
        raise BadMethodology([("definition", "give an object with likelihoods, impacts, matrix, levels and tolerable")])
    problems: list[tuple[str, str]] = []
    likelihoods = _names(definition, "likelihoods", problems)
    impacts = _names(definition, "impacts", problems)
    levels = _levels(definition.get("levels"), problems)
    matrix = _matrix(definition.get("matrix"), len(likelihoods), len(impacts), len(levels), problems)
    thresholds = _thresholds(definition.get("thresholds", {}), len(impacts), problems)
    tolerable = definition.get("tolerable")
    if not _whole(tolerable, 1, max(1, len(levels))):
        problems.append(("tolerable", f"give the number of a level, 1 to {len(levels)}"))
    if unknown := sorted(set(definition) - {"likelihoods", "impacts", "levels", "matrix", "thresholds", "tolerable"}):
        problems.append((unknown[0], "there is no such part"))
    if problems:
        raise BadMethodology(problems)
    return Methodology(likelihoods, impacts, thresholds, matrix, levels, int(definition["tolerable"]))


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _names(definition: Mapping[str, Any], key: str, problems: list[tuple[str, str]]) -> tuple[str, ...]:
    given = definition.get(key)
    if (
        not isinstance(given, list)
        or not 2 <= len(given) <= MOST
        or not all(isinstance(one, str) and one.strip() for one in given)
    ):
        problems.append((key, f"name 2 to {MOST} steps, the lowest first"))
        return ()
    return tuple(one.strip()[:60] for one in given)


def _levels(given: Any, problems: list[tuple[str, str]]) -> tuple[Level, ...]:
    if not isinstance(given, list) or not 2 <= len(given) <= MOST:
        problems.append(("levels", f"give 2 to {MOST} levels, the lowest first"))
        return ()
    found = []
    for number, one in enumerate(given, start=1):
        told = one if isinstance(one, dict) else {}
        name, days, months = told.get("name"), told.get("accepted_days"), told.get("reassess_months")
        if not isinstance(name, str) or not name.strip() or not _whole(days, 1, 3650) or not _whole(months, 1, 120):
            problems.append(
                (f"levels[{number}]", "give name, accepted_days (1 to 3650) and reassess_months (1 to 120)")
            )
            continue
        found.append(Level(name.strip()[:40], told["accepted_days"], told["reassess_months"]))
    return tuple(found) if len(found) == len(given) else ()


def _matrix(
    given: Any, rows: int, columns: int, levels: int, problems: list[tuple[str, str]]
) -> tuple[tuple[int, ...], ...]:
    if (
        not isinstance(given, list)
        or len(given) != rows
        or not all(isinstance(row, list) and len(row) == columns for row in given)
    ):
        problems.append(("matrix", f"give {rows} rows (likelihood, the lowest first) of {columns} levels (impact)"))
        return ()
    for row, cells in enumerate(given):
        for column, cell in enumerate(cells):
            place = f"matrix[{row + 1}][{column + 1}]"
            if not _whole(cell, 1, max(levels, 1)):
                problems.append((place, f"give the number of a level, 1 to {levels}"))
            elif (row and _whole(given[row - 1][column], 1, MOST) and cell < given[row - 1][column]) or (
                column and _whole(cells[column - 1], 1, MOST) and cell < cells[column - 1]
            ):
                problems.append((place, "a higher likelihood or impact may not give a lower level"))
    return tuple(tuple(row) for row in given)


def _thresholds(given: Any, steps: int, problems: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        problems.append(("thresholds", "give an object of categories"))
        return {}
    found = {}
    for category, words in given.items():
        if category not in CATEGORIES:
            problems.append((f"thresholds.{category}", f"choose of {', '.join(CATEGORIES)}"))
        elif not isinstance(words, list) or len(words) != steps or not all(isinstance(one, str) for one in words):
            problems.append((f"thresholds.{category}", f"give {steps} sentences, the lowest impact first"))
        else:
            found[category] = tuple(words)
    return found
