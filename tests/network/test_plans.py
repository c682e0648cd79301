"""The plan is the register's, of one site; the report says which conduit breaks a rule and how."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Conduit, Flow, Interface, Network, Protocol, RemovableMedium, Zone
from network.checking import recheck
from network.plans import plan_of
from network.rules.plan import PlanDevice
from network.rules.segmentation import violations
from reports.zoning import read_conduits


@pytest.fixture
def office(north: Site) -> Zone:
    """What lies above the plant."""
    return Zone.objects.create(site=north, name="Office", level=4, external=True)


@pytest.mark.django_db
class TestPlan:
    def test_it_holds_what_the_registers_hold(self, nils: User, pumping: Zone, telemetry: Zone, office: Zone) -> None:
        gateway = Asset.objects.create(site=pumping.site, zone=pumping, name="N-RAS", kind=Asset.Kind.REMOTE_ACCESS)
        conduit = Conduit.objects.create(
            site=pumping.site, name="C", zone_a=office, zone_b=pumping, boundary_device=gateway
        )
        rdp = Protocol.objects.create(code="rdp", name="RDP")
        Flow.objects.create(site=pumping.site, conduit=conduit, initiator=office, protocol=rdp)
        plan = plan_of(nils, pumping.site)
        assert {(zone.name, zone.gateway) for zone in plan.zones} == {(pumping.name, True), ("Office", False)}
        (found,) = plan.conduits
        assert (found.guard, [(flow.protocol, flow.remote_session) for flow in found.flows]) == (
            "N-RAS",
            [("RDP", True)],
        )

    def test_it_holds_how_devices_are_joined(self, nils: User, plc: Asset, pumping: Zone, office: Zone) -> None:
        lan = Network.objects.create(site=pumping.site, zone=office, name="Office LAN", cidr="10.21.10.0/24")
        own = Network.objects.create(site=pumping.site, zone=pumping, name="Pumps", cidr="10.21.15.0/24")
        for name, kind, more in (
            ("N-TAB", "HMI", {"medium": "WIRELESS", "network": own}), ("N-MOD", "REMOTE_ACCESS", {"medium": "MOBILE"}),
            ("N-SRV", "SERVER", {"medium": "CABLE", "network": lan}), ("N-FW", "NETWORK_DEVICE", {"network": lan}),
        ):  # fmt: skip
            asset = Asset.objects.create(site=pumping.site, zone=pumping, name=name, kind=kind)
            Interface.objects.create(site=pumping.site, asset=asset, name="X1", **more)
        Asset.objects.create(site=pumping.site, zone=pumping, name="N-OLD", lifecycle="RETIRED")
        Conduit.objects.create(
            site=pumping.site, name="C", zone_a=office, zone_b=pumping, boundary_device=Asset.objects.get(name="N-FW")
        )
        (zone,) = (one for one in plan_of(nils, pumping.site).zones if one.id == pumping.pk)
        assert zone.ends == 3
        assert [one for one in zone.devices if one.outside or one.wireless] == [
            PlanDevice(name="N-MOD", mobile=True, carries=True),
            PlanDevice(name="N-SRV", beyond=office.pk),
            PlanDevice(name="N-TAB", wireless=True),
        ]

    def test_it_holds_the_laptops_that_may_be_joined(self, nils: User, pumping: Zone) -> None:
        for name, kind, status in (
            ("N-LAP-1", "LAPTOP", "ISSUED"), ("N-LAP-2", "LAPTOP", "LOST"), ("N-USB-1", "STICK", "IN_STORE"),
        ):  # fmt: skip
            medium = RemovableMedium.objects.create(site=pumping.site, name=name, kind=kind, status=status)
            medium.zones.add(pumping)
        RemovableMedium.objects.create(site=pumping.site, name="N-LAP-3", kind="LAPTOP")
        (zone,) = plan_of(nils, pumping.site).zones
        assert zone.visitors == ("N-LAP-1",)

    def test_who_sees_nothing_there_gets_an_empty_plan(self, sven: User, pumping: Zone) -> None:
        assert plan_of(sven, pumping.site).zones == ()

    def test_the_report_names_the_broken_rules(self, nils: User, pumping: Zone, office: Zone) -> None:
        Conduit.objects.create(site=pumping.site, name="C", zone_a=office, zone_b=pumping)
        recheck(pumping.site, now=timezone.now())
        (told,) = read_conduits(nils, pumping.site)
        assert told.broken == "DMZ, LEVEL"
        assert told.why.startswith("Office > N-PS1 Pumping station 1: business reaches the plant past the DMZ.")
        assert len(violations(plan_of(nils, pumping.site))) == 2

    def test_it_asks_the_same_however_much_stands_there(
        self, nils: User, plc: Asset, pumping: Zone, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(6):
            asset = Asset.objects.create(site=pumping.site, zone=pumping, name=f"N-{number}")
            Interface.objects.create(site=pumping.site, asset=asset, name="X1", medium="WIRELESS")
        with django_assert_max_num_queries(7):
            assert len(violations(plan_of(nils, pumping.site))) == 1
