"""An evidence pack: the files of a site in one ZIP, with a list of their SHA-256, for those who audit."""

import hashlib
import json
import secrets
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Site, User
from accounts.permissions import sites_where, visible
from programme.models import Evidence
from registers import jobs
from registers.models import Job
from registers.storage import ask_for_room, written

FOLDER, SUMS, INDEX = "packs", "SHA256SUMS", "index.json"
PART = 1_000_000


def ask(user: User, site: Site, catalogue: str) -> Job:
    """Start the job that packs the evidence of a site; of one catalogue, or all where none is named."""
    title = f"Evidence pack, {site.code}{', ' + catalogue if catalogue else ''}"
    return jobs.start(user, "evidence-pack", title, site=site.pk, catalogue=catalogue)


def packed(user: User, site: Site, catalogue: str) -> models.QuerySet[Evidence]:
    """Return what goes into a pack: all evidence of the site, older revisions too, that supports the catalogue."""
    found = visible(Evidence.objects.filter(site=site), user).select_related("superseded_by")
    found = found.prefetch_related("requirements__catalogue")
    if catalogue:
        found = found.filter(requirements__catalogue__edition=catalogue).distinct()
    return found.order_by("pk")


def run(job: Job) -> None:
    """Make the pack that the job asks for; a job that ran before keeps its pack."""
    site = Site.objects.filter(pk__in=sites_where(job.owner, "view", "programme"), pk=job.arguments["site"]).first()
    if site is None:
        raise jobs.JobFailed([{"message": "This site is not there for you any more."}])
    if job.result:
        return
    found = list(packed(job.owner, site, job.arguments["catalogue"]))
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    ask_for_room(folder, sum(one.size for one in found))
    path = folder / f"{secrets.token_hex(16)}.zip"
    with jobs.beating(job):
        write(path, jobs.counted(job, found, len(found), every=20), about={
            "site": site.code, "catalogue": job.arguments["catalogue"], "made_at": timezone.now().isoformat(), "made_by": str(job.owner),
        })  # fmt: skip
    job.total = len(found)
    job.counts = {"pack": path.name, "evidence": len(found), "files": sum(bool(one.file) for one in found)}
    job.result = f"/api/v1/evidence/packs/{job.pk}/"


def find(user: User, key: int) -> Path | None:
    """Return the pack of one of the person's jobs, while it is kept and its site is still theirs."""
    job = visible(Job.objects.filter(kind="evidence-pack", state=Job.State.DONE), user).filter(pk=key).first()
    if job is None or job.arguments["site"] not in sites_where(user, "view", "programme"):
        return None
    path = Path(settings.MEDIA_ROOT) / FOLDER / str(job.counts["pack"])
    return path if path.is_file() else None


def write(path: Path, found: Iterable[Evidence], *, about: dict[str, Any]) -> None:
    """Write a pack; raises JobFailed, and leaves no pack, when a file is gone or is not what was kept."""
    rows, sums = [], []
    with written(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as pack:
        for one in found:
            name = f"E-{one.pk:05}/{_plain(one.file_name)}" if one.file else ""
            if one.file:
                _put(pack, one, name)
                sums.append(f"{one.sha256}  {name}\n")
            rows.append(_row(one, name))
        index = json.dumps({**about, "evidence": rows}, indent=1, ensure_ascii=False).encode()
        pack.writestr(INDEX, index)
        sums.append(f"{hashlib.sha256(index).hexdigest()}  {INDEX}\n")
        pack.writestr(SUMS, "".join(sums))


def _put(pack: zipfile.ZipFile, one: Evidence, name: str) -> None:
    """Copy a file into the pack and compare its digest on the way."""
    mark = hashlib.sha256()
    try:
        with one.file.open() as file, pack.open(name, "w") as to:
            while part := file.read(PART):
                mark.update(part)
                to.write(part)
    except FileNotFoundError as gone:
        raise jobs.JobFailed(
            [{"message": f"The file of '{one.title}' (E-{one.pk:05}) is gone. Restore it from a backup."}]
        ) from gone
    if mark.hexdigest() != one.sha256:
        raise jobs.JobFailed(
            [{"message": f"The file of '{one.title}' (E-{one.pk:05}) is not what was kept. Restore it from a backup."}]
        )


def _row(one: Evidence, name: str) -> dict[str, Any]:
    newer = getattr(one, "superseded_by", None)
    return {
        "id": str(one.pk), "title": one.title, "kind": one.kind, "file": name, "sha256": one.sha256, "bytes": one.size, "link": one.link,
        "note": one.note, "effective_from": _day(one.effective_from), "effective_to": _day(one.effective_to),
        "kept_at": _day(one.created_at), "supersedes": str(one.supersedes_id or ""), "superseded_by": str(newer.pk) if newer else "",
        "requirements": [f"{item.catalogue.edition} {item.code}" for item in one.requirements.all()],
    }  # fmt: skip


def _day(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(name: str) -> str:
    """Return a file name that every system can unpack."""
    plain = "".join(char if char.isprintable() and char not in '<>:"/\\|?*' else "_" for char in name).strip(". ")
    return plain or "file"
