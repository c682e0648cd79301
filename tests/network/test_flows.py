"""Rule sets and observed flows are taken in, measured by the declared flows, decided by people, and follow the plant."""

import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Site, User
from assets.models import Asset, Conduit, Flow, Network, Zone
from network import captures, deciding, rulesets
from network.declared import places_of, without_addresses
from network.following import follow
from network.models import FirewallRuleset, FlowCapture, ObservedFlow
from network.summary import SELF_CHECKS, waiting
from policies.models import PolicyException
from programme import workflow
from programme.models import Decision
from registers.files.sandbox import Refused
from registers.history.timeline import entries
from registers.workflow import NotPossible
from tests.network.plant import LOG, NOW, RULES, locked, put, smb, verdicts


@pytest.mark.django_db
class TestRulesets:
    def test_every_line_gets_its_verdict(self, ruleset: FirewallRuleset, https: Flow) -> None:
        assert verdicts(ruleset) == {
            2: "COVERED", 3: "TOO_WIDE", 4: "UNDECLARED", 5: "SHADOWED", 6: "SHADOWED", 7: "BLOCKS", 8: "UNREAD",
        }  # fmt: skip
        wide = ruleset.rules.get(line=3)
        assert wide.flows == [https.pk]
        assert "port 1-1024 instead of 443" in wide.words
        assert "'office' is no address" in ruleset.rules.get(line=8).words
        assert entries(ruleset)[0].reason == "rule set fw01.csv"

    def test_the_same_file_twice_is_one_rule_set(self, ruleset: FirewallRuleset, tmp_path: Path, nils: User) -> None:
        again, fresh = rulesets.take(put(tmp_path, RULES), "other.csv", site=ruleset.site, by=nils, now=NOW)
        assert (again, fresh) == (ruleset, False)

    def test_rules_follow_the_declared_flows(self, ruleset: FirewallRuleset, https: Flow, dmz: Zone) -> None:
        https.delete()
        assert rulesets.rejudge(ruleset.site, now=NOW) == 2
        assert verdicts(ruleset) == {2: "UNDECLARED", 3: "UNDECLARED", 4: "UNDECLARED", 5: "SHADOWED", 6: "SHADOWED", 7: "BLOCKS", 8: "UNREAD"}  # fmt: skip
        assert rulesets.rejudge(ruleset.site, now=NOW) == 0

    def test_a_flow_that_ended_covers_nothing(self, ruleset: FirewallRuleset, https: Flow) -> None:
        Flow.objects.update(expires_on=NOW.date())
        assert rulesets.rejudge(ruleset.site, now=NOW) == 0
        rulesets.rejudge(ruleset.site, now=NOW + timedelta(days=1))
        assert verdicts(ruleset)[2] == "UNDECLARED"

    def test_a_zone_without_addresses_is_named(self, https: Flow, north: Site, dmz: Zone) -> None:
        vendor = Zone.objects.create(site=north, name="Vendor", level=3, external=True)
        Conduit.objects.create(site=north, name="Vendor - DMZ", zone_a=vendor, zone_b=dmz)
        assert without_addresses(north, places_of(north)) == ["Vendor"]
        Asset.objects.create(site=north, zone=vendor, name="N-VPN", ip_address="192.0.2.1")
        assert without_addresses(north, places_of(north)) == []

    @pytest.mark.parametrize(("text", "why"), [("a,b\n1,2\n", "column action"), ("*filter\nCOMMIT\n", "no chain|no filter table")])  # fmt: skip
    def test_a_file_of_no_use_is_refused(self, text: str, why: str, north: Site, nils: User, tmp_path: Path) -> None:
        with pytest.raises(Refused, match=why):
            rulesets.take(put(tmp_path, text), "x.csv", site=north, by=nils, now=NOW)
        assert not FirewallRuleset.objects.exists()


