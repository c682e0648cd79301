"""Parts of long lists. Far down, the ids are found first, from the index alone, and only the rows shown are read."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models

FAR = 500  # rows


def part(queryset: models.QuerySet[Any], start: int, stop: int) -> Any:
    """Return the rows of an ordered queryset from `start` up to `stop`."""
    if start < FAR:
        return queryset[start:stop]
    keys = list(queryset.values_list("pk", flat=True)[start:stop])
    return queryset.filter(pk__in=keys)


class ListPaginator(Paginator[Any]):
    """Cuts a list into pages, the far ones as quickly as the first."""

    def page(self, number: int | str) -> Page[Any]:
        """Return one page."""
        valid = self.validate_number(number)
        start = (valid - 1) * self.per_page
        return Page(part(self.object_list, start, start + self.per_page), valid, self)  # type: ignore[arg-type]
