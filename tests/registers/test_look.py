"""The look says each state by shape and word, says what is unknown, and stays free of inline styles and scripts."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from assets.models import Asset
from registers import charts, shapes
from registers.cells import drawn, kept, rows
from registers.wording import capital

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("code", sorted(shapes.STATES))
def test_each_state_has_a_word_and_only_known_shapes(code: str) -> None:
    html = shapes.state(code)
    name, _kind, word = shapes.STATES[code]
    assert word in html
    assert (name == "") == ("<svg" not in html)
    assert not name or shapes.SHAPES[name] in html


def test_a_state_nobody_knows_is_still_said() -> None:
    assert "On hold" in shapes.state("ON_HOLD")


def test_words_are_escaped() -> None:
    assert "<script>" not in shapes.state("MET", "<script>")
    assert "<script>" not in drawn("owner", SimpleNamespace(owner="<script>"), "<script>").html


@pytest.mark.parametrize(("days", "words"), [(-2, "2 d late"), (0, "today"), (3, "in 3 d"), (8, "2026-12-01")])
def test_time_left_is_said_in_words_while_it_is_near(days: int, words: str) -> None:
    assert words in shapes.until(TODAY + timedelta(days=days), TODAY)


def test_no_due_day_is_said() -> None:
    assert "no due day" in shapes.until(None, TODAY)


def test_a_level_below_its_target_says_how_much_is_missing() -> None:
    html = shapes.level(1, 3)
    assert "has 1 (−2)" in html
    assert html.count('class="f"') == 1
    assert html.count('class="g"') == 2
    assert "has" not in shapes.level(3, 3)


def test_a_level_not_assessed_is_none_and_never_zero() -> None:
    assert "none" in shapes.level(None)
    assert "SL 0" in shapes.level(0)


def test_the_stacked_bar_shows_each_count_and_fills_the_width() -> None:
    html = charts.stacked((14, 5, 3, 1))
    widths = [float(found) for found in re.findall(r'x="[\d.]+%" y="1" width="([\d.]+)%"', html)]
    assert len(widths) == 4
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert 'width="100%"' in html
    assert 'aria-label="14 met, 5 partly met, 3 not met, 1 not assessed"' in html


def test_an_empty_stacked_bar_draws_nothing_and_says_so() -> None:
    html = charts.stacked((0, 0, 0, 0))
    assert "0 met" in html
    assert 'y="1"' not in html


def test_the_sparkline_ends_at_its_last_value() -> None:
    html = charts.sparkline([44, 50, 59])
    assert "from 44 to 59" in html
    assert 'cy="4.0"' in html
    assert charts.sparkline([1]) == ""


def test_charts_carry_no_inline_style() -> None:
    for html in (
        charts.stacked((1, 2)),
        charts.share(1, 2, 95),
        charts.levels(2, 3),
        charts.maturity(2, 3),
        charts.sparkline([1, 2]),
    ):
        assert "style=" not in html


def test_a_tablet_keeps_the_name_and_what_must_be_seen_first() -> None:
    names = ["name", "kind", "vendor", "version", "zone", "criticality", "lifecycle"]
    assert kept(names) == ["name", "version", "criticality", "lifecycle"]
    assert kept(["name", "site"]) == ["name", "site"]


def test_what_says_nothing_alone_is_named_where_it_folds() -> None:
    record = Asset(pk=1, name="PLC01", version="2.9", lifecycle="IN_USE", vendor="Siemens", verified_on=TODAY)
    names = ("name", "version", "lifecycle", "serial_number", "vendor", "verified_on")
    html = rows([record], {name: capital(name.replace("_", " ")) for name in names}, ticked=False, beside={})
    assert "Siemens · Verified on: 2026-11-23</div>" in html


def test_a_passed_deadline_is_marked_and_a_coming_one_is_not() -> None:
    today = timezone.now().date()
    for days, marked in ((-1, True), (1, False)):
        due = today + timedelta(days=days)
        assert ("st bad" in drawn("due_on", SimpleNamespace(due_on=due), due).html) is marked


def test_what_is_not_known_is_said() -> None:
    asset = SimpleNamespace(version="", verified_on=None, zone=None, note="")
    assert "unknown" in drawn("version", asset, "").html
    assert "never" in drawn("verified_on", asset, None).html
    assert "none" in drawn("zone", asset, None).html
    assert "–" in drawn("note", asset, "").html
