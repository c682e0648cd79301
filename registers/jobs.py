"""Work that a person started and that runs in the background. The row is the outbox: nothing is lost with the broker.

A job is claimed under a lease that its progress renews. A lapsed lease means that the worker died: beat sends it again, at
most three times, then it FAILED with a reason. Handlers may run twice and must do nothing twice. A worker that only slept
past its lease writes no more: each attempt knows the job by its number.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from kombu.exceptions import OperationalError as BrokerError

from registers.history import origin
from registers.models import Job
from registers.notices import tell
from registers.storage import NoSpace, filled

MOST_ATTEMPTS = 3
AT_ONCE = 2  # of the worker's four processes: the others stay free for what must not wait
SHOWN_ERRORS = 100
QUEUED_TOO_LONG = timedelta(seconds=30)
CLAIMING = 7004  # advisory lock
SETTLED = 100  # percent
AWAY = (OperationalError, InterfaceError)  # the database went, or broke off what was asked
T = TypeVar("T")
log = structlog.get_logger(__name__)


class JobFailed(Exception):
    """The work cannot be done; `errors` says why, in the words of the import or report."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0].get("message", "") if errors else "")
        self.errors = errors


class Lost(Exception):
    """Another worker has the job by now, or it was given up: this one must write no more."""


def start(owner: Any, kind: str, title: str, /, **arguments: Any) -> Job:
    """Put a job down and send it once the transaction commits."""
    with transaction.atomic():
        job = Job.objects.create(owner=owner, kind=kind, title=title[:200], arguments=arguments)
        transaction.on_commit(partial(_send, job.pk), robust=True)
    job.refresh_from_db()
    return job


def _send(pk: int) -> None:
    from registers.tasks import run_job

    try:
        run_job.apply_async(kwargs={"job": pk}, retry=False)
    except (BrokerError, OSError) as down:
        log.warning("job not sent yet", job=pk, why=str(down))


def _send_next() -> None:
    """Send the jobs that have waited longest, now that there is room."""
    for pk in Job.objects.filter(state=Job.State.QUEUED).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        _send(pk)


def resend(*, now: datetime) -> int:
    """Send again what waited too long or whose worker died; give up after three attempts. Return how many were sent."""
    lapsed = Q(state=Job.State.RUNNING, lease_until__lt=now)
    given_up = Job.objects.filter(lapsed, attempts__gte=MOST_ATTEMPTS)
    for job in given_up:
        fail(
            job,
            [{"message": "The worker stopped three times while doing this. Look at the log, then start it again."}],
            now=now,
        )
    due = Job.objects.filter(Q(state=Job.State.QUEUED, created_at__lt=now - QUEUED_TOO_LONG) | lapsed)
    keys = list(due.values_list("pk", flat=True))
    for pk in keys:
        _send(pk)
    return len(keys)


def claim(pk: int, *, now: datetime) -> Job | None:
    """Take the job, or return None when somebody else has it, it is finished, or as many run as may; it waits on then."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
        if Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=now).count() >= AT_ONCE:
            return None
        taken = Job.objects.filter(free, pk=pk, attempts__lt=MOST_ATTEMPTS).update(
            state=Job.State.RUNNING, attempts=F("attempts") + 1, lease_until=now + settings.JOB_LEASE
        )
    return Job.objects.select_related("owner").get(pk=pk) if taken else None


def held(job: Job) -> QuerySet[Job]:
    """Return the job's row, as long as this attempt has it."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def run(pk: int) -> str:
    """Do one job from start to end; return the state it ended in, or nothing when it was not free or not brought to an end."""
    job = claim(pk, now=timezone.now())
    if job is None:
        return ""
    handler = import_module(settings.REGISTERS_CATALOG).JOBS[job.kind]
    try:
        with origin.request(door=job.kind, request=f"job-{job.pk}"):
            handler(job)
        _finish(job, now=timezone.now())
    except Lost:
        log.warning("job went to another worker", job=job.pk, attempt=job.attempts)
        return ""
    except Exception as broken:
        if isinstance(broken, AWAY) and not filled(broken):
            log.warning("job broken off by the database; it is sent again", job=job.pk, why=str(broken))
            return ""
        fail(job, _reasons(job, broken), now=timezone.now())
    for path in job.spent:
        path.unlink(missing_ok=True)
    _send_next()
    return str(Job.objects.values_list("state", flat=True).get(pk=pk))


def _reasons(job: Job, broken: Exception) -> list[dict[str, Any]]:
    if isinstance(broken, JobFailed):
        return broken.errors
    if filled(broken):
        return [{"message": str(NoSpace())}]
    log.error("job broke", job=job.pk, exc_info=broken)
    return [{"message": f"Something broke on our side. The log has the details under job {job.pk}."}]


def settle(job: Job) -> None:
    """Note, as the last act of the transaction that does the work, that it is done: it is not done again. Raises Lost."""
    done = {"progress": SETTLED, "result": job.result, "counts": job.counts, "total": job.total}
    if not held(job).update(**done):
        raise Lost


def _finish(job: Job, *, now: datetime) -> None:
    """End a job with its result; raises Lost."""
    with transaction.atomic():
        settle(job)
        held(job).update(state=Job.State.DONE, done=job.total, lease_until=None, finished_at=now)
        _tell_end(job, _("Done: {job}"))


def fail(job: Job, errors: list[dict[str, Any]], *, now: datetime) -> None:
    """End a job without result, with reasons, unless another worker has it by now."""
    ended = {"state": Job.State.FAILED, "errors": errors, "counts": job.counts, "lease_until": None, "finished_at": now}
    with transaction.atomic():
        if held(job).update(**ended):
            _tell_end(job, _("Not done: {job}"))


def _tell_end(job: Job, title: StrOrPromise) -> None:
    with translation.override(job.owner.language):
        tell(job.owner, str(title).format(job=job.title), job.get_absolute_url())


def report(job: Job, done: int, total: int, *, now: datetime) -> None:
    """Show how far the work is and renew the lease. Call it outside the work's own transaction, or use `beating`. Raises Lost."""
    progress = min(99, done * 100 // max(1, total))
    if not held(job).update(done=done, total=total, progress=progress, lease_until=now + settings.JOB_LEASE):
        raise Lost


def counted(job: Job, things: Iterable[T], total: int, every: int = 500) -> Iterator[T]:
    """Yield the things and report after each `every`."""
    for number, thing in enumerate(things, start=1):
        yield thing
        if number % every == 0:
            report(job, number, total, now=timezone.now())


@contextmanager
def beating(job: Job) -> Iterator[None]:
    """Renew the lease every 20 seconds while one long transaction or rendering runs, on a connection of its own."""
    import threading

    from django.db import connections

    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(20):
            try:
                held(job).update(lease_until=timezone.now() + settings.JOB_LEASE)
            except AWAY:
                connections.close_all()
        connections.close_all()

    thread = threading.Thread(target=beat, daemon=True, name=f"lease-of-job-{job.pk}")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
