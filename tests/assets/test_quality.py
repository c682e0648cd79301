"""Data quality: what is filled in, how old it is, and what is probably there twice; each figure is its list."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Site, User
from assets import quality
from assets.models import Asset, Zone
from assets.rules.quality import name_key, twins

TODAY = date(2026, 11, 23)
BLANK = {"vendor": "", "zone": 1, "serial_number": "", "mac_address": "", "ip_address": None}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("N-PS1-PLC01", "n_ps1_plc1", True), ("N-PS1-PLC01", "N PS1 PLC 001", True), ("N-PS1-PLC01", "N-PS1-PLC10", False),
        ("N-PS1-PLC01A", "N-PS1-PLC01B", False), ("PLC1-1", "PLC11", False), ("PLC0", "PLC00", True), ("Wärme-1", "WÄRME 1", True),
    ],
)  # fmt: skip
def test_names_that_differ_only_in_how_they_are_written(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [
        ({"serial_number": "S C-99"}, {"serial_number": "sc-99"}, ("serial",)),
        ({"serial_number": "SC99", "vendor": "WAGO"}, {"serial_number": "SC99", "vendor": "Moxa"}, ()),
        ({"serial_number": "n/a"}, {"serial_number": "N/A"}, ()),
        ({"serial_number": "unknown"}, {"serial_number": "unknown"}, ()),
        ({"mac_address": "00:1B:1B:12:34:56"}, {"mac_address": "00:1B:1B:12:34:56"}, ("mac",)),
        ({"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1"}, ("address",)),
        ({"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1", "zone": 2}, ()),
        ({"ip_address": "10.0.0.1", "zone": None}, {"ip_address": "10.0.0.1", "zone": None}, ()),
        ({"serial_number": "A1", "ip_address": "10.0.0.1"}, {"serial_number": "A1", "ip_address": "10.0.0.1"}, ("serial", "address")),
        ({}, {}, ()),
    ],
)  # fmt: skip
def test_signs_of_a_double(one: dict[str, Any], other: dict[str, Any], signs: tuple[str, ...]) -> None:
    found = twins([{**BLANK, "id": 1, "name": "Alpha", **one}, {**BLANK, "id": 2, "name": "Beta", **other}])
    assert [(group.ids, group.signs) for group in found] == ([((1, 2), signs)] if signs else [])


def test_three_of_one_serial_are_one_group_and_the_weightiest_stands_first() -> None:
    rows = [{**BLANK, "id": n, "name": f"Beta{n}", "serial_number": "S1"} for n in (7, 8, 9)]
    rows += [{**BLANK, "id": 1, "name": "Alpha 1"}, {**BLANK, "id": 2, "name": "alpha-01"}]
    assert [(group.ids, group.why) for group in twins(rows)] == [
        ((7, 8, 9), "the same serial number"), ((1, 2), "nearly the same name"),
    ]  # fmt: skip


@pytest.fixture
def inventory(plc: Asset, pumping: Zone) -> Site:
    """Two controllers that are probably one, a laptop of nobody, and a retired one that does not count."""
    site = pumping.site
    Asset.objects.filter(pk=plc.pk).update(serial_number="SC-1", owner="Emil", verified_on=TODAY - timedelta(days=180))
    Asset.objects.create(
        site=site, zone=pumping, name="PLC new", kind="PLC", vendor="Siemens", serial_number="SC 1",
        verified_on=TODAY - timedelta(days=366),
    )  # fmt: skip
    Asset.objects.create(site=site, name="Laptop", verified_on=TODAY - timedelta(days=181))
    Asset.objects.create(site=site, name="Old PLC", lifecycle="RETIRED", serial_number="SC-1", vendor="Siemens")
    return site


@pytest.mark.django_db
class TestInventory:
    def test_shares_ages_and_doubles(self, inventory: Site, plc: Asset) -> None:
        found = quality.of(Asset.objects.filter(site=inventory), on=TODAY)
        assert {one.field: (one.filled, one.all, one.percent) for one in found.whole} == {
            "zone": (2, 3, 66), "owner": (1, 3, 33), "vendor": (2, 3, 66), "product": (1, 3, 33), "serial_number": (2, 3, 66),
            "version": (1, 3, 33), "criticality": (0, 3, 0), "location": (0, 3, 0), "verified_on": (3, 3, 100),
        }  # fmt: skip
        assert [(kind, count) for kind, count, _shares in found.kinds] == [("PLC", 2), ("OTHER", 1)]
        assert [one.count for one in found.ages] == [1, 1, 1, 0]
        assert [group.signs for group in found.twins] == [("serial",)]

    def test_an_empty_inventory_has_no_shares(self, north: Site) -> None:
        found = quality.of(Asset.objects.filter(site=north), on=TODAY)
        assert (found.all, found.whole, found.kinds, found.twins) == (0, (), (), ())

    def test_each_share_is_the_list_it_leads_to(self, inventory: Site, nils: User, rest: Callable[..., Any]) -> None:
        told = rest(nils).send("get", "assets/quality/?site=NORTH").json()
        for name, share in told["completeness"].items():
            listed = rest(nils).send(
                "get", f"assets/?site={inventory.pk}&lifecycle=IN_USE&lifecycle=SPARE&lacks={name}"
            )
            assert listed.json()["count"] == share["of"] - share["filled"], name

    def test_each_link_of_the_page_opens_and_the_doubles_stand_side_by_side(
        self, inventory: Site, nils: User, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(nils)
        page = browser.get(f"/assets/quality/?site={inventory.pk}").content.decode()
        assert "the same serial number" in page
        assert "PLC new" in page
        assert "Old PLC" not in page
        for name in quality.EMPTY:
            assert f"lacks={name}" in page
            assert browser.get(f"/assets/assets/?site={inventory.pk}&lacks={name}").status_code == 200

    def test_a_field_that_is_none_and_a_missing_site_are_refused(
        self, inventory: Site, nils: User, rest: Callable[..., Any]
    ) -> None:
        assert rest(nils).send("get", "assets/?lacks=colour").status_code == 400
        assert rest(nils).send("get", "assets/quality/").status_code == 400
        assert rest(nils).send("get", "assets/quality/?site=NORTH&colour=1").status_code == 400
        assert rest(nils).send("get", "assets/quality/?site=SOUTH").status_code == 404
