"""The decorator under which a record type gets its history."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from registers.history.trigger import Deleted, Inserted, Updated

M = TypeVar("M", bound=type[models.Model])


def _track(model: Any, exclude: Iterable[str], **given: Any) -> None:
    key = "id" if given else "pgh_obj"
    generated = [field.name for field in model._meta.fields if isinstance(field, models.GeneratedField)]
    pghistory.track(
        Inserted(),
        Updated(),
        Deleted(),
        exclude=[*exclude, *generated],
        meta={
            "indexes": [
                models.Index(fields=[key, "-pgh_id"]),
                models.Index(  # what replaced what, for the views of the past; inserts, which come in bulk, are not in it
                    fields=[key, "pgh_id"],
                    include=["pgh_created_at"],
                    condition=~models.Q(pgh_label="insert"),
                    name=f"past_{model._meta.model_name}"[:30],
                ),
                BrinIndex(fields=["pgh_epoch", "pgh_created_at"], autosummarize=True, pages_per_range=16),
            ]
        },
        **given,
    )(model)


def history(*, exclude: Iterable[str] = ()) -> Callable[[M], M]:
    """Track every insert, update and delete of a model and of its many-to-many tables.

    `exclude` names columns that hold secrets; generated columns follow from the others and are left out.
    """

    def decorate(model: M) -> M:
        _track(model, exclude)
        for field in model._meta.local_many_to_many:
            through: Any = field.remote_field.through
            if not isinstance(through, str) and through._meta.auto_created:  # one that is named has its own history
                _track(through, (), obj_field=None)
        return model

    return decorate
