"""`GET /api/v1/conformity/?site=&catalogue=&as_of=` and `GET /api/v1/self-checks/?site=`."""

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from programme.summary import HOME
from registers.api.asking import refuse_unknown
from registers.api.described import page_of
from registers.api.paging import LongPaging
from registers.history.past import day_at
from reports.conformity import Row, conformity
from reports.registers import find_site
from reports.requirements import catalogue_exists
from reports.selfchecks import results

SELF_CHECKS = page_of("SelfChecks", inline_serializer("SelfCheck", {
    **{name: serializers.CharField() for name in ("id", "severity", "title", "remedy")}, "count": serializers.IntegerField(), "list": serializers.CharField(),
}))  # fmt: skip
COMPUTED = inline_serializer("Computed", {
    **{name: serializers.FloatField() for name in ("value", "target")}, **{name: serializers.IntegerField() for name in ("numerator", "denominator")},
    **{name: serializers.CharField() for name in ("list", "sentence", "status")},
})  # fmt: skip
JUDGED = inline_serializer("Judged", {
    "id": serializers.CharField(), "status": serializers.CharField(), "reason": serializers.CharField(allow_blank=True), "by": serializers.CharField(allow_blank=True),
    "at": serializers.DateTimeField(allow_null=True), "target_maturity": serializers.IntegerField(),
})  # fmt: skip
PROOF = inline_serializer("ConformityEvidence", {
    "id": serializers.CharField(), "title": serializers.CharField(), "effective_to": serializers.DateField(allow_null=True), "stale": serializers.BooleanField(),
})  # fmt: skip
CONFORMITY = page_of("Conformity", inline_serializer("ConformityRow", {
    **{name: serializers.CharField() for name in ("requirement", "code", "title", "status")}, "asked_for": serializers.CharField(allow_null=True),
    **{name: serializers.BooleanField() for name in ("applicable", "differs", "overdue")},
    "maturity": serializers.IntegerField(allow_null=True), "cycle_months": serializers.IntegerField(allow_null=True),
    "computed": type(COMPUTED)(allow_null=True), "judged": type(JUDGED)(allow_null=True), "evidence": type(PROOF)(many=True),
}))  # fmt: skip
KNOWN = {"site", "catalogue", "category", "as_of", "limit", "offset", "format"}


class SelfChecksView(APIView):
    """Rules of consistency: how many records break each, and their list."""

    @extend_schema(
        operation_id="self_checks_list", parameters=[OpenApiParameter(name, OpenApiTypes.STR) for name in ("site", "limit", "offset", "as_of")], responses=SELF_CHECKS
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Return them, the broken and grave first."""
        refuse_unknown(request.query_params, {"site", "as_of", "limit", "offset", "format"})
        site = find_site(request.user, request.query_params["site"]) if "site" in request.query_params else None
        rows = [
            {"id": one.check.key, "severity": one.check.severity, "title": one.check.sentence, "remedy": one.check.remedy, "count": one.found, "list": one.rest}
            for one in results(request.user, day_at(site), site)
        ]  # fmt: skip
        pages = LongPaging()
        return pages.get_paginated_response(pages.paginate_queryset(rows, request))


class ConformityView(APIView):
    """Each requirement of a catalogue at a site: judged and computed side by side."""

    @extend_schema(
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, required=name == "site")
            for name in ("site", "catalogue", "category", "limit", "offset", "as_of")
        ],
        responses=CONFORMITY,
    )
    def get(self, request: Request) -> Response:
        """Return the rows in the catalogue's order."""
        refuse_unknown(request.query_params, KNOWN)
        site = find_site(request.user, request.query_params.get("site"))
        edition = request.query_params.get("catalogue", HOME)
        if not catalogue_exists(edition):
            raise ValidationError({"catalogue": gettext("There is no catalogue '{name}'.").format(name=edition[:80])})
        rows = [
            row_of(row, request.query_params.get("as_of", ""))
            for row in conformity(
                request.user, site, edition, day_at(site), category=request.query_params.get("category", "")
            )
        ]
        pages = LongPaging()
        return pages.get_paginated_response(pages.paginate_queryset(rows, request))


def row_of(row: Row, as_of: str = "") -> dict[str, Any]:
    """Return one row as REST shows it; the list of what was counted is that of the same moment."""
    then = f"&as_of={quote(as_of)}" if as_of else ""
    judged, weakest = row.judgement, row.weakest
    return {
        "requirement": str(row.requirement.pk), "code": row.requirement.code, "title": row.requirement.title,
        "applicable": row.applicable, "status": row.status, "maturity": judged.maturity if judged else None,
        "computed": None if weakest is None else {
            "value": weakest.value, "target": weakest.target, "numerator": weakest.numerator, "denominator": weakest.denominator,
            "list": f"{weakest.rest}{then}", "sentence": weakest.sentence, "status": row.computed,
        },
        "judged": None if judged is None else {
            "id": str(judged.pk), "status": judged.status, "reason": judged.reason, "by": str(judged.judged_by or ""),
            "at": judged.judged_at, "target_maturity": judged.target_maturity,
        },
        "differs": row.differs, "overdue": row.overdue, "cycle_months": judged.cycle_months if judged and judged.cycle_months else row.requirement.cycle_months,
        "asked_for": str(row.asked.pk) if row.asked else None,
        "evidence": [{"id": str(one.pk), "title": one.title, "effective_to": one.effective_to, "stale": one in row.stale} for one in [*row.evidence, *row.stale]],
    }  # fmt: skip
