"""A report that is asked for once is made once, whatever becomes of the worker."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Site, User
from registers import jobs
from registers.models import Job
from reports import issuing, pdf
from reports.models import Report


def lapse(job: Job) -> None:
    """Let the lease of a job lapse, as when its worker died or sleeps."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - jobs.settings.JOB_LEASE)


@pytest.fixture
def asked(north: Site, nils: User) -> Job:
    """The job of a small report that waits."""
    return issuing.ask(nils, north, "zones-conduits", "IEC 62443-2-1:2024", None)


@pytest.mark.django_db(transaction=True)
def test_a_report_whose_worker_died_when_it_was_kept_is_not_made_again(asked: Job) -> None:
    died = jobs.claim(asked.pk, now=timezone.now())
    assert died is not None
    issuing.issue(died)
    kept = Report.objects.get()
    lapse(asked)
    assert jobs.run(asked.pk) == "DONE"
    assert Report.objects.get() == kept
    asked.refresh_from_db()
    assert (asked.result, asked.counts["report"]) == (f"/api/v1/reports/{kept.pk}/pdf/", kept.pk)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_slept_while_it_made_a_report_keeps_none(asked: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    render, made = pdf.render, list[str]()

    def sleeping(report: Any) -> bytes:
        made.append(report.control.report_id)
        if len(made) == 1:
            lapse(asked)
            assert jobs.run(asked.pk) == "DONE"
        return render(report)

    monkeypatch.setattr(pdf, "render", sleeping)
    assert jobs.run(asked.pk) == ""
    assert len(made) == 2
    kept = Report.objects.get()
    asked.refresh_from_db()
    assert (asked.state, asked.counts["report"]) == ("DONE", kept.pk)
