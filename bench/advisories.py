"""Advisories at size: stored, matched against the whole plant, and the dashboard that sums it up."""

import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, Role, User
from assets.models import Asset
from bench.rest import program
from bench.rows import Row, pair, seconds
from patching import matching
from patching.models import Advisory, Match
from patching.summary import OPEN

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "advisories" / "all-ics.tar.zst"
ROOT = Path(__file__).resolve().parents[1]
OPEN_MATCHES = 50_000


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant, and says so when the advisories are not there."""
    if not DATA.is_file():
        print(f"SKIPPED advisories, matching and dashboard: {DATA} is not there.", flush=True)
        return
    program(Role.MANAGER, Organisation.objects.get(), "overview")
    person = Client()
    person.force_login(User.objects.get(email="overview@bench.example"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["tar", "--zstd", "-xf", str(DATA), "-C", folder], check=True)
        done = subprocess.run(
            [sys.executable, "-m", "bench.store", folder], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
    took, peak = (float(part) for part in done.stdout.split()[-2:])
    stored = Advisory.objects.count()
    yield Row(f"advisories: parse and store {stored:,}", took, "s", 60)
    yield Row("advisories: memory while storing", peak, "MB", 400)
    yield from _matching(stored)
    many, listed, with_all = Match.objects.count(), _listed(person), _queries(person)
    matches = _keep_some()
    yield Row(
        f"growth: list of {many:,} matches", listed / _listed(person), f"x {Match.objects.count():,} of them", 1.5
    )
    gc.freeze()  # the matcher's index, a million objects, is a worker's: no web process walks over it
    shown, _again = pair(lambda: person.get("/"), lambda: None, 5)
    yield Row(f"dashboard: {matches:,} open matches", shown * 1000, "ms", 300)
    yield Row("dashboard: queries more with all matches", with_all - _queries(person), "queries", 0)


def _matching(stored: int) -> Iterator[Row]:
    now = timezone.now()
    yield Row(f"matching: all assets against {stored:,}", seconds(lambda: matching.match(now=now)), "s", 20)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does by itself a little later
    widest = _widest()
    yield Row(
        "matching: the advisory that concerns most assets",
        seconds(lambda: matching.match(now=now, advisories=[widest])),
        "s",
        1,
    )
    one = Asset.objects.order_by("pk").values_list("pk", flat=True)[0]
    took, _again = pair(lambda: matching.match(now=now, assets=[one]), lambda: None, 5)
    yield Row("matching: one changed asset", took * 1000, "ms", 50)


def _keep_some() -> int:
    """Leave the matches of as many advisories as it takes for the open ones that the target speaks of; return how many."""
    kept, total = [], 0
    counted = Match.objects.filter(OPEN).values("advisory").annotate(n=Count("pk")).order_by("advisory")
    for row in counted:
        if total >= OPEN_MATCHES:
            break
        kept.append(row["advisory"])
        total += row["n"]
    Match.objects.exclude(advisory__in=kept)._raw_delete("default")  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # else autovacuum clears up after this suite while the page is measured
    return total


def _widest() -> int:
    counted = Match.objects.values("advisory").annotate(assets=Count("pk")).order_by("-assets")
    return int(counted[0]["advisory"])


def _listed(person: Client) -> float:
    return pair(lambda: person.get("/patching/matches/"), lambda: None, 5)[0]


def _queries(person: Client) -> int:
    person.get("/")
    with CaptureQueriesContext(connection) as asked:
        person.get("/")
    return len(asked)
