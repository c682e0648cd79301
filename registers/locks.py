"""What only one worker may do at a time: advisory locks of PostgreSQL, which end with the worker's connection at the latest."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def held(kind: int, key: int = 0) -> Iterator[bool]:
    """Hold what only one worker may have, until the end or the worker's death; says whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, key])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, key])


def taken(kind: int) -> bool:
    """Take it until the end of the transaction; False where another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [kind])
        return bool(cursor.fetchone()[0])
