"""The PDF as an auditor reads it: what stands on its pages, and that they hold whatever was typed."""

import io
import re
from dataclasses import replace

import pikepdf
import pytest
from pypdf import PdfReader

from reports.pages import ROW_CAP
from reports.pdf import REGISTER_NAME, render, verify
from tests.reports.factory import control, few, texts

HOSTILE = "<script>alert(1)</script> & \u202eESREVER العربية " + "Langwort" * 32


def test_every_page_says_which_it_is(pages: list[str]) -> None:
    """Page x of y, the classification, and from the second on the report and its standard."""
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Confidential" in page
    assert all("CR-2026-011 · IEC 62443-2-1:2024" in page for page in pages[1:])


@pytest.mark.parametrize(
    "words",
    [
        "Petra Sand, plant director, 2026-11-23 08:12 CET",
        "Certification body, stage 2 audit",
        "20 of 40 applicable requirements are met, 11 partly, 5 not, 4 are not assessed. 1 major finding is open: F-0042.",
        "289 of 320",
        "Decision D-0007 Scope of the CSMS, taken by Petra Sand on 2026-01-15",
        "HARBOUR was not visited.",
        "SPE 3 Network and communications security",
        "No wireless network on any site",
        "90.3 %, 289 of 320, target 95 %",
        "SEG-3",
        "OPC UA 4840, signed",
        "CVE-2026-0001",
        "Siemens ProductCERT up to date 2026-11-22 22:00 812",
        "Fit a firewall before Z-SIS",
        "Conduit C-11 found by observation",
        "The way by which two zones talk.",
    ],
)
def test_each_chapter_says_what_it_must(pages: list[str], words: str) -> None:
    """One sentence of each chapter, moments in site time."""
    assert words in " ".join(pages)


def test_contents_and_bookmarks_lead_to_the_chapters(pdf: bytes, pages: list[str]) -> None:
    """The page numbers of the contents are those on which the chapters start."""
    reader = PdfReader(io.BytesIO(pdf))
    marks = {
        mark["/Title"]: reader.get_destination_page_number(mark)
        for mark in reader.outline
        if not isinstance(mark, list)
    }
    assert list(marks)[1:10] == [
        "1 Document control", "2 Summary", "3 Scope and method", "4 Conformity", "5 Zones and conduits", "6 Assets",
        "7 Open vulnerabilities", "8 Open decisions", "9 Risks",
    ]  # fmt: skip
    for title, page in list(marks.items())[1:]:
        assert re.search(rf"{re.escape(title)}[ .]+{page + 1}\b", pages[1]), title


def test_wide_tables_lie_across_and_heads_repeat(pdf: bytes, pages: list[str]) -> None:
    """The conformity table is landscape and has its head on each of its pages."""
    reader = PdfReader(io.BytesIO(pdf))
    conformity = [n for n, page in enumerate(pages) if n > 1 and "4 Conformity" in page]
    assert len(conformity) > 2
    for number in conformity:
        box = reader.pages[number].mediabox
        assert box.width > box.height
        assert "Evidence, date, hash" in pages[number]


def test_a_row_longer_than_a_page_begins_below_its_head() -> None:
    """Much evidence for one requirement neither leaves headings alone on pages nor rows without their head."""
    base = few()
    first, *others = base.groups[0].requirements
    proofs = tuple(replace(base.evidence[0], id=f"E-{n}", title="Test record " * 12) for n in range(30))
    groups = (replace(base.groups[0], requirements=(replace(first, evidence=proofs), *others)),)
    found = [text for text in texts(render(replace(base, groups=groups))) if "Test record Test record" in text]
    parts = [text for text in found if "Evidence, date, hash" in text]
    assert len(parts) == len(found) > 1
    assert all(words in parts[0] for words in ("4 Conformity", base.groups[0].heading, first.code, "E-0 "))


