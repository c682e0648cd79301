"""Work that a person starts on a source: poll it now, or take in a file, as a job with progress."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from patching import matching, polling
from patching.intake import Counts
from patching.models import AdvisorySource, Poll
from registers import jobs
from registers.jobs import JobFailed, Lost
from registers.models import Job


def ask_poll(source: AdvisorySource, *, by: Any) -> Job:
    """Start a poll of the source; one that this person already started and that waits or runs is returned instead."""
    return _running(source, "poll", by) or jobs.start(by, "poll", f"Poll of {source.name}", source=source.pk)


def ask_upload(source: AdvisorySource, *, name: str, path: str, by: Any) -> Job:
    """Start to take in a file that was put aside at `path`, below the folder of files."""
    title = f"{name[:100]} into {source.name}"
    return jobs.start(by, "advisory-file", title, source=source.pk, path=path, name=name[:120])


def latest(source: AdvisorySource, *, of: Any) -> Job | None:
    """Return the newest job that this person started on the source."""
    return (
        Job.objects.filter(owner=of, kind__in=["poll", "advisory-file"], arguments__source=source.pk)
        .order_by("-pk")
        .first()
    )


def _running(source: AdvisorySource, kind: str, by: Any) -> Job | None:
    found = Job.objects.filter(owner=by, kind=kind, arguments__source=source.pk)
    return found.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).order_by("-pk").first()


def run_poll(job: Job) -> None:
    """Poll the source that the job names, then match what came."""
    source = _source(job)
    expected = max(source.seen.count(), 1)
    with jobs.beating(job):
        visit = polling.poll(source, now=timezone.now(), progress=_progress(job, expected), asked_by=job.owner)
        if (
            visit is None and job.attempts > 1
        ):  # a worker that slept has it still; it lets go once it finds the job taken
            raise Lost
        if visit is None:
            raise JobFailed([{"message": "It is being polled just now. Its page shows how far that is."}])
        _end(job, source, visit)


def run_file(job: Job) -> None:
    """Take in the file that the job names, then match what came; the file is thrown away after."""
    source = _source(job)
    kept = Path(settings.MEDIA_ROOT) / job.arguments["path"]
    if not kept.is_file():
        raise JobFailed([{"message": "The file is gone. Upload it again."}])
    job.spent = (kept,)
    with jobs.beating(job), kept.open("rb") as file:
        visit = polling.take_file(
            job.arguments["name"], file, source, by=job.owner, now=timezone.now(), progress=_progress(job, 1)
        )
    _end(job, source, visit)


def _source(job: Job) -> AdvisorySource:
    source = AdvisorySource.objects.filter(pk=job.arguments["source"]).first()
    if source is None:
        raise JobFailed([{"message": "The source is gone."}])
    return source


def _progress(job: Job, expected: int) -> polling.Progress:
    def show(counts: Counts) -> None:
        jobs.report(job, counts.came, max(expected, counts.came + 1), now=timezone.now())

    return show


def _end(job: Job, source: AdvisorySource, visit: Poll) -> None:
    job.counts = {"new": visit.new, "changed": visit.changed, "unchanged": visit.unchanged, "refused": visit.refused}
    job.total = visit.came
    job.result = source.get_absolute_url()
    if visit.state == Poll.State.FAILED:
        raise JobFailed([{"column": one["place"], "message": one["reason"]} for one in visit.problems])
    matching.follow(now=timezone.now())
