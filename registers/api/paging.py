"""Pages of lists: `limit` and `offset`, at most 1,000."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

from registers.slices import cut

FURTHEST = 2**31


class Paging(LimitOffsetPagination):
    """`{count, next, previous, results}`; a limit or offset that is not a number is refused."""

    default_limit = 50
    max_limit = 1000

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the page's records, of a queryset or of a list."""
        self.request = request
        self.limit, self.offset = self.get_limit(request), self.get_offset(request)
        if isinstance(queryset, list):
            self.count = len(queryset)
            return queryset[self.offset : self.offset + self.limit]
        rows, self.count = cut(queryset, self.offset, self.limit)
        return list(rows) if self.offset < self.count else []

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Tell OpenAPI the bounds."""
        bounds = {"limit": (1, self.max_limit), "offset": (0, FURTHEST)}
        return [
            {**one, "schema": {"type": "integer", "minimum": bounds[one["name"]][0], "maximum": bounds[one["name"]][1]}}
            for one in super().get_schema_operation_parameters(view)
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Tell OpenAPI of the envelope; the first page has none before it, the last none after."""
        told = super().get_paginated_response_schema(schema)
        for name in ("next", "previous"):
            told["properties"][name] = {"type": ["string", "null"], "format": "uri"}
        return {**told, "required": ["count", "next", "previous", "results"]}

    def get_limit(self, request: Request) -> int:
        """Return the asked-for page length."""
        return self._number(request, "limit", self.default_limit, 1, self.max_limit)

    def get_offset(self, request: Request) -> int:
        """Return how many records are skipped."""
        return self._number(request, "offset", 0, 0, FURTHEST)

    def _number(self, request: Request, name: str, default: int, least: int, most: int) -> int:
        text = request.query_params.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 19) or not least <= int(text) <= most:
            raise ValidationError({name: f"Give a number from {least} to {most}."})
        return int(text)


class LongPaging(Paging):
    """Pages of a list that is read whole unless a part is asked for."""

    default_limit = Paging.max_limit
