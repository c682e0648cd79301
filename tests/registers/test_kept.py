"""Counts by site that are kept: right after every write, whoever writes it, and counted anew nowhere else."""

from collections.abc import Callable
from contextlib import closing
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Site
from assets.models import Asset, Zone
from programme.models import Catalogue
from registers.history import kept, seals
from registers.history.kept import by_site
from registers.history.past import as_of
from stack.postgres import DATABASE

Ask = Callable[[], dict[int, int]]


@pytest.fixture
def asked() -> list[list[int]]:
    """The sites that were counted, call by call."""
    return []


@pytest.fixture
def ask(north: Site, south: Site, asked: list[list[int]]) -> Ask:
    """Ask for the number of assets of both sites, under a name that no other test uses."""
    name = f"assets-{uuid4()}"

    def count(sites: list[int]) -> dict[int, int]:
        asked.append(sites)
        return {site: Asset.objects.filter(site=site).count() for site in sites}

    return lambda: by_site(name, (Asset, Zone, Catalogue), [south.pk, north.pk], count)


@pytest.mark.django_db(transaction=True)
class TestKept:
    def test_only_where_something_was_written_it_is_counted_again(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset
    ) -> None:
        assert ask() == ask() == {north.pk: 1, south.pk: 0}
        assert asked == [[north.pk, south.pk]]
        Asset.objects.bulk_create([Asset(site=south, name=f"new {number}", kind="PLC") for number in range(3)])
        assert ask() == ask() == {north.pk: 1, south.pk: 3}
        plc.delete()
        assert ask() == {north.pk: 0, south.pk: 3}
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM assets_asset WHERE name = 'new 0'")
        assert ask() == {north.pk: 0, south.pk: 2}
        assert asked[1:] == [[south.pk], [north.pk], [south.pk]]

    def test_a_record_of_no_site_concerns_all(self, ask: Ask, asked: list[list[int]], north: Site, south: Site) -> None:
        ask()
        Catalogue.objects.create(edition="Own 1", title="Own")
        ask()
        assert asked == [[north.pk, south.pk]] * 2

    def test_what_was_not_committed_is_seen_by_its_writer_and_kept_for_nobody(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset
    ) -> None:
        ask()
        with transaction.atomic():
            Asset.objects.create(site=south, name="never", kind="PLC")
            assert ask() == {north.pk: 1, south.pk: 1}
            transaction.set_rollback(True)
        assert ask() == {north.pk: 1, south.pk: 0}

    def test_who_writes_slowly_is_not_missed(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset
    ) -> None:
        written, go_on = Event(), Event()

        def slow() -> None:
            with transaction.atomic():
                Asset.objects.create(site=south, name="slow", kind="PLC")
                written.set()
                go_on.wait(10)
            connection.close()

        thread = Thread(target=slow)
        thread.start()
        assert written.wait(10)
        Asset.objects.create(site=south, name="quick", kind="PLC")  # its row of history is newer, and is seen first
        assert ask() == {north.pk: 1, south.pk: 1}
        go_on.set()
        thread.join()
        assert ask() == ask() == {north.pk: 1, south.pk: 2}
        assert len(asked) == 2

    def test_what_is_written_just_before_the_mark_is_read_is_not_kept_as_it_was(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask()
        Asset.objects.create(site=south, name="first", kind="PLC")
        read = kept._one

        def late(sql: str) -> tuple[Any, ...]:
            Asset.objects.create(site=north, name="between", kind="PLC")
            return read(sql)

        with monkeypatch.context() as between:
            between.setattr(kept, "_one", late)
            ask()
        assert ask() == {north.pk: 2, south.pk: 1}

    def test_who_writes_in_another_database_is_no_hindrance(self, ask: Ask, asked: list[list[int]], plc: Asset) -> None:
        with closing(psycopg2.connect(**connection.get_connection_params() | {"dbname": DATABASE})) as elsewhere:
            elsewhere.cursor().execute("SELECT pg_current_xact_id()")
            ask()
            ask()
        assert len(asked) == 1

    def test_the_past_is_counted_as_it_stood(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset
    ) -> None:
        before = timezone.now()
        Asset.objects.create(site=south, name="later", kind="PLC")
        seals.seal()
        assert ask() == {north.pk: 1, south.pk: 1}
        with as_of(before, now=timezone.now()):
            assert ask() == {north.pk: 1, south.pk: 0}
        assert ask() == {north.pk: 1, south.pk: 1}

    def test_a_moment_is_counted_once_and_apart_from_every_other(
        self, ask: Ask, asked: list[list[int]], north: Site, south: Site, plc: Asset
    ) -> None:
        first = timezone.now()
        Asset.objects.create(site=south, name="later", kind="PLC")
        second = timezone.now()
        seals.seal()
        for _each in range(2):
            for when, number in ((first, 0), (second, 1)):
                with as_of(when, now=timezone.now()):
                    assert ask()[south.pk] == number
        assert asked == [[north.pk, south.pk]] * 2
        Asset.objects.create(site=south, name="since", kind="PLC")
        with as_of(first, now=timezone.now()):
            assert ask()[south.pk] == 0
        assert asked[2:] == [[south.pk]]

    def test_a_restored_table_is_another(self, ask: Ask, asked: list[list[int]], plc: Asset) -> None:
        ask()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE assets_assethistoryevent RENAME TO aside")
            cursor.execute("CREATE TABLE assets_assethistoryevent (LIKE aside INCLUDING ALL)")
        try:
            ask()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE assets_assethistoryevent")
                cursor.execute("ALTER TABLE aside RENAME TO assets_assethistoryevent")
        assert len(asked) == 2
