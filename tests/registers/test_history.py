"""History: who, what and why by whichever door; sealed; readable for a past moment."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from assets.models import Asset, Interface, Protocol, Zone
from csms.catalog import STEPS
from registers.door import registers
from registers.history import seals, witness
from registers.history.joins import joined
from registers.history.links import watch_links
from registers.history.past import NotSettled, as_of, tracked
from registers.history.timeline import _title, entries
from stack.places import ROOT
from stack.postgres import DATABASE


@pytest.mark.django_db
def test_an_update_round_save_is_in_history(plc: Asset, mara: User, acting: Callable[..., Any]) -> None:
    with acting(by=mara, step="assets.asset.bulk_change", reason="firmware day"):
        Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
    newest = entries(plc)[0]
    assert (newest.actor, newest.reason) == ("Mara Keller", "firmware day")
    assert [(change.label, change.old, change.new) for change in newest.changes] == [("Version", "V2.9.4", "V2.9.7")]
    plc.refresh_from_db()
    assert plc.revision == 2


@pytest.mark.django_db
def test_a_write_that_changes_nothing_leaves_no_trace(plc: Asset) -> None:
    Asset.objects.filter(pk=plc.pk).update(version="V2.9.4")
    plc.refresh_from_db()
    assert plc.revision == 1
    assert len(entries(plc)) == 1


@pytest.mark.django_db
def test_history_cannot_be_rewritten(plc: Asset) -> None:
    event = Asset.pgh_event_model
    with pytest.raises(DatabaseError), transaction.atomic():
        event.objects.update(name="forged")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.objects.all().delete()


@pytest.mark.django_db
def test_a_record_never_changes_its_site(plc: Asset, south: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.filter(pk=plc.pk).update(site=south, zone=None)


@pytest.mark.django_db
def test_a_record_and_its_zone_are_of_one_site(plc: Asset, telemetry: Zone) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Asset.objects.filter(pk=plc.pk).update(zone=telemetry)


@pytest.mark.django_db
def test_what_it_is_joined_with_is_told(plc: Asset, mara: User, acting: Callable[..., Any]) -> None:
    interface = Interface.objects.create(site=plc.site, asset=plc, name="X1")
    opc, modbus = (Protocol.objects.create(code=code, name=code) for code in ("opc", "modbus"))
    interface.protocols.add(opc)
    assert joined(interface) == []  # it was made with that
    interface.created_at -= timedelta(days=1)
    with acting(by=mara, step="", reason="as seen on site"):
        interface.protocols.set([opc, modbus])
    with acting(by=mara, step="", reason="not used"):
        interface.protocols.remove(opc)
    told = [
        (entry.actor, entry.reason, *[(change.label, change.old, change.new) for change in entry.changes])
        for entry in joined(interface)
    ]
    assert told[1:] == [
        ("Mara Keller", "as seen on site", ("Protocols", "opc", "opc, modbus")),
        ("Mara Keller", "not used", ("Protocols", "opc, modbus", "modbus")),
    ]


@pytest.mark.django_db
def test_every_table_with_a_history_is_watched() -> None:
    """Migrations know nothing of many-to-many tables; a trigger that is declared must be there all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = set(cursor.fetchall())
    declared: list[Any] = [model for model, _event in tracked()]
    assert [model for model in declared if model._meta.auto_created]
    for model in declared:
        for trigger in model._meta.triggers:
            assert (model._meta.db_table, trigger.get_pgid(model)) in there


@pytest.mark.django_db
def test_what_a_table_held_before_it_was_watched_enters_history_once(plc: Asset) -> None:
    kept: Any = Interface.protocols.through
    event = next(event for model, event in tracked() if model is kept)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER {_insert(kept)} ON "{kept._meta.db_table}"')
    interface = Interface.objects.create(site=plc.site, asset=plc, name="X1")
    interface.protocols.add(Protocol.objects.create(code="opc", name="OPC UA"))
    assert not event._default_manager.exists()
    watch_links()
    watch_links()
    assert [one.pgh_label for one in event._default_manager.all()] == ["insert"]


def _insert(model: Any) -> str:
    (name,) = (one.get_pgid(model) for one in model._meta.triggers if one.name == "insert_insert")
    return str(name)


