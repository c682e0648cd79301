"""Counts by site that are kept until history says that something of what they count was written there.

A count of 100,000 records takes a tenth of a second, and between two looks at the overview nothing was written at most sites.
The mark is the newest row of history, read before it is asked whether any transaction is writing: where none is, whatever
commits later gets higher numbers, and whatever has committed is in the counts that follow.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.db import connection, models

from registers.history.past import moment, tracked
from registers.history.writers import WRITERS

SECONDS = 24 * 3600
SECONDS_OF_PAST = 300  # while somebody looks around there: there are many moments, and room for few
Kinds = tuple[type[models.Model], ...]


@dataclass(frozen=True)
class Kept:
    """Values by site, with the database and the newest row of history of each kind from before they were counted."""

    database: str
    marks: tuple[int, ...]
    values: dict[int, Any]


def by_site(
    name: str, kinds: Kinds, sites: Iterable[int], count: Callable[[list[int]], dict[int, Any]]
) -> dict[int, Any]:
    """Return a value for each of these sites; `count` is asked for those at which a record of these kinds was written since.

    Where a record of no site was written, it is asked for all. A value may follow from nothing but these kinds, the name, the
    site and the moment that is read: a day belongs into the name, and who looks has no part in it.
    """
    wanted, then = sorted(set(sites)), moment()
    store = caches["forgiving"]
    key = f"kept-{connection.settings_dict['NAME']}-{_code(count.__code__.co_filename, kinds)}-{name}"
    if then is not None:
        key = f"{key}-{then.timestamp()}"
    kept: Kept | None = store.get(key)
    values = _valid(kept, kinds) if kept else {}
    if not values.keys() >= set(wanted):
        database, quiet, *marks = _one(_look(kinds))
        # Again: what was committed up to the mark must not be kept as it was before.
        values = _valid(kept, kinds) if kept else {}
        values |= count([site for site in wanted if site not in values])
        if quiet:
            store.set(key, Kept(database, tuple(marks), values), SECONDS if then is None else SECONDS_OF_PAST)
    return {site: values[site] for site in wanted}


@cache
def _code(path: str, kinds: Kinds) -> str:
    """Return a digest of the code that counts: what an earlier version of it counted is not found."""
    return hashlib.sha256(Path(path).read_bytes() + _written(kinds).encode()).hexdigest()[:16]


def _valid(kept: Kept, kinds: Kinds) -> dict[int, Any]:
    """Return the values of the sites at which nothing was written since."""
    with connection.cursor() as cursor:
        cursor.execute(_written(kinds), [kept.database, *kept.marks])
        written = {site for (site,) in cursor.fetchall()}
    return {} if None in written else {site: value for site, value in kept.values.items() if site not in written}


def _one(sql: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: tuple[Any, ...] = cursor.fetchone()
    return found


@cache
def _tables(kinds: Kinds) -> tuple[tuple[str, str], ...]:
    """Return the table of history of each kind, with what names the site there."""
    return tuple(
        (f'public."{event._meta.db_table}"', "site_id" if _of_site(kind) else "NULL::bigint")
        for kind, event in tracked()
        if kind in kinds
    )


def _of_site(kind: type[models.Model]) -> bool:
    return any(one.attname == "site_id" for one in kind._meta.concrete_fields)


def _database(kinds: Kinds) -> str:
    """Return the SQL for what a server that was started anew, or a table that was restored, has not in common with this one."""
    tables = " || ".join(f"'{table}'::regclass::oid::text" for table, _site in _tables(kinds))
    return f"md5(pg_postmaster_start_time()::text || {tables})"


@cache
def _look(kinds: Kinds) -> str:
    """Return the SQL for the database, whether nobody is writing, and the newest row of each kind."""
    newest = ", ".join(f"(SELECT coalesce(max(pgh_id), 0) FROM {table})" for table, _site in _tables(kinds))
    return f"SELECT {_database(kinds)}, NOT EXISTS ({WRITERS}), {newest}"


@cache
def _written(kinds: Kinds) -> str:
    """Return the SQL for the sites at which one of these kinds was written, NULL for a record of none."""
    parts = [f"SELECT {site} FROM {table} WHERE pgh_id > %s" for table, site in _tables(kinds)]
    return " UNION ".join([f"SELECT NULL::bigint WHERE {_database(kinds)} <> %s", *parts])
