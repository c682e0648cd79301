"""What a worker is told when it starts."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from csms.celery import settle_in


@pytest.mark.django_db
def test_the_database_works_for_a_task_as_long_as_the_task_may(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "options", options["options"] + " -c statement_timeout=120s")  # as on pages
    settle_in()
    with closing(psycopg2.connect(**connection.get_connection_params())) as session, session.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("24min",)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)
