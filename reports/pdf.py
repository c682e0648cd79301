"""Renders a compliance report as an archival PDF that carries its own data, and checks a PDF that somebody hands in."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import timezone, translation
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from reports.canonical import FORMAT, canonical, digest, register_csv
from reports.compliance import ComplianceReport
from reports.pages import context

VARIANTS = ("pdf/a-3a", "pdf/ua-1")
DATA_NAME = "report-data.json"
REGISTER_NAME = "asset-register.csv"
PRINTED = re.compile(r"SHA-256((?:[0-9a-f]{4}){16})")
TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


class NoRenderer(RuntimeError):
    """The system libraries that draw PDFs are missing."""


@dataclass(frozen=True)
class Verification:
    """What a PDF says of itself: `intact` when the digest it prints is that of the data it carries.

    Whether it is the very file that the portal issued shows only in `file_sha256`, against the register of reports kept.
    """

    ours: bool
    intact: bool
    report_id: str
    version: str
    printed_sha256: str
    data_sha256: str
    file_sha256: str
    words: str


def render(
    report: ComplianceReport, *, variant: str = "pdf/a-3a", evidence: Mapping[str, tuple[str, bytes]] | None = None
) -> bytes:
    """Return the report as PDF; the same report gives the same bytes on the same libraries.

    `evidence` holds the pictures that a page may show as `evidence:ID`: media type and content by id.
    """
    if variant not in VARIANTS:
        raise ValueError(f"A report is made as {' or '.join(VARIANTS)}, not as {variant}.")
    weasyprint = renderer()
    data = canonical(report)
    values = context(report, digest=digest(data), data_name=DATA_NAME, register_name=REGISTER_NAME)
    page = written(report, values)
    moment = report.control.generated_at.astimezone(UTC)
    said = {"created": moment, "modified": moment}
    attachments = [
        weasyprint.Attachment(
            string=data, name=DATA_NAME, relationship="Source", description="The report's data, RFC 8785 JSON", **said
        ),
    ]
    if "register" in values["n"]:
        register = register_csv(report.assets)
        told = {"relationship": "Data", "description": "The asset register", **said}
        attachments.append(weasyprint.Attachment(string=register, name=REGISTER_NAME, **told))
    document = weasyprint.HTML(string=page, base_url="static:/", url_fetcher=fetcher(evidence or {}))
    with fonts_dated(moment):
        pdf: bytes = document.write_pdf(
            pdf_variant=variant, attachments=attachments, pdf_tags=True, finisher=_associated_once
        )
    return pdf


def _associated_once(_document: Any, pdf: Any) -> None:
    """Name each associated file once in the catalogue (ISO 19005-3 6.8): WeasyPrint names those of the document twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def written(report: ComplianceReport, values: dict[str, Any]) -> str:
    """Return the report as the HTML that is set into pages, from what `context` tells of it."""
    with timezone.override(ZoneInfo(report.control.time_zone)), translation.override(report.control.language):
        return render_to_string("reports/compliance.html", values)


@contextmanager
def fonts_dated(moment: datetime) -> Iterator[None]:
    """Date embedded fonts by the report: fontTools writes the time of day into them unless this variable is set."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def fetcher(evidence: Mapping[str, tuple[str, bytes]]) -> Any:
    """Return a fetcher that reads our static files and the evidence given, and stops the rendering at all else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Never opens a file or an address by itself."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            """Return the content of a `static:` or `evidence:` address."""
            scheme, _, name = url.partition(":")
            if scheme == "static" and (path := _static(name)):
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})
            if scheme == "evidence" and name in evidence:
                kind, content = evidence[name]
                return URLFetcherResponse(url, content, {"Content-Type": kind})
            raise FatalURLFetchingError(f"A report may not read {url}.")

    return Fetcher()


def verify(pdf: bytes) -> Verification:
    """Say whether a PDF carries our data and prints its digest."""
    file_sha256 = sha256(pdf).hexdigest()
    try:
        reader = PdfReader(BytesIO(pdf))
        data = reader.attachments[DATA_NAME][0]
        cover = re.sub(r"\s+", "", reader.pages[0].extract_text())
        content = json.loads(data)
        control = content["report"]["control"]
        ours = content["format"] == FORMAT
    except (PyPdfError, KeyError, IndexError, TypeError, ValueError):
        return Verification(False, False, "", "", "", "", file_sha256, "This is not a report of a CSMS portal.")
    found, printed = digest(data), PRINTED.search(cover)
    shown = found if found in cover else printed[1] if printed else ""  # words beside it may not be readable
    intact = ours and shown == found
    words = (
        f"{control['report_id']}, version {control['version']}: the digest that it prints is that of the data it carries."
        if intact
        else f"{control['report_id']} was altered: the digest that it prints is not that of the data it carries."
    )
    return Verification(ours, intact, control["report_id"], control["version"], shown, found, file_sha256, words)


def _static(name: str) -> Path | None:
    """Return where a static file lies; None for what is not one or lies elsewhere."""
    try:
        found = finders.find(name.lstrip("/"))
    except SuspiciousFileOperation:
        return None
    return Path(found) if isinstance(found, str) and Path(found).suffix in TYPES else None


def renderer() -> Any:
    """Import WeasyPrint, which needs Pango; say plainly when it is not there."""
    try:
        import weasyprint
    except OSError as missing:
        raise NoRenderer(
            "PDFs cannot be made here: a system library is missing. ./portal doctor says which."
        ) from missing
    return weasyprint
