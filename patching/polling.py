"""Polls the advisory sources: those that are due, one that was asked for, or a folder or address given by hand."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.robots import robot
from patching.feeds import epss, files, folder, kev, provider
from patching.intake import Counts, Piece, finished, take
from patching.models import AdvisorySource, Poll

Progress = Callable[[Counts], None]


def due(*, now: datetime) -> list[AdvisorySource]:
    """Return the sources whose next poll is due."""
    sources = AdvisorySource.objects.filter(enabled=True).order_by("pk")
    return [source for source in sources if (at := source.next_poll_at) is not None and at <= now]


def poll(source: AdvisorySource, *, now: datetime, progress: Progress | None = None) -> Poll | None:
    """Visit a source and store what it has; return the poll, or None when another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [7001, source.pk])
        if not cursor.fetchone()[0]:
            return None
    try:
        return _poll(source, now, progress)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [7001, source.pk])


def _poll(source: AdvisorySource, now: datetime, progress: Progress | None) -> Poll:
    Poll.objects.filter(source=source, state=Poll.State.RUNNING).update(
        state=Poll.State.FAILED,
        finished_at=now,
        problems=[{"place": source.address, "reason": "The worker stopped in the middle."}],
    )
    visit = Poll.objects.create(source=source, started_at=now)
    counts = Counts()
    for _counts in take(_pieces(source), source, counts, by=robot("poll")):
        if progress:
            progress(counts)
    nothing_came = not (counts.new or counts.changed or counts.unchanged)
    for name, value in finished(counts, now=timezone.now()).items():
        setattr(visit, name, value)
    visit.state = Poll.State.FAILED if counts.refused and nothing_came else Poll.State.DONE
    visit.save()
    return visit


def _pieces(source: AdvisorySource) -> Iterator[Piece]:
    seen: dict[str, Any] = dict(source.seen.values_list("locator", "seen"))
    keys = [source.public_key.encode()] if source.public_key else []
    fingerprints = [source.fingerprint] if source.fingerprint else []
    address, allow = source.address, settings.OUTBOUND_ALLOW
    if source.kind == AdvisorySource.Kind.KEV:
        yield kev.poll(address, allow=allow, seen=seen.get(address))
    elif source.kind == AdvisorySource.Kind.EPSS:
        yield epss.poll(address, allow=allow, seen=seen.get(address))
    elif source.kind == AdvisorySource.Kind.FOLDER:
        yield from folder.read(Path(address), seen=seen, keys=keys, fingerprints=fingerprints)
    else:
        yield from provider.poll(address, allow=allow, seen=seen, keys=keys, fingerprints=fingerprints)


def source_for(path: str) -> AdvisorySource:
    """Return the source that stands for an address or folder given by hand; it is not polled by itself."""
    local = not path.startswith(("http://", "https://"))
    kind = AdvisorySource.Kind.FOLDER if local else AdvisorySource.Kind.CSAF
    address = str(Path(path).resolve()) if local else path
    kept, _made = AdvisorySource.objects.get_or_create(
        address=address, kind=kind, defaults={"name": f"By hand: {address}"[-80:], "enabled": False}
    )
    return kept


def take_file(name: str, body: bytes, source: AdvisorySource, *, by: Any, now: datetime) -> Poll:
    """Store one uploaded file: a CSAF document, KEV or EPSS, with the same checks as a source's."""
    visit = Poll.objects.create(source=source, started_at=now)
    counts, piece = Counts(), files.receive(name, body)
    if piece is None:
        counts.refuse(name, "This is neither a CSAF document nor KEV nor EPSS. Upload one of these.")
    else:
        for _counts in take([piece], source, counts, by=by):
            pass
    for field, value in finished(counts, now=now).items():
        setattr(visit, field, value)
    visit.state = Poll.State.FAILED if counts.refused else Poll.State.DONE
    visit.save()
    return visit
