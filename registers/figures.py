"""What apps tell of themselves to the pages on top: figures, and what waits for a person."""

from dataclasses import dataclass
from datetime import date


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
