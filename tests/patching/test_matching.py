"""Polled advisories are matched to the plant; a person's word stays until the facts change."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Site, User
from accounts.robots import robot
from assets.models import Asset
from patching import intake, matching, polling, workflow
from patching.feeds.deliveries import Fetched, SignatureState
from patching.models import Advisory, AdvisorySource, Match, Poll
from registers.models import Watermark
from tests.patching.rules.plant import document

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "advisories"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="THE ADVISORY TEST DATA IS NOT HERE: nothing real was matched")


@pytest.fixture
def plant(north: Site) -> list[Asset]:
    """The invented plant whose first rows are the label assets."""
    made = []
    with (DATA / "inventory" / "plant_demo.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            made.append(
                Asset(site=north, name=f"{row['asset_tag']}-{len(made)}", vendor=row["vendor"], product=row["product"],
                      model_number=row["model_number"], version=row["firmware_version"])
            )  # fmt: skip
    return Asset.objects.bulk_create(made)


def take_folder(folder: Path) -> Poll:
    """Poll a folder now and match what came."""
    visit = polling.poll(polling.source_for(str(folder)), now=timezone.now())
    assert visit is not None
    matching.follow(now=timezone.now())
    return visit


@with_data
@pytest.mark.django_db(transaction=True)
def test_a_real_provider_is_taken_in_and_matched_once(plant: list[Asset]) -> None:
    visit = take_folder(DATA / "csaf")
    assert (visit.state, visit.new, visit.refused) == ("DONE", 250, 0)
    assert Advisory.objects.filter(tracking_id="ICSA-21-357-01").exists()
    first = Match.objects.count()
    assert first > 60
    again = take_folder(DATA / "csaf")
    assert (again.new, again.changed, again.unchanged) == (0, 0, 250)
    assert Match.objects.count() == first


@with_data
@pytest.mark.django_db(transaction=True)
class TestDecisions:
    @pytest.fixture
    def match(self, north: Site) -> Match:
        Asset.objects.create(site=north, name="N-GW1", vendor="Moxa", product="MGate MB3180", version="2.2")
        take_folder(DATA / "csaf")
        return Match.objects.get(asset__name="N-GW1", advisory__tracking_id="ICSA-21-357-01")

    def test_the_verdict_has_its_reason_and_due_day(self, match: Match) -> None:
        assert match.verdict == "AFFECTED"
        assert "2.2" in match.reason
        assert match.due_on is not None

    def test_a_changed_version_closes_the_match(self, match: Match) -> None:
        Asset.objects.filter(pk=match.asset_id).update(version="4.3")
        matching.follow(now=timezone.now())
        match.refresh_from_db()
        assert match.verdict in {"FIXED", "NOT_AFFECTED"}
        assert match.due_on is None

    def test_a_rejection_survives_the_next_poll(self, match: Match, emil: User) -> None:
        workflow.reject(
            match, by=emil, decision_reason="Web server is off", justification="vulnerable_code_not_present"
        )
        take_folder(DATA / "csaf")
        matching.match(now=timezone.now())
        match.refresh_from_db()
        assert (match.verdict, match.status, match.decided_by) == ("NOT_AFFECTED", "REJECTED", emil)

    def test_a_rejection_falls_with_its_facts(self, match: Match, emil: User) -> None:
        workflow.reject(
            match, by=emil, decision_reason="Web server is off", justification="vulnerable_code_not_present"
        )
        Asset.objects.filter(pk=match.asset_id).update(version="2.1")
        matching.follow(now=timezone.now())
        match.refresh_from_db()
        assert (match.verdict, match.status, match.decided_by) == ("AFFECTED", "OPEN", None)

    def test_a_wrong_person_cannot_decide(self, match: Match, sven: User, ada: User, rest: Callable[..., Any]) -> None:
        body = {"decision_reason": "no", "justification": "component_not_present"}
        assert rest(sven).send("post", f"matches/{match.pk}/reject/", body).status_code == 404
        assert rest(ada).send("post", f"matches/{match.pk}/reject/", body).status_code == 403


@with_data
@pytest.mark.django_db(transaction=True)
def test_every_state_is_kept_and_an_older_one_never_replaces_a_newer(tmp_path: Path) -> None:
    states = sorted((DATA / "csaf-history" / "icsa-21-159-02").glob("*.json"))
    for state in states:
        (tmp_path / "state.json").write_bytes(state.read_bytes())
        take_folder(tmp_path)
    kept = Advisory.objects.get()
    newest = kept.current_release_on
    (tmp_path / "state.json").write_bytes(states[0].read_bytes())
    take_folder(tmp_path)
    kept.refresh_from_db()
    assert kept.current_release_on == newest
    assert kept.states.count() > 1


@with_data
@pytest.mark.django_db(transaction=True)
def test_a_newer_version_counts_though_its_day_was_corrected_backwards(tmp_path: Path) -> None:
    for state in sorted((DATA / "csaf-history" / "icsa-19-211-01").glob("*.json")):
        (tmp_path / "state.json").write_bytes(state.read_bytes())
        assert take_folder(tmp_path).refused == 0
    advisory = Advisory.objects.get()
    assert (advisory.version, advisory.current_release_on.year) == ("2", 2019)
    assert [len(state.products) for state in advisory.states.order_by("pk")][-2:] == [5, 12]


@with_data
@pytest.mark.django_db(transaction=True)
def test_the_earlier_version_of_another_source_stays_out_though_its_day_is_later(tmp_path: Path) -> None:
    states = sorted((DATA / "csaf-history" / "icsa-19-211-01").glob("*.json"))
    for name, state in (("publisher", states[-1]), ("mirror", states[0])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "state.json").write_bytes(state.read_bytes())
        poll = take_folder(tmp_path / name)
    assert (poll.refused, Advisory.objects.get().version) == (1, "2")


@with_data
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("listed", "kept"), [("2023-10-03T12:00:00Z", 2), ("2023-09-28T12:00:00Z", 1)])
def test_what_a_list_gives_a_later_time_counts_though_its_version_and_day_went_back(listed: str, kept: int) -> None:
    source = AdvisorySource.objects.create(name="CISA", kind="CSAF", address="https://cisa.example/")
    before, after = sorted((DATA / "csaf-history" / "icsa-20-051-02").glob("*.json"))[-2:]
    for path, updated in ((before, "2023-09-28T12:00:00Z"), (after, listed)):
        body = path.read_bytes()
        sha256 = hashlib.sha256(body).hexdigest()
        piece = Fetched(
            "https://cisa.example/icsa-20-051-02.json", body, json.loads(body), sha256, SignatureState.UNCHECKED, True,
            {"sha256": sha256, "updated": updated},
        )  # fmt: skip
        list(intake.take([piece], source, intake.Counts(), by=robot("polling")))
    advisory = Advisory.objects.get()
    assert (advisory.states.count(), advisory.version) == (kept, "1" if kept == 2 else "2")


@pytest.mark.django_db(transaction=True)
def test_other_rules_match_everything_anew_once(
    north: Site, feed: Callable[[dict[str, Any]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    match, scopes = matching.match, list[set[str]]()

    def noted(**given: Any) -> matching.Outcome:
        scopes.append(set(given) - {"now"})
        return match(**given)

    Asset.objects.create(site=north, name="N-D1", vendor="Merewater Drives", product="MD 400", version="2.2")
    feed(document(("MD 400 Series", "<= 2.2")))
    Match.objects.update(verdict="FIXED", reason="As an earlier release judged it.")
    monkeypatch.setattr(matching, "match", noted)
    matching.follow(now=timezone.now())
    assert set() not in scopes  # what another transaction hid is told twice, but nobody asks for everything
    Watermark.objects.filter(follower=matching.FOLLOWER).update(follower="matching by rules 0.0")
    matching.follow(now=timezone.now())
    assert scopes.count(set()) == 1
    assert Match.objects.get().verdict == "AFFECTED"
    matching.follow(now=timezone.now())
    assert scopes.count(set()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_folder_with_rubbish_fails_with_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.json").write_text('{"document": {"tracking"')
    with pytest.raises(CommandError, match="1 of the sources failed"):
        call_command("poll", path=str(tmp_path))
    assert "broken.json" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_two_sources_name_is_read_for_the_first_of_them(tmp_path: Path) -> None:
    first, _second = (
        AdvisorySource.objects.create(name=name, kind="FOLDER", address=str(tmp_path), enabled=False) for name in ("Share", "Share, again")
    )  # fmt: skip
    assert polling.source_for(str(tmp_path)) == first
