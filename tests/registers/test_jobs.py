"""Jobs: two at once, so that long ones keep nothing waiting; the others are sent when there is room."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Zone
from registers import jobs
from registers.files import importing
from registers.models import Job
from registers.own import Notice
from registers.storage import NoSpace
from registers.taking import take_in


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
    Zone.objects.update(level=2)
    assert jobs.run(pk) == "DONE"
    assert Job.objects.get(pk=pk).counts == {"create": 1, "update": 0, "unchanged": 0, "error": 0, "total": 1}
    assert Zone.objects.get().level == 2, "what a person changed since stays"
    assert not path.exists()


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Let a job of kind `report` be done by a function of the test."""

    def by(handler: Any) -> None:
        monkeypatch.setattr(jobs, "import_module", lambda name: type("Catalog", (), {"JOBS": {"report": handler}}))

    return by


def slept(job: Job) -> Job:
    """Let the lease of a running job lapse and another worker take it."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - jobs.settings.JOB_LEASE)
    taken = jobs.claim(job.pk, now=timezone.now())
    assert taken is not None
    return taken


ENDINGS: dict[str, Callable[[Job], None]] = {
    "settles": jobs.settle,
    "reports": lambda job: jobs.report(job, 1, 2, now=timezone.now()),
    "ends": lambda job: None,
    "fails": lambda job: jobs.fail(job, [{"message": "No such plant."}], now=timezone.now()),
}


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("by_then", ["RUNNING", "DONE", "FAILED"])
def test_a_worker_that_slept_past_its_lease_says_nothing_more(
    three: list[Job], handled: Callable[[Any], None], by_then: str, ending: str
) -> None:
    def handler(job: Job) -> None:
        other = slept(job)
        Job.objects.filter(pk=other.pk).update(state=by_then, progress=70, result="/of/the/other/", errors=[])
        ENDINGS[ending](job)

    handled(handler)
    spent = three[0]
    jobs.run(spent.pk)
    spent.refresh_from_db()
    assert (spent.state, spent.progress, spent.result, spent.errors) == (by_then, 70, "/of/the/other/", [])
    assert spent.attempts == 2
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_worker_that_slept_leaves_the_files_to_the_other(
    three: list[Job], handled: Callable[[Any], None], tmp_path: Path
) -> None:
    file = tmp_path / "zones.csv"
    file.touch()

    def handler(job: Job) -> None:
        job.spent = (file,)
        slept(job)

    handled(handler)
    assert jobs.run(three[0].pk) == ""
    assert file.exists()


@pytest.mark.django_db
def test_a_job_given_up_while_its_worker_slept_stays_given_up(three: list[Job], handled: Callable[[Any], None]) -> None:
    def handler(job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - jobs.settings.JOB_LEASE)
        jobs.resend(now=timezone.now())

    handled(handler)
    Job.objects.filter(pk=three[0].pk).update(attempts=jobs.MOST_ATTEMPTS - 1)
    assert jobs.run(three[0].pk) == ""
    three[0].refresh_from_db()
    assert three[0].state == "FAILED"
    assert Notice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_job_that_the_database_broke_off_is_done_by_the_next(
    three: list[Job], handled: Callable[[Any], None], error: type[Exception]
) -> None:
    def handler(job: Job) -> None:
        if job.attempts == 1:
            raise error("the connection is lost")

    handled(handler)
    assert jobs.run(three[0].pk) == ""
    three[0].refresh_from_db()
    assert (three[0].state, three[0].errors) == ("RUNNING", [])
    Job.objects.filter(pk=three[0].pk).update(lease_until=timezone.now() - jobs.settings.JOB_LEASE)
    assert jobs.run(three[0].pk) == "DONE"


@pytest.mark.django_db
@pytest.mark.parametrize("error", [NoSpace(), OSError(errno.ENOSPC, "No space left on device")])
def test_a_job_says_that_the_disk_is_full(three: list[Job], handled: Callable[[Any], None], error: Exception) -> None:
    def handler(job: Job) -> None:
        raise error

    handled(handler)
    assert jobs.run(three[0].pk) == "FAILED"
    three[0].refresh_from_db()
    assert three[0].errors == [{"message": "There is not enough room on the server. Tell its administrator."}]


@pytest.mark.django_db
def test_a_file_that_another_worker_took_in_meanwhile_is_found(north: Site, mara: User, settings: Any) -> None:
    path = Path(settings.MEDIA_ROOT) / "scan.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    job = Job.objects.create(
        owner=mara, kind="discovery", title="Scan", arguments={"site": north.pk, "path": path.name}
    )
    asked: list[Site] = []

    def take(site: Site, file: Path) -> tuple[str, bool]:
        asked.append(site)
        if len(asked) == 1:
            raise IntegrityError("discovery_scan_once")
        return "the scan", False

    assert take_in(job, take) == ("the scan", False)
    assert asked == [north, north]
    path.unlink()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), [("dry_run", "tru"), ("dryrun", "true"), ("dry_run", "2")])
def test_a_dry_run_that_is_misspelt_imports_nothing(
    north: Site, nils: User, rest: Callable[..., Any], name: str, value: str
) -> None:
    file = SimpleUploadedFile("zones.csv", b"name,level\nA,1\n")
    refused = rest(nils).post("/api/v1/imports/", {"register": "zones", "site": "NORTH", "file": file, name: value})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (400, [f"/{name}"])
    assert not Job.objects.exists()