@pytest.mark.django_db
class TestObserved:
    def test_what_crosses_zones_is_told_by_zone(self, capture: FlowCapture, https: Flow, office: Zone, dmz: Zone) -> None:  # fmt: skip
        found = {one.port: one for one in ObservedFlow.objects.all()}
        assert {port: (one.verdict, one.status, one.connections) for port, one in found.items()} == {
            443: ("DECLARED", "DECLARED", 40), 445: ("UNDECLARED", "NEW", 5), 161: ("UNKNOWN", "NEW", 5),
        }  # fmt: skip
        assert (found[443].flow, found[445].source_zone, found[445].destination_zone) == (https, office, dmz)
        assert found[445].pairs == [["10.21.10.5", "10.21.35.13", 3], ["10.21.10.6", "10.21.35.13", 2]]
        assert found[161].source_zone is None
        assert capture.counts == {"DECLARED": 40, "UNDECLARED": 5, "UNKNOWN": 5, "INSIDE": 7, "LOCAL": 0}
        assert (capture.lines, capture.not_understood) == (6, 0)

    def test_the_same_file_is_taken_once_and_another_adds_up(self, capture: FlowCapture, tmp_path: Path, nils: User) -> None:  # fmt: skip
        assert captures.take(put(tmp_path, LOG), "x", site=capture.site, by=nils, now=NOW) == (capture, False)
        later = LOG.replace("2026-11-20", "2026-11-21")
        second, fresh = captures.take(put(tmp_path, gzip.compress(later.encode())), "y", site=capture.site, by=nils, now=NOW)  # fmt: skip
        one = smb(capture.site)
        assert (fresh, one.connections, one.pair_count, one.capture) == (True, 10, 2, second)
        assert ObservedFlow.objects.count() == 3

    def test_declared_by_one_step(self, capture: FlowCapture, nils: User, office: Zone) -> None:
        done = deciding.declare(smb(capture.site), by=nils, purpose="Exchange of files")
        flow = Flow.objects.get(ports="445")
        assert (done.status, done.flow, flow.initiator, flow.protocol.ports) == ("DECLARED", flow, office, "445")
        assert entries(done)[0].step == "Declare as a flow"
        assert captures.rejudge(capture.site, on=NOW.date()) == 0

    def test_what_people_decide_meanwhile_is_not_written_over(self, capture: FlowCapture, nils: User, tmp_path: Path) -> None:  # fmt: skip
        Flow.objects.all().delete()
        for work in (
            lambda: captures.rejudge(capture.site, on=NOW.date()),
            lambda: captures.take(put(tmp_path, LOG + "\n"), "y", site=capture.site, by=nils, now=NOW),
        ):
            with CaptureQueriesContext(connection) as asked:
                assert work()
            assert locked(ObservedFlow, asked.captured_queries)

    def test_declared_only_where_it_can_be(self, capture: FlowCapture, nils: User, conduit: Conduit) -> None:
        one = smb(capture.site)
        with pytest.raises(ValidationError, match="does not go by"):
            deciding.declare(one, by=nils, purpose="x", protocol="ntp")
        with pytest.raises(ValidationError, match="no protocol"):
            deciding.declare(one, by=nils, purpose="x", protocol="quux")
        with pytest.raises(NotPossible, match="belongs to no zone"):
            deciding.declare(ObservedFlow.objects.get(port=161), by=nils, purpose="x")
        conduit.delete()
        with pytest.raises(NotPossible, match="No conduit joins Office and DMZ"):
            deciding.declare(one, by=nils, purpose="x")

    def test_what_is_to_be_blocked_is_declared_only_by_who_read_that(self, capture: FlowCapture, nils: User) -> None:
        one = deciding.block(smb(capture.site), by=nils, owner="Lukas", due_on=date(2026, 11, 25))
        with pytest.raises(NotPossible, match="to be blocked already"):
            deciding.declare(one, by=nils, purpose="Exchange of files")
        assert deciding.declare(one, by=nils, revision=one.revision, purpose="Exchange of files").status == "DECLARED"

    def test_blocked_and_seen_again_it_is_to_be_decided_anew(self, capture: FlowCapture, nils: User, tmp_path: Path) -> None:  # fmt: skip
        one = deciding.block(smb(capture.site), by=nils, owner="Lukas", due_on=date(2026, 11, 25))
        assert (one.status, one.owner) == ("BLOCKED", "Lukas")
        for day, status in (("2026-11-24", "BLOCKED"), ("2026-11-26", "NEW")):
            captures.take(put(tmp_path, LOG.replace("2026-11-20", day)), day, site=capture.site, by=nils, now=NOW)
            assert smb(capture.site).status == status
        assert "seen again on 2026-11-26" in smb(capture.site).reason
        with pytest.raises(NotPossible, match="cannot be done from there"):
            deciding.reopen(one, by=nils, because_of="x")

    def test_many_are_let_stand_by_one_exception_and_lapse_together(self, capture: FlowCapture, nils: User, petra: User) -> None:  # fmt: skip
        answers = {"because_of": "Moves in spring.", "compensating_control": "Watched by the tap."}
        open_ones = list(ObservedFlow.objects.filter(status="NEW"))
        deciding.together(deciding.ask_waiver, open_ones, by=nils, answers=answers)
        exception = PolicyException.objects.get()
        assert (exception.status, exception.covers.count("Undeclared:")) == ("SUBMITTED", 2)
        with pytest.raises(NotPossible, match="asked for already"):
            deciding.ask_waiver(smb(capture.site), by=nils, **answers)
        workflow.approve(Decision.objects.get(), by=petra, decision_reason="Until spring.")
        assert captures.rejudge(capture.site, on=NOW.date()) == 2
        assert set(ObservedFlow.objects.filter(port__in=(445, 161)).values_list("status", flat=True)) == {"WAIVED"}
        PolicyException.objects.update(status="ENDED")
        assert captures.rejudge(capture.site, on=NOW.date()) == 2
        assert smb(capture.site).status == "NEW"

    def test_an_address_that_gets_its_zone_is_known_from_then_on(self, capture: FlowCapture, office: Zone, tmp_path: Path, nils: User) -> None:  # fmt: skip
        more = (
            LOG.splitlines()[0]
            + "\n10.21.10.5,10.21.35.13,udp,161,2,2026-11-21\n10.98.0.1,10.21.35.13,udp,161,4,2026-11-21\n10.97.0.1,10.21.35.13,tcp,22,4,2026-11-21\n"
        )
        captures.take(put(tmp_path, more), "more", site=capture.site, by=nils, now=NOW)
        Network.objects.create(site=capture.site, zone=office, name="Annex", cidr="10.99.0.0/16")
        assert captures.rejudge(capture.site, on=NOW.date()) == 0  # one of its pairs is still unknown
        Network.objects.create(site=capture.site, zone=office, name="Lab", cidr="10.96.0.0/14")
        assert captures.rejudge(capture.site, on=NOW.date()) == 2
        ssh, snmp = ObservedFlow.objects.get(port=22), ObservedFlow.objects.filter(port=161)
        assert (ssh.source_zone, ssh.verdict) == (office, "UNDECLARED")
        assert [(one.connections, one.pair_count, one.verdict) for one in snmp] == [(11, 3, "UNDECLARED")]

    def test_all_or_none(self, capture: FlowCapture, nils: User) -> None:
        with pytest.raises(NotPossible, match="Nothing was changed"):
            deciding.together(deciding.declare, ObservedFlow.objects.filter(status="NEW"), by=nils, answers={"purpose": "x"})  # fmt: skip
        assert Flow.objects.count() == 1

    @pytest.mark.parametrize(("step", "answers"), [
        (deciding.declare, {"purpose": "x"}), (deciding.block, {"owner": "x", "due_on": date(2027, 1, 1)}),
        (deciding.ask_waiver, {"because_of": "x", "compensating_control": "y"}),
    ])  # fmt: skip
    def test_an_engineer_does_not_decide(self, step: Any, answers: Any, capture: FlowCapture, emil: User) -> None:
        with pytest.raises(PermissionDenied):
            step(smb(capture.site), by=emil, **answers)


