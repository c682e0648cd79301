"""The page on which two records of one device become one, or are told apart (A7)."""

from itertools import combinations
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from assets import merging
from assets.models import Asset, AssetDistinction
from assets.registers import ASSETS
from registers.door import may
from registers.saving import save
from registers.wording import capital
from registers.workflow import NotPossible


def _asset(request: HttpRequest, key: str | None) -> Asset:
    known = bool(key) and str(key).isascii() and str(key).isdigit() and len(str(key)) < 19
    found: Asset | None = ASSETS.queryset(request.user, "merge").filter(pk=int(key or 0) if known else 0).first()
    if found is None:
        raise Http404("There is no such asset.")
    return found


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show both records side by side with what would move; choose what stays of each, then merge."""
    asset, double = _asset(request, request.GET.get("keep")), _asset(request, request.GET.get("other"))
    if asset.site_id != double.site_id or asset == double:
        raise Http404("There is no such pair.")
    wrong = ""
    if request.method == "POST":
        take = [name for name in merging.TAKEN if request.POST.get(name) == "other"]
        given = {"other": str(double.pk), "take": take, "because_of": request.POST.get("because_of", "")}
        try:
            merging.merge.answer(asset, by=request.user, data=given)
        except NotPossible as refusal:
            wrong = str(refusal)
        except ValidationError as refused:
            wrong = " ".join(refused.messages)
        else:
            messages.success(
                request, gettext("{other} is merged into {asset}.").format(other=double.name, asset=asset.name)
            )
            return redirect(asset)
    found = merging.preview(double, asset)
    return render(request, "assets/merge.html", {
        "asset": asset, "double": double, "rows": list(_rows(asset, double)), "moved": merging.in_words(found.moved), "wrong": wrong,
        "left": merging.in_words(found.left), "reason": request.POST.get("because_of", ""), "title": gettext("Merge two records"),
    }, status=422 if wrong else 200)  # fmt: skip


def _rows(asset: Asset, double: Asset) -> Any:
    """Yield name, label, both values in words, and whether the second is proposed, for the fields that differ."""
    for name in merging.TAKEN:
        field: Any = Asset._meta.get_field(name)
        mine, other = (getattr(one, name) for one in (asset, double))
        if mine != other:
            words = [
                str(getattr(one, f"get_{name}_display")() or "") if field.choices else str(getattr(one, name) or "")
                for one in (asset, double)
            ]
            yield name, capital(field.verbose_name), *words, mine in (None, "")


@require_POST
def apart(request: HttpRequest) -> HttpResponse:
    """Keep that these assets are not the same, with the reason."""
    found = [_asset(request, key) for key in dict.fromkeys(request.POST.getlist("asset"))]
    reason = request.POST.get("reason", "").strip()[:300]
    if len(found) < 2 or len({one.site_id for one in found}) > 1:
        raise Http404("There is no such pair.")
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
