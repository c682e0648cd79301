"""REST that patching adds to its registers: a source is polled or fed by hand, a priority explains itself."""

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.chosen import named, sites_of
from patching import vexing, visits
from patching.course import course
from patching.models import Match
from registers.api.asking import refuse_unknown
from registers.api.described import JOB
from registers.api.idempotency import once
from registers.api.jobs import accepted, keep
from registers.api.parsers import StrictFormParser
from registers.api.serializers import RecordSerializer
from registers.api.viewsets import RecordViewSet, viewset_for
from registers.door import may
from registers.history.past import day_at
from registers.models import Job

SITE = OpenApiParameter("site", str, description="Id or code of a site.")
SCOPE = OpenApiParameter("scope", str, enum=["decided", "all"])
UPLOAD = inline_serializer("AdvisoryFile", {"file": serializers.FileField()})
TOO_LARGE = "The file is over {limit:,} MB. Split it, or copy it to a folder on the server and add that as a source."


def explained(match: Match) -> dict[str, Any]:
    """Return a match's priority with what it follows from."""
    return {
        "outcome": match.priority or None, "inputs": match.inputs, "why": match.priority_reason,
        "due_on": match.due_on.isoformat() if match.due_on else None,
    }  # fmt: skip


class MatchSerializer(RecordSerializer):
    """A match whose priority explains itself."""

    priority = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_priority(self, match: Match) -> dict[str, Any]:
        """Return outcome, inputs, why and due_on."""
        return explained(match)


def too_large(upload: Any) -> str:
    """Say why an uploaded file is not taken at all, or nothing."""
    limit = settings.UPLOAD_MAX_BYTES
    return TOO_LARGE.format(limit=limit // 1_000_000) if upload.size > limit else ""


def match_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the matches, with their course over time and the VEX document of a site."""
    base: type[RecordViewSet] = viewset_for(register)

    class MatchViewSet(base):  # type: ignore[valid-type,misc]
        """Matches; GET course/ tells exposure over time, GET vex/?site= is the site's CSAF VEX document."""

        def site(self, request: Request) -> Any:
            """Return the site that is asked for, or None."""
            asked = request.query_params.get("site", "")
            refuse_unknown(request.query_params, {"site", "scope", "format"})
            site = named(sites_of(request.user), asked)
            if asked and site is None:
                raise NotFound("There is no such site.")
            return site

        @extend_schema(parameters=[SITE], responses=OpenApiTypes.OBJECT)
        @action(detail=False, methods=["get"])
        def course(self, request: Request) -> Response:
            """Return open matches by week, days to remediate, share within the deadline, oldest open."""
            site, found = self.site(request), self.get_queryset()
            made = course(found.filter(site=site) if site else found, on=day_at(site))
            return Response(made.to_json())

        @extend_schema(parameters=[SITE, SCOPE], responses=OpenApiTypes.OBJECT)
        @action(detail=False, methods=["get"])
        def vex(self, request: Request) -> Response:
            """Return what was decided at a site as CSAF VEX; `scope=all` adds what was only computed."""
            site = self.site(request)
            if site is None:
                raise ValidationError({"site": "Choose a site."})
            made = vexing.for_site(request, site, everything=request.query_params.get("scope") == "all")
            if made is None:
                raise NotFound("Nothing is decided at this site yet.")
            return Response(made[1], headers={"Content-Disposition": f'attachment; filename="{made[0]}"'})

    return MatchViewSet


def source_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the sources, with `poll` and `upload`."""
    base: type[RecordViewSet] = viewset_for(register)

    class SourceViewSet(base):  # type: ignore[valid-type,misc]
        """Advisory sources; POST poll/ visits one now, POST upload/ takes a file into it, both answer with a job."""

        def allowed(self) -> Any:
            """Return the source that this person may poll."""
            source = self.get_object()
            if not may(self.request.user, "poll", source):
                raise PermissionDenied
            return source

        @extend_schema(request=None, responses={202: JOB})
        @action(detail=True, methods=["post"])
        def poll(self, request: Request, pk: str) -> Response:
            """Poll the source now; 202 with the job."""
            return once(request, lambda: accepted(visits.ask_poll(self.allowed(), by=request.user)))

        @extend_schema(request={"multipart/form-data": UPLOAD}, responses={202: JOB})
        @action(detail=True, methods=["post"], parser_classes=[StrictFormParser])
        def upload(self, request: Request, pk: str) -> Response:
            """Take one advisory file, or a ZIP of them, into the source; 202 with the job."""
            return once(request, lambda: accepted(self.uploaded(request)))

        def uploaded(self, request: Request) -> Job:
            """Keep the file and start its job."""
            source, upload = self.allowed(), request.FILES.get("file")
            if upload is None:
                raise ValidationError({"file": "Send the file as multipart form data."})
            if refusal := too_large(upload):
                raise ValidationError({"file": refusal})
            return visits.ask_upload(source, name=str(upload.name), path=keep(upload), by=request.user)

    return SourceViewSet
