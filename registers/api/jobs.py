"""REST over jobs: the person's own work in the background, and imports."""

import json
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registers import jobs
from registers.api.answers import an_object
from registers.api.asking import refuse_unknown
from registers.api.described import JOB, page_of
from registers.api.idempotency import once
from registers.api.paging import Paging
from registers.api.parsers import StrictFormParser
from registers.door import importer_of, may_anywhere, registers, visible
from registers.files.mapping import from_json
from registers.models import Job
from registers.storage import ask_for_room, written

IMPORT = inline_serializer("Import", {
    "register": serializers.CharField(), "site": serializers.CharField(help_text="Its id or code."), "file": serializers.FileField(),
    "dry_run": serializers.BooleanField(required=False), "mapping": serializers.CharField(required=False, help_text="JSON: a field or null for each column."),
})  # fmt: skip


def shown(job: Job, *, rows: bool = False) -> dict[str, Any]:
    """Return a job as REST shows it; an import with its rows, at most 1,000."""
    body: dict[str, Any] = {
        "id": str(job.pk), "kind": job.kind, "title": job.title, "state": job.state, "progress": job.progress,
        "result": job.result or None, "errors": job.errors, "counts": job.counts, "created_at": job.created_at, "finished_at": job.finished_at,
    }  # fmt: skip
    if rows and job.kind == "import":
        body["rows"] = [
            {"row": row.number, "verdict": row.verdict, "name": row.name, "changes": row.changes, "errors": row.errors}
            for row in job.rows.order_by("number")[:1000]
        ]
    return body


def accepted(job: Job) -> Response:
    """Return a job that was just started."""
    return Response(shown(job), status=202, headers={"Location": f"/api/v1/jobs/{job.pk}/"})


class JobsView(APIView):
    """`GET jobs/`: the person's own jobs, newest first."""

    @extend_schema(
        operation_id="jobs_list", responses=page_of("Jobs", JOB), parameters=[OpenApiParameter(name, int) for name in ("limit", "offset")]
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List them."""
        refuse_unknown(request.query_params, {"limit", "offset", "format"})
        pages = Paging()
        found = pages.paginate_queryset(visible(Job.objects.order_by("-pk"), request.user), request, view=self)
        return pages.get_paginated_response([shown(job) for job in found or ()])


class JobView(APIView):
    """`GET jobs/<id>/`: state, progress, result, errors, and the rows of an import."""

    @extend_schema(responses=JOB)
    def get(self, request: Request, pk: str) -> Response:
        """Read it."""
        refuse_unknown(request.query_params, {"format"})
        plain = pk.isascii() and pk.isdigit() and len(pk) < 19
        job = visible(Job.objects.all(), request.user).filter(pk=int(pk)).first() if plain else None
        if job is None:
            raise NotFound("There is no such record.")
        return Response(shown(job, rows=True))


def keep(upload: Any) -> str:
    """Put an uploaded file aside under a name of our own; return its path below MEDIA_ROOT. NoSpace when the disk is full."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    ask_for_room(folder, upload.size)
    path = folder / f"{token_hex(16)}.upload"
    with written(path) as unfinished:
        with unfinished.open("xb") as file:
            for part in upload.chunks():
                file.write(part)
        unfinished.chmod(0o640)
    return str(path.relative_to(settings.MEDIA_ROOT))


def start(user: Any, register: Any, site: Any, upload: Any, *, dry_run: bool, mapping: dict[str, str | None]) -> Job:
    """Keep the file and start the import job."""
    return jobs.start(
        user, "import", f"Import of {upload.name} into {register.title.lower()} of {site.code}", register=register.name, site=site.pk,
        path=keep(upload), name=upload.name[:120], dry_run=dry_run, mapping=json.dumps(mapping),
    )  # fmt: skip


class ImportsView(APIView):
    """`POST imports/`: a file into a register of a site; 202 with the job."""

    parser_classes = (StrictFormParser,)

    @extend_schema(request={"multipart/form-data": IMPORT}, responses={202: JOB})
    def post(self, request: Request) -> Response:
        """Take the file and start the job."""
        refuse_unknown(request.query_params, {"format"})
        return once(request, lambda: self._take(request))

    def _take(self, request: Request) -> Response:
        given: Any = an_object(request.data, of=("register", "site", "file", "dry_run", "mapping"))
        register = next((one for one in registers() if one.name == given.get("register") and importer_of(one)), None)
        if register is None:
            raise ValidationError(
                {"register": "There is no import for this register. Choose one whose list offers Import."}
            )
        site = _site(request.user, str(given.get("site") or ""))
        upload = request.FILES.get("file")
        if upload is None:
            raise ValidationError({"file": "Send the file as multipart form data."})
        if upload.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError({"file": "The file is over 50 MB. Split it."})
        if not may_anywhere(request.user, "import", register.model):
            raise PermissionDenied
        dry_run, mapping = _yes(str(given.get("dry_run", ""))), _mapping(given.get("mapping"))
        return accepted(start(request.user, register, site, upload, dry_run=dry_run, mapping=mapping))


def _yes(text: str) -> bool:
    """Read the answer to `dry_run`; one that is misspelt must not import."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    found = known.get(text.strip().lower()) if text else False
    if found is None:
        raise ValidationError({"dry_run": "Send true or false."})
    return found


def _site(user: Any, text: str) -> Any:
    sites = next(one for one in registers() if one.name == "sites")
    by = {"pk": int(text)} if text.isascii() and text.isdigit() and len(text) < 19 else {"code": text}
    site = sites.queryset(user).filter(**by).first()
    if site is None:
        raise ValidationError({"site": "There is no such site."})
    return site


def _mapping(text: Any) -> dict[str, str | None]:
    try:
        return from_json(str(text or ""))
    except ValueError as wrong:
        raise ValidationError({"mapping": str(wrong)}) from wrong
