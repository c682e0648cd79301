"""Whether a zone or conduit is watched: what the day says on which monitoring or discovery last saw it (IEC 62443-3-3 SR 6.2)."""

from datetime import date, timedelta
from enum import StrEnum

LATELY = timedelta(days=30)  # own default: a sensor tells daily, a scan is made monthly


class Watch(StrEnum):
    """How a place stands to monitoring."""

    SEEN = "seen"
    SILENT = "silent"
    NEVER = "never"


def watch(last: date | None, on: date) -> Watch:
    """Return how a place stands that was last seen on a day, or never."""
    if last is None:
        return Watch.NEVER
    return Watch.SEEN if on - last <= LATELY else Watch.SILENT
