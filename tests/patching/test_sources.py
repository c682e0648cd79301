"""A source is polled and fed by hand as a job, says what came and why not, and trusts only what its keys allow."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue
from patching import polling
from patching.feeds.deliveries import Fetched, SignatureState
from patching.intake import Counts, Piece, take
from patching.models import Advisory, AdvisorySource, Poll
from registers import jobs
from registers.models import Job
from tests.patching.feeds.local import Maker, Site, advisory

DAY = "2026-01-02T00:00:00Z"


@pytest.fixture
def web() -> Any:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def pumps(web: Site, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """A provider with three documents."""
    monkeypatch.setattr(settings, "OUTBOUND_ALLOW", [web.url])
    maker = Maker(web)
    for number in (1, 2, 3):
        day = f"2026-01-0{number}T00:00:00Z"
        body = advisory(f"PUMP-{number}", initial_release_date=day, current_release_date=day)
        maker.add(f"PUMP-{number}", updated=day, body=body)
    return maker


@pytest.fixture
def source(db: None, pumps: Maker) -> AdvisorySource:
    """The provider as a source."""
    return AdvisorySource.objects.create(name="Pumps", kind="CSAF", address=pumps.metadata)


def visit(source: AdvisorySource, **more: Any) -> Poll:
    """Poll it."""
    found = polling.poll(AdvisorySource.objects.get(pk=source.pk), now=more.pop("now", timezone.now()), **more)
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
class TestPoll:
    def test_it_is_asked_for_over_rest_and_done_as_a_job(
        self, source: AdvisorySource, mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        answer = rest(mara).send("post", f"advisory-sources/{source.pk}/poll/")
        assert (answer.status_code, answer.json()["kind"]) == (202, "poll")
        again = rest(mara).send("post", f"advisory-sources/{source.pk}/poll/")
        assert again.json()["id"] == answer.json()["id"]
        assert jobs.run(int(answer.json()["id"])) == "DONE"
        assert Advisory.objects.count() == 3
        done = Poll.objects.get()
        assert (done.state, done.new, done.asked_by, done.rechecked) == ("DONE", 3, mara, True)
        page = signed_in(mara).get(source.get_absolute_url()).content.decode()
        assert "3 new, 0 changed, 0 unchanged, 0 refused" in page
        assert "Poll now" in page

    def test_only_who_may_poll_does(
        self, source: AdvisorySource, nils: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        assert rest(nils).send("post", f"advisory-sources/{source.pk}/poll/").status_code == 403
        assert signed_in(nils).post(f"/patching/advisory-sources/{source.pk}/poll/").status_code == 403
        page = signed_in(nils).get(source.get_absolute_url())
        assert page.status_code == 200
        assert b"Poll now" not in page.content
        assert not Job.objects.exists()

    def test_what_was_refused_is_said_with_its_reason(
        self, source: AdvisorySource, pumps: Maker, mara: User, signed_in: Callable[[User], Client]
    ) -> None:
        pumps.site.pages["/white/2026/pump-2.json"] = b"<html>"
        done = visit(source)
        assert (done.state, done.new, done.refused) == ("DONE", 2, 1)
        page = signed_in(mara).get(source.get_absolute_url()).content.decode()
        assert "pump-2.json" in page
        assert "does not match its published hash" in page
        assert "Some refused" in page
        assert AdvisorySource.objects.get().health == "Some refused"

    @pytest.mark.parametrize(
        ("told", "taken"),
        [({"version": "7" * 70_000}, 3), ({"id": "PUMP-2" + "x" * 200}, 2), ({"current_release_date": "0001-01-01T00:00:00+14:00"}, 2)],
        ids=["version", "id", "day"],
    )  # fmt: skip
    def test_a_document_that_is_too_long_for_the_portal_stops_itself_only(
        self, source: AdvisorySource, pumps: Maker, told: dict[str, str], taken: int
    ) -> None:
        facts = {"initial_release_date": DAY, "current_release_date": DAY, **told}
        pumps.add("PUMP-2", updated=DAY, body=advisory(facts.pop("id", "PUMP-2"), **facts))
        done = visit(source)
        assert (done.state, done.new, done.refused) == ("DONE", taken, 3 - taken)

    def test_what_nobody_foresaw_stops_itself_only(self, source: AdvisorySource, mara: User) -> None:
        pieces: list[Piece] = []
        for number, digest in enumerate(["a" * 64, "b" * 64_000, "c" * 64]):
            body = advisory(f"PUMP-{number}", initial_release_date=DAY, current_release_date=DAY)
            pieces.append(Fetched(f"{number}.json", body, json.loads(body), digest, SignatureState.UNSIGNED, False, {}))
        counts = Counts()
        assert len(list(take(pieces, source, counts, by=mara))) == 1
        assert (counts.new, counts.refused) == (2, 1)
        assert counts.problems == [{"place": "1.json", "reason": "It cannot be stored. The log has the details."}]
        assert set(source.seen.values_list("locator", flat=True)) == {"0.json", "2.json"}

    def test_what_came_signed_is_replaced_by_another_source_only_with_a_signature(
        self, source: AdvisorySource, mara: User
    ) -> None:
        other = AdvisorySource.objects.create(name="Other", address="https://other.example/", kind=source.kind)

        def told(by: AdvisorySource, version: str, state: SignatureState) -> str:
            body = advisory("PUMP-9", version=version, **{f"{one}_release_date": DAY for one in ("initial", "current")})
            document = json.loads(body)
            list(take([Fetched("9.json", body, document, version * 64, state, True, {})], by, Counts(), by=mara))
            return Advisory.objects.get().version

        assert told(source, "1", SignatureState.VERIFIED) == "1"
        assert told(other, "2", SignatureState.UNCHECKED) == "1"
        assert told(source, "3", SignatureState.UNCHECKED) == "3"
        assert told(source, "4", SignatureState.VERIFIED) == "4"
        assert told(other, "5", SignatureState.VERIFIED) == "5"
        source.delete()
        other.delete()
        third = AdvisorySource.objects.create(name="Third", address="https://third.example/", kind="CSAF")
        assert told(third, "6", SignatureState.UNCHECKED) == "6"

    def test_a_person_and_every_day_compare_all_hashes(self, source: AdvisorySource, pumps: Maker, mara: User) -> None:
        now = timezone.now()
        assert visit(source, now=now).rechecked
        assert not visit(source, now=now + timedelta(hours=6)).rechecked
        assert visit(source, now=now + timedelta(hours=7), asked_by=mara).rechecked
        assert visit(source, now=now + timedelta(hours=31)).rechecked

    def test_new_keys_make_everything_be_read_and_checked_again(self, source: AdvisorySource, pumps: Maker) -> None:
        visit(source)
        pumps.site.forget()
        assert visit(source).unchanged in {0, 3}
        del pumps.site.pages["/white/2026/pump-1.json.asc"]
        source.public_key = str(pumps.key)
        source.save()
        done = visit(source)
        assert (done.unchanged, done.refused) == (2, 1)
        signed = dict(Advisory.objects.values_list("tracking_id", "signature"))
        assert signed == {"PUMP-1": "UNCHECKED", "PUMP-2": "VERIFIED", "PUMP-3": "VERIFIED"}
        assert "no signature" in done.problems[0]["reason"]

    def test_a_site_that_asks_to_wait_is_left_alone(self, source: AdvisorySource, pumps: Maker) -> None:
        pumps.site.pages["/.well-known/csaf/provider-metadata.json"] = (503, {"Retry-After": "90000"}, b"")
        done = visit(source)
        assert done.state == "FAILED"
        kept = AdvisorySource.objects.get()
        assert kept.next_poll_at is not None
        assert kept.next_poll_at - timezone.now() > timedelta(hours=24)
        assert kept not in polling.due(now=timezone.now() + timedelta(hours=24))


@pytest.mark.django_db
class TestDropFolder:
    """What a person names as a folder lies below the drop folder; an operator on the machine is free."""

    @pytest.fixture
    def drop(self, tmp_path: Path, settings: Any) -> Path:
        settings.DROP_DIR = tmp_path / "drop"
        return tmp_path / "drop"

    def add(self, program: Any, address: str, **more: Any) -> Any:
        return program.send("post", "advisory-sources/", {"name": "Stick", "kind": "FOLDER", "address": address} | more)

    @pytest.mark.parametrize(
        "address", ["/etc", "..", "plant/../../files", "{drop}/../files", "{drop}-2", "~/x/../../..", "out"]
    )
    def test_any_other_folder_is_refused_with_the_place(
        self, address: str, drop: Path, mara: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        drop.mkdir()
        (drop / "out").symlink_to("/etc")
        answer = self.add(rest(mara), address.format(drop=drop))
        told = answer.json()["errors"]
        assert (answer.status_code, told[0]["pointer"]) == (400, "/address")
        assert str(drop) in told[0]["detail"]
        body = {"name": "Stick", "kind": "FOLDER", "address": address.format(drop=drop), "every_hours": 6}
        page = signed_in(mara).post("/patching/advisory-sources/add/", body)
        assert str(drop) in page.context["form"].errors["address"][0]
        assert not AdvisorySource.objects.exists()

    def test_the_drop_folder_and_what_lies_below_is_taken(
        self, drop: Path, mara: User, rest: Callable[..., Any]
    ) -> None:
        made = self.add(rest(mara), "vendors/pumps")
        assert (made.status_code, made.json()["address"]) == (201, str(drop / "vendors" / "pumps"))
        assert drop.is_dir()
        assert self.add(rest(mara), str(drop), name="All").status_code == 201

    def test_a_source_does_not_become_such_a_folder(self, drop: Path, mara: User, rest: Callable[..., Any]) -> None:
        kept = AdvisorySource.objects.create(name="Web", kind="CSAF", address="/etc")
        url = f"advisory-sources/{kept.pk}/"
        assert rest(mara).send("patch", url, {"kind": "FOLDER"}).status_code == 400
        told = rest(mara).send("post", "advisory-sources/", [{"name": "S", "kind": "FOLDER", "address": "/etc"}])
        assert told.status_code == 400

    def test_what_an_operator_polls_is_read_and_may_be_renamed(
        self, drop: Path, tmp_path: Path, mara: User, rest: Callable[..., Any]
    ) -> None:
        (tmp_path / "pump-1.json").write_bytes(
            advisory("PUMP-1", initial_release_date="2026-01-01T00:00:00Z", current_release_date="2026-01-01T00:00:00Z")
        )
        kept = polling.source_for(str(tmp_path))
        assert visit(kept).new == 1
        url = f"advisory-sources/{kept.pk}/"
        assert rest(mara).send("patch", url, {"name": "Stick"}).status_code == 200
        assert rest(mara).send("patch", url, {"address": "/etc"}).status_code == 400

    def test_a_folder_that_became_a_link_out_is_not_followed(
        self, drop: Path, tmp_path: Path, mara: User, rest: Callable[..., Any]
    ) -> None:
        self.add(rest(mara), "pumps")
        (tmp_path / "pump-1.json").write_bytes(
            advisory("PUMP-1", initial_release_date="2026-01-01T00:00:00Z", current_release_date="2026-01-01T00:00:00Z")
        )
        (drop / "pumps").symlink_to(tmp_path)
        done = visit(AdvisorySource.objects.get())
        assert (done.state, done.new) == ("FAILED", 0)
        assert "link out of the drop folder" in done.problems[0]["reason"]


def packed(pumps: Maker) -> bytes:
    """The provider's files as a ZIP."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for path, body in pumps.site.pages.items():
            if path.startswith("/white/2026"):
                archive.writestr(path.lstrip("/"), body if isinstance(body, bytes) else b"")
    return kept.getvalue()


