"""Conformity: what is counted leads to the list of it, what is asked for is said, stale proof lowers, the past reads as it was (U2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Backup, Conduit, Flow, Protocol, Zone
from programme import judging, workflow
from programme.models import Evidence, Judgement, Requirement
from registers.history import seals
from registers.history.past import as_of
from reports.conformity import HOME, SPEAKERS, Row, conformity
from scope.models import Process, ScopeStatement
from tests.catalogues import load

TODAY = timezone.now().date()


def required(code: str, edition: str = HOME) -> Requirement:
    """Return a requirement by its id."""
    return Requirement.objects.get(catalogue__edition=edition, code=code)


def row(user: User, site: Site, code: str, edition: str = HOME, on: date = TODAY) -> Row:
    """Return one row of conformity."""
    (found,) = conformity(user, site, edition, on, only=code)
    return found


@pytest.fixture
def judgement(north: Site) -> Judgement:
    """NORTH's judgement of the inventory."""
    load()
    return Judgement.objects.create(site=north, requirement=required("CM 1.1"))


@pytest.fixture
def plant(north: Site, plc: Asset, pumping: Zone, rtu: Asset) -> Site:
    """NORTH with one or more of everything that is counted, some of it good; SOUTH has an asset that must not count."""
    load()
    safety = Zone.objects.create(site=north, name="N-SIS", safety=True)
    Zone.objects.create(site=north, name="Internet", external=True)
    sis = Asset.objects.create(
        site=north,
        zone=safety,
        name="N-SIS-1",
        kind="SAFETY_SYSTEM",
        criticality_override="SAFETY",
        override_reason="SIL 2",
        verified_on=TODAY,
    )
    Asset.objects.create(
        site=north,
        name="N-OLD",
        kind="SAFETY_SYSTEM",
        functions=["TIME"],
        lifecycle="RETIRED",
        criticality_override="HIGH",
        override_reason="was",
    )
    Asset.objects.create(site=north, name="N-SPARE", lifecycle="SPARE", supported_until=TODAY + timedelta(days=1))
    Asset.objects.filter(pk=plc.pk).update(supported_until=TODAY - timedelta(days=1), functions=["FIREWALL"])
    Backup.objects.create(site=north, asset=sis, taken_on=TODAY - timedelta(days=90), content="program")
    conduit = Conduit.objects.create(site=north, name="C-1", zone_a=pumping, zone_b=safety, boundary_device=plc)
    Conduit.objects.create(site=north, name="C-2", zone_a=pumping, zone_b=safety)
    Flow.objects.create(
        site=north,
        conduit=conduit,
        initiator=pumping,
        protocol=Protocol.objects.create(code="s7", name="S7"),
        review_on=TODAY,
    )
    Process.objects.create(site=north, name="Filtration").assets.add(plc)
    Process.objects.create(site=north, name="Pumping")
    ScopeStatement.objects.create(site=north, title="Scope", inside="All.", status="APPROVED")
    Evidence.objects.create(
        site=north,
        title="Old list",
        kind="RECORD_OF_PRACTICE",
        note="Binder 3",
        effective_from=date(2025, 1, 1),
        effective_to=TODAY - timedelta(days=1),
    )
    Judgement.objects.create(site=north, requirement=required("CM 1.1"), status="MET", judged_at=timezone.now())
    Judgement.objects.create(site=north, requirement=required("CM 1.2"))
    return north


EXPECTED = {
    "inventory complete": (0, 3), "inventory verified": (1, 3), "criticality assessed": (1, 3), "assets in zones": (2, 3),
    "support known": (1, 2), "backups taken": (1, 1), "restore tested": (0, 1), "safety systems apart": (1, 1),
    "zones with target": (1, 2), "conduits guarded": (1, 2), "conduits declared": (1, 2), "flows reviewed": (1, 1),
    "flows authenticated": (0, 1), "sources polled": (0, 0), "matches decided": (0, 0), "open in time": (0, 0),
    "requirements judged": (1, 87), "judgements fresh": (1, 1), "evidence fresh": (0, 1), "scope approved": (1, 1), "scope decided": (0, 3),
    "processes carried": (1, 2), "patches in time": (0, 0), "patches verified": (0, 0),
    "segmentation kept": (2, 2), "devices kept apart": (2, 2), "firewalls as declared": (0, 0), "system requirements answered": (0, 2), "zones at target": (0, 2),
    "function FIREWALL": (1, 1), "function REMOTE_ACCESS": (0, 1), "function JUMP_HOST": (0, 1), "function MONITORING": (0, 1),
    "function LOGS": (0, 1), "function UPDATES": (0, 1), "function BACKUP": (0, 1), "function TIME": (0, 1),
    "media checked": (0, 0), "baseline items met": (0, 0), "zones rated": (0, 2), "risks treated": (0, 0), "risks owned": (0, 0), "risks looked at": (0, 0), "assessments approved": (0, 0),
}  # fmt: skip


