"""What the machinery does without being asked: jobs, mail, seals, files that nobody needs."""

from typing import Any

import structlog
from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from registers import jobs, mail, storage
from registers.history import seals

log = structlog.get_logger(__name__)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def run_job(*, job: int, **_: Any) -> str:
    """Do one job."""
    return jobs.run(job)


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def resend_jobs(**_: Any) -> int:
    """Send again the jobs that wait too long or whose worker died."""
    return jobs.resend(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def send_mail(**_: Any) -> int:
    """Send the letters that wait."""
    return mail.send_waiting(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def seal_history(**_: Any) -> int:
    """Seal the history of closed epochs; return how many rows the new seal covers."""
    made = seals.seal()
    if made and made.rows:
        log.info("history sealed", seal=made.pk, rows=made.rows, digest=made.digest)
    return made.rows if made else 0


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def sweep_files(**_: Any) -> int:
    """Remove files that no record knows."""
    return storage.sweep(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # Celery has no types
def heartbeat(**_: Any) -> None:
    """Leave a mark that beat and a worker are alive, for `/readyz`."""
    cache.set("beat", timezone.now().isoformat(), timeout=600)