@pytest.mark.django_db(transaction=True)
class TestFiles:
    def send(self, client: Client, source: AdvisorySource, name: str, body: bytes) -> Any:
        """Give the source a file on its page and do the job."""
        url = f"/patching/advisory-sources/{source.pk}/upload/"
        answer = client.post(url, {"file": SimpleUploadedFile(name, body)})
        for job in Job.objects.filter(state="QUEUED"):
            jobs.run(job.pk)
        return answer

    def test_a_zip_with_hashes_and_signatures_is_checked_as_a_poll_is(
        self,
        source: AdvisorySource,
        pumps: Maker,
        mara: User,
        signed_in: Callable[[User], Client],
        settings: Any,
        tmp_path: Path,
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        source.public_key = str(pumps.key)
        source.save()
        del pumps.site.pages["/white/2026/pump-2.json.asc"]
        self.send(signed_in(mara), source, "pumps.zip", packed(pumps))
        done = Poll.objects.get()
        assert (done.file_name, done.new, done.refused) == ("pumps.zip", 2, 1)
        assert {one.signature for one in Advisory.objects.all()} == {"VERIFIED"}
        assert not list((tmp_path / "imports").glob("*.upload"))

    def test_a_file_given_by_hand_does_not_put_off_the_next_poll(self, source: AdvisorySource, mara: User) -> None:
        polling.take_file("x.json", b"{}", source, by=mara, now=timezone.now())
        kept = AdvisorySource.objects.get()
        assert (kept.last_state, kept.failures) == (None, 0)
        assert kept in polling.due(now=timezone.now())

    @pytest.mark.parametrize(
        ("name", "body", "told"),
        [
            ("a.json", b"{", "cannot be read"),
            ("a.xml", b'<!DOCTYPE x [<!ENTITY a "&b;&b;">]><x>&a;</x>', "cannot be read"),
            ("a.json", b"\xff\xfe" + '{"document": {}}'.encode("utf-16-le"), "cannot be read"),
            ("a.json", b" " * 20_000_001, "larger than 20,000,000 bytes"),
            ("a.csv.gz", b"\x1f\x8b" + b"\0" * 50, "cannot be read"),
            ("a.json", b'{"feed": 1}', "neither a CSAF document"),
        ],
    )
    def test_hostile_files_are_refused_with_a_sentence(
        self, source: AdvisorySource, mara: User, signed_in: Callable[[User], Client], name: str, body: bytes, told: str
    ) -> None:
        self.send(signed_in(mara), source, name, body)
        assert told in Poll.objects.get().problems[0]["reason"]
        job = Job.objects.get()
        assert job.state == "FAILED"
        assert told in job.errors[0]["message"]

    def test_200_megabytes_are_refused_before_they_are_kept(
        self,
        source: AdvisorySource,
        mara: User,
        rest: Callable[..., Any],
        signed_in: Callable[[User], Client],
        tmp_path: Path,
    ) -> None:
        huge = tmp_path / "huge.zip"
        with huge.open("wb") as file:
            file.truncate(200_000_000)
        with huge.open("rb") as file:
            answer = signed_in(mara).post(
                f"/patching/advisory-sources/{source.pk}/upload/", {"file": file}, follow=True
            )
        assert "over 50 MB" in answer.content.decode()
        assert not Job.objects.exists()

    def test_over_rest(self, source: AdvisorySource, pumps: Maker, mara: User, client: Client) -> None:
        now = timezone.now()
        _kept, token = issue(mara, "t", ["read", "write"], expires_at=now + timedelta(days=1), now=now)
        given = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        url = f"/api/v1/advisory-sources/{source.pk}/upload/"
        assert client.post(url, {}, **given).status_code == 400
        document = pumps.site.pages["/white/2026/pump-1.json"]
        assert isinstance(document, bytes)
        answer = client.post(url, {"file": SimpleUploadedFile("one.json", document)}, **given)
        assert answer.status_code == 202
        assert jobs.run(int(json.loads(answer.content)["id"])) == "DONE"
        assert Advisory.objects.get().tracking_id == "PUMP-1"
