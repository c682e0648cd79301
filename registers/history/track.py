"""The decorator under which a record type gets its history."""

from collections.abc import Callable
from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models


def history(*, exclude: list[str] | None = None) -> Callable[[Any], Any]:
    """Track every insert, update and delete of a model; `exclude` names columns that hold secrets."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        level=pgtrigger.Statement,
        exclude=exclude,
        meta={
            "indexes": [
                models.Index(fields=["pgh_obj", "-pgh_id"]),
                BrinIndex(fields=["pgh_epoch"], autosummarize=True, pages_per_range=16),
            ]
        },
    )
