"""Polls the advisory sources: those that are due, one that was asked for, or a folder or address given by hand."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import IO, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from pysequoia import Cert

from accounts.robots import robot
from patching.feeds import archives, epss, files, folder, kev, provider, signatures
from patching.feeds.deliveries import Failed
from patching.intake import Counts, Piece, finished, take
from patching.models import AdvisorySource, Poll
from patching.rules.timetable import recheck_due
from registers import clock
from registers.locks import held

SOURCE, VISIT, TURN = 7001, 7005, 7006  # advisory locks
TURNS, TURN_SECONDS = 2, 120  # of the worker's four processes: sources that answer slowly leave the others free
Progress = Callable[[Counts], None]


def visit_due() -> int:
    """Poll what is due, one source after the other, until two minutes are over; return how many were visited.

    The next turn, a minute later, goes on with the rest.
    """
    began, visited, tried = monotonic(), 0, set[int]()
    with _turn() as free:
        settle(now=timezone.now())
        while free and monotonic() - began < TURN_SECONDS:
            waiting = (one for one in due(now=timezone.now()) if one.pk not in tried)
            if (source := next(waiting, None)) is None:
                break
            tried.add(source.pk)
            visited += poll(source, now=timezone.now()) is not None
    return visited


@contextmanager
def _turn() -> Iterator[bool]:
    """Take one of the turns that may run at once; says whether there was one."""
    with ExitStack() as turns:
        yield any(turns.enter_context(held(TURN, number)) for number in range(TURNS))


def settle(*, now: datetime) -> None:
    """End the visits whose worker is gone."""
    gone = []
    for visit in Poll.objects.filter(state=Poll.State.RUNNING):
        with held(VISIT, visit.pk) as free:
            gone += [visit.pk] if free else []
    _end(Poll.objects.filter(pk__in=gone), now)


def _end(visits: QuerySet[Poll], now: datetime) -> None:
    """Say that the worker stopped; what nobody asked for has no end, so that the source is due again at once."""
    for visit in visits.filter(state=Poll.State.RUNNING):
        visit.state = Poll.State.FAILED
        visit.finished_at = now if visit.asked_by_id or visit.file_name else None
        visit.problems = [
            {"place": visit.file_name or visit.source.address, "reason": "The worker stopped in the middle."}
        ]
        visit.save()


def due(*, now: datetime) -> list[AdvisorySource]:
    """Return the sources whose next poll is due."""
    sources = AdvisorySource.objects.filter(enabled=True).order_by("pk")
    return [source for source in sources if (at := source.next_poll_at) is not None and at <= now]


def poll(
    source: AdvisorySource, *, now: datetime, progress: Progress | None = None, asked_by: Any = None
) -> Poll | None:
    """Visit a source and store what it has; return the poll, or None when another worker is at it.

    Once a day, and when a person asks, every document's hash is compared, whatever time the list gives for it.
    """
    with held(SOURCE, source.pk) as free:
        if not free:
            return None
        _forget_after_new_keys(source)
        last = source.polls.filter(rechecked=True, state=Poll.State.DONE).order_by("-pk").first()
        recheck = asked_by is not None or recheck_due(now=now, last=last.started_at if last else None)
        visit = _begin(source, now, asked_by, rechecked=recheck)
        return _visit(visit, _pieces(source, recheck), by=robot("poll"), progress=progress)


def trusted(source: AdvisorySource) -> str:
    """Return the digest of what the source's signatures are checked against."""
    return hashlib.sha256(f"{source.public_key}\0{source.fingerprint}".encode()).hexdigest()


def _forget_after_new_keys(source: AdvisorySource) -> None:
    """Read everything anew once the trusted keys change: what was seen was not checked against them."""
    last = source.polls.exclude(trusted="").order_by("-pk").first()
    if last is not None and last.trusted != trusted(source):
        source.seen.all().delete()


def _begin(source: AdvisorySource, now: datetime, asked_by: Any, *, rechecked: bool = False) -> Poll:
    _end(source.polls.filter(file_name=""), now)
    return Poll.objects.create(
        source=source, started_at=now, asked_by=asked_by, rechecked=rechecked, trusted=trusted(source)
    )