def test_a_page_is_headed_by_the_chapter_that_it_begins_in(pages: list[str], draft: list[str]) -> None:
    """Where a chapter begins below the end of another, the head names the one that is going on."""
    for found in (pages, draft):
        shared = next(page for page in found[2:] if "Advisory sources" in page and "8 Open decisions" in page)
        assert "7 Open vulnerabilities CR-2026-011" in shared
        assert any("2 Summary CR-2026-011" in page for page in found)


def test_the_way_to_check_is_named_by_its_own_letter(pages: list[str]) -> None:
    """The annex differs with the kind of report."""
    annex = next(line for line in pages[1].split(" . ") if "Attachments, and how to check" in line)
    letter = re.search(r"Annex ([A-Z]) Attachments", annex)
    assert letter
    assert f"Annex {letter[1]} says how." in pages[2]


def test_one_site_without_owners_leaves_these_columns_out() -> None:
    """What would be the same or blank in each row gives its place to what is said."""
    base = few()
    groups = tuple(
        replace(
            group, requirements=tuple(replace(row, owner="", findings=(), site="NORTH") for row in group.requirements)
        )
        for group in base.groups
    )
    alone = control(sites=base.control.sites[:1])
    evidence = tuple(replace(item, owner="") for item in base.evidence)
    pages = texts(render(replace(base, control=alone, groups=groups, evidence=evidence)))
    conformity = next(page for page in pages if "4 Conformity CR-2026-011" in page)
    assert "Evidence, date, hash Id" not in conformity
    assert "Owner" not in conformity
    assert "Finding" not in conformity
    assert "NORTH" not in conformity.replace("CR-2026-011", "")
    register = next(page for page in pages if "Vendor, product, model" in page)
    assert "Site Name" not in register


def test_what_is_late_says_so(pages: list[str]) -> None:
    """A vulnerability past its due day carries the mark."""
    assert any("▲2026-11-01" in page.replace(" ", "") for page in pages)


def test_a_draft_says_so_on_every_page(draft: list[str]) -> None:
    """The mark lies below the text of each page."""
    assert all("DRAFT" in page for page in draft)


def test_hostile_names_stay_text_inside_the_page() -> None:
    """Markup is printed as words; long words break; no script, no form, no link enters the file."""
    base = few()
    zones = (replace(base.zones[4], name=HOSTILE, purpose=HOSTILE, owner=HOSTILE), *base.zones[:4], *base.zones[5:])
    row = replace(base.groups[0].requirements[0], title=HOSTILE, implementation=HOSTILE, owner=HOSTILE)
    evidence = replace(base.evidence[0], url="javascript:alert(1)", title=HOSTILE)
    made = render(
        replace(
            base,
            control=control(organisation=HOSTILE),
            zones=zones,
            groups=(replace(base.groups[0], requirements=(row,)),),
            evidence=(evidence,),
        )
    )
    text = " ".join(texts(made))
    assert "<script>alert(1)" in text
    assert "javascript:" not in text
    with pikepdf.open(io.BytesIO(made)) as found:
        kinds = {str(o.get("/S")) for o in found.objects if isinstance(o, pikepdf.Dictionary)}
        assert not kinds & {"/JavaScript", "/URI", "/Launch"}
    assert "Langwort" * 12 not in text  # broken into lines, not run over the edge of its cell
    assert verify(made).intact


def test_rows_left_out_are_named_with_the_file_that_holds_them(long: bytes) -> None:
    """No cap without a sentence; the attachment holds all."""
    text = " ".join(texts(long))
    assert (
        f"Rows 1 to {ROW_CAP} of {ROW_CAP + 120} are printed. The attachment {REGISTER_NAME} holds all {ROW_CAP + 120}."
        in text
    )
    with pikepdf.open(io.BytesIO(long)) as found:
        assert len(found.attachments[REGISTER_NAME].get_file().read_bytes().splitlines()) == ROW_CAP + 121
