"""Issues a report: read at its moment, rendered, kept, with its digests; the work of a job."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone, translation

from accounts.models import Site, User
from accounts.permissions import sites_where
from registers import jobs
from registers.history.origin import because
from registers.history.past import NotSettled, as_of
from registers.models import Job
from reports import building, pdf
from reports.canonical import canonical, digest
from reports.models import Report


def ask(user: User, site: Site, kind: str, catalogue: str, moment: datetime | None) -> Job:
    """Start the job that makes a report of a site; `moment` None means now."""
    with translation.override("en"):  # as the report itself
        title = f"{Report.Kind(kind).label}, {site.code}, {catalogue}"
    when = moment.isoformat() if moment else ""
    return jobs.start(user, "report", title, kind=kind, site=site.pk, catalogue=catalogue, as_of=when)


def issue(job: Job) -> None:
    """Make the report that the job asks for and point the job at it; a job that ran before keeps its report."""
    given = job.arguments
    site = Site.objects.filter(pk__in=sites_where(job.owner, "report", "reports"), pk=given["site"]).first()
    if site is None:
        raise jobs.JobFailed([{"message": "This site is not there for you any more."}])
    if job.result:
        return
    now = timezone.now()
    moment = datetime.fromisoformat(given["as_of"]) if given["as_of"] else now
    with jobs.beating(job):
        jobs.report(job, 1, 10, now=now)
        data = _read(job, site, moment, now)
        jobs.report(job, 3, 10, now=timezone.now())
        try:
            body = pdf.render(data)
        except pdf.NoRenderer as missing:
            raise jobs.JobFailed([{"message": str(missing)}]) from missing
        jobs.report(job, 9, 10, now=timezone.now())
        _keep(job, site, data, body, moment)


def _read(job: Job, site: Site, moment: datetime, now: datetime) -> Any:
    def build() -> Any:
        return building.build(job.owner, site, job.arguments["kind"], job.arguments["catalogue"], as_of=moment, now=now)

    if not job.arguments["as_of"]:
        return build()
    try:
        with as_of(moment, now=now):
            return build()
    except NotSettled as unsettled:
        raise jobs.JobFailed([{"message": str(unsettled)}]) from unsettled


def _keep(job: Job, site: Site, data: Any, body: bytes, moment: datetime) -> None:
    """Keep the report, and what the job says of it, in one transaction: no second one is made if the worker dies now."""
    mark = pdf.verify(body).file_sha256
    with because(by=job.owner, step="reports.report.issue", reason=job.title):
        kept = Report.objects.filter(sha256=mark).first()
        if kept is None:
            kept = Report(
                site=site, kind=job.arguments["kind"], title=job.title, catalogue=job.arguments["catalogue"], as_of=moment,
                made_by=job.owner, size=len(body), sha256=mark, data_sha256=digest(canonical(data)),
            )  # fmt: skip
            kept.file.save(f"{data.control.report_id}.pdf", ContentFile(body), save=False)
            kept.save()
        job.result = f"/api/v1/reports/{kept.pk}/pdf/"
        job.counts = {"report": kept.pk, "bytes": kept.size}
        jobs.settle(job)
