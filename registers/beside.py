"""Columns and acts that an app above adds to the list of a register below it, named in the catalogue for the model that is listed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django_stubs_ext import StrOrPromise

from registers.cells import Drawn
from registers.door import may_anywhere


@dataclass(frozen=True)
class Beside:
    """Columns in their order with their labels, the column that they follow, and what tells them for the records of a page.

    `read` is given those records and who asks, and returns the cells of each record by its key: as many queries for one
    record as for all, and only what that person may see.
    """

    labels: Mapping[str, StrOrPromise]
    after: str
    read: Callable[[Sequence[Any], Any], Mapping[int, Mapping[str, Drawn]]]


@dataclass(frozen=True)
class Act:
    """What may be done for the ticked records of a list on a page of another app: its name, the page, and the right it needs somewhere."""

    label: StrOrPromise
    page: str
    verb: str
    model: type[models.Model]

    def may_anywhere(self, user: Any) -> bool:
        """Tell whether it is offered to this person."""
        return may_anywhere(user, self.verb, self.model)
