"""Time travel: a schema `past` in which each tracked table is a view of how it stood at a moment.

Under `as_of(moment)` the connection is read-only and reads `past` before `public`, so every queryset, figure and report runs
unchanged on the past. Grants, people and sites are always today's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from registers import clock
from registers.models import HistoryEvent, Seal

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
TODAY_ALWAYS = frozenset({"accounts", "registers"})
# Asked once for a statement: read and parsed row by row, the setting took longer than the rows.
AT = "(SELECT past.moment())"


class NotSettled(Exception):
    """The moment is so recent that a transaction may still write into it."""


def tracked() -> list[tuple[type[models.Model], type[HistoryEvent]]]:
    """Return every model with a history, with the model of its history rows, in order of table name."""
    pairs: list[tuple[Any, type[HistoryEvent]]] = [
        (event.pgh_tracked_model, event)
        for event in apps.get_models(include_auto_created=True)
        if issubclass(event, HistoryEvent)
    ]
    return sorted(pairs, key=lambda pair: str(pair[0]._meta.db_table))


def of_today(model: type[models.Model]) -> bool:
    """Tell whether a table is always read as it is today: people and sites, the text of standards, and what else comes with the product."""
    return model._meta.app_label in TODAY_ALWAYS or getattr(model, "today_always", False)


def _expressions(table: str) -> dict[str, str]:
    """Return the SQL of each generated column of a table, by column name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_attrdef d"
            " ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = %s::regclass AND a.attgenerated <> ''",
            [f"public.{table}"],
        )
        return dict(cursor.fetchall())


def view_sql(model: type[models.Model], event: type[HistoryEvent]) -> str:
    """Return the SQL that makes the view of one tracked table: newest event at or before the moment, deletions left out.

    It is written so that the planner takes it apart (decision 27): each event that no later one replaced by then. A record is
    added once, or again after a deletion that replaced what was before, so nothing is replaced by an insert.
    """
    table, key, history = model._meta.db_table, model._meta.pk.column, f'public."{event._meta.db_table}"'
    subject = "pgh_obj_id" if hasattr(event, "pgh_obj") else key
    kept = {field.column for field in event._meta.concrete_fields}
    generated = _expressions(table)
    columns = []
    for field in model._meta.concrete_fields:
        if field.column == key:
            columns.append(f'e.{subject} AS "{key}"')  # which has an index
        elif field.column in kept:
            columns.append(f'e."{field.column}"')
        elif field.column in generated:
            columns.append(f'({generated[field.column]}) AS "{field.column}"')
        else:
            columns.append(f'NULL::{field.db_type(connection)} AS "{field.column}"')
    return (
        f'DROP VIEW IF EXISTS past."{table}"; CREATE VIEW past."{table}" AS SELECT {", ".join(columns)} FROM {history} e'
        f" WHERE (e.pgh_created_at > {AT}) IS NOT TRUE AND e.pgh_label <> 'delete' AND e.\"{key}\" IS NOT NULL AND NOT EXISTS ("
        f"SELECT FROM {history} n WHERE n.{subject} = e.{subject} AND n.pgh_id > e.pgh_id AND n.pgh_label <> 'insert' AND n.pgh_created_at <= {AT})"
    )


def make_views() -> int:
    """Make or renew every view of the past; return their number. Run after each migration, as the owner."""
    pairs = [pair for pair in tracked() if not of_today(pair[0])]
    with transaction.atomic(), connection.cursor() as cursor:
        for model, _event in tracked():
            if of_today(model):
                cursor.execute(f'DROP VIEW IF EXISTS past."{model._meta.db_table}"')
        for model, event in pairs:
            cursor.execute(view_sql(model, event))
    return len(pairs)


def moment() -> datetime | None:
    """Return the past moment that is being read, or None for now."""
    return _moment.get()


def day_at(site: Any = None) -> date:
    """Return the day that counts: of the moment that is read, or today, by the clock of a site, UTC without one."""
    return clock.day_of(moment() or clock.now(), site)


@contextmanager
def as_of(when: datetime, *, now: datetime) -> Iterator[None]:
    """Read the portal as it stood at `when`; nothing can be written inside.

    Raises NotSettled for a moment after the last seal, since a slow transaction may still write into it.
    """
    settled = Seal.objects.order_by("-pk").values_list("settled_at", flat=True).first()
    if when > now or settled is None or when > settled:
        raise NotSettled("That moment is not settled yet. Ask again in two minutes, or leave the date out for now.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.execute("SELECT set_config('csms.as_of', %s, true)", [when.isoformat()])
        cursor.execute("SET LOCAL search_path = past, public")
        if not settings.TESTING:
            cursor.execute("SET TRANSACTION READ ONLY")
        token = _moment.set(when)
        # A view has no primary key, so "GROUP BY id" does not cover the row's other columns there.
        connection.features.allows_group_by_selected_pks = False
        try:
            yield
        finally:
            _moment.reset(token)
            connection.features.allows_group_by_selected_pks = True
            if not connection.needs_rollback:
                cursor.execute("SELECT set_config('search_path', %s, true)", [path])