@pytest.mark.django_db
def test_what_is_undeclared_is_checked_and_what_is_to_be_blocked_waits(
    ruleset: FirewallRuleset, capture: FlowCapture, nils: User, emil: User
) -> None:
    wrong = {check.key: check.register.queryset(nils).filter(check.wrong(NOW.date())).count() for check in SELF_CHECKS}
    assert (wrong["observed-flow-undeclared"], wrong["firewall-rule-undeclared"]) == (2, 2)
    deciding.block(smb(capture.site), by=nils, owner="Lukas", due_on=date(2026, 11, 25))
    told = [one.title for one in waiting(nils, NOW.date()) if one.kind == "observed flow"]
    assert told == ["Block: Office to DMZ: TCP 445"]
    assert not [one for one in waiting(emil, NOW.date()) if one.kind == "observed flow"]


@pytest.mark.django_db(transaction=True)
def test_a_change_of_what_is_declared_is_followed(ruleset: FirewallRuleset, capture: FlowCapture, https: Flow) -> None:
    follow(now=NOW)
    assert follow(now=NOW) == 0
    Network.objects.filter(name="DMZ LAN").update(cidr="10.21.36.0/24")
    assert follow(now=NOW) == 2
    assert verdicts(ruleset)[2] == "UNDECLARED"
    https.delete()
    assert follow(now=NOW) == 1
    assert ObservedFlow.objects.get(port=443).status == "NEW"
    assert follow(now=NOW) == 0
