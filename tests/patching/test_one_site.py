"""A match, its asset and who decided it: the database holds them by its own triggers as foreign keys would row by row."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from assets.models import Asset
from patching.models import Advisory, Match

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def advisory(organisation: Any) -> Advisory:
    return Advisory.objects.create(
        tracking_id="MW-2026-001",
        publisher="Merewater Drives",
        title="Weak password",
        initial_release_on=NOON,
        current_release_on=NOON,
    )


def of(asset: Asset, advisory: Advisory, **other: Any) -> Match:
    """A match of an asset, at its site unless another is named."""
    given = {
        "site": asset.site,
        "asset": asset,
        "advisory": advisory,
        "verdict": "AFFECTED",
        "found_on": date(2026, 1, 1),
    }
    return Match(**{**given, **other})


def refused() -> Any:
    return pytest.raises(IntegrityError, match="Not in assets_asset at this site")


@pytest.mark.django_db
def test_one_foreign_row_among_many_is_refused(plc: Asset, rtu: Asset, advisory: Advisory) -> None:
    with refused() as told, transaction.atomic():
        Match.objects.bulk_create([of(plc, advisory), of(rtu, advisory, site=plc.site)])
    assert told.value.__cause__.diag.constraint_name == "match_asset_same_site"
    assert not Match.objects.exists()
    Match.objects.bulk_create([of(plc, advisory), of(rtu, advisory)])
    assert Match.objects.count() == 2


@pytest.mark.django_db
def test_an_asset_that_is_not_there_is_refused(plc: Asset, advisory: Advisory) -> None:
    with refused(), transaction.atomic():
        Match.objects.bulk_create([of(Asset(pk=plc.pk + 1000, site=plc.site), advisory)])


@pytest.mark.django_db
def test_it_never_moves_to_an_asset_of_another_site(plc: Asset, rtu: Asset, advisory: Advisory) -> None:
    match = of(plc, advisory)
    match.save()
    with refused(), transaction.atomic():
        Match.objects.update(asset=rtu)
    with (
        pytest.raises(IntegrityError, match="Still referenced from"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM assets_asset WHERE id = %s", [plc.pk])
    twin = Asset.objects.create(site=plc.site, name="N-PLC9", vendor="Siemens", product="CPU 1516-3 PN/DP")
    Match.objects.update(asset=twin)
    plc.delete()
    assert Match.objects.get().asset == twin


@pytest.mark.django_db(transaction=True)
def test_an_asset_waits_with_going_until_its_matches_are_in(plc: Asset, advisory: Advisory) -> None:
    def go() -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '300ms'")
                cursor.execute("DELETE FROM assets_asset WHERE id = %s", [plc.pk])
            return "went"
        except Exception as problem:
            return type(problem).__name__
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as other:
        of(plc, advisory).save()
        assert other.submit(go).result() == "OperationalError"
    assert Match.objects.get().asset == plc


@pytest.mark.django_db
def test_nobody_who_is_not_there_decided_a_match(plc: Asset, advisory: Advisory) -> None:
    with pytest.raises(IntegrityError, match="Not in accounts_user") as told, transaction.atomic():
        of(plc, advisory, decided_by_id=0).save()
    assert told.value.__cause__.diag.constraint_name == "match_decided_by_somebody"
    of(plc, advisory).save()
    with pytest.raises(IntegrityError, match="Not in accounts_user"), transaction.atomic():
        Match.objects.update(decided_by=0)
    assert Match.objects.get().decided_by is None


@pytest.mark.django_db
def test_a_person_goes_once_their_name_was_taken_off_the_matches(plc: Asset, advisory: Advisory, emil: User) -> None:
    of(plc, advisory, decided_by=emil).save()
    with (
        pytest.raises(IntegrityError, match="Still referenced from patching_match"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [emil.pk])
    emil.delete()
    assert Match.objects.get().decided_by is None
