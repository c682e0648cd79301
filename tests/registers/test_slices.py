"""Far pages hold what near pages would: the same records in the same order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Site, User
from assets.models import Asset
from registers import slices
from registers.slices import FAR, ListPaginator, part


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
