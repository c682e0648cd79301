"""Parts of long lists. The ids are found first, from an index or by sorting nothing else, and only the rows shown are read.

How many there are is kept by site: PostgreSQL counts a million rows one by one, and between two looks nothing was written at most sites.
"""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import In
from django.utils.functional import cached_property

from registers.history.kept import by_site
from registers.history.past import tracked

FAR = 500  # rows
LONG = 100_000  # rows; nearer the top of a shorter list one query is quicker than two
MANY = 20_000  # rows; fewer are counted as quickly as it is found that nothing was written since
_many: set[type[models.Model]] = set()  # the record types of which this process has counted so many


def length(queryset: models.QuerySet[Any]) -> int:
    """Return how many records a queryset has; where there are many, and all of some sites, what was counted there is kept."""
    model = queryset.model
    if model in _many and (sites := _sites(queryset)) is not None:
        return sum(by_site(f"length-{model._meta.label}", (model,), sites, lambda at: _by_site(model, at)).values())
    count = queryset.count()
    if count >= MANY:
        _many.add(model)
    return count


def _sites(queryset: models.QuerySet[Any]) -> Iterable[int] | None:
    """Return the sites of which a queryset has all records, or None if it is not made up so."""
    model, query = queryset.model, queryset.query
    site = next((field for field in model._meta.concrete_fields if field.attname == "site_id" and not field.null), None)
    grouped = query.distinct or query.combinator or query.is_sliced or query.group_by is not None
    if site is None or grouped or not any(model is kind for kind, _event in tracked()):
        return None
    every: Iterable[int] = site.related_model._base_manager.values_list("pk", flat=True)
    match query.where.children:
        case []:
            return every
        case [In(lhs=Col(target=target), rhs=list(sites))] if target is site and not query.where.negated:
            return sites
    return None


def _by_site(model: type[models.Model], sites: list[int]) -> dict[int, int]:
    found = model._base_manager.filter(site__in=sites).order_by().values_list("site").annotate(models.Count("pk"))
    return dict.fromkeys(sites, 0) | dict(found)


def part(queryset: models.QuerySet[Any], start: int, stop: int, *, count: int) -> Any:
    """Return the rows from `start` up to `stop` of an ordered queryset, which has `count` of them."""
    if start < FAR and count <= LONG:
        return queryset[start:stop]
    keys = list(queryset.values_list("pk", flat=True)[start:stop])
    return queryset.filter(pk__in=keys)


def cut(queryset: models.QuerySet[Any], start: int, size: int) -> tuple[Any, int]:
    """Return `size` rows of an ordered queryset from `start` on, and how many it has."""
    if start == 0 and queryset.model in _many and _sites(queryset) is None:
        # A search leaves few of many: its ids are looked for once then, not to count and again to read.
        most = max(FAR, size)
        keys = list(queryset.values_list("pk", flat=True)[: most + 1])
        return queryset.filter(pk__in=keys[:size]), len(keys) if len(keys) <= most else queryset.count()
    count = length(queryset)
    return part(queryset, start, start + size, count=count), count


class ListPaginator(Paginator[Any]):
    """Cuts a list into pages, the far ones as quickly as the first."""

    @cached_property
    def count(self) -> int:
        """How many records there are."""
        return length(self.object_list)  # type: ignore[arg-type]

    def get_page(self, number: float | str | None) -> Page[Any]:
        """Return the page, or the one nearest to it."""
        if str(number or 1) != "1":
            return super().get_page(number)
        rows, self.count = cut(self.object_list, 0, self.per_page)  # type: ignore[arg-type]
        return Page(rows, 1, self)

    def page(self, number: int | str) -> Page[Any]:
        """Return one page."""
        valid = self.validate_number(number)
        start = (valid - 1) * self.per_page
        return Page(part(self.object_list, start, start + self.per_page, count=self.count), valid, self)  # type: ignore[arg-type]
