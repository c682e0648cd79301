"""What stands between two visits of a source: a worker that died, a site that is slow or lies, days that are to come."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from patching import polling, visits
from patching.models import Advisory, AdvisorySource, Poll, Prediction
from registers import jobs
from registers.models import Job
from tests.patching.feeds.local import Maker, Site, advisory


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    site = Site()
    monkeypatch.setattr(settings, "OUTBOUND_ALLOW", [site.url])
    yield site
    site.close()


@pytest.fixture
def pumps(web: Site) -> Maker:
    maker = Maker(web)
    publish(maker)
    return maker


def publish(
    pumps: Maker, *, day: str = "2026-01-02T00:00:00Z", updated: str = "2026-01-02T00:00:00Z", **more: Any
) -> None:
    pumps.add(
        "PUMP-1", updated=updated, body=advisory("PUMP-1", initial_release_date=day, current_release_date=day, **more)
    )


@pytest.fixture
def source(db: None, pumps: Maker) -> AdvisorySource:
    return AdvisorySource.objects.create(name="Pumps", kind="CSAF", address=pumps.metadata)


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Any]:
    """A database connection of another worker."""
    other = connection.copy()
    yield other.cursor()
    other.close()


def visit(source: AdvisorySource, **more: Any) -> Poll:
    found = polling.poll(source, now=timezone.now(), **more)
    assert found is not None
    return found


def stopped(source: AdvisorySource, **more: Any) -> Poll:
    """A visit that no worker holds."""
    return Poll.objects.create(source=source, started_at=timezone.now() - timedelta(minutes=3), **more)


class TestWorkerThatDied:
    def test_its_visit_ends_and_the_source_is_visited_at_once(self, source: AdvisorySource) -> None:
        AdvisorySource.objects.exclude(pk=source.pk).update(enabled=False)
        gone = stopped(source)
        assert polling.visit_due() == 1
        gone.refresh_from_db()
        assert (gone.state, gone.problems[0]["reason"]) == ("FAILED", "The worker stopped in the middle.")
        assert (Poll.objects.latest("pk").state, Advisory.objects.count()) == ("DONE", 1)
        assert polling.visit_due() == 0

    def test_a_source_at_which_workers_die_is_left_alone_for_a_while(self, source: AdvisorySource) -> None:
        AdvisorySource.objects.exclude(pk=source.pk).update(enabled=False)
        stopped(source, state=Poll.State.FAILED, finished_at=timezone.now())
        gone = stopped(source)
        assert polling.visit_due() == 0
        gone.refresh_from_db()
        assert gone.state == "FAILED"

    def test_it_is_due_also_where_another_turn_ended_the_visit(self, source: AdvisorySource) -> None:
        stopped(source)
        polling.settle(now=timezone.now())
        assert source in polling.due(now=timezone.now())

    def test_what_a_person_asked_for_is_left_to_the_job(self, source: AdvisorySource, mara: Any) -> None:
        stopped(source, asked_by=mara)
        polling.settle(now=timezone.now())
        assert source not in polling.due(now=timezone.now())

    def test_a_file_that_it_took_in_ends_too(self, source: AdvisorySource) -> None:
        AdvisorySource.objects.update(enabled=False)
        gone = stopped(source, file_name="pumps.zip")
        assert polling.visit_due() == 0
        gone.refresh_from_db()
        assert (gone.state, gone.problems[0]["place"]) == ("FAILED", "pumps.zip")


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_a_visit_of_another_worker_goes_on(self, source: AdvisorySource, elsewhere: Any) -> None:
        running = stopped(source)
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [polling.VISIT, running.pk])
        polling.settle(now=timezone.now())
        running.refresh_from_db()
        assert running.state == "RUNNING"

    def test_a_poll_whose_worker_sleeps_on_the_source_is_done_once_it_lets_go(
        self, source: AdvisorySource, mara: User, elsewhere: Any
    ) -> None:
        job = visits.ask_poll(source, by=mara)
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [polling.SOURCE, source.pk])
        for attempts, ended, state in ((1, "", "RUNNING"), (2, "DONE", "DONE")):
            lapsed = timezone.now() - timedelta(minutes=1)
            Job.objects.filter(pk=job.pk).update(state="RUNNING", attempts=attempts, lease_until=lapsed)
            assert jobs.run(job.pk) == ended
            job.refresh_from_db()
            assert (job.state, job.errors) == (state, [])
            elsewhere.execute("SELECT pg_advisory_unlock(%s, %s)", [polling.SOURCE, source.pk])
        assert Advisory.objects.count() == 1

    def test_slow_sources_never_take_all_workers(self, source: AdvisorySource, elsewhere: Any) -> None:
        for number in range(polling.TURNS):
            elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [polling.TURN, number])
        assert polling.visit_due() == 0
        assert not Poll.objects.exists()
        elsewhere.execute("SELECT pg_advisory_unlock(%s, 0)", [polling.TURN])
        assert polling.visit_due() == 1


class TestSiteThatLies:
    @pytest.mark.parametrize("kind", ["KEV", "EPSS"])
    def test_a_list_that_asks_to_wait_is_left_alone(self, db: None, web: Site, kind: str) -> None:
        web.pages["/list"] = (429, {"Retry-After": "90000"}, b"")
        source = AdvisorySource.objects.create(name=kind, kind=kind, address=f"{web.url}/list")
        assert visit(source).state == "FAILED"
        kept = AdvisorySource.objects.get(pk=source.pk)
        assert kept.next_poll_at is not None
        assert kept.next_poll_at - timezone.now() > timedelta(hours=24)

    def test_a_list_that_calls_everything_unchanged_is_read_by_a_recheck(self, db: None, web: Site, mara: Any) -> None:
        body = {"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-77001", "dateAdded": "2026-01-01"}]}
        web.pages["/kev.json"] = json.dumps(body).encode()
        source = AdvisorySource.objects.create(name="KEV here", kind="KEV", address=f"{web.url}/kev.json")
        assert visit(source).new == 1
        web.forget()
        assert visit(source, asked_by=mara).unchanged == 1
        assert web.statuses == [200]


class TestDaysToCome:
    def test_scores_of_a_day_to_come_do_not_shut_out_those_of_today(self, db: None, web: Site) -> None:
        source = AdvisorySource.objects.create(name="EPSS here", kind="EPSS", address=f"{web.url}/epss.csv.gz")
        for day, score in (("2099-01-01T00:00:00Z", 0.9), (f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}", 0.1)):
            told = f"#model_version:v1,score_date:{day}\ncve,epss,percentile\nCVE-2026-77001,{score},0.5\n"
            web.pages["/epss.csv.gz"] = gzip.compress(told.encode())
            done = visit(AdvisorySource.objects.get(pk=source.pk))
            if score == 0.9:
                assert "a day to come" in done.problems[0]["reason"]
        assert done.state == "DONE"
        assert Prediction.objects.get(cve="CVE-2026-77001").score == 0.1

    def test_a_document_with_a_day_to_come_can_be_put_right(self, source: AdvisorySource, pumps: Maker) -> None:
        publish(pumps, day="2099-01-01T00:00:00Z", updated="2099-01-01T00:00:00Z")
        assert visit(source).new == 1
        publish(pumps, day="2026-01-03T00:00:00Z", updated="2026-01-03T00:00:00Z", title="Put right")
        assert visit(source).changed == 1
        assert Advisory.objects.get().title == "Put right"
