"""What endpoints beside the registers answer, for OpenAPI: jobs, and pages of rows."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from registers.models import Job


def page_of(name: str, row: Any) -> Any:
    """Return the description of a page of rows."""
    return inline_serializer(name, {
        "count": serializers.IntegerField(), "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True), "results": type(row)(many=True),
    })  # fmt: skip


JOB_ERROR = inline_serializer("JobError", {
    "message": serializers.CharField(), "row": serializers.IntegerField(required=False), "column": serializers.CharField(required=False, allow_blank=True),
})  # fmt: skip
IMPORT_ROW = inline_serializer("ImportRow", {
    "row": serializers.IntegerField(), "verdict": serializers.ChoiceField(["create", "update", "unchanged", "error"]), "name": serializers.CharField(allow_blank=True),
    "changes": serializers.ListField(child=serializers.DictField()), "errors": type(JOB_ERROR)(many=True),
})  # fmt: skip
JOB = inline_serializer("Job", {
    "id": serializers.CharField(), "kind": serializers.CharField(), "title": serializers.CharField(), "state": serializers.ChoiceField(Job.State.choices),
    "progress": serializers.IntegerField(min_value=0, max_value=100), "result": serializers.CharField(allow_null=True),
    "errors": type(JOB_ERROR)(many=True), "counts": serializers.DictField(),
    "created_at": serializers.DateTimeField(), "finished_at": serializers.DateTimeField(allow_null=True),
    "rows": type(IMPORT_ROW)(many=True, required=False),
})  # fmt: skip
