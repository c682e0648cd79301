"""Findings follow the plant by themselves; one is let stand only by an exception that holds what it says (N3, P5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Conduit, Interface, RemovableMedium, Zone
from network.checking import follow, recheck
from network.models import SegmentationFinding
from network.workflow import ask_waiver
from policies.models import PolicyException
from policies.workflow import end, submit
from programme import workflow
from programme.models import Decision
from registers.workflow import NotPossible
from tests.catalogues import load
from tests.network.plant import locked

NOW = timezone.now()
ASKED = {"because_of": "The vendor's gateway comes in spring.", "compensating_control": "Jump host with recording."}


@pytest.fixture
def office(north: Site) -> Zone:
    """What lies above the plant."""
    return Zone.objects.create(site=north, name="Office", level=4, external=True)


@pytest.fixture
def bypass(north: Site, office: Zone, pumping: Zone) -> Conduit:
    """A way from the office into the pumping station past the DMZ."""
    load()
    return Conduit.objects.create(site=north, name="Bypass", zone_a=office, zone_b=pumping)


@pytest.fixture
def finding(bypass: Conduit, north: Site) -> SegmentationFinding:
    """The finding that the bypass breaks the DMZ rule."""
    recheck(north, now=NOW)
    return SegmentationFinding.objects.get(rule="DMZ")


def waived(finding: SegmentationFinding, asker: User, decider: User) -> PolicyException:
    """Let a finding stand by two people."""
    ask_waiver(finding, by=asker, **ASKED)
    workflow.approve(
        Decision.objects.get(kind="EXCEPTION", status="REQUESTED"), by=decider, decision_reason="Until spring."
    )
    recheck(finding.site, now=NOW)
    finding.refresh_from_db()
    assert finding.exception is not None
    return finding.exception


@pytest.mark.django_db
class TestFindings:
    def test_a_broken_rule_is_found_once_with_its_way(
        self, finding: SegmentationFinding, north: Site, office: Zone, pumping: Zone
    ) -> None:
        assert recheck(north, now=NOW) == 0
        assert (finding.status, finding.way) == ("OPEN", [office.pk, pumping.pk])
        assert "past the DMZ" in finding.sentence
        assert set(SegmentationFinding.objects.values_list("rule", flat=True)) == {"DMZ", "LEVEL"}

    def test_what_people_decide_meanwhile_is_not_written_over(
        self, finding: SegmentationFinding, pumping: Zone
    ) -> None:
        Zone.objects.filter(pk=pumping.pk).update(level=4)
        with CaptureQueriesContext(connection) as asked:
            assert recheck(finding.site, now=NOW)
        assert locked(SegmentationFinding, asked.captured_queries)

    def test_what_is_mended_says_so_and_opens_again_when_it_comes_back(
        self, finding: SegmentationFinding, north: Site, pumping: Zone
    ) -> None:
        Zone.objects.filter(pk=pumping.pk).update(level=4)
        recheck(north, now=NOW)
        finding.refresh_from_db()
        assert (finding.status, finding.fixed_at) == ("FIXED", NOW)
        Zone.objects.filter(pk=pumping.pk).update(level=1)
        recheck(north, now=NOW + timedelta(days=1))
        finding.refresh_from_db()
        assert (finding.status, finding.fixed_at, finding.found_at) == ("OPEN", None, NOW + timedelta(days=1))

    def test_it_goes_with_its_conduit(self, finding: SegmentationFinding, bypass: Conduit) -> None:
        bypass.delete()
        assert not SegmentationFinding.objects.exists()


@pytest.fixture
def radio(plc: Asset, pumping: Zone) -> Interface:
    """A radio in the pumping station, where a wired controller stands too."""
    load()
    tablet = Asset.objects.create(site=pumping.site, zone=pumping, name="N-PS1-TAB01", kind="HMI")
    return Interface.objects.create(site=pumping.site, asset=tablet, name="wlan0", medium="WIRELESS")


@pytest.mark.django_db
class TestZones:
    def test_a_zone_that_mixes_devices_is_found(self, radio: Interface, pumping: Zone) -> None:
        assert recheck(pumping.site, now=NOW) == 1
        finding = SegmentationFinding.objects.get()
        assert (finding.rule, finding.zone, finding.conduit, finding.way) == ("WIRELESS", pumping, None, [pumping.pk])
        assert str(finding) == f"Wireless devices are kept apart: {pumping}"
        assert recheck(pumping.site, now=NOW) == 0

    def test_it_is_mended_by_a_zone_of_their_own(self, radio: Interface, pumping: Zone) -> None:
        recheck(pumping.site, now=NOW)
        radio.asset.zone = Zone.objects.create(site=pumping.site, name="Tablets", level=2)
        radio.asset.save()
        recheck(pumping.site, now=NOW)
        assert SegmentationFinding.objects.get().status == "FIXED"

    def test_it_is_let_stand_until_another_device_joins(
        self, radio: Interface, pumping: Zone, nils: User, petra: User
    ) -> None:
        recheck(pumping.site, now=NOW)
        finding = SegmentationFinding.objects.get()
        waived(finding, nils, petra)
        assert finding.status == "WAIVED"
        Asset.objects.create(site=pumping.site, zone=pumping, name="N-PS1-PLC02", kind="PLC")
        recheck(pumping.site, now=NOW)
        finding.refresh_from_db()
        assert finding.status == "WAIVED"
        Interface.objects.create(
            site=pumping.site, asset=Asset.objects.get(name="N-PS1-PLC02"), name="w", medium="WIRELESS"
        )
        recheck(pumping.site, now=NOW)
        finding.refresh_from_db()
        assert (finding.status, finding.exception.status) == ("OPEN", "ENDED")  # type: ignore[union-attr]

    def test_zone_and_finding_show_it(self, radio: Interface, pumping: Zone, nils: User, signed_in: Any) -> None:
        recheck(pumping.site, now=NOW)
        finding, browser = SegmentationFinding.objects.get(), signed_in(nils)
        assert "among wired devices stand wireless ones" in browser.get(pumping.get_absolute_url()).content.decode()
        assert f"focus={pumping.pk}" in browser.get(finding.get_absolute_url()).content.decode()
        drawing = browser.get(f"/network/drawing/?site={pumping.site_id}").content.decode()
        assert f"<td>{pumping}</td>" in drawing


@pytest.mark.django_db
class TestException:
    def test_two_people_let_it_stand(self, finding: SegmentationFinding, nils: User, petra: User) -> None:
        exception = waived(finding, nils, petra)
        assert (finding.status, exception.status, exception.covers) == ("WAIVED", "IN_FORCE", finding.sentence)

    def test_the_one_who_asked_does_not_decide(self, finding: SegmentationFinding, mara: User) -> None:
        ask_waiver(finding, by=mara, **ASKED)
        with pytest.raises(NotPossible, match="four eyes"):
            workflow.approve(Decision.objects.get(kind="EXCEPTION"), by=mara, decision_reason="Mine.")

    def test_nobody_asks_twice(self, finding: SegmentationFinding, nils: User) -> None:
        ask_waiver(finding, by=nils, **ASKED)
        with pytest.raises(NotPossible, match="asked for already"):
            ask_waiver(finding, by=nils, **ASKED)

    def test_an_engineer_does_not_ask(self, finding: SegmentationFinding, emil: User) -> None:
        with pytest.raises(PermissionDenied):
            ask_waiver(finding, by=emil, **ASKED)

    def test_it_lapses_on_its_day(self, finding: SegmentationFinding, nils: User, petra: User) -> None:
        waived(finding, nils, petra)
        workflow.end_what_lapsed(now=timezone.now() + timedelta(days=800))
        recheck(finding.site, now=NOW)
        finding.refresh_from_db()
        assert (finding.status, finding.exception.status) == ("OPEN", "ENDED")  # type: ignore[union-attr]

    def test_it_lapses_when_what_it_let_stand_changes(
        self, finding: SegmentationFinding, nils: User, petra: User, office: Zone
    ) -> None:
        exception = waived(finding, nils, petra)
        Zone.objects.filter(pk=office.pk).update(name="Head office")
        recheck(finding.site, now=NOW)
        finding.refresh_from_db()
        exception.refresh_from_db()
        assert (finding.status, exception.status) == ("OPEN", "ENDED")
        assert "Head office" in Decision.objects.get(kind="EXCEPTION").ended_because

    def test_it_ends_when_told_and_can_be_asked_for_anew(
        self, finding: SegmentationFinding, nils: User, petra: User
    ) -> None:
        exception = waived(finding, nils, petra)
        end(exception, by=nils, because_of="The gateway is here.")
        exception.refresh_from_db()
        assert exception.status == "ENDED"
        assert Decision.objects.get().status == "LAPSED"
        submit(exception, by=nils)
        exception.refresh_from_db()
        assert exception.status == "SUBMITTED"

    def test_a_refused_one_is_a_draft(self, finding: SegmentationFinding, nils: User, petra: User) -> None:
        ask_waiver(finding, by=nils, **ASKED)
        workflow.refuse(Decision.objects.get(), by=petra, decision_reason="Close it.")
        assert PolicyException.objects.get().status == "DRAFT"

    def test_rest_takes_the_same_step(self, finding: SegmentationFinding, nils: User, rest: Callable[..., Any]) -> None:
        answer = rest(nils).send("post", f"segmentation-findings/{finding.pk}/ask_waiver/", ASKED)
        assert answer.status_code == 200, answer.content
        assert PolicyException.objects.get().title.startswith("Business and plant meet in a DMZ only")


@pytest.mark.django_db(transaction=True)
def test_a_change_of_the_plan_is_followed(bypass: Conduit) -> None:
    assert follow(now=NOW) == 2
    assert follow(now=NOW) == 0
    Conduit.objects.filter(pk=bypass.pk).update(controls="Firewall")
    bypass.delete()
    assert follow(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_connections_and_laptops_are_followed(radio: Interface, plc: Asset, pumping: Zone) -> None:
    follow(now=NOW)
    Interface.objects.filter(pk=radio.pk).update(medium="CABLE")
    assert follow(now=NOW) == 1
    laptop = RemovableMedium.objects.create(site=pumping.site, name="N-LAP-1", kind="LAPTOP")
    assert follow(now=NOW) == 0
    laptop.zones.add(pumping)
    assert follow(now=NOW) == 1
    RemovableMedium.objects.filter(pk=laptop.pk).update(status="RETIRED")
    assert follow(now=NOW) == 1
    found = SegmentationFinding.objects.values_list("rule", "status").order_by("rule")
    assert list(found) == [("TEMPORARY", "FIXED"), ("WIRELESS", "FIXED")]
