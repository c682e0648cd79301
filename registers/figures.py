"""What apps tell of themselves to the pages on top: figures, and what waits for a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number with what it is a number of, how it is computed, and the list behind it."""

    key: str
    label: str
    value: int
    url: str
    formula: str
    of: int | None = None
    target: int | None = None

    @property
    def percent(self) -> int | None:
        """Return the share in whole percent, or None where there is nothing to share."""
        return None if not self.of else self.value * 100 // self.of


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person."""

    title: str
    detail: str
    url: str
    due_on: date | None
    kind: str
    site: Any = None


@dataclass(frozen=True)
class Check:
    """A live figure that speaks to requirements: so many of so many, the target in percent, the list behind it."""

    key: str
    codes: tuple[str, ...]
    sentence: str
    numerator: int
    denominator: int
    target: int
    url: str
    rest: str

    @property
    def value(self) -> float | None:
        """Return the share in percent with one decimal; None where there is nothing to count."""
        return round(self.numerator * 100 / self.denominator, 1) if self.denominator else None

    @property
    def met(self) -> bool:
        """Whether the target is reached; nothing to count reaches nothing."""
        return self.value is not None and self.value >= self.target
