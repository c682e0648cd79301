"""The page of attack paths: each hop explained, a change shown beside today, nothing of other sites."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Site, User
from assets.models import Asset, Conduit, Flow, Protocol, Zone
from risk.terrain import terrain_of
from scope.models import Process
from tests.risk.test_workflow import match

PAGE = "/risk/attack-paths/"


@pytest.fixture
def plant(north: Site, pumping: Zone, plc: Asset) -> dict[str, Any]:
    """Internet, DMZ, pumping station; a guarded way and a bare one behind it."""
    internet = Zone.objects.create(site=north, name="Internet", level=5, external=True)
    dmz = Zone.objects.create(site=north, name="DMZ", level=3.5)
    firewall = Asset.objects.create(site=north, zone=dmz, name="FW-1")
    https = Protocol.objects.create(code="https", name="HTTPS", ports="443")
    outer = Conduit.objects.create(site=north, name="Outer", zone_a=internet, zone_b=dmz, boundary_device=firewall)
    inner = Conduit.objects.create(site=north, name="Inner", zone_a=dmz, zone_b=pumping)
    Flow.objects.create(site=north, conduit=outer, initiator=internet, protocol=https, ports="443", authenticated=True)
    Flow.objects.create(site=north, conduit=inner, initiator=dmz, protocol=https, ports="443")
    return {"internet": internet, "dmz": dmz, "outer": outer, "inner": inner}


@pytest.mark.django_db
class TestPage:
    def test_each_hop_says_what_stands_in_the_way_and_what_helps(
        self, plant: dict[str, Any], pumping: Zone, plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        match(plc, exploited=True)
        page = signed_in(nils).get(f"{PAGE}?to={pumping.pk}").content.decode()
        assert f"Internet > DMZ > {pumping.name}" in page
        assert "passes FW-1, authenticated" in page
        assert "nothing stands in the way" in page
        assert "1 exploited vulnerability" in page
        assert 'class="cd onway"' in page

    def test_an_asset_and_a_process_are_aimed_at_by_their_zones(
        self, plant: dict[str, Any], plc: Asset, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        process = Process.objects.create(site=plc.site, name="Pumping water")
        process.assets.add(plc)
        browser = signed_in(nils)
        for query in (f"asset={plc.pk}", f"process={process.pk}"):
            assert "Internet > DMZ >" in browser.get(f"{PAGE}?{query}").content.decode()
        assert browser.get(f"{PAGE}?asset=999999").status_code == 404

    def test_a_change_is_shown_beside_today_and_nothing_is_kept(
        self, plant: dict[str, Any], pumping: Zone, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        page = browser.get(f"{PAGE}?to={pumping.pk}&drop={plant['inner'].pk}").content.decode()
        assert "After the change" in page
        assert "No declared flow leads there." in page
        page = browser.get(f"{PAGE}?to={pumping.pk}&guard={plant['inner'].pk}").content.decode()
        assert "proposed device" in page
        page = browser.get(f"{PAGE}?to={pumping.pk}&open={plant['internet'].pk}&into={pumping.pk}").content.decode()
        assert "proposed flow" in page
        assert Conduit.objects.count() == 2

    def test_what_lies_within_reach_is_counted(
        self, plant: dict[str, Any], pumping: Zone, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        page = signed_in(nils).get(f"{PAGE}?start={plant['dmz'].pk}").content.decode()
        assert "of these vital" in page

    def test_another_site_is_not_there(
        self, plant: dict[str, Any], rtu: Asset, nils: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        assert signed_in(sven).get(f"{PAGE}?site={plant['dmz'].site_id}").status_code == 404
        assert signed_in(nils).get(f"{PAGE}?asset={rtu.pk}").status_code == 404
        assert (
            "S-TEL"
            not in signed_in(nils)
            .get(f"{PAGE}?to={rtu.zone_id}&open={rtu.zone_id}&into={plant['dmz'].pk}")
            .content.decode()
        )

    def test_it_costs_the_same_for_more_flows(
        self, plant: dict[str, Any], nils: User, django_assert_num_queries: Any
    ) -> None:
        protocol = Protocol.objects.get()
        Flow.objects.bulk_create(
            Flow(
                site=plant["dmz"].site,
                conduit=plant["outer"],
                initiator=plant["internet"],
                protocol=protocol,
                ports=str(n),
            )
            for n in range(1, 40)
        )
        nils.refresh_from_db()
        with django_assert_num_queries(3):
            terrain, _weak = terrain_of(nils, plant["dmz"].site)
        assert len(terrain.hops) == 41