@pytest.mark.django_db(transaction=True)
class TestSeals:
    def test_untouched_history_verifies(self, plc: Asset) -> None:
        made = seals.seal()
        assert made is not None
        assert made.rows > 0
        assert seals.verify() is None

    @pytest.mark.parametrize(
        ("tamper", "told"),
        [
            ("UPDATE assets_assethistoryevent SET version = 'V9'", "was changed after sealing"),
            ("DELETE FROM assets_assethistoryevent", "is missing"),
            (
                "INSERT INTO assets_zonehistoryevent SELECT (jsonb_populate_record(z, jsonb_build_object('pgh_id', 999999))).*"
                " FROM assets_zonehistoryevent z LIMIT 1",
                "was added after sealing",
            ),
            *(
                (
                    "INSERT INTO assets_zonehistoryevent"
                    f" SELECT (jsonb_populate_record(z, jsonb_build_object('pgh_id', 999999, 'pgh_epoch', {epoch}))).*"
                    " FROM assets_zonehistoryevent z LIMIT 1",
                    "row 999999: belongs to an epoch that was never opened",
                )
                for epoch in (-1, 10**9)
            ),
        ],
    )
    def test_touched_history_is_named(self, plc: Asset, tamper: str, told: str) -> None:
        seals.seal()
        with transaction.atomic(), connection.cursor() as cursor:
            table = "assets_zonehistoryevent" if "zone" in tamper else "assets_assethistoryevent"
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(tamper)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        damage = seals.verify()
        assert damage is not None
        assert told in str(damage)

    @pytest.mark.parametrize("change", ["rows = rows + 1", "leaves = leaves || leaves", "last_epoch = last_epoch + 5"])
    def test_a_changed_seal_is_named(self, plc: Asset, change: str) -> None:
        seals.seal()
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE registers_seal SET {change}")
        assert "the seal itself was changed" in str(seals.verify())

    def test_a_cut_seal_is_named(self, plc: Asset) -> None:
        first = seals.seal()
        Asset.objects.update(version="V2.9.7")
        seals.seal()
        assert first is not None
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM registers_seal WHERE id = %s", [first.pk])
        assert "does not follow" in str(seals.verify())

    def test_a_cut_end_is_named_though_it_was_sealed_over(self, plc: Asset) -> None:
        seals.seal()
        Asset.objects.update(version="V2.9.7")
        cut = seals.seal()
        assert cut is not None
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE assets_assethistoryevent DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM assets_assethistoryevent WHERE pgh_epoch >= %s", [cut.first_epoch])
            cursor.execute("ALTER TABLE assets_assethistoryevent ENABLE TRIGGER USER")
            cursor.execute("DELETE FROM registers_seal WHERE id = %s", [cut.pk])
        seals.seal()
        assert (
            str(seals.verify())
            == f"seal {cut.pk}: registers_seal row {cut.pk}: was cut off; its digest was {cut.digest}"
        )

    def test_what_is_being_written_as_the_epoch_closes_is_waited_for(
        self, plc: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seals, "TURNS", 1)
        with closing(psycopg2.connect(**connection.get_connection_params())) as beside:
            beside.cursor().execute("UPDATE assets_asset SET version = 'V2.9.7'")
            assert seals.seal() is None
            beside.commit()
        assert seals.seal() is not None
        assert seals.verify() is None

    def test_while_a_long_seal_is_made_nobody_waits_for_it(self, plc: Asset) -> None:
        with closing(psycopg2.connect(**connection.get_connection_params())) as beside:
            beside.cursor().execute("SELECT pg_advisory_xact_lock(%s)", [seals.SEALING])
            assert seals.seal() is None
        made = seals.seal()
        assert made is not None
        assert made.rows
        assert seals.verify() is None

    def test_what_is_written_in_another_database_is_not_waited_for(
        self, plc: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(seals, "TURNS", 1)
        with closing(psycopg2.connect(**connection.get_connection_params() | {"dbname": DATABASE})) as elsewhere:
            elsewhere.cursor().execute("SELECT pg_current_xact_id()")
            assert seals.seal() is not None

    def test_a_restore_begins_the_file_of_seals_anew(self, plc: Asset) -> None:
        made = seals.seal()
        assert made is not None
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM registers_seal WHERE id = %s", [made.pk])
        witness.begin_anew()
        assert witness.first_missed() is None

    def test_the_past_reads_as_it_was(self, plc: Asset, pumping: Zone) -> None:
        then = timezone.now()
        Asset.objects.filter(pk=plc.pk).update(version="V2.9.7")
        Zone.objects.create(site=pumping.site, name="N-NEW")
        seals.seal()
        with as_of(then, now=timezone.now()):
            assert Asset.objects.get(pk=plc.pk).version == "V2.9.4"
            assert not Zone.objects.filter(name="N-NEW").exists()
        assert Asset.objects.get(pk=plc.pk).version == "V2.9.7"

    def test_what_was_deleted_later_is_still_there_then(self, plc: Asset) -> None:
        then = timezone.now()
        plc.delete()
        seals.seal()
        with as_of(then, now=timezone.now()):
            assert Asset.objects.filter(name="N-PS1-PLC01").exists()

    def test_what_was_joined_then_is_joined_in_the_past(self, plc: Asset) -> None:
        interface = Interface.objects.create(site=plc.site, asset=plc, name="X1")
        opc, modbus = (Protocol.objects.create(code=code, name=code) for code in ("opc", "modbus"))
        interface.protocols.add(opc)
        then = timezone.now()
        interface.protocols.set([modbus])
        seals.seal()
        with as_of(then, now=timezone.now()):
            assert list(Interface.objects.get().protocols.all()) == [opc]
        assert list(interface.protocols.all()) == [modbus]

    def test_an_unsettled_moment_is_refused(self, plc: Asset) -> None:
        seals.seal()
        now = timezone.now()
        with pytest.raises(NotSettled), as_of(now, now=now):
            raise AssertionError("must not be read")


def test_the_timeline_names_each_step_in_the_readers_language() -> None:
    apps = [register.model._meta.app_label for register in registers()]
    written = {
        name.rpartition(".")[2]
        for app in {*apps, "csms"} for path in (ROOT / app).rglob("*.py")
        for name in re.findall(r'\b(?i:step) ?= ?f?"([^" ]+\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }  # fmt: skip
    buttons = {step.name for register in registers() for step in register.transitions}
    assert written - buttons <= set(STEPS)
    assert set(STEPS) <= written
    with translation.override("de"):
        assert _title("programme.decision.approve") == "Genehmigen"
        assert _title("programme.decision.lapse") == "Erlöschen"
