"""The page on which two records of one device become one, and the step that tells them apart (A7)."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from assets import merging
from assets.models import Asset, AssetDistinction
from assets.registers import ASSETS
from registers.cells import words
from registers.door import may
from registers.saving import save
from registers.views import RecordTransition
from registers.wording import capital


def _asset(request: HttpRequest, key: str | None) -> Asset:
    known = bool(key) and str(key).isascii() and str(key).isdigit() and len(str(key)) < 19
    found: Asset | None = ASSETS.queryset(request.user, "merge").filter(pk=int(key or 0) if known else 0).first()
    if found is None:
        raise Http404(gettext("There is no such asset."))
    return found


class AssetMerge(RecordTransition):
    """The step with both records side by side and what would move; the values to take are ticked."""

    template = "merge"

    def shown(self, record: Any, form: forms.Form, status: int = 200) -> HttpResponse:
        """Show both, the record that goes named by the address."""
        double = _asset(self.request, self.request.GET.get("other"))
        if double.site_id != record.site_id or double == record:
            raise Http404(gettext("There is no such pair."))
        found = merging.preview(double, record)
        taken = form.data.getlist("take") if form.is_bound else None  # type: ignore[attr-defined]
        return self.page(
            status, record=record, double=double, form=form, rows=list(_rows(record, double, taken)), moved=merging.in_words(found.moved),
            left=merging.in_words(found.left), decided=merging.in_words(found.decided), own=merging.in_words(found.own),
            title=gettext("Merge two records"),
        )  # fmt: skip


def _rows(asset: Asset, double: Asset, taken: list[str] | None) -> Iterator[tuple[Any, ...]]:
    """Yield name, label, both values in words, and whether the second is taken, for the fields that differ."""
    for name in merging.TAKEN:
        field: Any = Asset._meta.get_field(name)
        pair = [getattr(one, name) for one in (asset, double)]
        if pair[0] != pair[1]:
            ticked = pair[0] in (None, "", []) if taken is None else name in taken
            yield name, capital(field.verbose_name), words(asset, name), words(double, name), ticked


@require_POST
def apart(request: HttpRequest) -> HttpResponse:
    """Keep that these assets are not the same, with the reason."""
    found = [_asset(request, key) for key in dict.fromkeys(request.POST.getlist("asset"))]
    reason = request.POST.get("reason", "").strip()[:300]
    if len(found) < 2 or len({one.site_id for one in found}) > 1:
        raise Http404(gettext("There is no such pair."))
    if not may(request.user, "add", AssetDistinction(site=found[0].site)):
        raise PermissionDenied
    back = f"{reverse('assets:quality')}?site={found[0].site_id}#twins"
    if not reason:
        messages.error(request, gettext("Say why they are not the same."))
        return redirect(back)

    def keep() -> AssetDistinction:
        kept = None
        for one, other in combinations(sorted(found, key=lambda asset: asset.pk), 2):
            kept, _new = AssetDistinction.objects.get_or_create(
                asset=one, other=other, defaults={"site": one.site, "reason": reason}
            )
        assert kept is not None
        return kept

    save(keep, by=request.user, verb="add", reason=reason)
    messages.success(request, gettext("They are kept apart from now on."))
    return redirect(back)
