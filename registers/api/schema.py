"""How the endpoints describe themselves in OpenAPI 3.1."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

LIST = [
    OpenApiParameter("q", OpenApiTypes.STR, description="Words to look for."),
    OpenApiParameter("ordering", OpenApiTypes.STR, description="Fields to order by, comma-separated; `-` turns round."),
    OpenApiParameter(
        "as_of", OpenApiTypes.STR, description="RFC 3339 moment or a date: the register as it stood then."
    ),
]
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag that you read."
)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Makes a repeated POST harmless for 24 hours.",
)


class RecordSchema(AutoSchema):
    """Adds what every register's endpoints have in common."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of this operation beyond the path's."""
        register = getattr(self.view, "register", None)
        if register is None:
            return []
        if self.method == "GET":
            return [*LIST, *self._filters(register)] if getattr(self.view, "action", "") == "list" else [LIST[2]]
        return [IDEMPOTENCY] if self.method == "POST" else [IF_MATCH]

    def _filters(self, register: Any) -> list[OpenApiParameter]:
        return [
            OpenApiParameter(name, OpenApiTypes.STR, description=str(one.label or name))
            for name, one in register.filterset_class.base_filters.items()
        ]

    def get_filter_backends(self) -> list[Any]:
        """Return none: filters are the register's."""
        return []

    def get_tags(self) -> list[str]:
        """Group operations by register."""
        register = getattr(self.view, "register", None)
        return [register.name] if register is not None else super().get_tags()
