"""The drawing: zones stay where people put them, broken rules show, a proposed change says what it would do (N2)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Site, User
from assets.models import Asset, Conduit, Zone
from assets.routing import MOST_COLUMNS, arrange
from network.checking import recheck
from network.models import ZonePlace
from patching.models import Advisory, Match
from registers import clock

PAGE = "/network/drawing/"
BAND = [f"Z{n}" for n in range(12)]
CELLS = st.tuples(st.integers(0, 4), st.integers(0, MOST_COLUMNS - 1))


@given(st.dictionaries(st.sampled_from(BAND), CELLS))
def test_pinned_zones_stand_where_they_are_put_and_never_two_in_one_cell(pins: dict[str, tuple[int, int]]) -> None:
    places = arrange([BAND, ["Y"]], [("C", "Z1", "Y", 80)], pinned=pins).places
    cells = [(places[zone].line, places[zone].column) for zone in BAND]
    assert len(set(cells)) == len(BAND)
    wanted = {cell: min(zone for zone in pins if pins[zone] == cell) for cell in pins.values()}
    for cell, zone in wanted.items():
        assert (places[zone].line, places[zone].column) == cell


def cell(page: str, zone: Zone) -> tuple[int, int]:
    """Return line and column of a zone on the page."""
    found = re.search(rf'data-zone="{zone.pk}" data-line="(\d+)" data-column="(\d+)"', page)
    assert found
    return int(found[1]), int(found[2])


@pytest.fixture
def zones(north: Site) -> list[Zone]:
    """Three zones of one band and one above."""
    return [
        Zone.objects.create(site=north, name=name, level=level, sl_t=[2] * 7)
        for name, level in (("A", 1), ("B", 1), ("C", 1), ("Office", 4))
    ]


@pytest.mark.django_db
class TestPlaces:
    def test_a_zone_is_moved_and_the_one_there_takes_its_place(
        self, zones: list[Zone], emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(emil)
        a, b, c, office = zones
        before = browser.get(PAGE).content.decode()
        browser.post(f"{PAGE}move/", {"zone": a.pk, "line": 0, "column": cell(before, c)[1]})
        after = browser.get(PAGE).content.decode()
        assert (cell(after, a), cell(after, c)) == (cell(before, c), cell(before, a))
        assert (cell(after, b), cell(after, office)) == (cell(before, b), cell(before, office))

    def test_it_can_be_laid_out_anew(self, zones: list[Zone], emil: User, signed_in: Callable[[User], Any]) -> None:
        browser = signed_in(emil)
        before = browser.get(PAGE).content.decode()
        browser.post(f"{PAGE}move/", {"zone": zones[0].pk, "line": 1, "column": 7})
        assert cell(browser.get(PAGE).content.decode(), zones[0]) == (1, 7)
        browser.post(f"{PAGE}tidy/", {"site": zones[0].site_id})
        assert ZonePlace.objects.count() == 0
        assert [cell(browser.get(PAGE).content.decode(), zone) for zone in zones] == [
            cell(before, zone) for zone in zones
        ]

    @pytest.mark.parametrize("target", [("-3", "99"), ("x", ""), ("9" * 30, "²")])
    def test_a_cell_that_is_none_is_brought_inside(
        self, target: tuple[str, str], zones: list[Zone], emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        answer = signed_in(emil).post(f"{PAGE}move/", {"zone": zones[0].pk, "line": target[0], "column": target[1]})
        assert answer.status_code == 302
        assert ZonePlace.objects.filter(line__lt=4, column__lt=MOST_COLUMNS).count() == 3

    def test_who_may_not_change_zones_does_not_move_them(
        self, zones: list[Zone], ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        move = {"zone": zones[0].pk, "line": 0, "column": 0}
        assert signed_in(ada).post(f"{PAGE}move/", move).status_code == 403
        assert signed_in(sven).post(f"{PAGE}move/", move).status_code == 404
        assert signed_in(ada).post(f"{PAGE}tidy/", {"site": zones[0].site_id}).status_code == 403
        assert signed_in(sven).post(f"{PAGE}tidy/", {"site": zones[0].site_id}).status_code == 404
        assert ZonePlace.objects.count() == 0


@pytest.mark.django_db
class TestPage:
    def test_a_broken_rule_is_dashed_and_said(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        Conduit.objects.create(site=zones[0].site, name="Bypass", zone_a=zones[0], zone_b=zones[3])
        recheck(zones[0].site, now=clock.now())
        page = signed_in(nils).get(PAGE).content.decode()
        assert 'class="vio"' in page
        assert "past the DMZ" in page

    def test_zones_are_coloured_by_what_is_chosen(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        asset = Asset.objects.create(site=zones[0].site, zone=zones[0], name="PLC")
        advisory = Advisory.objects.create(
            publisher="https://vendor.example",
            tracking_id="V-1",
            title="T",
            initial_release_on=clock.now(),
            current_release_on=clock.now(),
        )
        Match.objects.create(
            site=asset.site, asset=asset, advisory=advisory, verdict="AFFECTED", found_on=clock.now().date()
        )
        Zone.objects.filter(pk=zones[1].pk).update(sl_a=[2, 2, 2, 2, 0, 2, 2])
        browser = signed_in(nils)
        assert "1 asset · 1 open" in browser.get(f"{PAGE}?colour=matches").content.decode()
        assert browser.get(f"{PAGE}?colour=gap").content.decode().count('class="zc t2"') == 1
        assert 'class="zc t' not in browser.get(f"{PAGE}?colour=").content.decode()

    def test_a_proposal_is_drawn_beside_today_and_says_what_it_breaks(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(nils).get(f"{PAGE}?from={zones[0].pk}&to={zones[3].pk}").content.decode()
        assert page.count("<svg xmlns") == 2
        assert "Would break" in page
        assert not Conduit.objects.exists()

    def test_a_proposal_to_remove_says_what_it_mends(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        conduit = Conduit.objects.create(site=zones[0].site, name="Bypass", zone_a=zones[0], zone_b=zones[3])
        page = signed_in(nils).get(f"{PAGE}?drop={conduit.pk}").content.decode()
        assert "Would mend" in page
        assert 'class="cd gone"' in page

    def test_the_boundary_shows_what_crosses_it_and_where(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        internet = Zone.objects.create(site=zones[0].site, name="Internet", level=5, external=True)
        Conduit.objects.create(site=zones[0].site, name="Outer", zone_a=internet, zone_b=zones[3])
        Conduit.objects.create(site=zones[0].site, name="Inner", zone_a=zones[0], zone_b=zones[3])
        page = signed_in(nils).get(f"{PAGE}?boundary=1").content.decode()
        assert page.count("data-zone=") == 2
        assert "no flow declared" in page
        assert "data-move-zone" not in page

    def test_another_sites_zones_cannot_be_proposed(
        self, zones: list[Zone], telemetry: Zone, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(nils).get(f"{PAGE}?from={zones[0].pk}&to={telemetry.pk}").content.decode()
        assert "As proposed" not in page
        assert telemetry.name not in page

    def test_it_costs_the_same_for_more_zones(
        self, zones: list[Zone], nils: User, signed_in: Callable[[User], Any], django_assert_max_num_queries: Any
    ) -> None:
        Zone.objects.bulk_create(Zone(site=zones[0].site, name=f"Z{n}", level=2) for n in range(30))
        browser = signed_in(nils)
        with django_assert_max_num_queries(38):
            assert browser.get(PAGE).status_code == 200
