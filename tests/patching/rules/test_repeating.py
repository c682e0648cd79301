"""How a window repeats is told in words, and chosen in them."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.repeating import CHOICES, choice_of, in_words, rule_for

SUNDAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "once"),
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=10", "every 10 days"),
        ("FREQ=WEEKLY", "every week on Sunday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "every 2 weeks on Wednesday"),
        ("freq=weekly;byday=mo,we,fr", "every week on Monday, Wednesday and Friday"),
        ("FREQ=MONTHLY;BYDAY=1SU", "every month on the first Sunday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=-1SA", "every 3 months on the last Saturday"),
        ("FREQ=MONTHLY", "every month on day 1"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "every month on day 15 and the last day"),
        ("FREQ=YEARLY;COUNT=3", "every year on 1 November, 3 times"),
        ("FREQ=WEEKLY;UNTIL=20270131T000000Z", "every week on Sunday, until 2027-01-31"),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    assert in_words(rule, SUNDAY) == words


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=3;BYDAY=1SU", "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=2", "FREQ=WEEKLY;BYDAY=1SU", "FREQ=MONTHLY;BYDAY=SU", "FREQ=DAILY;BYDAY=MO"],
)  # fmt: skip
def test_a_rule_without_plain_words_stands_as_it_is(rule: str) -> None:
    assert in_words(rule, SUNDAY) == rule
    assert choice_of(rule, SUNDAY) == ""


def test_they_are_told_in_german() -> None:
    with translation.override("de"):
        assert in_words("FREQ=MONTHLY;BYDAY=1SU", SUNDAY) == "jeden Monat am ersten Sonntag"
        assert in_words("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", SUNDAY) == "alle 2 Wochen am Mittwoch"


@given(st.sampled_from(sorted(CHOICES)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_what_is_chosen_is_found_again(choice: str, first: date) -> None:
    assert choice_of(rule_for(choice, first), first) == choice


def test_a_fifth_weekday_means_the_last() -> None:
    assert rule_for("MONTHLY", date(2026, 11, 29)) == "FREQ=MONTHLY;BYDAY=-1SU"
