"""My work: the same on the page, in the bell, in REST and in the calendar; nobody else's, and nothing more than needed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts.models import Site, User
from assets.models import Asset
from programme.models import Decision, Evidence
from programme.remarks import say
from registers import jobs
from registers.history import seals
from registers.own import CalendarFeed, Notice


@pytest.mark.django_db(transaction=True)
def test_a_page_of_the_past_counts_the_work_of_then_and_leaves_that_of_today(
    nils: User, north: Site, signed_in: Callable[[User], Client]
) -> None:
    then = timezone.now()
    today = then.date()
    Evidence.objects.create(
        site=north,
        title="Walk-down",
        kind="RECORD_OF_PRACTICE",
        note="Binder 3",
        effective_from=today,
        effective_to=today,
    )
    seals.seal()
    browser = signed_in(nils)
    for query, told in (({"as_of": then.isoformat()}, "My work"), ({}, "My work, 1 open")) * 2:
        assert f'aria-label="{told}"' in browser.get("/assets/zones/", query).content.decode()


@pytest.mark.django_db
class TestMyWork:
    def test_rest_says_what_the_page_says(
        self, nils: User, stale: Evidence, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        (one,) = rest(nils).send("get", "my-work/").json()["results"]
        assert one.pop("id")
        assert one == {
            "title": "Evidence goes stale: Walk-down of PS1", "detail": "NORTH", "url": f"/programme/evidence/{stale.pk}/", "kind": "evidence",
            "due_on": str(stale.effective_to), "site": str(stale.site_id), "snoozed_until": None,
        }  # fmt: skip
        page = signed_in(nils).get("/my-work/").content.decode()
        assert one["title"] in page
        assert 'aria-label="My work, 1 open"' in page

    def test_an_approval_that_ends_is_told_a_month_before_to_who_may_ask_again(
        self, north: Site, nils: User, sven: User, rest: Callable[..., Any]
    ) -> None:
        today = timezone.now().date()
        for title, kind, days in (
            ("Near", "EXCEPTION", 30), ("Far", "EXCEPTION", 31), ("A patch says so itself", "PATCH_DEPLOYMENT", 3),
        ):  # fmt: skip
            Decision.objects.create(
                site=north, title=title, kind=kind, status="APPROVED", expires_on=today + timedelta(days=days), content_type=ContentType.objects.get_for_model(Site),
                object_id=north.pk, requested_by=nils, requested_at=timezone.now(), snapshot={}, digest="",
            )  # fmt: skip
        (one,) = rest(nils).send("get", "my-work/").json()["results"]
        assert (one["title"], one["kind"]) == ("Approval ends: Near", "approval")
        assert one["due_on"] == str(today + timedelta(days=30))
        assert rest(sven).send("get", "my-work/").json()["count"] == 0

    def test_another_person_has_other_work(
        self, sven: User, ada: User, stale: Evidence, rest: Callable[..., Any]
    ) -> None:
        assert rest(sven).send("get", "my-work/").json()["count"] == 0
        assert rest(ada).send("get", "my-work/").json()["count"] == 0

    def test_an_unknown_parameter_is_refused(self, nils: User, stale: Evidence, rest: Callable[..., Any]) -> None:
        assert rest(nils).send("get", "my-work/?sitte=1").status_code == 400


@pytest.mark.django_db
class TestNotices:
    def test_who_is_named_in_a_comment_is_told_and_reads_it(
        self, emil: User, nils: User, plc: Asset, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        say(plc, by=emil, text=f"Look at this, @{nils.email}")
        told = rest(nils).send("get", "notices/?read=false").json()["results"]
        assert [(one["title"], one["url"]) for one in told] == [
            (f"Emil Sand named you on {plc.name}", f"/assets/assets/{plc.pk}/")
        ]
        assert rest(emil).send("get", "notices/").json()["count"] == 0
        browser = signed_in(nils)
        assert 'aria-label="1 notice"' in browser.get("/my-work/").content.decode()
        assert browser.post(f"/my-work/notices/{told[0]['id']}/")["Location"] == f"/assets/assets/{plc.pk}/"
        assert rest(nils).send("get", "notices/?read=false").json()["count"] == 0

    def test_nobody_is_told_of_what_they_may_not_see(self, emil: User, sven: User, plc: Asset) -> None:
        say(plc, by=emil, text=f"Look at this, @{sven.email}")
        assert not Notice.objects.filter(owner=sven).exists()

    def test_nobody_opens_anothers(self, emil: User, nils: User, signed_in: Callable[[User], Client]) -> None:
        notice = Notice.objects.create(owner=nils, title="Done: report")
        assert signed_in(emil).post(f"/my-work/notices/{notice.pk}/").status_code == 404

    def test_the_end_of_a_job_is_told(self, nils: User) -> None:
        job = jobs.start(
            nils, "import", "Import of plant.csv", register="assets", site=0, path="", name="", dry_run=True, mapping=""
        )
        assert jobs.run(job.pk) == "FAILED"
        assert Notice.objects.get(owner=nils).title == "Not done: Import of plant.csv"


@pytest.mark.django_db
class TestCalendar:
    def address(self, browser: Client) -> str:
        page = browser.post("/my-work/calendar/").content.decode()
        found = re.search(r"http://\S+(/my-work/calendar/\S+\.ics)", page)
        assert found
        return found[1]

    def test_it_says_days_and_kinds_and_no_more(
        self, nils: User, stale: Evidence, signed_in: Callable[[User], Client]
    ) -> None:
        answer = Client().get(self.address(signed_in(nils)))
        assert answer["Content-Type"].startswith("text/calendar")
        (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert (event["summary"], event.decoded("dtstart")) == ("Evidence to renew NORTH", stale.effective_to)
        assert b"Walk-down" not in answer.content

    def test_a_new_address_ends_the_old_one_and_one_may_be_taken_back(
        self, nils: User, stale: Evidence, signed_in: Callable[[User], Client]
    ) -> None:
        browser = signed_in(nils)
        old = self.address(browser)
        new = self.address(browser)
        assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
        browser.post("/my-work/calendar/", {"revoke": "1"})
        assert Client().get(new).status_code == 404

    def test_it_ends_with_its_person_and_its_secret_is_nowhere_kept(
        self, nils: User, stale: Evidence, signed_in: Callable[[User], Client]
    ) -> None:
        address = self.address(signed_in(nils))
        assert CalendarFeed.objects.get().digest not in address
        User.objects.filter(pk=nils.pk).update(is_active=False)
        assert Client().get(address).status_code == 404
