"""Exposure over time, days to remediate, share within the deadline, and the decisions of a site as VEX."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from patching import workflow
from patching.course import course
from patching.models import Advisory, Match

ON = date(2026, 3, 31)


def advisory(number: int = 1) -> Advisory:
    """An advisory."""
    now = timezone.now()
    return Advisory.objects.create(
        publisher="P", namespace="https://p.example", tracking_id=f"P-{number}", title="T", version="1", status="final",
        initial_release_on=now, current_release_on=now, sha256="0", cves=["CVE-2026-0001"],
    )  # fmt: skip


def made(
    site: Site,
    name: str,
    verdict: str,
    *,
    found: date,
    closed: date | None = None,
    due: date | None = None,
    **more: Any,
) -> Match:
    """A match as it stands after it was found, and perhaps closed."""
    asset = Asset.objects.create(site=site, name=name, vendor="V", product="P", version="1")
    about = Advisory.objects.first() or advisory()
    kept = Match.objects.create(
        site=site, asset=asset, advisory=about, verdict=verdict, computed_verdict=verdict, reason="r", facts="f", cves=["CVE-2026-0001"],
        found_on=found, due_on=None if closed else due, closed_on=closed, was_due_on=due if closed else None, **more,
    )  # fmt: skip
    kept.refresh_from_db()
    return kept


@pytest.mark.django_db
class TestCourse:
    def test_figures_are_counted_by_hand(self, north: Site) -> None:
        made(north, "A", "AFFECTED", found=ON - timedelta(days=70), due=ON - timedelta(days=1), priority="ACT")
        made(
            north,
            "B",
            "REVIEW",
            found=ON - timedelta(days=3),
            due=ON + timedelta(days=30),
            exploited=True,
            priority="TRACK",
        )
        for name, days, due in (("C", 10, 20), ("D", 20, 15), ("E", 60, 90)):
            found = ON - timedelta(days=100)
            closed = found + timedelta(days=days)
            made(north, name, "FIXED", found=found, closed=closed, due=found + timedelta(days=due), priority="ACT")
        made(north, "F", "NOT_AFFECTED", found=ON - timedelta(days=100))
        told = course(Match.objects.all(), on=ON)
        assert told.open == 2
        assert (told.median_days, told.remediated) == (20.0, 3)
        assert (told.in_time, told.closed, told.share_in_time) == (2, 4, 50)
        assert [one.asset.name for one in told.oldest] == ["A", "B"]
        assert told.weeks[-1] == (ON, 2, 1)
        assert told.weeks[-8][1:] == (2, 0)  # 49 days ago: A and E
        assert told.weeks[-11][1:] == (2, 0)  # 70 days ago: A of that day and E
        assert told.weeks[0][1] == 0
        assert told.by_priority == (("ACT", 1, 1, 20.0), ("TRACK", 1, 0, None))

    def test_nothing_gives_no_shares(self, north: Site) -> None:
        told = course(Match.objects.all(), on=ON)
        assert (told.median_days, told.share_in_time, told.oldest) == (None, None, ())

    def test_the_database_notes_when_a_match_closes_and_forgets_when_it_opens_again(self, north: Site) -> None:
        match = made(north, "A", "AFFECTED", found=ON, due=ON)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE patching_match SET verdict = 'FIXED', due_on = NULL")
        match.refresh_from_db()
        assert (match.was_due_on, match.closed_on) == (ON, timezone.now().date())
        match.verdict = "AFFECTED"
        match.save()
        match.refresh_from_db()
        assert (match.was_due_on, match.closed_on) == (None, None)

    def test_the_page_and_rest_tell_only_of_ones_own_sites(
        self, north: Site, emil: User, sven: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
    ) -> None:
        made(north, "Zwanzig", "AFFECTED", found=ON, due=ON)
        assert b"Zwanzig" in signed_in(emil).get("/patching/exposure/").content
        page = signed_in(sven).get("/patching/exposure/")
        assert page.status_code == 200
        assert b"Zwanzig" not in page.content
        assert signed_in(sven).get(f"/patching/exposure/?site={north.pk}").status_code == 404
        assert rest(emil).send("get", "matches/course/?site=NORTH").json()["open"] == 1
        assert rest(sven).send("get", "matches/course/").json()["open"] == 0
        assert rest(sven).send("get", "matches/course/?site=NORTH").status_code == 404
        assert rest(emil).send("get", "matches/course/?sight=NORTH").status_code == 400


@pytest.mark.django_db
class TestVex:
    def test_a_rejection_is_told_with_its_justification(
        self, north: Site, emil: User, sven: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
    ) -> None:
        match = made(north, "A", "AFFECTED", found=ON, due=ON)
        made(north, "B", "AFFECTED", found=ON, due=ON)
        assert rest(emil).send("get", "matches/vex/?site=NORTH").status_code == 404
        workflow.reject(match, by=emil, decision_reason="Off", justification="component_not_present")
        told = rest(emil).send("get", "matches/vex/?site=NORTH").json()
        (weakness,) = told["vulnerabilities"]
        key = f"CSMSPID-{match.asset_id}"
        assert weakness["product_status"] == {"known_not_affected": [key]}
        assert weakness["flags"] == [{"label": "component_not_present", "product_ids": [key]}]
        every = rest(emil).send("get", "matches/vex/?site=NORTH&scope=all").json()
        assert set(every["vulnerabilities"][0]["product_status"]) == {"known_affected", "known_not_affected"}
        file = signed_in(emil).get(f"/patching/vex/?site={north.pk}")
        assert file["Content-Disposition"].startswith('attachment; filename="north-vex-')
        assert signed_in(sven).get(f"/patching/vex/?site={north.pk}").status_code == 404
        assert rest(sven).send("get", "matches/vex/?site=NORTH").status_code == 404
        assert rest(emil).send("get", "matches/vex/").status_code == 400
