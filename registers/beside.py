"""Columns that an app above adds to the list of a register below it, named in the catalogue for the model that is listed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django_stubs_ext import StrOrPromise

from registers.cells import Drawn


@dataclass(frozen=True)
class Beside:
    """Columns in their order with their labels, the column that they follow, and what tells them for the records of a page.

    `read` is given those records and who asks, and returns the cells of each record by its key: as many queries for one
    record as for all, and only what that person may see.
    """

    labels: Mapping[str, StrOrPromise]
    after: str
    read: Callable[[Sequence[Any], Any], Mapping[int, Mapping[str, Drawn]]]
