"""Self-checks and figures: each leads to a list of exactly the records that it counts (X18)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import resolve
from django.utils import timezone

from accounts.grants import grant
from accounts.models import Organisation, Role, Site, User
from assets.models import (
    Asset,
    BaselineAnswer,
    BaselineItem,
    Conduit,
    HardeningBaseline,
    RemovableMedium,
    Sighting,
    WalkDown,
    Zone,
)
from csms import home
from csms.catalog import SUMMARIES
from network.models import FirewallRule, FirewallRuleset, ObservedFlow, SegmentationFinding, SrAnswer
from network.models.answers import EDITION
from patching.models import Patch, PatchDeployment
from policies.models import PolicyException
from programme.models import Decision, Evidence, Judgement, Requirement
from reports.selfchecks import SELF_CHECKS, results
from risk.models import Risk, RiskAcceptance, Treatment
from risk.reference import load as load_risks
from scope.models import Process
from tests.catalogues import load


def today() -> date:
    """Asked each time: a run may go over midnight."""
    return timezone.now().date()


KEYS = [check.key for check in SELF_CHECKS]


@pytest.fixture
def broken(
    north: Site, south: Site, pumping: Zone, plc: Asset, mara: User, organisation: Organisation
) -> dict[str, Any]:
    """For each rule a record of NORTH that breaks it, by key; beside each, one that keeps it."""
    load()
    load_risks()
    met = Requirement.objects.filter(catalogue__edition="IEC 62443-2-1:2024")[:2]
    bare, proven = (Judgement.objects.create(site=north, requirement=one, status="MET") for one in met)
    given = {"site": north, "kind": "RECORD_OF_PRACTICE", "effective_from": today() - timedelta(days=30), "note": "x"}
    Evidence.objects.create(title="good", **given).requirements.add(proven.requirement)
    Evidence.objects.create(title="elsewhere", **given | {"site": south}).requirements.add(bare.requirement)
    over = Evidence.objects.create(title="over", **given, effective_to=today() - timedelta(days=1))
    asked = {
        "site": north,
        "kind": "NOT_APPLICABLE",
        "about": proven,
        "requested_by": mara,
        "requested_at": timezone.now(),
    }
    past = Decision.objects.create(title="past", status="APPROVED", expires_on=today() - timedelta(days=1), **asked)
    Decision.objects.create(title="holds", status="APPROVED", expires_on=today(), **asked)
    Zone.objects.filter(pk=pumping.pk).update(owner="Emil", sl_a=[2] * 7)
    unowned = Zone.objects.create(site=north, name="unowned", level=2, sl_t=[1] * 7, sl_a=[1] * 7)
    unknown = Zone.objects.create(site=north, name="unknown", level=2, owner="Emil", sl_t=[1] * 7)
    aimless = Zone.objects.create(site=north, name="aimless", level=2, owner="Emil")
    Zone.objects.create(site=north, name="outside", level=5, external=True)
    Asset.objects.filter(pk=plc.pk).update(verified_on=today())
    loose = Asset.objects.create(site=north, name="loose", kind="PLC", verified_on=today())
    never = Asset.objects.create(site=north, name="never", kind="PLC", zone=pumping)
    Asset.objects.create(site=north, name="retired", kind="PLC", lifecycle="RETIRED")
    gone = User.objects.create_user("gone@demo.example", None, name="Gone", is_active=False)
    grant(gone, Role.ENGINEER, north)
    left = User.objects.create_user("left@demo.example", None, name="Left", is_active=False)
    grant(
        left,
        Role.ENGINEER,
        organisation,
        starts_at=timezone.now() - timedelta(days=9),
        ends_at=timezone.now() - timedelta(days=1),
    )
    conduit = Conduit.objects.create(site=north, name="C1", zone_a=pumping, zone_b=unowned)
    finding = SegmentationFinding.objects.create(
        site=north, conduit=conduit, rule="LEVEL", sentence="x", found_at=timezone.now()
    )
    short = Zone.objects.create(
        site=north, name="short", level=2, owner="Emil", sl_t=[2] * 7, sl_a=[2, 2, 2, 2, 1, 2, 2]
    )
    asked_sr = Requirement.objects.get(catalogue__edition=EDITION, code="SR 5.1")
    (answer,) = SrAnswer.objects.bulk_create(
        [SrAnswer(site=north, zone=short, requirement=asked_sr, answer="COMPENSATED", countermeasure="Lock")]
    )
    RemovableMedium.objects.create(site=north, name="good", checked_on=today(), result="CLEAN")
    lent = RemovableMedium.objects.create(
        site=north,
        name="lent",
        checked_on=today(),
        result="CLEAN",
        status="ISSUED",
        return_by=today() - timedelta(days=1),
    )
    baseline = HardeningBaseline.objects.create(title="PLC", kind="PLC")
    item = BaselineItem.objects.create(baseline=baseline, code="1", title="Web server off")
    deviation = BaselineAnswer.objects.create(
        site=north,
        asset=plc,
        item=item,
        answer="DEVIATES",
        reason="x",
        due_on=today() - timedelta(days=1),
        checked_on=today(),
    )
    low = Zone.objects.create(site=north, name="low", level=2, owner="Emil", sl_t=[1] * 7, sl_a=[1] * 7)
    Risk.objects.create(site=north, title="at low", zone=low, owner="Emil", likelihood=2, impacts={"safety": 3})
    return risks(north) | patches(plc, asked) | {
        "target-below-risk": low, "site-lacks-function": north,
        "medium-not-returned": lent, "deviation-late": deviation, "retired-not-sanitised": Asset.objects.get(name="retired"),
        "medium-not-checked": RemovableMedium.objects.create(site=north, name="old", checked_on=today() - timedelta(days=31), result="CLEAN"),
        "finding-without-owner": finding, "zone-below-target": short, "zone-not-assessed": unknown, "countermeasure-not-approved": answer,
        "exception-without-owner": PolicyException.objects.create(site=north, title="x", covers="x", reason="x", compensating_control="x", status="IN_FORCE"),
        "met-without-evidence": bare, "evidence-expired": over, "decision-past-its-end": past, "zone-without-owner": unowned,
        "zone-without-target": aimless, "asset-without-zone": loose, "asset-not-verified": never, "gone-with-role": gone,
        "conduit-without-flows": conduit,
        "observed-flow-undeclared": ObservedFlow.objects.create(site=north, protocol=6, port=445),
        "firewall-rule-undeclared": FirewallRule.objects.create(
            site=north, ruleset=FirewallRuleset.objects.create(site=north, name="FW1", read_at=timezone.now()), line=1, verdict="UNDECLARED",
        ),
        "sighting-open": Sighting.objects.create(
            site=north, walkdown=WalkDown.objects.create(site=north, title="closed", status="CLOSED"), result="UNKNOWN", seen_on=today()
        ),
        "process-without-assets": Process.objects.create(site=north, name="Pumping"),
    }  # fmt: skip


def patches(plc: Asset, asked: dict[str, Any]) -> dict[str, Any]:
    """Return a patch that breaks each rule of patching; beside each, one that keeps it."""

    def made(version: str, **given: Any) -> PatchDeployment:
        patch = Patch.objects.create(vendor="Siemens", product="CPU 1516-3 PN/DP", version=version)
        return PatchDeployment.objects.create(site=plc.site, asset=plc, patch=patch, **given)

    deferred = {"status": "DEFERRED", "countermeasure": "Port closed", "deferred_until": today()}
    Decision.objects.create(
        title="held", status="APPROVED", **asked | {"kind": "PATCH_DEFERRAL", "about": made("1", **deferred)}
    )
    tested = {"status": "TESTED", "test_passed": True}
    made("2", **tested).test_proofs.add(Evidence.objects.get(title="good"))
    return {"deferral-without-decision": made("3", **deferred), "test-without-evidence": made("4", **tested)}


def risks(site: Site) -> dict[str, Any]:
    """Return a record that breaks each rule of risk."""

    def made(title: str, *, likelihood: int = 1, owner: str = "Emil", **given: Any) -> Risk:
        one = Risk.objects.create(
            site=site, title=title, owner=owner, likelihood=likelihood, impacts={"safety": likelihood}
        )
        Risk.objects.filter(pk=one.pk).update(**given or {"owner": owner})
        return one

    calm = made("calm")
    late = {"site": site, "risk": calm, "due_on": today() - timedelta(days=1)}
    Treatment.objects.create(title="done", status="DONE", **late)
    return {
        "risk-above-untreated": made("above", likelihood=5), "residual-above-current": made("odd", residual=2, current=1),
        "acceptance-past-its-end": made("accepted", status="ACCEPTED"), "risk-raised": made("raised", pressed_by="1 open"),
        "risk-without-owner": made("unowned", owner=""), "measure-late": Treatment.objects.create(title="late", **late),
        "acceptance-not-submitted": RiskAcceptance.objects.create(site=site, risk=calm, reason="x"),
    }  # fmt: skip


def listed(program: Any, address: str) -> list[str]:
    """Return the ids that a REST list holds."""
    answer = program.get(address)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


@pytest.mark.django_db
class TestRules:
    def test_every_rule_is_tried_here(self, broken: dict[str, Any]) -> None:
        assert sorted(broken) == sorted(KEYS)

    @pytest.mark.parametrize("key", KEYS)
    def test_it_finds_what_breaks_it_and_leads_to_just_that(
        self, key: str, broken: dict[str, Any], mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        (one,) = [one for one in results(mara, today()) if one.check.key == key]
        assert [record.pk for record in one.check.broken(mara, today())] == [broken[key].pk]
        assert (one.found, listed(rest(mara), one.rest)) == (1, [str(broken[key].pk)])
        page = signed_in(mara).get(one.url).content.decode()
        assert one.check.sentence in page
        assert broken[key].get_absolute_url() in page

    def test_a_rule_of_another_register_is_refused(self, north: Site, mara: User, rest: Callable[..., Any]) -> None:
        assert rest(mara).send("get", "zones/?check=asset-without-zone").status_code == 400


@pytest.mark.django_db
class TestPages:
    def test_they_show_what_is_broken_at_ones_own_sites_only(
        self,
        broken: dict[str, Any],
        mara: User,
        ada: User,
        sven: User,
        south: Site,
        rest: Callable[..., Any],
        signed_in: Callable[[User], Any],
    ) -> None:
        assert "Zones without an owner" in signed_in(ada).get("/self-checks/").content.decode()
        body = rest(mara).send("get", "self-checks/").json()
        assert (body["count"], sum(row["count"] for row in body["results"])) == (len(KEYS), len(KEYS))
        assert [row["severity"] for row in body["results"]] == sorted(
            (row["severity"] for row in body["results"]), key=["HIGH", "MEDIUM", "LOW"].index
        )
        theirs = rest(sven).send("get", "self-checks/").json()["results"]
        assert sum(row["count"] for row in theirs) == 0
        assert "gone-with-role" not in [row["id"] for row in theirs]
        assert rest(sven).send("get", "self-checks/?site=NORTH").status_code == 400

    def test_the_overview_counts_them(
        self, broken: dict[str, Any], mara: User, signed_in: Callable[[User], Any]
    ) -> None:
        answer = signed_in(mara).get("/")
        page, checks = answer.content.decode(), answer.context["tiles"]["reports"]["checks"]
        assert checks["grave"] + checks["other"] == len(KEYS)
        assert f"{checks['grave']} grave" in page
        assert f"{checks['other']} to look at" in page
        assert page.count('href="/self-checks/"') == 2


@pytest.mark.django_db
class TestFigures:
    def test_the_list_behind_every_figure_holds_as_many(
        self, broken: dict[str, Any], mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        figures = home.inventory(mara, today(), None)["figures"]
        for app in SUMMARIES:
            figures += app.figures(mara, today()) if hasattr(app, "figures") else []
        assert len(figures) >= 11
        lists = [one for one in figures if resolve(one.url.partition("?")[0]).view_name.endswith("-list")]
        assert {one.key for one in figures if one not in lists} == {"in_time"}  # a share, shown with its course
        browser, wrong = signed_in(mara), []
        for one in lists:
            listing = browser.get(one.url)
            assert listing.status_code == 200, one.url
            count = listing.context_data["count"]
            if count != one.value:
                wrong.append((one.key, one.value, count))
        assert wrong == []
