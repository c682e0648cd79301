"""The product's catalogues for tests that need them, from a copy: to read them in anew takes longer than most tests."""

from django.db import connection

from programme import reference
from programme.models import Catalogue, Requirement

KEPT = [kind._meta.db_table for kind in (Catalogue, Requirement)]


def keep() -> None:
    """Copy what the product loads to where no test empties it; the caller empties the tables."""
    reference.load()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept")
        for table in KEPT:
            cursor.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")


def load() -> None:
    """Bring in what the product loads; what the copy lacks, the product adds."""
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"INSERT INTO {table} TABLE kept.{table} ON CONFLICT DO NOTHING")
    reference.load()