@pytest.mark.django_db
class TestFigures:
    def test_each_figure_is_what_stands_in_the_registers(self, plant: Site, mara: User) -> None:
        found = [check for speaker in SPEAKERS for check in speaker.checks(mara, plant, TODAY)]
        assert {check.key: (check.numerator, check.denominator) for check in found} == EXPECTED

    def test_each_figure_leads_to_the_list_of_what_was_counted(
        self,
        plant: Site,
        nils: User,
        rest: Callable[..., Any],
        signed_in: Callable[[User], Any],
        subtests: pytest.Subtests,
    ) -> None:
        program, browser = rest(nils), signed_in(nils)
        found = [check for speaker in SPEAKERS for check in speaker.checks(nils, plant, TODAY)]
        for key in EXPECTED:
            with subtests.test(key):
                (check,) = [one for one in found if one.key == key]
                listed = program.get(check.rest)
                assert (listed.status_code, listed.json().get("count")) == (200, check.denominator)
                assert browser.get(check.url).status_code == 200

    def test_each_code_is_a_requirement(self, plant: Site, mara: User) -> None:
        known = set(Requirement.objects.filter(catalogue__edition=HOME).values_list("code", flat=True))
        assert {
            code for speaker in SPEAKERS for check in speaker.checks(mara, plant, TODAY) for code in check.codes
        } <= known

    def test_the_older_edition_is_reached_by_the_crosswalk(self, plant: Site, mara: User) -> None:
        inventory = [
            one
            for one in conformity(mara, plant, "IEC 62443-2-1:2010", TODAY)
            if "CM 1.1" in one.requirement.crosswalk["maps_to_2024"]
        ]
        assert inventory
        assert all("inventory complete" in {check.key for check in one.checks} for one in inventory)

    def test_what_one_may_not_see_is_not_counted(self, plant: Site, sven: User) -> None:
        found = [check for speaker in SPEAKERS for check in speaker.checks(sven, plant, TODAY)]
        assert {check.key for check in found if check.numerator} <= set()


@pytest.mark.django_db
class TestJudged:
    def test_what_is_asked_for_is_said_and_still_counts(
        self, judgement: Judgement, nils: User, petra: User, rest: Callable[..., Any]
    ) -> None:
        asked = judging.request_not_applicable(judgement, by=nils, justification="No devices.")
        found = row(nils, judgement.site, "CM 1.1")
        assert (found.applicable, found.asked) == (True, asked)
        body = rest(nils).send("get", "conformity/?site=NORTH").json()["results"]
        assert [one["asked_for"] for one in body if one["code"] == "CM 1.1"] == [str(asked.pk)]
        workflow.approve(asked, by=petra, decision_reason="Agreed.")
        found = row(nils, judgement.site, "CM 1.1")
        assert (found.applicable, found.status, found.asked) == (False, "NOT_APPLICABLE", None)

    def test_stale_proof_lowers_what_was_judged(self, judgement: Judgement, mara: User) -> None:
        judging.judge(judgement, by=mara, verdict="MET", why="The list is true.")
        proof = Evidence.objects.create(
            site=judgement.site, title="Walk-down", kind="RECORD_OF_PRACTICE", note="Binder 3",
            effective_from=TODAY - timedelta(days=300), effective_to=TODAY,
        )  # fmt: skip
        proof.requirements.add(judgement.requirement)
        assert row(mara, judgement.site, "CM 1.1").status == "MET"
        assert row(mara, judgement.site, "CM 1.1", on=TODAY + timedelta(days=1)).status == "PARTLY"

    def test_an_engineer_does_not_judge(self, judgement: Judgement, emil: User, rest: Callable[..., Any]) -> None:
        assert (
            rest(emil).send("post", f"judgements/{judgement.pk}/judge/", {"verdict": "MET", "why": "So."}).status_code
            == 403
        )

    def test_what_is_judged_is_judged_anew_only_by_who_read_that(
        self, judgement: Judgement, mara: User, nils: User, rest: Callable[..., Any]
    ) -> None:
        address, first = f"judgements/{judgement.pk}/judge/", {"verdict": "MET", "why": "The list is true."}
        read = rest(nils).send("post", address, first).headers["ETag"]
        second = {"verdict": "NOT_MET", "why": "It is not."}
        refused = rest(mara).send("post", address, second)
        assert (refused.status_code, "met already" in refused.json()["detail"]) == (409, True)
        judgement.refresh_from_db()
        assert (judgement.status, judgement.judged_by) == ("MET", nils)
        assert rest(mara).send("post", address, second, If_Match=read).status_code == 200
        assert rest(nils).send("post", address, first, If_Match=read).status_code == 412

    def test_nobody_writes_a_status_past_the_judgement(
        self, judgement: Judgement, mara: User, rest: Callable[..., Any]
    ) -> None:
        for name, value in (("status", "MET"), ("applicable", False), ("maturity", 4)):
            rest(mara).send("patch", f"judgements/{judgement.pk}/", {name: value})
        judgement.refresh_from_db()
        assert (judgement.status, judgement.applicable, judgement.maturity) == ("NOT_ASSESSED", True, None)


