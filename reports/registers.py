"""The register of reports that were issued, and how a new one is asked for."""

from datetime import datetime
from typing import Any

from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.chosen import named, sites_of
from accounts.models import Site
from programme.models import Judgement, Requirement
from programme.summary import HOME
from registers.api.answers import an_object
from registers.api.described import JOB
from registers.api.idempotency import once
from registers.api.jobs import accepted
from registers.api.viewsets import RecordViewSet, viewset_for
from registers.door import may
from registers.history import past
from registers.middleware import parse_moment
from registers.register import Register
from registers.storage import GONE
from registers.views import RecordList
from reports import issuing, panels
from reports.models import Report
from reports.requirements import catalogue_exists

JUDGED = frozenset({Report.Kind.COMPLIANCE, Report.Kind.SOA})  # which catalogue must be said


class ReportList(RecordList):
    """The list of reports, which are made and not filled in."""

    def list_context(self, *args: Any) -> dict[str, Any]:
        """Lead to the page that makes one."""
        context = super().list_context(*args)
        if past.moment() is None and self.register.may_anywhere(self.request.user, "report"):
            context |= {"add_url": reverse("reports:ask"), "add_label": gettext("Make a report")}
        return context


class ReportRegister(Register):
    model, name, step = Report, "reports", 12
    shows = ("title", "site", "kind", "catalogue", "as_of", "made_by", "size", "sha256", "data_sha256")
    columns = ("title", "site", "catalogue", "as_of", "made_by", "created_at", "size")
    filters = ("site", "kind", "catalogue", "as_of")
    search = ("title", "catalogue", "sha256", "data_sha256")
    order = ("-pk",)
    joins = ("site", "made_by")
    verbs = frozenset()
    clause = "IEC 62443-2-1:2024 ORG 2.3"
    list_view = ReportList

    @property
    def viewset_class(self) -> Any:
        return VIEWSET


def find_site(user: Any, asked: Any) -> Site:
    """Return the site of this id or code; one that is not the person's is answered as one that does not exist."""
    site = named(sites_of(user), str(asked or ""))
    if site is None:
        raise ValidationError({"site": gettext("There is no such site.")})
    return site


def request_of(user: Any, data: Any) -> tuple[Site, str, str, datetime | None]:
    """Read what is asked for: site, kind, catalogue, moment; ValidationError names what is wrong."""
    if not isinstance(data, dict):
        raise ValidationError({"non_field_errors": ["Send an object with kind, site, catalogue."]})
    site = find_site(user, data.get("site"))
    kind = str(data.get("kind") or "")
    if kind not in Report.Kind.values:
        raise ValidationError(
            {
                "kind": gettext("'{kind}' cannot be made yet. Choose {kinds}.").format(
                    kind=kind[:40], kinds=", ".join(Report.Kind.values)
                )
            }
        )
    catalogue = str(data.get("catalogue") or ("" if kind in JUDGED else HOME))
    if not catalogue_exists(catalogue):
        raise ValidationError({"catalogue": gettext("There is no catalogue '{name}'.").format(name=catalogue[:80])})
    try:
        moment = parse_moment(str(data["as_of"]), site.time_zone) if data.get("as_of") else None
    except ValueError as wrong:
        raise ValidationError({"as_of": str(wrong)}) from wrong
    if not may(user, "report", Report(site=site)):
        raise PermissionDenied
    return site, kind, catalogue, moment


REPORTS = ReportRegister()
REGISTERS = (REPORTS,)
PANELS: tuple[Any, ...] = (
    (Requirement, panels.of_requirement), (Judgement, panels.of_judgement), (Report, panels.of_report),
)  # fmt: skip
_Base: type[RecordViewSet] = viewset_for(REPORTS)


class ReportViewSet(_Base):  # type: ignore[valid-type,misc]
    """Reports that were issued; POST asks for a new one and answers with its job."""

    @extend_schema(
        request=inline_serializer("ReportRequest", {
            "kind": serializers.ChoiceField(choices=Report.Kind.choices), "site": serializers.CharField(),
            "catalogue": serializers.CharField(), "as_of": serializers.CharField(required=False),
        }),
        responses={202: JOB},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        """Ask for a report; 202 with the job."""
        return once(request, lambda: self._asked(request))

    def _asked(self, request: Request) -> Response:
        asked = an_object(request.data, of=("kind", "site", "catalogue", "as_of"))
        site, kind, catalogue, moment = request_of(request.user, asked)
        return accepted(issuing.ask(request.user, site, kind, catalogue, moment))  # type: ignore[arg-type]

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def pdf(self, request: Request, pk: str) -> FileResponse:
        """Return the PDF as it was issued."""
        return file_of(self.get_object())


def file_of(report: Report) -> FileResponse:
    """Return the kept file as an attachment."""
    kept = str(report.file.name)
    if not report.file.storage.exists(kept):
        raise NotFound(GONE)
    name = kept.rsplit("/", 1)[-1]
    return FileResponse(report.file.open(), as_attachment=True, filename=name, content_type="application/pdf")


VIEWSET = ReportViewSet
