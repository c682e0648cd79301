"""Jobs: two at once, so that long ones keep nothing waiting; the others are sent when there is room."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Zone
from registers import jobs
from registers.files import importing
from registers.models import Job


@pytest.fixture
def three(mara: User) -> list[Job]:
    """Three reports that wait."""
    return [Job.objects.create(owner=mara, kind="report", title=f"Report {number}") for number in range(3)]


@pytest.mark.django_db
def test_a_third_job_waits(three: list[Job]) -> None:
    now = timezone.now()
    taken = [jobs.claim(job.pk, now=now) for job in three]
    assert [job and job.title for job in taken] == ["Report 0", "Report 1", None]
    three[2].refresh_from_db()
    assert (three[2].state, three[2].attempts) == ("QUEUED", 0)


@pytest.mark.django_db
def test_a_job_whose_worker_died_keeps_no_room(three: list[Job]) -> None:
    now = timezone.now()
    for job in three[:2]:
        jobs.claim(job.pk, now=now - 2 * jobs.settings.JOB_LEASE)
    assert jobs.claim(three[2].pk, now=now) is not None


@pytest.mark.django_db
def test_the_end_of_one_sends_the_next(three: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []

    def do(job: Any) -> None:
        raise jobs.JobFailed([{"message": "No such plant."}])

    monkeypatch.setattr(jobs, "import_module", lambda name: type("Catalog", (), {"JOBS": {"report": do}}))
    monkeypatch.setattr(jobs, "_send", sent.append)
    assert jobs.run(three[0].pk) == "FAILED"
    assert sent == [three[1].pk, three[2].pk]


@pytest.mark.django_db(transaction=True)
def test_an_import_is_all_or_nothing(north: Site, nils: User, rest: Callable[..., Any]) -> None:
    def sent(body: bytes) -> str:
        given = {"register": "zones", "site": "NORTH", "file": SimpleUploadedFile("zones.csv", body)}
        return jobs.run(int(rest(nils).post("/api/v1/imports/", given).json()["id"]))

    assert sent(b"name,level\nA,1\nB,9\n") == "FAILED"
    assert not Zone.objects.exists()
    assert sent(b"name,level\nA,1\nB,3.5\n") == "DONE"
    assert Zone.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_died_at_its_very_end_is_done_by_the_next(
    north: Site, nils: User, rest: Callable[..., Any]
) -> None:
    given = {"register": "zones", "site": "NORTH", "file": SimpleUploadedFile("zones.csv", b"name,level\nA,1\n")}
    pk = int(rest(nils).post("/api/v1/imports/", given).json()["id"])
    died = jobs.claim(pk, now=timezone.now())
    assert died is not None
    importing.run(died)
    Job.objects.filter(pk=pk).update(lease_until=timezone.now() - jobs.settings.JOB_LEASE)
    assert Zone.objects.count() == 1
    path = Path(jobs.settings.MEDIA_ROOT) / died.arguments["path"]
    assert path.is_file()
    assert jobs.run(pk) == "DONE"
    assert Job.objects.get(pk=pk).counts == {"create": 0, "update": 0, "unchanged": 1, "error": 0, "total": 1}
    assert not path.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), [("dry_run", "tru"), ("dryrun", "true"), ("dry_run", "2")])
def test_a_dry_run_that_is_misspelt_imports_nothing(
    north: Site, nils: User, rest: Callable[..., Any], name: str, value: str
) -> None:
    file = SimpleUploadedFile("zones.csv", b"name,level\nA,1\n")
    refused = rest(nils).post("/api/v1/imports/", {"register": "zones", "site": "NORTH", "file": file, name: value})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (400, [f"/{name}"])
    assert not Job.objects.exists()
