"""How the endpoints describe themselves in OpenAPI 3.1."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

AS_OF = OpenApiParameter(
    "as_of", OpenApiTypes.STR, description="RFC 3339 moment or a date: the register as it stood then."
)
EXPAND = OpenApiParameter(
    "expand", OpenApiTypes.STR, description="References to nest, comma-separated; as far as one may see them."
)
LIST = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words to look for."),
    OpenApiParameter("ordering", OpenApiTypes.STR, description="Fields to order by, comma-separated; `-` turns round."),
    OpenApiParameter("view", OpenApiTypes.STR, description="The id of a saved view: its filters and its order."),
    AS_OF,
    EXPAND,
]
MANY = {
    "type": "array",
    "maxItems": 1000,
    "items": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "revision": {"type": "integer"}},
        "additionalProperties": True,
        "description": "The record's id, the revision that was seen, and the fields to change.",
    },
}
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag that you read."
)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Makes a repeated POST harmless for 24 hours.",
)

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "errors"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "instance": TEXT,
        "request_id": TEXT,
        "code": TEXT,
        "errors": {
            "type": "array",
            "description": "Each wrong value, with a JSON pointer to it (RFC 6901).",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {"pointer": TEXT, "code": TEXT, "detail": TEXT},
            },
        },
    },
}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation how it answers when something is wrong."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "What went wrong.", "content": shape}
    return result


class WallClock(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A time by the clock on a site's wall has no offset, as JSON Schema's format `time` wants one (RFC 3339 full-time)."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Return what such a text looks like."""
        return {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d{1,6})?)?$"}


class RecordSchema(AutoSchema):
    """Adds what every register's endpoints have in common."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of this operation beyond the path's."""
        register = getattr(self.view, "register", None)
        if register is None:
            return []
        if self.method == "GET":
            return [*LIST, *self._filters(register)] if getattr(self.view, "action", "") == "list" else [AS_OF, EXPAND]
        if self.many:
            return []
        return [IDEMPOTENCY] if self.method == "POST" else [IF_MATCH]

    @property
    def many(self) -> bool:
        """Whether this operation is done to many records at once."""
        return getattr(self.view, "action", "") in {"change_many", "delete_many"}

    def _get_paginator(self) -> Any:
        """Return what pages the answer: nothing where many records are changed, which come back as a plain list."""
        return None if self.many else super()._get_paginator()  # type: ignore[no-untyped-call]

    def get_operation_id(self) -> str:
        """Name the operations on many records apart from those on one."""
        view: Any = self.view
        return f"{view.register.name.replace('-', '_')}_{view.action}" if self.many else super().get_operation_id()

    def get_request_serializer(self) -> Any:
        """Return what the body holds."""
        return {"application/json": MANY} if self.many else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """Return what is answered."""
        view: Any = self.view
        if getattr(view, "action", "") == "change_many":
            return view.get_serializer(many=True)
        return super().get_response_serializers()

    def _filters(self, register: Any) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(name, OpenApiTypes.STR, description=str(one.label or name))
            for name, one in register.rest_filterset_class.base_filters.items()
        ]

    def get_filter_backends(self) -> list[Any]:
        """Return none: filters are the register's."""
        return []

    def get_tags(self) -> list[str]:
        """Group operations by register."""
        register = getattr(self.view, "register", None)
        return [register.name] if register is not None else super().get_tags()
