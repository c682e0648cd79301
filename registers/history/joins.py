"""What a record was joined with over time: the entries of its many-to-many fields, as a person reads them."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext

from registers.history.past import tracked
from registers.history.timeline import Change, Entry, context_of
from registers.wording import capital

AT_ONCE = timedelta(seconds=2)  # rows of one save are written within


def joined(record: models.Model, *, limit: int = 500) -> list[Entry]:
    """Return the changes of a record's lists of other records, from the `limit` newest rows of each; what it was made with is none."""
    events: dict[Any, Any] = dict(tracked())
    fields = [field for field in record._meta.local_many_to_many if field.remote_field.through in events]
    return [entry for field in fields for entry in _entries(record, field, events[field.remote_field.through], limit)]


def _entries(record: Any, field: Any, event: Any, limit: int) -> Iterator[Entry]:
    newest = event._default_manager.filter(**{field.m2m_column_name(): record.pk}).order_by("-pgh_id")[:limit]
    saves = list(_saves(reversed(newest)))
    other = field.m2m_reverse_name()
    names = field.related_model._default_manager.in_bulk({getattr(row, other) for rows in saves for row in rows})
    held: dict[int, str] = {}
    for rows in saves:
        before = ", ".join(held.values()) or gettext("nothing")
        for row in rows:
            key = getattr(row, other)
            held.pop(key, None)
            if row.pgh_label != "delete":
                held[key] = str(names.get(key, gettext("something deleted")))
        after, at, context = (
            ", ".join(held.values()) or gettext("nothing"),
            rows[-1].pgh_created_at,
            context_of(rows[-1]),
        )
        if before != after and at - record.created_at > AT_ONCE:
            yield Entry(
                at=at, actor=context.get("name", "Portal"), verb=gettext("changed"), kind="edit", reason=context.get("reason", ""),
                request=context.get("request", ""), changes=[Change(field.name, capital(field.verbose_name), before, after)],
            )  # fmt: skip


def _saves(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the rows that were written together: by one person, at one time."""
    save: list[Any] = []
    for row in rows:
        if save and (row.pgh_created_at - save[0].pgh_created_at > AT_ONCE or context_of(row) != context_of(save[0])):
            yield save
            save = []
        save.append(row)
    if save:
        yield save
