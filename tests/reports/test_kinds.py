"""Each kind of report holds its own parts, numbered without gaps, and carries no data of the others."""

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from pypdf import PdfReader
from rest_framework.exceptions import ValidationError

from accounts.models import User
from programme.summary import HOME
from reports.kinds import ANNEXES, CHAPTERS, KINDS
from reports.models import Report
from reports.pdf import DATA_NAME, REGISTER_NAME, render, verify
from reports.registers import request_of
from tests.catalogues import load
from tests.reports.factory import report, texts


def made(kind: str) -> bytes:
    """Render the invented report as a kind."""
    whole = report()
    return render(
        KINDS[kind].only_its_own(replace(whole, control=replace(whole.control, kind=kind, title=KINDS[kind].title)))
    )


def test_every_kind_that_is_offered_is_described() -> None:
    assert set(KINDS) == set(Report.Kind.values)
    assert all({"control", "check"} <= kind.parts <= {*CHAPTERS, *ANNEXES} for kind in KINDS.values())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_numbers_have_no_gaps(name: str) -> None:
    numbers = KINDS[name].numbers.values()
    chapters = [number for number in numbers if number.isdigit()]
    assert chapters == [str(number) for number in range(1, len(chapters) + 1)]
    assert sorted(number for number in numbers if "Annex" in number)[0] == "Annex A"


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        ("soa", ["Statement of applicability", "3 Conformity", "Annex A Evidence index"], ["Open vulnerabilities", "Asset register", "Self-checks"]),
        ("assets", ["Asset inventory", "3 Assets", "Annex A Asset register"], ["Evidence index", "Open vulnerabilities", "SPE 3 Network"]),
        ("risk-register", ["Risk register", "4 Risks", "5 Assessments", "Pumps are stopped", "Storm limits"], ["Island mode", "Asset register"]),
        ("zones-conduits", ["3 Zones and conduits", "5 Requirements specification", "Island mode"], ["Pumps are stopped", "Asset register"]),
        ("patches", ["Patch status", "4 Patches by state", "7 Planned windows"], ["Gaps to close first", "Asset register"]),
    ],
)  # fmt: skip
def test_its_pages_and_data_are_its_own(name: str, has: list[str], has_not: list[str]) -> None:
    pdf = made(name)
    text, attached = " ".join(texts(pdf)), PdfReader(io.BytesIO(pdf)).attachments
    assert [words for words in has if words not in text] == []
    assert [words for words in has_not if words in text] == []
    data = json.loads(attached[DATA_NAME][0])["report"]
    assert bool(data["assets"]) == (name == "assets") == (REGISTER_NAME in attached)
    assert bool(data["groups"]) == (name == "soa")
    assert data["vulnerabilities"] == []
    assert verify(pdf).intact


@pytest.mark.django_db
def test_the_list_leads_to_making_one(nils: User, signed_in: Callable[[User], Client]) -> None:
    page = signed_in(nils).get("/reports/reports/").content.decode()
    assert 'href="/reports/make/"' in page.split("<main")[1]


@pytest.mark.django_db
def test_only_a_report_of_judgements_needs_to_be_told_the_catalogue(nils: User) -> None:
    load()
    site = {"site": "NORTH"}
    for kind in ("risk-register", "zones-conduits", "assets", "patches"):
        assert request_of(nils, site | {"kind": kind})[2] == HOME
    for kind in ("compliance", "soa"):
        with pytest.raises(ValidationError, match="There is no catalogue"):
            request_of(nils, site | {"kind": kind})
