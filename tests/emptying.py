"""Empties the database after what was committed: the tables that hold something, a fifth of the work of emptying all."""

from django.db import connection
from django.test import TransactionTestCase

# What the migrations leave and every test needs. Tables without a page on disk were not written to.
WRITTEN = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
    AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""


def empty(case: TransactionTestCase | None = None) -> None:
    """Do what Django's own `flush` does after such a test."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        if tables := cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {tables} CASCADE")
