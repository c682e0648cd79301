"""What people teach the matcher, what it asks again and why, and that only what is touched is looked at."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Conduit, Flow, Protocol, Zone
from patching import matching, polling, tasks, workflow
from patching.models import Advisory, Match, Prediction, ProductLink, VendorAlias
from registers import saving

PUMP: dict[str, Any] = {
    "document": {
        "category": "csaf_security_advisory", "csaf_version": "2.0", "title": "A pump opens its door",
        "publisher": {"category": "vendor", "name": "Quellwerk", "namespace": "https://quellwerk.example"},
        "tracking": {
            "id": "QW-1", "version": "1", "status": "final", "initial_release_date": "2026-01-01T00:00:00Z",
            "current_release_date": "2026-01-01T00:00:00Z",
        },
    },
    "product_tree": {"branches": [{"category": "vendor", "name": "Quellwerk", "branches": [
        {"category": "product_name", "name": "Flowmaster 300", "branches": [
            {"category": "product_version_range", "name": "<2.5", "product": {"product_id": "P1", "name": "Quellwerk Flowmaster 300"}},
        ]},
    ]}]},
    "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P1"]}, "remediations": [
        {"category": "vendor_fix", "details": "Update to 2.5.", "product_ids": ["P1"]},
    ]}],
}  # fmt: skip


def revised(version: str, *, versions: str = "<2.5", fix: str = "Update to 2.5.") -> dict[str, Any]:
    """The advisory in a later state."""
    made = deepcopy(PUMP)
    made["document"]["tracking"] |= {"version": version, "current_release_date": f"2026-01-0{version}T00:00:00Z"}
    made["product_tree"]["branches"][0]["branches"][0]["branches"][0]["name"] = versions
    made["vulnerabilities"][0]["remediations"][0]["details"] = fix
    return made


def pump(site: Site, name: str, **more: Any) -> Asset:
    """A pump drive with firmware 2.2."""
    given = {"vendor": "Quellwerk", "product": "Flowmaster 300", "version": "2.2", **more}
    return Asset.objects.create(site=site, name=name, **given)


@pytest.mark.django_db(transaction=True)
class TestDecisions:
    @pytest.fixture
    def match(self, north: Site, emil: User, feed: Callable[..., None]) -> Match:
        pump(north, "N-P1")
        feed(PUMP)
        found = Match.objects.get()
        assert found.verdict == "AFFECTED"
        return workflow.reject(
            found, by=emil, decision_reason="The web server is off", justification="vulnerable_code_not_in_execute_path"
        )

    def test_a_revision_with_other_words_does_not_ask_again(self, match: Match, feed: Callable[..., None]) -> None:
        feed(revised("2", versions="< 2.5", fix="Update to 2.5 or later."))
        match.refresh_from_db()
        assert (match.status, match.verdict, match.reopened_because) == ("REJECTED", "NOT_AFFECTED", "")

    def test_a_revision_with_another_range_asks_again_and_says_why(
        self, match: Match, feed: Callable[..., None]
    ) -> None:
        assert match.closed_on is None
        match.refresh_from_db()
        assert match.closed_on is not None
        assert match.was_due_on is not None
        feed(revised("2", versions="<2.6"))
        match.refresh_from_db()
        assert (match.status, match.verdict, match.justification) == ("OPEN", "AFFECTED", "")
        assert match.reopened_because.startswith("Rejected on ")
        assert 'the range was "<2.5" and is "<2.6"' in match.reopened_because
        assert match.closed_on is None

    def test_another_version_asks_again_and_says_why(self, match: Match) -> None:
        Asset.objects.update(version="2.1")
        tasks.rematch()
        match.refresh_from_db()
        assert match.status == "OPEN"
        assert "the recorded version changed" in match.reopened_because

    def test_deciding_anew_takes_the_note_away(self, match: Match, emil: User, feed: Callable[..., None]) -> None:
        feed(revised("2", versions="<2.6"))
        match.refresh_from_db()
        assert workflow.confirm(match, by=emil, decision_reason="It is on now").reopened_because == ""


@pytest.mark.django_db(transaction=True)
class TestTeaching:
    def test_an_alias_brings_the_matches_of_that_vendor_and_touches_no_other(
        self, north: Site, mara: User, feed: Callable[..., None]
    ) -> None:
        pump(north, "N-P1", vendor="Bachmeier")
        other = pump(north, "N-P2")
        feed(PUMP)
        assert [match.asset_id for match in Match.objects.all()] == [other.pk]
        before = Match.objects.get().revision
        alias = VendorAlias(written="Bachmeier", means="Quellwerk")
        saving.save(lambda: alias.save() or alias, by=mara, verb="add")
        with pytest.raises(ValidationError) as twice:
            VendorAlias(written="Bachmeier", means="Another").full_clean()
        assert twice.value.message_dict == {
            "written": ["Another vendor alias has the same “written as”. Write something else, or change that one."]
        }
        tasks.rematch()
        assert Match.objects.filter(asset__name="N-P1").get().verdict == "AFFECTED"
        assert Match.objects.get(asset=other).revision == before
        alias.means = "Somebody else"
        alias.save()
        tasks.rematch()
        gone = Match.objects.get(asset__name="N-P1")
        assert (gone.verdict, gone.due_on) == ("NOT_AFFECTED", None)

    def test_a_link_says_that_two_names_are_one_product(self, north: Site, feed: Callable[..., None]) -> None:
        pump(north, "N-P1", product="FM drive, blue")
        feed(PUMP)
        assert not Match.objects.exists()
        link = ProductLink.objects.create(
            vendor="quellwerk", product="FM drive, blue", named_vendor="Quellwerk", named_product="Flowmaster 300"
        )
        tasks.rematch()
        assert Match.objects.get().verdict == "AFFECTED"
        feed(revised("2", versions="<2.1", fix="Update to 2.1."))
        assert Match.objects.get().verdict == "FIXED"
        link.delete()
        tasks.rematch()
        assert Match.objects.get().verdict == "NOT_AFFECTED"

    def test_a_link_says_that_it_is_another_product(self, north: Site, feed: Callable[..., None]) -> None:
        pump(north, "N-P1")
        feed(PUMP)
        ProductLink.objects.create(
            vendor="Quellwerk",
            product="Flowmaster 300",
            named_vendor="Quellwerk",
            named_product="Flowmaster 300",
            same=False,
        )
        tasks.rematch()
        assert Match.objects.get().verdict == "NOT_AFFECTED"

    def test_an_advisory_that_has_matches_stays(self, north: Site, feed: Callable[..., None]) -> None:
        pump(north, "N-P1")
        feed(PUMP)
        with pytest.raises(IntegrityError, match="has matches stays"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM patching_advisory")
        Advisory.objects.get().delete()
        assert not Match.objects.exists()

    def test_only_those_with_a_role_everywhere_teach(self, nils: User, rest: Callable[..., Any]) -> None:
        body = {"written": "Bachmeier", "means": "Quellwerk"}
        assert rest(nils).send("post", "vendor-aliases/", body).status_code == 403

    def test_the_page_of_a_match_offers_to_remember(
        self, north: Site, mara: User, emil: User, feed: Callable[..., None], signed_in: Callable[[User], Any]
    ) -> None:
        pump(north, "N-P1", product="Flowmaster 300 XT drive")
        feed(PUMP)
        found = Match.objects.get()
        page = signed_in(mara).get(found.get_absolute_url()).content.decode()
        assert "/patching/product-links/add/?vendor=Quellwerk" in page
        assert "/patching/product-links/add/" not in signed_in(emil).get(found.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
class TestPriority:
    @pytest.fixture
    def cell(self, north: Site) -> Zone:
        outside = Zone.objects.create(site=north, name="Internet", external=True)
        cell = Zone.objects.create(site=north, name="Cell", level=1)
        guard = Asset.objects.create(site=north, name="N-FW1")
        Conduit.objects.create(site=north, name="In", zone_a=outside, zone_b=cell, boundary_device=guard)
        return cell

    def test_it_explains_itself_over_rest(
        self, cell: Zone, emil: User, feed: Callable[..., None], rest: Callable[..., Any]
    ) -> None:
        pump(cell.site, "N-P1", zone=cell)
        feed(PUMP)
        told = rest(emil).send("get", "matches/").json()["results"][0]["priority"]
        assert told["outcome"] == "TRACK"
        assert told["inputs"]["exposure"] == "CONTROLLED"
        assert told["inputs"]["exposure_why"] == "reached over Internet > Cell, passing 1 boundary device"
        assert told["why"].startswith("Track: no exploitation known, exposure controlled")
        assert told["due_on"]

    def test_a_flow_that_is_declared_changes_the_exposure(self, cell: Zone, feed: Callable[..., None]) -> None:
        pump(cell.site, "N-P1", zone=cell)
        feed(PUMP)
        protocol = Protocol.objects.create(code="opc", name="OPC UA")
        Flow.objects.create(site=cell.site, conduit=Conduit.objects.get(), initiator=cell, protocol=protocol)
        tasks.rematch()
        found = Match.objects.get()
        assert found.inputs["exposure"] == "SMALL"
        assert "no declared flow" in found.inputs["exposure_why"]
        Conduit.objects.update(boundary_device=None)
        Flow.objects.all().delete()
        tasks.rematch()
        found.refresh_from_db()
        assert found.inputs["exposure"] == "OPEN"

    def test_only_what_is_or_was_open_is_urgent(self, cell: Zone, emil: User, feed: Callable[..., None]) -> None:
        asset = pump(cell.site, "N-P1", zone=cell, version="2.6")
        feed(PUMP)
        found = Match.objects.get()
        assert (found.verdict, found.priority, found.priority_reason, found.inputs) == ("FIXED", "", "", {})
        workflow.confirm(found, by=emil, decision_reason="The vendor withdrew 2.6")
        tasks.rematch()
        found.refresh_from_db()
        assert (found.verdict, found.priority, found.inputs["exposure"]) == ("AFFECTED", "TRACK", "CONTROLLED")
        assert found.due_on
        for version, verdict in (("2.2", "AFFECTED"), ("2.7", "FIXED")):
            Asset.objects.filter(pk=asset.pk).update(version=version)
            tasks.rematch()
            found.refresh_from_db()
            assert (found.verdict, found.priority) == (verdict, "TRACK")
        assert found.priority_reason.startswith("Track: ")

    def test_a_prediction_raises_it_without_judging_anew(
        self, cell: Zone, feed: Callable[..., None], admin: User, django_assert_max_num_queries: Any
    ) -> None:
        pump(cell.site, "N-P1", zone=cell)
        feed(PUMP)
        source = polling.source_for("/nowhere")
        body = (
            b"#model_version:v2026.06.15,score_date:2026-09-26T12:00:22Z\ncve,epss,percentile\nCVE-2026-0001,0.7,0.99\n"
        )
        polling.take_file("epss.csv", body, source, by=admin, now=timezone.now())
        assert Prediction.objects.count() == 1
        tasks.rematch()
        found = Match.objects.get()
        assert (found.inputs["exploitation"], found.priority) == ("PUBLIC", "TRACK_CLOSELY")

    def test_kev_brings_the_day_nearer_and_never_farther(
        self, cell: Zone, feed: Callable[..., None], admin: User
    ) -> None:
        pump(cell.site, "N-P1", zone=cell)
        feed(PUMP)
        before = Match.objects.get()
        listed = {"cveID": "CVE-2026-0001", "dateAdded": timezone.now().date().isoformat()}
        body = json.dumps({"catalogVersion": "1", "vulnerabilities": [listed]}).encode()
        polling.take_file("kev.json", body, polling.source_for("/nowhere"), by=admin, now=timezone.now())
        tasks.rematch()
        after = Match.objects.get()
        assert after.exploited
        assert before.due_on is not None
        assert after.due_on is not None
        assert after.due_on < before.due_on
        assert after.inputs["kev_since"] == listed["dateAdded"]


@pytest.mark.django_db(transaction=True)
def test_one_advisory_leaves_the_matches_of_the_others_alone(north: Site, feed: Callable[..., None]) -> None:
    pump(north, "N-P1")
    feed(PUMP)
    other = deepcopy(PUMP)
    other["document"]["tracking"]["id"] = "QW-2"
    before = Match.objects.get()
    feed(other)
    assert Match.objects.count() == 2
    before.refresh_from_db()
    assert before.revision == 1
    assert matching.follow(now=timezone.now()) == matching.Outcome()


@pytest.mark.django_db(transaction=True)
class TestRevisions:
    def test_the_page_shows_what_changed_and_for_whom(
        self,
        north: Site,
        south: Site,
        emil: User,
        sven: User,
        feed: Callable[..., None],
        signed_in: Callable[[User], Any],
    ) -> None:
        pump(north, "N-OLD", version="2.2")
        pump(north, "N-NEW", version="2.5")
        pump(south, "S-NEW", version="2.5")
        feed(PUMP)
        feed(revised("2", versions="<2.6", fix="Update to 2.6."))
        advisory = Match.objects.first()
        assert advisory is not None
        page = signed_in(emil).get(advisory.advisory.get_absolute_url()).content.decode()
        assert "What version 2 changed" in page
        assert "<del>&lt;2.5</del>" in page
        assert "<ins>&lt;2.6</ins>" in page
        moved = page.partition("What changed for whom")[2].partition("</section>")[0]
        assert "N-NEW" in moved
        assert "N-OLD" not in moved
        assert "S-NEW" not in page
        address = f"/patching/advisories/{advisory.advisory_id}/revisions/"
        assert "2 states kept" in signed_in(emil).get(address).content.decode()
        other = signed_in(sven).get(address).content.decode()
        assert "S-NEW" in other
        assert "N-NEW" not in other

    def test_an_advisory_with_one_state_has_nothing_to_compare(
        self, north: Site, emil: User, feed: Callable[..., None], signed_in: Callable[[User], Any]
    ) -> None:
        pump(north, "N-P1")
        feed(PUMP)
        about = Match.objects.get().advisory_id
        assert (
            "Choose two different states"
            in signed_in(emil).get(f"/patching/advisories/{about}/revisions/").content.decode()
        )
        assert signed_in(emil).get("/patching/advisories/999999/revisions/").status_code == 404
