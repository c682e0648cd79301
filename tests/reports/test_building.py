"""What is late in a report is late by the clock on the wall of the site; what the portal counts is counted alike."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Site, User
from assets.models import Asset
from patching.models import Match
from programme.models import Decision
from programme.summary import HOME
from reports.building import build
from reports.kinds import KINDS
from tests.catalogues import load
from tests.risk.test_workflow import match


@pytest.fixture(autouse=True)
def in_summer_time(north: Site) -> None:
    """NORTH is two hours ahead of UTC on the days told here."""
    north.time_zone = "Europe/Berlin"
    north.save()


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


@pytest.mark.django_db
def test_a_retired_asset_stands_in_the_register_and_in_no_figure(plc: Asset, mara: User) -> None:
    load()
    Asset.objects.create(site=plc.site, name="N-OLD", lifecycle="RETIRED")
    at = datetime(2026, 7, 14, tzinfo=UTC)
    report = build(mara, plc.site, "assets", HOME, as_of=at, now=at)
    summary = report.asset_summary
    assert (summary.total, summary.retired, len(report.assets)) == (1, 1, 2)
    assert {line.total for line in summary.completeness} == {1}
    assert sum(count.n for count in summary.by_kind) == 1


@pytest.mark.django_db
def test_a_site_without_assets_is_not_called_complete(north: Site, mara: User) -> None:
    load()
    at = datetime(2026, 7, 14, tzinfo=UTC)
    report = build(mara, north, "assets", HOME, as_of=at, now=at)
    assert KINDS["assets"].sentence(report) == "No asset in use is recorded for this site."


@pytest.mark.django_db
def test_each_group_of_a_catalogue_stands_once(north: Site, mara: User) -> None:
    load()
    at = datetime(2026, 7, 14, tzinfo=UTC)
    for edition, count in (("IEC 62443-3-3:2013", 7), ("IEC 62443-2-4:2023", 12), (HOME, 16)):
        headings = [group.heading for group in build(mara, north, "soa", edition, as_of=at, now=at).groups]
        assert (len(headings), len(set(headings))) == (count, count)


@pytest.mark.django_db
def test_a_report_made_after_midnight_bears_the_day_of_the_site(north: Site, mara: User) -> None:
    load()
    at = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    control = build(mara, north, "soa", HOME, as_of=at, now=at).control
    assert control.local(control.generated_at).startswith("2026-07-15")
    assert control.changes[0].on == date(2026, 7, 15)
    assert control.report_id.startswith("SOA-NORTH-20260715-")


@pytest.mark.django_db
def test_an_open_decision_names_who_may_take_it_and_until_when(plc: Asset, emil: User, mara: User) -> None:
    load()
    Decision.objects.create(
        title="Not here", kind="NOT_APPLICABLE", status="REQUESTED", site=plc.site, about=plc, requested_by=emil,
        requested_at=datetime(2026, 7, 14, 22, 30, tzinfo=UTC),
    )  # fmt: skip
    at = datetime(2026, 7, 16, tzinfo=UTC)
    (one,) = build(mara, plc.site, "compliance", HOME, as_of=at, now=at).decisions
    assert (one.by, one.due_on, one.note) == ("Approver or CSMS manager", date(2026, 7, 20), "asked by Emil Sand")


@pytest.mark.django_db
def test_two_reports_made_within_a_second_have_ids_of_their_own(plc: Asset, mara: User) -> None:
    load()
    at = datetime(2026, 7, 14, 12, 0, 0, 481_220, tzinfo=UTC)
    one, other = (
        build(mara, plc.site, "soa", HOME, as_of=now, now=now).control.report_id
        for now in (at, at + timedelta(milliseconds=1))
    )
    assert (one, other) == ("SOA-NORTH-20260714-120000481", "SOA-NORTH-20260714-120000482")
