"""The list of matches: with what the advisory and EPSS say of how bad and how likely it is."""

from typing import Any

import django_tables2
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from patching import reading
from registers import shapes
from registers.cells import Drawn, drawn, words
from registers.views import RecordList


class CvssColumn(django_tables2.Column):  # type: ignore[misc]  # django-tables2 has no types
    """The advisory's base score; what has none stands last, whichever way it is sorted."""

    def order(self, queryset: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """Sort by the score of the advisory."""
        score = F("advisory__cvss")
        by = score.desc(nulls_last=True) if is_descending else score.asc(nulls_last=True)
        return queryset.order_by(by, "due_on", "pk"), True


class MatchList(RecordList):
    """The list of matches, each with the highest prediction of its CVEs as EPSS stands today."""

    def list_context(self, request: HttpRequest, bound: Any, table: Any, page: Any, shown: list[str]) -> dict[str, Any]:
        """Read the predictions of all matches on the page at once, where they are shown."""
        if "epss" in shown:
            rows = list(page.object_list)
            scores = reading.predictions(sorted({cve for match in rows for cve in match.cves}))
            for match in rows:
                match.predicted = max((scores[cve].score for cve in match.cves if cve in scores), default=None)
        return super().list_context(request, bound, table, page, shown)

    def beside(self, page: Any, shown: list[str]) -> dict[int, dict[str, Drawn]]:
        """Say below the verdict where somebody looks into it."""
        cells = super().beside(page, shown)
        if "verdict" in shown:
            for match in page.object_list:
                if match.examined:
                    cells.setdefault(match.pk, {})["verdict"] = _examined(match)
        return cells


def _examined(match: Any) -> Drawn:
    verdict = drawn("verdict", match, words(match, "verdict"))
    below = format_html('<div class="xs">{}</div>', shapes.state("UNDER_INVESTIGATION"))
    return Drawn(verdict.html + below, verdict.classes, verdict.words)
