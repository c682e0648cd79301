"""What data quality adds to the register of assets: the filter by an empty field, and the figures in REST."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.chosen import named, sites_of
from assets import quality
from assets.models import Asset
from registers.api.asking import refuse_unknown
from registers.api.viewsets import RecordViewSet, viewset_for
from registers.filters import RecordFilter, filterset_for
from registers.history.past import day_at
from registers.wording import capital

SITE = OpenApiParameter("site", str, required=True, description="Id or code of a site.")


class LacksFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Narrows to assets in which the named field is empty."""

    def __init__(self) -> None:
        fields: Any = Asset._meta.get_field
        super().__init__(
            choices=[(name, capital(fields(name).verbose_name)) for name in quality.EMPTY],
            label=_("Empty field"),
            empty_label=_("any"),
        )

    def filter(self, queryset: Any, value: Any) -> Any:
        """Ask for the emptiness of that field."""
        return queryset.filter(quality.EMPTY[value]) if value else queryset


def asset_filterset(register: Any) -> type[RecordFilter]:
    """Return the filters of the assets, with `lacks` for an empty field."""
    base = filterset_for(register.model, register.filters)
    return type("AssetFilter", (base,), {"lacks": LacksFilter(), "Meta": base.Meta})


def asset_viewset(register: Any) -> type[RecordViewSet]:
    """Return the endpoints of the assets, with the quality of a site's inventory."""
    base: type[RecordViewSet] = viewset_for(register)

    class AssetViewSet(base):  # type: ignore[valid-type,misc]
        """Assets; GET quality/?site= tells completeness, age of verification and probable duplicates."""

        @extend_schema(parameters=[SITE], responses=OpenApiTypes.OBJECT)
        @action(detail=False, methods=["get"])
        def quality(self, request: Request) -> Response:
            """Return how good the inventory of a site is."""
            refuse_unknown(request.query_params, {"site", "as_of", "format"})
            asked = request.query_params.get("site", "")
            if not asked:
                raise ValidationError({"site": "Choose a site."})
            site = named(sites_of(request.user), asked)
            if site is None:
                raise NotFound("There is no such site.")
            found = quality.of(register.queryset(request.user).filter(site=site), on=day_at(site))
            return Response(found.to_json())

    return AssetViewSet