@pytest.mark.django_db(transaction=True)
class TestPast:
    def test_a_past_day_shows_what_was_counted_and_judged_then(
        self, judgement: Judgement, plc: Asset, mara: User, rest: Callable[..., Any]
    ) -> None:
        then = timezone.now()
        judging.judge(judgement, by=mara, verdict="MET", maturity="3", why="The list is true.")
        Asset.objects.filter(pk=plc.pk).update(verified_on=TODAY)
        Asset.objects.create(site=plc.site, zone=plc.zone, name="N-PS1-HMI01", verified_on=TODAY)
        seals.seal()
        with as_of(then, now=timezone.now()):
            before = row(mara, judgement.site, "CM 1.1")
        after = row(mara, judgement.site, "CM 1.1")
        assert (before.status, after.status) == ("NOT_ASSESSED", "MET")
        figures = [
            {check.key: (check.numerator, check.denominator) for check in one.checks}["inventory verified"]
            for one in (before, after)
        ]
        assert figures == [(0, 1), (2, 2)]

    def test_the_list_of_a_past_figure_is_that_of_its_moment(
        self, judgement: Judgement, plc: Asset, mara: User, rest: Callable[..., Any]
    ) -> None:
        then = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        Asset.objects.create(site=plc.site, zone=plc.zone, name="N-PS1-HMI01")
        seals.seal()
        program = rest(mara)
        answer = program.send("get", f"conformity/?site=NORTH&as_of={then}")
        assert answer.status_code == 200, answer.json()
        (found,) = [one["computed"] for one in answer.json()["results"] if one["code"] == "CM 1.1"]
        assert found["denominator"] == 1
        assert program.get(found["list"]).json()["count"] == 1


@pytest.mark.django_db
class TestPages:
    def test_a_requirement_shows_each_site_that_one_may_see(
        self, plant: Site, south: Site, mara: User, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        judged = Judgement.objects.get(requirement__code="CM 1.1")
        judging.judge(
            judged,
            by=mara,
            revision=judged.revision,
            verdict="MET",
            maturity="3",
            why="The list is true.",
        )
        address = required("CM 1.1").get_absolute_url()
        everywhere, here = (signed_in(one).get(address).content.decode() for one in (mara, nils))
        assert "SOUTH" in everywhere
        assert "SOUTH" not in here.split("<main")[1]
        for words in (
            "Keep a baseline inventory of assets",
            "The list is true.",
            "judge again",
            "0 of 3 assets with all must-have fields",
            "NIST CSF 2.0",
        ):
            assert words in here, words

    def test_a_judgement_shows_what_is_computed(self, plant: Site, ada: User, signed_in: Callable[[User], Any]) -> None:
        page = signed_in(ada).get(Judgement.objects.get(requirement__code="CM 1.1").get_absolute_url()).content.decode()
        assert "Assets verified within 12 months" in page
        assert "/judge/" not in page

    def test_the_one_who_may_judge_is_led_there(
        self, plant: Site, nils: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        known, fresh = (
            browser.get(required(code).get_absolute_url()).content.decode() for code in ("CM 1.1", "NET 1.3")
        )
        assert f"/programme/judgements/{Judgement.objects.get(requirement__code='CM 1.1').pk}/judge/" in known
        assert f"/programme/judgements/add/?site={plant.pk}&amp;requirement={required('NET 1.3').pk}" in fresh
