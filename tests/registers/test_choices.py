"""A long choice is searched, a short one offered whole, and neither shows what is not the person's."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Site, User
from assets.models import Asset, Interface, Zone
from registers.choices import MOST


@pytest.fixture
def many(north: Site, south: Site) -> list[Asset]:
    """More assets than a choice carries, and one of another site."""
    Asset.objects.create(site=south, name="N-SECRET")
    return Asset.objects.bulk_create(Asset(site=north, name=f"N-{n:03}") for n in range(MOST + 1))


@pytest.mark.django_db
class TestChoices:
    def test_a_short_one_is_offered_whole(self, emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
        page = signed_in(emil).get("/assets/interfaces/add/").content.decode()
        assert f'<option value="{plc.pk}">' in page
        assert "data-search" not in page

    def test_a_long_one_is_searched_and_keeps_what_was_chosen(
        self, emil: User, many: list[Asset], signed_in: Callable[[User], Client]
    ) -> None:
        client = signed_in(emil)
        page = client.get("/assets/interfaces/add/").content.decode()
        assert 'data-search="/choices/assets/"' in page
        assert many[0].name not in page
        kept = Interface.objects.create(site=many[7].site, asset=many[7], name="eth0")
        page = client.get(f"/assets/interfaces/{kept.pk}/change/").content.decode()
        assert f'<option value="{many[7].pk}" selected>N-007</option>' in page
        answer = client.post("/assets/interfaces/add/", {"site": many[8].site_id, "asset": many[8].pk, "name": "eth1"})
        assert answer.status_code == 302, answer.content.decode()
        assert Interface.objects.filter(asset=many[8]).exists()

    def test_what_is_found_is_the_persons_own(
        self, emil: User, sven: User, many: list[Asset], signed_in: Callable[[User], Client]
    ) -> None:
        found = signed_in(emil).get("/choices/assets/?q=n-00").json()["results"]
        assert [one["name"] for one in found] == [f"N-{n:03}" for n in range(10)]
        assert signed_in(emil).get("/choices/assets/?q=secret").json()["results"] == []
        assert signed_in(sven).get("/choices/assets/?q=n-00").json()["results"] == []
        assert signed_in(emil).get("/choices/toasters/").status_code == 404

    def test_a_filter_narrows_by_a_record_that_was_searched(
        self, emil: User, many: list[Asset], pumping: Zone, signed_in: Callable[[User], Client]
    ) -> None:
        Interface.objects.create(site=many[3].site, asset=many[3], name="eth0")
        page = signed_in(emil).get(f"/assets/interfaces/?asset={many[3].pk}")
        assert page.context["count"] == 1
        assert page.context["chips"][0]["value"] == "N-003"
