"""KEV and EPSS: the stored files whole, and the same files broken."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from patching.feeds import epss, kev
from patching.feeds.deliveries import Failed, Unchanged
from patching.feeds.documents import NotAccepted
from tests.patching.feeds.local import Site

HEAD = b"#model_version:v2026.06.15,score_date:2026-09-26T12:00:22Z\ncve,epss,percentile\n"


def test_the_stored_kev_catalogue(data: Path) -> None:
    catalogue = kev.parse((data / "kev/known_exploited_vulnerabilities.json").read_bytes())
    assert (len(catalogue.rows), catalogue.version, catalogue.broken) == (1_404, "2025.08.25", ())
    assert sum(row.ransomware for row in catalogue.rows) == 293
    row = next(row for row in catalogue.rows if row.cve == "CVE-2020-11023")
    assert (row.vendor, row.added_on, row.due_on) == ("JQuery", date(2025, 1, 23), date(2025, 2, 13))


def test_a_broken_kev_entry_leaves_the_others() -> None:
    good = '{"cveID": "CVE-2024-0001", "dateAdded": "2024-01-01"}'
    broken = '5, {}, {"cveID": "CVE-1", "dateAdded": "2024-01-01"}, {"cveID": "CVE-2024-0002", "dateAdded": "soon"}'
    catalogue = kev.parse(f'{{"catalogVersion": "1", "vulnerabilities": [{broken}, {good}]}}'.encode())
    assert [row.cve for row in catalogue.rows] == ["CVE-2024-0001"]
    assert [sentence[:7] for sentence in catalogue.broken] == ["Entry 1", "Entry 2", "Entry 3", "Entry 4"]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"catalogVersion": "1", "vulnerabilities": [{}]}'])
def test_what_is_no_kev_catalogue(body: bytes) -> None:
    with pytest.raises(NotAccepted):
        kev.parse(body)


def test_the_stored_epss_scores(data: Path) -> None:
    scores = epss.parse((data / "epss/epss_scores-SYNTHETIC.csv.gz").read_bytes())
    assert (len(scores.rows), scores.model_version, scores.broken) == (6_986, "v0000.00.00-SYNTHETIC", 0)
    assert scores.scored_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert epss.Score("CVE-1999-0103", 0.00208, 0.38062) in scores.rows


def test_epss_plain_or_packed_with_broken_lines() -> None:
    lines = b"CVE-2024-0001,0.5,0.9\nCVE-2024-0002,1.5,0.9\nCVE-2024-0003,nan,0.9\nx,0.1,0.1\nCVE-2024-0004\n\n"
    for body in (HEAD + lines, gzip.compress(HEAD + lines)):
        scores = epss.parse(body)
        assert scores.rows == (epss.Score("CVE-2024-0001", 0.5, 0.9),)
        assert (scores.broken, scores.model_version) == (4, "v2026.06.15")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "first two lines"),
        (b"<html></html>", "first two lines"),
        (b"cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n", "first two lines"),
        (HEAD + b"x,y,z\n", "Not one line"),
        (gzip.compress(HEAD * 100)[:-9], "cut off"),
        (b"\x1f\x8bnonsense", "damaged"),
        (gzip.compress(HEAD + b" " * 100_000_001), "larger than"),
        (b"\xff\xfe", "not text"),
    ],
    ids=["empty", "html", "no head", "no line", "cut", "damaged", "bomb", "binary"],
)
def test_what_are_no_epss_scores(body: bytes, words: str) -> None:
    with pytest.raises(NotAccepted, match=words):
        epss.parse(body)


def test_both_are_polled_conditionally(site: Site, data: Path) -> None:
    site.pages["/kev.json"] = (data / "kev/kev_extract.json").read_bytes()
    site.pages["/epss.csv.gz"] = (data / "epss/epss_scores-SYNTHETIC.csv.gz").read_bytes()
    polls: list[tuple[Callable[..., Any], str, int]] = [(kev.poll, "/kev.json", 28), (epss.poll, "/epss.csv.gz", 6_986)]
    for poll, path, count in polls:
        first = poll(site.url + path, allow=[site.url])
        assert len(first.rows) == count
        again = poll(site.url + path, allow=[site.url], seen=first.seen)
        assert again == Unchanged(site.url + path, first.seen)
        assert isinstance(poll(site.url + "/nothing", allow=[site.url]), Failed)
        assert isinstance(poll(site.url + path, allow=[]), Failed)
