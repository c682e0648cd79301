"""The plan is the register's, of one site; the report says which conduit breaks a rule and how."""

import pytest
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Conduit, Flow, Protocol, Zone
from network.checking import recheck
from network.plans import plan_of
from network.rules.segmentation import violations
from reports.building import _conduits


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

    def test_who_sees_nothing_there_gets_an_empty_plan(self, sven: User, pumping: Zone) -> None:
        assert plan_of(sven, pumping.site).zones == ()

    def test_the_report_names_the_broken_rules(self, nils: User, pumping: Zone, office: Zone) -> None:
        Conduit.objects.create(site=pumping.site, name="C", zone_a=office, zone_b=pumping)
        recheck(pumping.site, now=timezone.now())
        (told,) = _conduits(nils, pumping.site)
        assert told.broken == "DMZ, LEVEL"
        assert told.why.startswith("Office > N-PS1 Pumping station 1: business reaches the plant past the DMZ.")
        assert len(violations(plan_of(nils, pumping.site))) == 2
