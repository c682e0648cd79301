"""Far pages hold what near pages would: the same records in the same order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.models import Site, User
from assets.models import Asset
from registers import slices
from registers.slices import FAR, ListPaginator, cut, length, part


@pytest.mark.django_db
def test_a_far_part_is_the_same_part(north: Site, emil: User, rest: Callable[..., Any]) -> None:
    Asset.objects.bulk_create(
        Asset(site=north, name=f"N-{(n * 7919) % 1000:04}", vendor=str(n % 3)) for n in range(FAR + 100)
    )
    ordered = Asset.objects.order_by("-vendor", "name", "pk")
    names = [asset.name for asset in ordered]
    assert [asset.name for asset in part(ordered, FAR + 20, FAR + 60, count=FAR + 100)] == names[FAR + 20 : FAR + 60]
    assert [asset.name for asset in ListPaginator(ordered, 50).page(12)] == names[550:600]
    answer = rest(emil).send("get", f"assets/?ordering=-vendor,name&offset={FAR + 20}&limit=40").json()
    assert [one["name"] for one in answer["results"]] == names[FAR + 20 : FAR + 60]
    assert answer["count"] == FAR + 100


@pytest.mark.django_db
def test_a_long_list_is_sorted_by_its_ids_alone(north: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "LONG", 5)
    Asset.objects.bulk_create(Asset(site=north, name=f"N-{(n * 7) % 20:02}", vendor=str(n % 3)) for n in range(20))
    ordered = Asset.objects.select_related("site").order_by("-vendor", "name", "pk")
    with CaptureQueriesContext(connection) as asked:
        shown = list(part(ordered, 3, 8, count=20))
    assert shown == list(ordered)[3:8]
    assert ["accounts_site" in one["sql"] for one in asked] == [False, True]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take few records for many."""
    monkeypatch.setattr(slices, "MANY", 3)
    monkeypatch.setattr(slices, "_many", set())


def _counted(asked: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in asked if "COUNT(" in one["sql"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("many")
class TestLength:
    def test_many_are_counted_again_where_something_was_written(self, north: Site, south: Site) -> None:
        Asset.objects.bulk_create(Asset(site=north, name=f"N-{n}") for n in range(4))
        everything = Asset.objects.select_related("site").order_by("name")
        assert [length(everything) for _look in range(3)] == [4, 4, 4]
        with CaptureQueriesContext(connection) as asked:
            assert length(everything) == 4
        assert not _counted(asked)
        Asset.objects.create(site=south, name="S-1")
        with CaptureQueriesContext(connection) as asked:
            assert length(everything) == 5
        assert [f"IN ({south.pk})" in sql for sql in _counted(asked)] == [True]
        Asset.objects.filter(name="N-2").delete()
        assert length(everything) == 4

    def test_what_is_narrowed_further_is_counted_by_itself(self, north: Site, south: Site) -> None:
        Asset.objects.bulk_create(
            Asset(site=site, name=f"{site.code}-{n}") for site in (north, south) for n in range(4)
        )
        assert [length(Asset.objects.all()) for _look in range(2)] == [8, 8]
        assert [length(Asset.objects.filter(site__in=[south.pk])) for _look in range(2)] == [4, 4]
        for narrowed, count in (
            (Asset.objects.filter(name__contains="-1"), 2),
            (Asset.objects.filter(site__in=[south.pk], name__contains="-1"), 1),
            (Asset.objects.exclude(site__in=[south.pk]), 4),
            (Asset.objects.filter(site__in=[]), 0),
            (Asset.objects.filter(site__code="NORTH"), 4),
            (Asset.objects.values("site").distinct(), 2),
            (Asset.objects.values("site").annotate(n=Count("pk")), 2),
            (Asset.objects.all()[:3], 3),
            (Asset.objects.filter(name="NORTH-1").union(Asset.objects.filter(name="SOUTH-1")), 2),
            (Asset.objects.none(), 0),
        ):  # fmt: skip
            assert length(narrowed) == count == narrowed.count()

    def test_what_a_search_leaves_is_looked_for_once(self, north: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(slices, "FAR", 2)
        Asset.objects.bulk_create(Asset(site=north, name=f"{'pump' if n < 3 else 'valve'} {n}") for n in range(9))
        pumps, valves = (Asset.objects.filter(name__contains=word).order_by("name") for word in ("pump", "valve"))
        assert length(Asset.objects.all()) == 9
        for size, counted in ((3, 0), (2, 1)):
            with CaptureQueriesContext(connection) as asked:
                rows, count = cut(pumps, 0, size)
                assert [asset.name for asset in rows] == ["pump 0", "pump 1", "pump 2"][:size]
            assert (count, len(_counted(asked)), len(asked)) == (3, counted, 2 + counted)
        assert [asset.name for asset in cut(valves, 2, 2)[0]] == ["valve 5", "valve 6"]
        pages = ListPaginator(valves, 4)
        assert [[asset.name for asset in pages.get_page(number)] for number in ("2", None)] == [
            ["valve 7", "valve 8"], ["valve 3", "valve 4", "valve 5", "valve 6"],
        ]  # fmt: skip
        assert len(ListPaginator(pumps, 4).get_page("none").object_list) == 3

    def test_each_person_is_told_what_he_sees(
        self, north: Site, south: Site, emil: User, sven: User, rest: Callable[..., Any]
    ) -> None:
        Asset.objects.bulk_create(Asset(site=north, name=f"N-{n}") for n in range(4))
        Asset.objects.bulk_create(Asset(site=south, name=f"S-{n}") for n in range(3))
        for _look in range(3):
            assert [rest(person).send("get", "assets/").json()["count"] for person in (emil, sven)] == [4, 3]
        for person in (emil, sven):
            with CaptureQueriesContext(connection) as asked:
                rest(person).send("get", "assets/")
            assert not [sql for sql in _counted(asked) if "assets_asset" in sql]
