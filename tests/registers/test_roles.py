"""Two database roles: the application adds to history and can do nothing else to it."""

from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from assets.models import Asset


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE assets_assethistoryevent SET name = 'forged'", "DELETE FROM assets_assethistoryevent",
        "TRUNCATE assets_assethistoryevent", "ALTER TABLE assets_assethistoryevent DISABLE TRIGGER ALL",
        "ALTER TABLE assets_asset DISABLE TRIGGER ALL", "SET session_replication_role = replica",
        "UPDATE registers_seal SET digest = ''", "DELETE FROM registers_seal", "INSERT INTO registers_installation (demo) VALUES (true)",
        "INSERT INTO assets_assethistoryevent SELECT * FROM assets_assethistoryevent", "DROP TABLE assets_assethistoryevent", "CREATE OR REPLACE FUNCTION csms_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    ],
)  # fmt: skip
def test_the_application_cannot_touch_history(plc: Asset, attack: str) -> None:
    assert settings.HISTORY_PROTECTED, "the test servers have two roles"
    with _as_application() as session, session.cursor() as cursor, pytest.raises(psycopg2.Error):
        cursor.execute(attack)


@pytest.mark.django_db(transaction=True)
def test_the_application_cannot_write_without_history(plc: Asset) -> None:
    with _as_application() as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'assets_asset'::regclass AND tgname LIKE 'pgtrigger%'"
        )
        ignored = "{" + ",".join(f"public.assets_asset:{name},{name}" for (name,) in cursor.fetchall()) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [ignored])
        cursor.execute("UPDATE assets_asset SET version = 'V9'")
        cursor.execute("SELECT count(*) FROM assets_assethistoryevent WHERE version = 'V9'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_a_table_of_the_applications_own_leads_no_history_astray(plc: Asset) -> None:
    with _as_application() as session, session.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE assets_assethistoryevent (LIKE public.assets_assethistoryevent)")
        cursor.execute(
            "ALTER TABLE pg_temp.assets_assethistoryevent ADD PRIMARY KEY (pgh_id), ALTER pgh_id SET DEFAULT 1"
        )
        cursor.execute("UPDATE public.assets_asset SET version = 'V9'")
        cursor.execute("SELECT count(*) FROM public.assets_assethistoryevent WHERE version = 'V9'")
        assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_the_application_borrows_no_trigger_of_history(plc: Asset) -> None:
    with _as_application() as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT tgfoid::regproc FROM pg_trigger WHERE tgrelid = 'assets_asset'::regclass AND tgname LIKE '%insert_insert%'"
        )
        (function,) = cursor.fetchone()
        cursor.execute("CREATE TEMP TABLE own (LIKE public.assets_asset)")
        with pytest.raises(psycopg2.Error, match="permission denied for function"):
            cursor.execute(
                "CREATE TRIGGER borrowed AFTER INSERT ON own REFERENCING NEW TABLE AS new_values"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )


@pytest.mark.django_db(transaction=True)
def test_the_application_cannot_move_the_clock(plc: Asset) -> None:
    with _as_application() as session, session.cursor() as cursor:
        cursor.execute("SET csms.demo_now = '2001-01-01T00:00:00Z'")
        cursor.execute("UPDATE assets_asset SET version = 'V9' RETURNING updated_at")
        assert cursor.fetchone()[0].year > 2001
        cursor.execute("SELECT min(pgh_created_at) FROM assets_assethistoryevent")
        assert cursor.fetchone()[0].year > 2001


def _as_application() -> Any:
    """Connect as the application, which has its rights as after every start."""
    call_command("grant_roles")
    parameters = connection.get_connection_params()
    return psycopg2.connect(dbname=parameters["dbname"], user=settings.APPLICATION_ROLE, host=parameters["host"])
