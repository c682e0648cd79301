"""The PDF as an auditor's tools see it: archival profile, tags, fonts, attachments, digest, and what it refuses."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from reports.pdf import DATA_NAME, REGISTER_NAME, fetcher, render, verify
from tests.reports.factory import control, report


def test_it_declares_the_archival_profile(opened: pikepdf.Pdf) -> None:
    """PDF/A-3a: part and conformance in the metadata, an sRGB output intent, tags, a language."""
    with opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert "Merewater Utilities" in metadata["dc:title"]
    assert opened.Root.OutputIntents[0].DestOutputProfile.N == 3
    assert opened.Root.MarkInfo.Marked
    assert opened.Root.Lang == "en"
    assert "/StructTreeRoot" in opened.Root


def structure(element: Any) -> Iterator[str]:
    """Yield the types of all tags."""
    if isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield str(element.S)
        for child in element.get("/K", []) if isinstance(element.get("/K"), pikepdf.Array) else [element.get("/K")]:
            yield from structure(child)


def test_tables_headings_and_figures_are_tagged(opened: pikepdf.Pdf) -> None:
    """A screen reader finds tables with heads, headings, and drawings."""
    found = set(structure(opened.Root.StructTreeRoot))
    assert {"/Table", "/TR", "/TH", "/TD", "/H1", "/H2", "/Figure"} <= found


def test_every_figure_has_words(opened: pikepdf.Pdf) -> None:
    """Bar, QR code, drawing and the three matrices of risk say what they show."""
    figures = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
    assert len(figures) == 6
    assert all(str(figure.Alt) for figure in figures)


def test_every_font_is_embedded_and_ours(opened: pikepdf.Pdf) -> None:
    """Inter and DejaVu, nothing from the machine."""
    descriptors = [
        o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
    ]
    assert descriptors
    assert all({"/FontFile2", "/FontFile3"} & set(d.keys()) for d in descriptors)
    families = {re.sub(r"^/[A-Z]+\+", "", str(d.FontName)).split("-")[0] for d in descriptors}
    assert all(family.startswith(("Inter", "DejaVu")) for family in families), families


def test_the_data_travel_with_it(opened: pikepdf.Pdf) -> None:
    """The JSON is the source, the register data; both are associated with the document, each once."""
    relations = sorted((str(spec.UF), str(spec.AFRelationship)) for spec in opened.Root.AF)
    assert relations == [(REGISTER_NAME, "/Data"), (DATA_NAME, "/Source")]
    register = opened.attachments[REGISTER_NAME].get_file().read_bytes().decode("utf-8-sig")
    assert len(register.splitlines()) == 41
    data = json.loads(opened.attachments[DATA_NAME].get_file().read_bytes())
    assert data["report"]["control"]["as_of"] == "2026-11-22T22:59:00Z"


def test_the_printed_digest_is_that_of_the_data(opened: pikepdf.Pdf, pages: list[str]) -> None:
    """Recomputed from the attachment by hand, found on the cover and in every footer."""
    found = sha256(opened.attachments[DATA_NAME].get_file().read_bytes()).hexdigest()
    assert found in pages[0].replace(" ", "")
    short = f"{found[:4]} {found[4:8]} … {found[-4:]}"
    assert all(short in page for page in pages)


def test_same_report_same_bytes(pdf: bytes) -> None:
    """Nothing of the moment of rendering enters the file."""
    assert render(report()) == pdf


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "https://example.org/a.css",
        "data:text/css,a",
        "static:../csms/settings.py",
        "evidence:9",
    ],
)
def test_it_reads_nothing_else(url: str) -> None:
    """Only static files by name and the evidence handed over."""
    with pytest.raises(FatalURLFetchingError):
        fetcher({"1": ("image/png", b"x")}).fetch(url)


def test_it_reads_what_it_may() -> None:
    """Our style sheet and the picture handed over."""
    assert b"@page" in fetcher({}).fetch("static:report.css").read()
    assert fetcher({"1": ("image/png", b"x")}).fetch("evidence:1").read() == b"x"


def test_unknown_profile_is_refused() -> None:
    """Only profiles that carry tags."""
    with pytest.raises(ValueError, match="pdf/a-3a"):
        render(report(), variant="pdf/a-1b")


def test_the_other_profile(long: bytes) -> None:
    """PDF/UA-1 for readers who need it."""
    with pikepdf.open(io.BytesIO(long)) as found, found.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_verify_knows_ours(pdf: bytes) -> None:
    """An untouched report."""
    found = verify(pdf)
    assert found.ours
    assert found.intact
    assert (found.report_id, found.version) == ("CR-2026-011", "1.0")
    assert found.file_sha256 == sha256(pdf).hexdigest()


def test_verify_sees_changed_data(opened: pikepdf.Pdf, pdf: bytes) -> None:
    """Another verdict in the data: the digest on the cover no longer fits."""
    with pikepdf.open(io.BytesIO(pdf)) as changed:
        data = changed.attachments[DATA_NAME].get_file().read_bytes().replace(b"NOT_MET", b"MET")
        changed.attachments[DATA_NAME] = pikepdf.AttachedFileSpec(changed, data, filename=DATA_NAME)
        out = io.BytesIO()
        changed.save(out)
    found = verify(out.getvalue())
    assert found.ours
    assert not found.intact
    assert found.printed_sha256 != found.data_sha256


def test_verify_reads_the_digest_beside_signs_that_no_font_has() -> None:
    """Such a sign makes the words of its typeface unreadable to some readers, among them "SHA-256" before the digest."""
    found = verify(render(replace(report(), control=control(organisation="給水場 \U0001f3ed"))))
    assert (found.ours, found.intact) == (True, True)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"hello" * 100])
def test_verify_refuses_what_is_no_report(content: bytes) -> None:
    """Anything else, without an error."""
    assert not verify(content).ours
