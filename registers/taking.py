"""A file that a register takes in whole, such as a scan, a rule set or a log: what the register declares, and the job."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from registers import jobs
from registers.door import registers
from registers.files.sandbox import Refused
from registers.models import Job


@dataclass(frozen=True)
class Taking:
    """The form that asks for the file, and what starts the job with the form's answers; the page's words stand in the template."""

    form: type[Any]
    ask: Callable[..., Job]
    template: str


def take_in(job: Job, take: Callable[[Any, Path], tuple[Any, bool]]) -> tuple[Any, bool]:
    """Hand the job's site and file to `take`, which goes when the job ends; JobFailed has the sentence for a file of no use."""
    sites = next(one for one in registers() if one.name == "sites")
    site = sites.queryset(job.owner).filter(pk=job.arguments["site"]).first()
    path = Path(settings.MEDIA_ROOT) / job.arguments["path"]
    if site is None or not path.is_file():
        raise jobs.JobFailed([{"message": "The site or the file is not there any more. Upload it again."}])
    job.spent = (path,)
    with jobs.beating(job):
        try:
            return _taken(take, site, path)
        except Refused as wrong:
            raise jobs.JobFailed([{"message": str(wrong)}]) from wrong


def _taken(take: Callable[[Any, Path], tuple[Any, bool]], site: Any, path: Path) -> tuple[Any, bool]:
    """Take the file in; if somebody else has taken the same one in meanwhile, find what they made of it."""
    try:
        return take(site, path)
    except IntegrityError:
        return take(site, path)
