"""Evidence on any record of a site: attached by page and program, superseded by revisions, stale by its cycle (X5)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset, Zone
from programme.models import Evidence, Judgement, Requirement
from programme.proofs import keep, next_of, proofs_of, prove, revisions
from programme.remarks import misplaced
from programme.rules import months_after, overdue, stale
from reports.conformity import conformity
from tests.catalogues import load
from tests.programme.test_evidence import PNG, store

__all__ = ["store"]
TODAY = timezone.now().date()
PRACTICE, PROCEDURE = "RECORD_OF_PRACTICE", "WRITTEN_PROCEDURE"


def photo(plc: Asset, by: User, **more: Any) -> Evidence:
    """Keep a photo on a controller."""
    given = {
        "title": "Plate",
        "kind": PRACTICE,
        "effective_from": TODAY,
        "file": ContentFile(PNG, name="plate.png"),
        **more,
    }
    return prove(plc, by=by, **given)


class TestRules:
    @pytest.mark.parametrize(
        ("practice", "begins", "ends", "cycle", "expected"),
        [
            (True, "2025-06-01", None, 12, False), (True, "2025-05-30", None, 12, True), (True, "2025-05-31", None, 12, False),
            (True, "2025-05-01", "2027-01-01", 12, True), (False, "2020-01-01", "2027-01-01", 12, False), (False, "2020-01-01", None, 12, True),
            (False, "2020-01-01", "2026-05-30", 12, True), (True, "2026-05-31", "2026-05-31", 12, False), (True, "2020-01-01", None, None, False),
        ],
    )  # fmt: skip
    def test_stale_on_2026_05_31(
        self, practice: bool, begins: str, ends: str | None, cycle: int | None, expected: bool
    ) -> None:
        end = date.fromisoformat(ends) if ends else None
        found = stale(practice=practice, begins=date.fromisoformat(begins), ends=end, cycle=cycle, on=date(2026, 5, 31))
        assert found is expected

    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-12-15", 1, "2027-01-15"), ("2026-05-31", 13, "2027-06-30")],
    )  # fmt: skip
    def test_months_after(self, day: str, months: int, expected: str) -> None:
        assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)

    def test_overdue(self) -> None:
        assert overdue(date(2025, 5, 30), cycle=12, on=date(2026, 5, 31))
        assert not overdue(date(2025, 5, 31), cycle=12, on=date(2026, 5, 31))
        assert not overdue(None, cycle=12, on=date(2026, 5, 31))


@pytest.mark.django_db
class TestKeeping:
    def test_it_stands_on_the_record_at_the_records_site(self, plc: Asset, emil: User) -> None:
        made = photo(plc, emil)
        assert (list(proofs_of(plc)), made.site, made.about) == ([made], plc.site, plc)
        assert misplaced() == []

    def test_the_check_finds_evidence_at_another_site(self, plc: Asset, south: Site, emil: User) -> None:
        made = Evidence.objects.create(
            site=south, about=plc, title="Plate", kind=PRACTICE, effective_from=TODAY, note="x"
        )
        assert misplaced() == [f"evidence {made.pk} is kept at another site than {plc}"]

    def test_only_those_who_may_add_keep_it(self, plc: Asset, ada: User, sven: User) -> None:
        for person in (ada, sven):
            with pytest.raises(PermissionDenied):
                photo(plc, person)
        assert not Evidence.objects.exists()

    def test_on_a_judgement_it_supports_the_requirement(self, north: Site, nils: User) -> None:
        load()
        requirement = Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="NET 1.3")
        judgement = Judgement.objects.create(site=north, requirement=requirement)
        made = prove(judgement, by=nils, title="Walk-down", kind=PRACTICE, effective_from=TODAY, note="Seen.")
        assert list(made.requirements.all()) == [requirement]

    def test_a_page_of_the_portal_is_proof_where_it_shows_a_record_of_the_site(
        self, plc: Asset, pumping: Zone, rtu: Asset, emil: User, settings: Any
    ) -> None:
        made = photo(plc, emil, file=None, link=f"{settings.PUBLIC_URL}{pumping.get_absolute_url()}")
        assert made.link == pumping.get_absolute_url()
        for wrong in (rtu.get_absolute_url(), "/assets/zones/999999/", "//evil.example/x", "javascript:alert(1)"):
            with pytest.raises(ValidationError):
                photo(plc, emil, file=None, link=wrong)


@pytest.mark.django_db
class TestRevisions:
    def test_the_next_supersedes_and_the_old_stays(self, plc: Asset, emil: User, store: Any) -> None:
        old = photo(plc, emil)
        new = next_of(old)
        new.effective_from, new.file = TODAY, ContentFile(b"words", name="plate.txt")
        keep(new, by=emil)
        old = Evidence.objects.get(pk=old.pk)
        assert [one.pk for one in revisions(old)] == [new.pk, old.pk] == [one.pk for one in revisions(new)]
        assert (old.file.read(), new.about) == (PNG, plc)
        assert old.sha256 != new.sha256

    def test_there_is_one_next_revision(self, plc: Asset, emil: User) -> None:
        old = photo(plc, emil)
        first, second = next_of(old), next_of(old)
        for made in (first, second):
            made.effective_from, made.note = TODAY, "x"
        keep(first, by=emil)
        with pytest.raises(ValidationError):
            keep(second, by=emil)

    def test_a_file_is_not_exchanged(self, plc: Asset, emil: User) -> None:
        made = photo(plc, emil)
        made.file = ContentFile(b"words", name="other.txt")
        with pytest.raises(ValidationError, match="next revision"):
            made.full_clean()

    def test_it_is_not_of_another_site(self, plc: Asset, south: Site, emil: User) -> None:
        wrong = Evidence(
            site=south, title="x", kind=PRACTICE, effective_from=TODAY, note="x", supersedes=photo(plc, emil)
        )
        with pytest.raises(ValidationError):
            wrong.full_clean()


@pytest.mark.django_db
class TestPages:
    def test_a_record_shows_its_evidence_and_takes_more(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser, address = signed_in(emil), f"/programme/prove/assets/{plc.pk}/"
        assert f'action="{address}"' in browser.get(plc.get_absolute_url()).content.decode()
        given = {"title": "Plate of N-PS1", "kind": PRACTICE, "effective_from": "2026-03-01"}
        answer = browser.post(address, {**given, "file": SimpleUploadedFile("plate.png", PNG)})
        assert (answer.status_code, answer["Location"]) == (302, plc.get_absolute_url())
        assert "Plate of N-PS1" in browser.get(plc.get_absolute_url()).content.decode()

    def test_what_is_wrong_is_said_and_nothing_kept(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Any]
    ) -> None:
        given = {
            "title": "Page",
            "kind": PRACTICE,
            "effective_from": "2026-03-01",
            "file": SimpleUploadedFile("a.html", b"<b>"),
        }
        answer = signed_in(emil).post(f"/programme/prove/assets/{plc.pk}/", given)
        assert answer.status_code == 422
        assert "is not of a type that is kept" in answer.content.decode()
        assert not Evidence.objects.exists()

    def test_strangers_find_nothing_and_readers_add_nothing(
        self, plc: Asset, emil: User, ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        made = photo(plc, emil)
        for address in (f"/programme/prove/assets/{plc.pk}/", f"/programme/evidence/{made.pk}/supersede/"):
            assert signed_in(sven).post(address).status_code == 404
            assert signed_in(ada).get(address).status_code == 403

    def test_the_next_revision_by_page(self, plc: Asset, emil: User, signed_in: Callable[[User], Any]) -> None:
        old = photo(plc, emil)
        given = {"title": "Plate", "kind": PRACTICE, "effective_from": "2026-03-01", "note": "New plate."}
        answer = signed_in(emil).post(f"/programme/evidence/{old.pk}/supersede/", given)
        new = Evidence.objects.get(supersedes=old)
        assert answer["Location"] == new.get_absolute_url()
        assert old.sha256 in signed_in(emil).get(new.get_absolute_url()).content.decode()

    def test_a_full_disk_is_said_on_the_page(
        self, plc: Asset, emil: User, signed_in: Callable[[User], Any], settings: Any
    ) -> None:
        settings.FREE_AT_LEAST = 10**18
        given = {
            "title": "P",
            "kind": PRACTICE,
            "effective_from": "2026-03-01",
            "file": SimpleUploadedFile("p.png", PNG),
        }
        answer = signed_in(emil).post(f"/programme/prove/assets/{plc.pk}/", given)
        assert answer.status_code == 507
        assert "not enough room" in answer.content.decode()


@pytest.mark.django_db
class TestRest:
    def test_a_program_keeps_evidence_on_a_record(
        self, plc: Asset, rtu: Asset, emil: User, rest: Callable[..., Any]
    ) -> None:
        given = {
            "title": "P",
            "kind": PRACTICE,
            "effective_from": "2026-03-01",
            "about": f'{{"register": "assets", "id": "{plc.pk}"}}',
        }
        made = rest(emil).post("/api/v1/evidence/", {**given, "file": SimpleUploadedFile("p.png", PNG)})
        assert made.status_code == 201, made.json()
        assert (made.json()["about"], made.json()["site"]) == (
            {"register": "assets", "id": str(plc.pk)},
            str(plc.site_id),
        )
        theirs = given | {"about": {"register": "assets", "id": str(rtu.pk)}, "note": "x"}
        answer = rest(emil).send("post", "evidence/", theirs)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/about")

    def test_a_revision_takes_place_and_requirements_from_the_one_before(
        self, north: Site, plc: Asset, emil: User, rest: Callable[..., Any]
    ) -> None:
        load()
        old = photo(plc, emil)
        old.requirements.add(Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="CM 1.1"))
        given = {
            "site": str(north.pk),
            "title": "P",
            "kind": PRACTICE,
            "effective_from": "2026-03-01",
            "note": "n",
            "supersedes": str(old.pk),
        }
        made = rest(emil).send("post", "evidence/", given)
        assert made.status_code == 201, made.json()
        new = Evidence.objects.get(pk=made.json()["id"])
        assert (new.about, new.supersedes, new.requirements.count()) == (plc, old, 1)
        assert rest(emil).send("post", "evidence/", given).status_code == 400

    def test_what_is_read_may_be_written_back_as_it_is(
        self, north: Site, plc: Asset, nils: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(nils)
        given = {"site": str(north.pk), "title": "P", "kind": PRACTICE, "effective_from": "2026-03-01", "note": "n"}
        made = program.send("post", "evidence/", {**given, "about": None})
        assert (made.status_code, made.json()["about"]) == (201, None), made.json()
        standing = program.send("post", "evidence/", {**given, "about": {"register": "assets", "id": str(plc.pk)}})
        for one in (made.json(), standing.json()):
            written = {**given, "title": "Q", "about": one["about"], "supersedes": one["supersedes"]}
            answer = program.send("put", f"evidence/{one['id']}/", written)
            assert (answer.status_code, answer.json().get("about")) == (200, one["about"]), answer.json()
        moved = program.send("patch", f"evidence/{standing.json()['id']}/", {"about": None})
        assert (moved.status_code, moved.json()["errors"][0]["pointer"]) == (400, "/about")
        no_site = program.send("post", "evidence/", {"title": "P", "kind": PRACTICE, "about": None})
        assert "/site" in [one["pointer"] for one in no_site.json()["errors"]]

    def test_a_full_disk_is_507(
        self, plc: Asset, emil: User, rest: Callable[..., Any], settings: Any, store: Any
    ) -> None:
        settings.FREE_AT_LEAST = 10**18
        given = {"site": str(plc.site_id), "title": "P", "kind": PRACTICE, "effective_from": "2026-03-01"}
        answer = rest(emil).post("/api/v1/evidence/", {**given, "file": SimpleUploadedFile("p.png", PNG)})
        assert (answer.status_code, answer["Content-Type"]) == (507, "application/problem+json")
        assert [one for one in store.rglob("*") if one.is_file()] == []


@pytest.mark.django_db
def test_evidence_older_than_the_cycle_or_superseded_lowers_what_it_supports(north: Site, nils: User) -> None:
    load()
    requirement = Requirement.objects.get(catalogue__edition="IEC 62443-2-1:2024", code="NET 1.3")
    judgement = Judgement.objects.create(site=north, requirement=requirement, status="MET")
    old = prove(judgement, by=nils, title="Walk", kind=PRACTICE, effective_from=TODAY - timedelta(days=400), note="x")

    def row() -> Any:
        return conformity(nils, north, "IEC 62443-2-1:2024", TODAY, only="NET 1.3")[0]

    assert (row().status, row().stale) == ("PARTLY", [old])
    Judgement.objects.filter(pk=judgement.pk).update(cycle_months=24)
    assert (row().status, row().stale) == ("MET", [])
    new = next_of(old)
    new.effective_from, new.note = TODAY, "y"
    keep(new, by=nils, requirements=old.requirements.all())
    assert row().evidence == [new]
