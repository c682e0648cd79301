"""The one way a record is written from outside: page, file and REST all end here."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext

from registers.door import may
from registers.history.origin import because
from registers.wake import wake


class Stale(Exception):
    """Somebody else changed the record in between; `current` is the record as it stands."""

    def __init__(self, current: Any) -> None:
        super().__init__("This record was changed by somebody else in the meantime.")
        self.current = current


def save(
    write: Callable[[], Any], *, by: Any, verb: str, reason: str = "", revision: int | None = None, record: Any = None
) -> Any:
    """Run `write` in one transaction and undo it if the record landed where the person may not put it.

    `revision` is the one that the person saw; if the row has moved on, Stale is raised and nothing is written.
    """
    with because(by=by, reason=reason):
        if record is not None:
            _hold(record, revision)
        written = write()
        if not may(by, verb, written):
            raise PermissionDenied(gettext("You may not put this there."))
        _wake_after(type(written))
    return written


def save_many(records: list[Any], *, by: Any, reason: str = "") -> None:
    """Write new records of one type in one statement, or none if one landed where the person may not put it."""
    if not records:
        return
    with because(by=by, reason=reason):
        type(records[0])._default_manager.bulk_create(records)
        if not all(may(by, "add", record) for record in records):
            raise PermissionDenied(gettext("You may not put this there."))
        _wake_after(type(records[0]))


def change_many(
    changes: list[tuple[Any, dict[str, Any]]], names: tuple[str, ...], *, by: Any, reason: str = ""
) -> None:
    """Write the same fields of many records of one type in one statement, or none if one is not to be changed so."""
    if not names:
        return
    with because(by=by, reason=reason):
        for record, values in changes:
            for name, value in values.items():
                setattr(record, name, value)
        model = type(changes[0][0])
        model._default_manager.bulk_update([record for record, _values in changes], list(names))
        if not all(may(by, "change", record) for record, _values in changes):
            raise PermissionDenied(gettext("You may not put this there."))
        _wake_after(model)


def delete(record: models.Model, *, by: Any, reason: str = "", revision: int | None = None) -> None:
    """Delete a record on which the person holds that right; what protects it raises ProtectedError.

    `revision` is the one that the person saw; if the row has moved on, Stale is raised and nothing is deleted.
    """
    with because(by=by, reason=reason):
        if revision is not None:
            _hold(record, revision)
        if not may(by, "delete", record):
            raise PermissionDenied(gettext("You may not delete this."))
        record.delete()
        _wake_after(type(record))


def _hold(record: Any, revision: int | None) -> None:
    """Lock the row; raises Stale if it is not at the revision that was seen, where one was."""
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if revision is not None and current.revision != revision:
        raise Stale(current)


def _wake_after(model: type[models.Model]) -> None:
    transaction.on_commit(lambda: wake(model), robust=True)
