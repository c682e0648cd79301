"""EPSS: how likely each CVE is to be exploited within 30 days (FIRST.org), as daily gz CSV."""

import csv
import math
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from patching.feeds.deliveries import Failed, Seen, Unchanged
from patching.feeds.documents import NotAccepted
from patching.feeds.kev import CVE
from patching.feeds.listings import moment
from patching.feeds.readers import Unreadable, Web

ADDRESS = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
LIMIT = 20_000_000
UNPACKED = 100_000_000
ROWS = 2_000_000
_GZIP = b"\x1f\x8b"
_HEAD = re.compile(r"#model_version:([^,\s]{1,40}),score_date:(\S{10,40})")


@dataclass(frozen=True, slots=True)
class Score:
    """Probability (`epss`) and rank (`percentile`) of one CVE, both from 0 to 1."""

    cve: str
    epss: float
    percentile: float


@dataclass(frozen=True, slots=True)
class Scores:
    """One day's scores; those of different model versions cannot be compared. `broken` counts the lines left out."""

    locator: str
    model_version: str
    scored_at: datetime
    rows: tuple[Score, ...]
    broken: int
    seen: Seen


def poll(
    address: str, *, allow: Collection[str], seen: Seen | None = None, timeout: float = 60.0
) -> Scores | Unchanged | Failed:
    """Fetch the scores at `address`, conditionally when `seen` is what the last ones carried."""
    try:
        page = Web(allow, timeout).read(address, limit=LIMIT, seen=seen)
        return Unchanged(address, page.seen) if page.not_modified else parse(page.body, locator=address, seen=page.seen)
    except (Unreadable, NotAccepted) as error:
        return Failed(address, str(error), wait=getattr(error, "wait", 0))


def recognise(body: bytes) -> bool:
    """Tell whether a file, packed or not, begins as EPSS scores do."""
    try:
        return _unpacked(body[:10_000], part=True).startswith(b"#model_version:")
    except NotAccepted:
        return False


def parse(body: bytes, *, locator: str = "", seen: Seen | None = None) -> Scores:
    """Return the scores in `body` (CSV, gz or plain); raise NotAccepted if there are none."""
    try:
        lines = iter(_unpacked(body).decode("utf-8-sig").splitlines())
    except UnicodeDecodeError:
        raise NotAccepted("This is not a file of EPSS scores: it is not text.") from None
    head = _HEAD.match(next(lines, ""))
    when = moment(head[2]) if head else ""
    columns = next(lines, "").replace(" ", "").split(",")
    if not head or not when or columns[:3] != ["cve", "epss", "percentile"]:
        raise NotAccepted("This is not a file of EPSS scores: its first two lines do not say so.")
    rows, broken = [], 0
    for number, row in enumerate(csv.reader(lines)):
        if number >= ROWS:
            raise NotAccepted(f"This file of EPSS scores has more than {ROWS:,} lines.")
        score = _score(row)
        rows += [score] if score else []
        broken += score is None and bool(row)
    if broken and not rows:
        raise NotAccepted("Not one line of this file of EPSS scores can be used.")
    return Scores(locator, head[1], datetime.fromisoformat(when), tuple(rows), broken, seen or Seen())


def _score(row: list[str]) -> Score | None:
    try:
        cve, epss, percentile = row[0].strip(), float(row[1]), float(row[2])
    except (IndexError, ValueError):
        return None
    inside = all(math.isfinite(value) and 0 <= value <= 1 for value in (epss, percentile))
    return Score(cve, epss, percentile) if inside and CVE.fullmatch(cve) else None


def _unpacked(body: bytes, *, part: bool = False) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpack = zlib.decompressobj(31)
    try:
        text = unpack.decompress(body, UNPACKED)
    except zlib.error:
        raise NotAccepted("This gz file is damaged.") from None
    if not part and not unpack.eof:
        raise NotAccepted(f"This gz file is cut off, or larger than {UNPACKED:,} bytes when unpacked.")
    return text
