"""The product's catalogues for tests that need them, from a copy: to read them in anew takes longer than most tests."""

from io import StringIO

from django.db import connection

from programme import reference
from programme.models import Catalogue, Requirement

KEPT: dict[str, str] = {}


def keep() -> None:
    """Copy what the product loads; the caller empties the tables."""
    reference.load()
    with connection.cursor() as cursor:
        for table in (Catalogue._meta.db_table, Requirement._meta.db_table):
            rows = StringIO()
            cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
            KEPT[table] = rows.getvalue()


def load() -> None:
    """Bring in what the product loads; what the copy lacks, the product adds."""
    if not Catalogue.objects.exists():
        with connection.cursor() as cursor:
            for table, rows in KEPT.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(rows))
    reference.load()
