"""Many product types are matched in shares of the assets: side by side, none left out, and mended where a share failed."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Site
from assets.models import Asset
from patching import matching, polling, spreading, urgencies
from patching.models import Advisory, Match
from tests.patching.rules.plant import document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plant(north: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asset]:
    """Eight drives of four types, of which the advisory names all; each type is a batch, neighbours go to different shares."""
    monkeypatch.setattr(matching, "AT_ONCE", 1)
    monkeypatch.setattr(spreading, "BLOCK", 1)
    text = document(*((f"MD {kind}00", "<3.0") for kind in range(1, 5)))
    (tmp_path / "one.json").write_text(json.dumps(text))
    polling.poll(polling.source_for(str(tmp_path)), now=timezone.now())
    return [
        Asset.objects.create(
            site=north, name=f"N-DRV{number}", vendor="Merewater Drives", product=f"MD {number % 4 + 1}00", version=f"{number}.1"
        )
        for number in range(8)
    ]  # fmt: skip


def said() -> dict[str, str]:
    """What is said of each asset."""
    return dict(Match.objects.order_by("asset__name").values_list("asset__name", "verdict"))


EXPECTED = {f"N-DRV{number}": "AFFECTED" if number < 3 else "FIXED" for number in range(8)}


def test_every_asset_is_in_one_share(plant: list[Asset]) -> None:
    outcome = matching.follow(now=timezone.now())
    assert outcome.matched == 8
    assert said() == EXPECTED
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM patching_match")
        assert cursor.fetchone()[0] == spreading.SHARES


@pytest.mark.parametrize("scope", ["assets", "advisories"])
def test_what_is_asked_for_is_matched_in_shares_too(plant: list[Asset], scope: str) -> None:
    asked: dict[str, Any] = {"assets": [one.pk for one in plant[:6]]}
    if scope == "advisories":
        asked = {"advisories": list(Advisory.objects.values_list("pk", flat=True))}
    matching.match(now=timezone.now(), **asked)
    assert said() == dict(list(EXPECTED.items())[: 6 if scope == "assets" else 8])


def test_a_share_that_failed_is_matched_at_the_next_look(plant: list[Asset], monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = urgencies.prepare

    def fail(cursor: Any, *given: Any) -> None:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM touched_assets WHERE id = %s)", [plant[0].pk])
        if cursor.fetchone()[0]:
            raise OSError("the disk is full")
        prepare(cursor, *given)

    with monkeypatch.context() as broken:
        broken.setattr(urgencies, "prepare", fail)
        with pytest.raises(OSError, match="disk is full"):
            matching.follow(now=timezone.now())
    assert len(said()) == 4
    matching.follow(now=timezone.now())
    assert said() == EXPECTED


def test_matching_again_writes_nothing(plant: list[Asset]) -> None:
    matching.match(now=timezone.now())
    again = matching.match(now=timezone.now())
    assert (again.matched, again.closed, again.reprioritised) == (0, 0, 0)
    assert set(Match.objects.values_list("revision", flat=True)) == {1}