def _visit(visit: Poll, pieces: Iterable[Piece], *, by: Any, progress: Progress | None = None) -> Poll:
    """Take the pieces in, keep the visit's counts up to date while they come, and say how it ended."""
    counts = Counts()
    with held(VISIT, visit.pk):
        for _counts in take(pieces, visit.source, counts, by=by):
            Poll.objects.filter(pk=visit.pk).update(
                new=counts.new, changed=counts.changed, unchanged=counts.unchanged, refused=counts.refused
            )
            if progress:
                progress(counts)
    now = clock.now()
    nothing_came = not (counts.new or counts.changed or counts.unchanged)
    for name, value in finished(counts, now=now).items():
        setattr(visit, name, value)
    visit.retry_at = now + timedelta(seconds=counts.wait) if counts.wait else None
    visit.state = Poll.State.FAILED if counts.refused and nothing_came else Poll.State.DONE
    visit.save()
    return visit


def _pieces(source: AdvisorySource, recheck: bool) -> Iterator[Piece]:
    seen: dict[str, Any] = dict(source.seen.values_list("locator", "seen"))
    keys = [source.public_key.encode()] if source.public_key else []
    fingerprints = [source.fingerprint] if source.fingerprint else []
    address, allow = source.address, settings.OUTBOUND_ALLOW
    before = None if recheck else seen.get(address)
    if source.kind == AdvisorySource.Kind.KEV:
        yield kev.poll(address, allow=allow, seen=before)
    elif source.kind == AdvisorySource.Kind.EPSS:
        yield epss.poll(address, allow=allow, seen=before)
    elif source.kind == AdvisorySource.Kind.FOLDER and source.led_away:
        yield Failed(address, "This is a link out of the drop folder; it was not followed.")
    elif source.kind == AdvisorySource.Kind.FOLDER:
        yield from folder.read(Path(address), seen=seen, keys=keys, fingerprints=fingerprints)
    else:
        yield from provider.poll(address, allow=allow, seen=seen, keys=keys, fingerprints=fingerprints, recheck=recheck)


def source_for(path: str) -> AdvisorySource:
    """Return the source that stands for an address or folder given by hand; it is not polled by itself."""
    local = not path.startswith(("http://", "https://"))
    kind = AdvisorySource.Kind.FOLDER if local else AdvisorySource.Kind.CSAF
    address = str(Path(path).resolve()) if local else path
    kept = AdvisorySource.objects.filter(address=address, kind=kind).order_by("pk").first()
    return kept or AdvisorySource.objects.create(
        address=address, kind=kind, name=f"By hand: {address}"[-80:], enabled=False
    )


def take_file(
    name: str,
    file: bytes | IO[bytes],
    source: AdvisorySource,
    *,
    by: Any,
    now: datetime,
    progress: Progress | None = None,
) -> Poll:
    """Store one file given by hand: a CSAF document, KEV, EPSS, or a ZIP of these, with the same checks as a source's."""
    visit = Poll.objects.create(source=source, started_at=now, asked_by=by, file_name=name[-120:])
    stream: IO[bytes] = BytesIO(file) if isinstance(file, bytes) else file
    return _visit(visit, _given(name, stream, source), by=by, progress=progress)


def _given(name: str, file: IO[bytes], source: AdvisorySource) -> Iterator[Piece]:
    try:
        keys = _keys_at_hand(source)
    except signatures.UnknownKey as wrong:
        yield Failed(name, str(wrong))
        return
    head = file.read(4)
    file.seek(0)
    if archives.recognise(head):
        yield from archives.read(file, keys=keys)
        return
    body = file.read(files.LIMIT + 1)
    if len(body) > files.LIMIT:
        yield Failed(name, f"The file is larger than {files.LIMIT:,} bytes. Pack single advisories into a ZIP.")
        return
    piece = files.receive(name, body, keys=keys)
    yield piece or Failed(
        name, "This is neither a CSAF document nor KEV nor EPSS nor a ZIP of these. Upload one of these."
    )


def _keys_at_hand(source: AdvisorySource) -> list[Cert]:
    keys = [signatures.read_key(source.public_key.encode())] if source.public_key else []
    wanted = signatures.plain(source.fingerprint)
    if wanted and wanted not in {signatures.plain(key.fingerprint) for key in keys}:
        raise signatures.UnknownKey(
            "Only the key's fingerprint is known here. Paste the OpenPGP key into the source first."
        )
    return keys
