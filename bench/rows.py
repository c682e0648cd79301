"""One row of the result, and how a pair is timed: A B A B, medians."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Row:
    """A measured value beside its target; `ok` is whether it is met."""

    name: str
    value: float
    unit: str
    target: float

    @property
    def ok(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        """Return the row as it stands in var/bench.json."""
        return {**asdict(self), "value": round(self.value, 3), "ok": self.ok}


def seconds(do: Callable[[], Any]) -> float:
    """Return how long one call takes."""
    start = perf_counter()
    do()
    return perf_counter() - start


def pair(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int = 15) -> tuple[float, float]:
    """Return the medians of both in seconds, taken in turn after one warm-up each."""
    ours(), theirs()
    a, b = [], []
    for _ in range(rounds):
        a.append(seconds(ours))
        b.append(seconds(theirs))
    return median(a), median(b)
