"""The history of one record as a person reads it: who did what, when, why, from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from registers.door import registers
from registers.history.past import moment, tracked

READ_FOR_RECENT = 200  # events that are looked at for the newest acts
NEWEST = 10_000  # rows of history among which they are sought: an import of 100,000 is none, and is not read through
UNTOLD = frozenset({"id", "revision", "updated_at", "created_at"})

VERBS = {"insert": _("added this"), "update": _("changed"), "delete": _("deleted this")}


@dataclass(frozen=True)
class Change:
    """One field of one entry, from old to new, in words."""

    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a record."""

    at: datetime
    actor: str
    verb: str
    kind: str
    step: str = ""
    reason: str = ""
    text: str = ""
    request: str = ""
    changes: list[Change] = field(default_factory=list)


def _event_model(model: type[models.Model]) -> Any:
    return next(event for tracked_model, event in tracked() if tracked_model is model)


def events_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the history rows of all records of a type; what of it a person may see is for the caller to say."""
    found: models.QuerySet[Any] = _event_model(model).objects.all()
    return found


def entries(record: models.Model, *, limit: int = 200) -> list[Entry]:
    """Return the newest entries of a record's own history first, at most `limit`; a change of nothing that is told is none."""
    event_model = _event_model(type(record))
    rows = list(event_model.objects.filter(pgh_obj_id=record.pk).order_by("-pgh_id")[: limit + 1])
    columns = [
        name for name in event_model._meta.concrete_fields
        if not name.name.startswith("pgh_") and name.name not in UNTOLD | getattr(type(record), "untold", frozenset())
    ]  # fmt: skip
    names = _names(rows, columns)
    told = []
    for index, row in enumerate(rows[:limit]):
        before = rows[index + 1] if index + 1 < len(rows) else None
        entry = _entry(type(record), row, before, columns, names)
        if entry.changes or entry.step or row.pgh_label != "update" or before is None:
            told.append(entry)
    return told


def _entry(model: Any, row: Any, before: Any, columns: list[Any], names: dict[Any, str]) -> Entry:
    context = context_of(row)
    changes = []
    if row.pgh_label == "update" and before is not None:
        for column in columns:
            old, new = getattr(before, column.attname), getattr(row, column.attname)
            if old != new:
                own = model._meta.get_field(column.name)
                label = str(own.verbose_name)
                changes.append(
                    Change(column.name, label[:1].upper() + label[1:], _words(own, old, names), _words(own, new, names))
                )
    step = context.get("step", "")
    return Entry(
        at=row.pgh_created_at, actor=context.get("name", "Portal"), reason=context.get("reason", ""), changes=changes,
        verb=gettext(VERBS[row.pgh_label]),
        kind="state" if step else "edit", step=_title(step) if step else "", request=context.get("request", ""),
    )  # fmt: skip


def _title(step: str) -> str:
    """Return what a step is called: as its button says, where there is one, else as the catalog names it."""
    label, _dot, name = step.rpartition(".")
    buttons = (
        one.title
        for register in registers()
        for one in register.transitions
        if (register.model._meta.label_lower, one.name) == (label, name)
    )
    named = import_module(settings.REGISTERS_CATALOG).STEPS.get(name)
    return next(buttons, None) or (gettext(named) if named else name.replace("_", " ").capitalize())


def _words(own: Any, value: Any, names: dict[Any, str]) -> str:
    if value is None or value in ("", []):
        return gettext("nothing")
    if isinstance(own, models.ForeignKey):
        return names.get((own.related_model, value), gettext("something deleted"))
    if own.choices:
        return str(dict(own.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or gettext("nothing")
    if isinstance(value, list):
        known = dict(getattr(own, "base_field", own).flatchoices)
        return ", ".join(str(known.get(part, part)) for part in value)
    return str(value)


def _names(rows: Iterable[Any], columns: list[Any]) -> dict[Any, str]:
    """Return the names of all other records that the rows point at, one query for each type."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for column in columns:
        if isinstance(column, models.ForeignKey):
            wanted.setdefault(column.related_model, set()).update(getattr(row, column.attname) for row in rows)
    return {
        (model, key): str(other)
        for model, keys in wanted.items()
        for key, other in model._default_manager.in_bulk(list(keys - {None})).items()
    }


@dataclass(frozen=True)
class Recent:
    """A change of some record, for the overview."""

    at: datetime
    actor: str
    what: str
    url: str
    step: str
    more: int = 0


def recent(user: Any, register: Any, *, since: datetime, limit: int, site: Any = None) -> list[Recent]:
    """Return the newest acts on a register's records that this person may see, at one site or all; what one did on a day for one reason is one act.

    Of the past, those before the moment that is read.
    """
    event_model = _event_model(register.model)
    found_by = register.queryset(user)
    visible = (found_by.filter(site=site) if site else found_by).values("pk")
    written = event_model.objects.filter(pgh_created_at__lte=moment() or timezone.now())
    last = written.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0
    rows = written.filter(
        pgh_id__gt=last - NEWEST, pgh_created_at__gte=since, pgh_label="update", pgh_obj_id__in=visible
    )
    acts: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows.order_by("-pgh_id")[:READ_FOR_RECENT]:
        who, why = context_of(row).get("name", "Portal"), context_of(row).get("reason", "")
        acts.setdefault((row.pgh_created_at.date(), who, why), []).append(row)
    shown = list(acts.items())[:limit]
    records = register.queryset(user).in_bulk([found[0].pgh_obj_id for _act, found in shown])
    return [
        Recent(found[0].pgh_created_at, who, str(records[found[0].pgh_obj_id]), records[found[0].pgh_obj_id].get_absolute_url(), why,
               len({row.pgh_obj_id for row in found}) - 1)
        for (_day, who, why), found in shown
    ]  # fmt: skip


def context_of(row: Any) -> dict[str, Any]:
    """Return who, why and by which step a row of history was written."""
    context = row.pgh_context or {}
    found: dict[str, Any] = getattr(context, "metadata", context)
    return found
