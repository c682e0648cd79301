"""Parts of long lists. The ids are found first, from an index or by sorting nothing else, and only the rows shown are read."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models

FAR = 500  # rows
LONG = 100_000  # rows; nearer the top of a shorter list one query is quicker than two


def part(queryset: models.QuerySet[Any], start: int, stop: int, *, count: int) -> Any:
    """Return the rows from `start` up to `stop` of an ordered queryset, which has `count` of them."""
    if start < FAR and count <= LONG:
        return queryset[start:stop]
    keys = list(queryset.values_list("pk", flat=True)[start:stop])
    return queryset.filter(pk__in=keys)


class ListPaginator(Paginator[Any]):
    """Cuts a list into pages, the far ones as quickly as the first."""

    def page(self, number: int | str) -> Page[Any]:
        """Return one page."""
        valid = self.validate_number(number)
        start = (valid - 1) * self.per_page
        return Page(part(self.object_list, start, start + self.per_page, count=self.count), valid, self)  # type: ignore[arg-type]
