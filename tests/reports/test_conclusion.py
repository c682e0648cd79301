"""The sentence of the cover, the first gaps, and the canonical data."""

import csv
import io
from dataclasses import replace

import pytest

from reports.canonical import canonical, digest, register_csv
from reports.compliance import Figure, Finding, Group, Verdict
from reports.conclusion import conclusion, of_levels, tally, top_gaps
from reports.plant import Asset
from reports.risks import Specified
from tests.reports.factory import report, requirement


def group(*verdicts: Verdict) -> tuple[Group, ...]:
    """One group with a row for each verdict."""
    rows = (requirement(0, n, status=verdict, applicable=True, findings=()) for n, verdict in enumerate(verdicts))
    return (Group(code="SPE 1", title="Organisation", requirements=tuple(rows)),)


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((), "No requirement is in the scope of this report, so nothing can be concluded."),
        ((Verdict.MET, Verdict.MET), "All 2 applicable requirements are met."),
        ((Verdict.PARTLY,), "0 of 1 applicable requirement is met, 1 partly."),
        ((Verdict.MET, Verdict.NOT_MET), "1 of 2 applicable requirements is met, 1 not."),
        (
            (Verdict.PARTLY, Verdict.NOT_ASSESSED, Verdict.NOT_ASSESSED),
            "0 of 3 applicable requirements are met, 1 partly, 2 are not assessed.",
        ),
    ],
)
def test_conclusion(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    """It says what there is and leaves out what is nought."""
    assert conclusion(report(groups=group(*verdicts), vulnerabilities=())) == sentence


def test_zones_that_nobody_assessed_are_not_told_as_failing() -> None:
    """Unknown is said, beside what holds."""
    place = Specified(
        site="NORTH", name="Filters", target="1 1 1 1 1 1 1", achieved="1 1 1 1 1 1 1", met=37, asked=37, rows=()
    )
    open_one = replace(place, name="Pumps", achieved="not assessed", met=0)
    assert of_levels((place, place)) == "2 of 2 zones and conduits with a target level hold all that it asks for."
    assert of_levels((place, open_one)) == (
        "1 of 2 zones and conduits with a target level hold all that it asks for, 1 not assessed yet."
    )


def test_conclusion_never_hides_findings_and_vulnerabilities() -> None:
    """Even where all is met."""
    (met,) = group(Verdict.MET)
    rows = (replace(met.requirements[0], findings=(Finding(id="F-1", grade="major"),)),)
    assert conclusion(report(groups=(replace(met, requirements=rows),))) == (
        "The one applicable requirement is met. 1 major finding is open: F-1. 1 known vulnerability is open on assets in scope, 1 more to be decided."
    )


def test_what_is_to_be_decided_is_told_beside_what_is_affected() -> None:
    """The cover then adds up to the open matches of the chapter."""
    given = report(groups=group(Verdict.MET))
    (one, *_others) = given.vulnerabilities
    found = (replace(one, verdict="AFFECTED"), replace(one, verdict="REVIEW"), replace(one, verdict="REVIEW"))
    assert conclusion(replace(given, vulnerabilities=found)).endswith(
        "1 known vulnerability is open on assets in scope, 2 more to be decided."
    )
    assert conclusion(replace(given, vulnerabilities=found[1:])).endswith(
        "0 known vulnerabilities are open on assets in scope, 2 more to be decided."
    )


def test_what_does_not_apply_is_not_counted() -> None:
    """Whatever its status says."""
    count = tally(
        [
            requirement(0, 0, applicable=False, status=Verdict.MET),
            requirement(0, 1, applicable=True, status=Verdict.MET),
        ]
    )
    assert (count.met, count.not_applicable, count.applicable) == (1, 1, 1)


def test_gaps_begin_with_major_findings() -> None:
    """Then not met, not assessed, partly; what is met or does not apply is no gap."""
    rows = [
        requirement(0, 0, status=Verdict.MET),
        requirement(0, 1, status=Verdict.NOT_MET, findings=()),
        requirement(0, 2, status=Verdict.PARTLY, findings=(Finding(id="F-1", grade="major"),)),
        requirement(0, 3, status=Verdict.NOT_ASSESSED, findings=()),
        requirement(0, 4, status=Verdict.NOT_MET, applicable=False),
        requirement(0, 5, status=Verdict.PARTLY, findings=()),
    ]
    assert [row.code for row in top_gaps(rows)] == ["ORG 1.3", "ORG 1.2", "ORG 1.4", "ORG 1.6"]
    assert len(top_gaps(rows * 3, limit=5)) == 5


def test_gaps_of_one_weight_stand_as_in_the_catalogue() -> None:
    """The tenth comes after the ninth."""
    rows = [replace(requirement(0, 1, status=Verdict.NOT_MET), code=f"4.2.3.{n}", findings=()) for n in (1, 9, 10)]
    assert [row.code for row in top_gaps(rows)] == ["4.2.3.1", "4.2.3.9", "4.2.3.10"]


@pytest.mark.parametrize(
    ("code", "title", "heading"),
    [
        ("ORG", "Physical access", "ORG Physical access"),
        ("SP.01", "SP.01 Solution staffing", "SP.01 Solution staffing"),
        ("FR", "FR 1 Identification", "FR 1 Identification"),
    ],
)
def test_a_heading_says_its_code_once(code: str, title: str, heading: str) -> None:
    """Some catalogues have it in the title already."""
    assert Group(code=code, title=title, requirements=()).heading == heading


def test_the_data_depend_on_every_value() -> None:
    """One word more, another digest; the same values, the same digest."""
    assert digest(canonical(report())) == digest(canonical(report()))
    changed = report(scope=replace(report().scope, limits=("HARBOUR was visited.",)))
    assert digest(canonical(changed)) != digest(canonical(report()))


def test_no_cell_of_the_register_runs_in_a_spreadsheet() -> None:
    """A name that starts a formula is kept as text."""
    text = register_csv(
        (Asset(site="NORTH", name='=HYPERLINK("http://example.org")', owner="-2+3", location='Hall "B", east'),)
    ).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"].startswith("'=")
    assert row["owner"] == "'-2+3"
    assert row["location"] == 'Hall "B", east'


def test_nine_figures_are_too_many() -> None:
    """A summary is one page."""
    with pytest.raises(ValueError, match="at most 8"):
        report(figures=(Figure(label="x", value="1"),) * 9)
