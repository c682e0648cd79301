"""When a source is visited next: by elapsed time, so that no change of the clocks skips or doubles a visit."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

BACK_OFF = (1, 2, 4, 8, 24)
JITTER = 0.2
LONGEST_WAIT = timedelta(days=7)
RECHECK_EVERY = timedelta(hours=24)


def next_poll(
    *, last_started: datetime, every_hours: int, failures: int, seed: int, retry_at: datetime | None = None
) -> datetime:
    """Give the next visit: the interval after the last, later and later after failures, never before the site allows.

    After failures up to a fifth is added, by source and count, so that sources that failed together do not return
    together; moments are aware, so elapsed time counts and not the wall clock.
    """
    if not failures:
        wait = timedelta(hours=every_hours)
    else:
        spread = zlib.crc32(f"{seed}-{failures}".encode()) / 2**32
        wait = timedelta(hours=BACK_OFF[min(failures, len(BACK_OFF)) - 1] * (1 + JITTER * spread))
    at = last_started + wait
    return at if retry_at is None else max(at, min(retry_at, last_started + LONGEST_WAIT))


def recheck_due(*, now: datetime, last: datetime | None) -> bool:
    """Say whether a visit should compare every document's hash again: once a day."""
    return last is None or now - last >= RECHECK_EVERY
