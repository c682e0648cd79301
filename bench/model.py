"""History and matching at size."""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from assets.models import Asset
from bench.rows import Row, seconds
from patching import matching, polling
from registers.history import seals

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "advisories"


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
    yield from _history()
    yield from _matching()


def _history() -> Iterator[Row]:
    keys = list(Asset.objects.order_by("pk").values_list("pk", flat=True)[:20_000])

    def change(text: str) -> float:
        with transaction.atomic():
            return seconds(lambda: Asset.objects.filter(pk__gte=keys[0], pk__lte=keys[-1]).update(note=text))

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assets_asset DISABLE TRIGGER USER")
        bare = min(change(f"bare {turn}") for turn in range(3))
        cursor.execute("ALTER TABLE assets_asset ENABLE TRIGGER USER")
    seals.seal()
    tracked = min(change(f"kept {turn}") for turn in range(3))
    yield Row("history: 20,000 rows in one statement", tracked / bare, "x without", 6)
    yield Row("history: sealing them", seconds(seals.seal), "s", 5)


def _matching() -> Iterator[Row]:
    if not DATA.is_dir():
        return
    folder = DATA / "csaf"
    source = polling.source_for(str(folder))
    yield Row(
        "advisories: parse and store 250",
        seconds(lambda: polling.poll(source, now=timezone.now())),
        "s",
        60 * 250 / 2379,
    )
    yield Row(
        "matching: all assets against 250, from nothing", seconds(lambda: matching.match(now=timezone.now())), "s", 20
    )
    newest = matching.Advisory.objects.order_by("-pk").values_list("pk", flat=True)[0]
    yield Row(
        "matching: one new advisory", seconds(lambda: matching.match(now=timezone.now(), advisories=[newest])), "s", 1
    )
    one = Asset.objects.order_by("pk").values_list("pk", flat=True)[0]
    matching.match(now=timezone.now(), assets=[one])
    yield Row(
        "matching: one changed asset",
        seconds(lambda: matching.match(now=timezone.now(), assets=[one])) * 1000,
        "ms",
        50,
    )
