"""What is late in a report is late by the clock on the wall of the site."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from assets.models import Asset
from patching.models import Match
from programme.reference import load
from programme.summary import HOME
from reports.building import build
from tests.risk.test_workflow import match


@pytest.mark.django_db
def test_after_midnight_at_the_site_the_day_has_passed(plc: Asset, mara: User) -> None:
    load()
    due = date(2026, 7, 14)
    Match.objects.filter(pk=match(plc).pk).update(due_on=due)

    def late(at: datetime) -> str:
        report = build(mara, plc.site, "compliance", HOME, as_of=at, now=at)
        assert report.control.period_to - report.control.period_from == timedelta(days=365)
        return next(one.value for one in report.figures if one.label == "Open matches late")

    assert late(datetime(2026, 7, 14, 21, 59, tzinfo=UTC)) == "0"
    assert late(datetime(2026, 7, 14, 22, 1, tzinfo=UTC)) == "1"
