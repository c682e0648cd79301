"""The list and the page of assets: what stands there beside the register's own."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from assets.models import WalkDown
from registers.door import may_anywhere
from registers.history.past import day_at
from registers.views import RecordDetail, RecordList


class AssetList(RecordList):
    """The list of assets, of which the ticked ones are moved to a zone, patched, looked at in a walk-down, or printed as labels."""

    def list_context(self, request: HttpRequest, *given: Any) -> dict[str, Any]:
        """Add to what may be done for many what this person may do somewhere."""
        context = super().list_context(request, *given)
        acts = [{"label": gettext("Move to zone"), "url": self.link("bulk"), "field": "zone"}, *context["bulk_acts"]]
        if may_anywhere(request.user, "add", WalkDown):
            acts.append({"label": gettext("Ask for walk-down"), "url": reverse("assets:ask-round")})
        acts.append({"label": gettext("Print labels"), "url": reverse("reports:labels")})
        return context | {"bulk_acts": acts}


class AssetPage(RecordDetail):
    """The asset's page; two records become one on a page of their own, from the list of probable duplicates."""

    def actions(self, record: Any) -> list[dict[str, Any]]:
        """Leave out the merge and what is done for today, add the print of its label, and put what ends the asset last."""
        left = {self.link("merge", record.pk)}
        if record.verified_on == day_at(record.site):
            left.add(self.link("verify", record.pk))
        kept = (one for one in super().actions(record) if one["url"] not in left)
        label = {
            "label": gettext("Print label"),
            "url": reverse("reports:labels"),
            "method": "post",
            "fields": {"ids": record.pk},
        }
        return sorted((*kept, label), key=lambda one: bool(one.get("danger")))
