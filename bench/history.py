"""History at size."""

from collections.abc import Iterator

from django.db import connection, transaction

from assets.models import Asset
from bench.rows import Row, seconds
from registers.history import seals


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
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
