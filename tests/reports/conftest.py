"""The invented report as a file, in the ways in which it is looked at; each is made once."""

import io
from collections.abc import Iterator

import pikepdf
import pytest

from reports.control import State
from reports.pages import ROW_CAP
from reports.pdf import render
from tests.reports.factory import control, report, texts


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """The invented report."""
    return render(report())


@pytest.fixture(scope="session")
def long() -> bytes:
    """One with more assets than are printed, in the other profile."""
    return render(report(assets=ROW_CAP + 120), variant="pdf/ua-1")


@pytest.fixture(scope="session")
def draft() -> list[str]:
    """The text of the same while it is a draft."""
    return texts(render(report(control=control(status=State.DRAFT))))


@pytest.fixture(scope="session")
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    """The same, parsed."""
    with pikepdf.open(io.BytesIO(pdf)) as found:
        yield found


@pytest.fixture(scope="session")
def pages(pdf: bytes) -> list[str]:
    """Its text, page by page, with single blanks."""
    return texts(pdf)
