"""Search over every register, as far as the person may see: for Ctrl-K, the search page and REST (X9)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from assets.models import Asset
from csms.catalog import REGISTERS
from registers.api.asking import refuse_unknown
from registers.api.described import page_of
from registers.api.paging import LongPaging
from registers.cells import words
from registers.filters import search
from registers.register import Register

EACH = 6
WIDER = 5  # more than shown are read, so that the nearest name is among them
HIT = inline_serializer("Hit", {name: serializers.CharField() for name in ("register", "id", "name", "url")})
HITS = page_of("Hits", HIT)


def found(user: Any, text: str, each: int = EACH) -> list[tuple[Register, list[Any]]]:
    """Return, for each register with hits, its first records; one query for each searchable register."""
    if len(text.strip()) < 2:
        return []
    hits = []
    for register in REGISTERS:
        if register.search and register.may_anywhere(user, "view"):
            records = sorted(_narrow(register, user, text)[: each * WIDER], key=lambda one: closeness(str(one), text))
            if records:
                hits.append((register, records[:each]))
    return sorted(hits, key=lambda hit: _rank(hit[0], str(hit[1][0]), text))


def _rank(register: Register, name: str, text: str) -> tuple[bool, bool, int, int]:
    """Return where a register's hits stand: what is named exactly, then assets that are named so, then by how near the name is."""
    near = closeness(name, text)
    return near > 0, register.model is not Asset or near > 2, near, len(name)


def closeness(name: str, text: str) -> int:
    """Return how near a name is to what was typed: 0 the same, 1 begins so, 2 holds it, 3 found by another field."""
    name, text = name.lower(), text.strip().lower()
    return 0 if name == text else 1 if name.startswith(text) else 2 if text in name else 3


def _narrow(register: Register, user: Any, text: str) -> QuerySet[Any]:
    found = register.queryset(user)
    if register.model is User:
        found = found.filter(robot=False)
    return search(found, text, register.search).order_by(*register.order)


def _group(register: Register, records: list[Any]) -> dict[str, Any]:
    return {
        "title": register.title,
        "items": [
            {"name": str(record), "url": record.get_absolute_url(), "site": getattr(getattr(record, "site", None), "code", ""),
             "detail": words(record, register.columns[1])}
            for record in records
        ],
    }  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """Show what was found; the palette asks for the part alone."""
    text = request.GET.get("q", "")[:200]
    groups = [_group(register, records) for register, records in found(request.user, text)]
    part = getattr(request, "htmx", False) or request.GET.get("part")
    context = {"query": text, "groups": groups, "count": sum(len(group["items"]) for group in groups)}
    return render(request, "csms/_hits.html" if part else "csms/search.html", context)


class SearchView(APIView):
    """`GET /api/v1/search/?q=`: hits over every register."""

    register = None

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Words to look for."),
            *(OpenApiParameter(name, str) for name in ("limit", "offset", "as_of")),
        ],
        responses=HITS,
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Return the hits as a flat list."""
        refuse_unknown(request.query_params, {"q", "limit", "offset", "as_of", "format"})
        text = request.query_params.get("q", "")[:200]
        results = [
            {
                "register": register.name,
                "id": str(record.pk),
                "name": str(record),
                "url": f"/api/v1/{register.name}/{record.pk}/",
            }
            for register, records in found(request.user, text, each=20)
            for record in records
        ]
        pages = LongPaging()
        return pages.get_paginated_response(pages.paginate_queryset(results, request))
