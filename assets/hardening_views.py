"""The page on which the settings of one asset are held against its baselines, large enough for a tablet (A9)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from assets.device_registers import BASELINE_ANSWERS, ITEMS, baselines_of
from assets.models import Asset, BaselineAnswer, BaselineItem
from assets.registers import ASSETS
from registers.door import may
from registers.history.past import day_at
from registers.saving import save


class ItemForm(forms.ModelForm[BaselineAnswer]):
    """The answer to one item; the day of the look is today."""

    class Meta:
        model = BaselineAnswer
        fields = ("answer", "reason", "due_on")
        widgets = {"answer": forms.RadioSelect, "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices, field.required = BaselineAnswer.Answer.choices, False


@dataclass
class Line:
    """An item of a baseline with the asset's answer."""

    item: BaselineItem
    given: BaselineAnswer | None
    form: ItemForm


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the items of an asset's baselines and keep what is answered; one wrong answer keeps nothing."""
    user: Any = request.user
    key = request.GET.get("asset", "")
    asset = ASSETS.queryset(user).filter(pk=key if key.isdigit() and len(key) < 19 else 0).first()
    if asset is None:
        raise Http404(gettext("There is no such asset."))
    baselines = baselines_of(asset, user)
    lines = [
        line
        for baseline in baselines
        for line in _lines(asset, baseline, user, request.POST if request.method == "POST" else None)
    ]
    editable = may(user, "add", BaselineAnswer(site=asset.site))
    if request.method == "POST":
        if not editable:
            raise PermissionDenied(gettext("You may not answer for this asset."))
        wanted = [
            line for line in lines if line.form.has_changed() and request.POST.get(line.form.add_prefix("answer"))
        ]
        valid = [line.form.is_valid() for line in wanted]  # each is asked, so that each says what is wrong
        if all(valid):
            for line in wanted:
                _keep(line, user)
            messages.success(
                request,
                ngettext("{count} answer kept.", "{count} answers kept.", len(wanted)).format(count=len(wanted)),
            )
            return redirect(f"{request.path}?asset={asset.pk}")
    wrong = any(line.form.is_bound and line.form.errors for line in lines if line.form.has_changed())
    return render(
        request,
        "assets/hardening.html",
        {"asset": asset, "lines": lines, "baselines": baselines, "editable": editable, "title": gettext("Hardening")},
        status=422 if wrong else 200,
    )


def _lines(asset: Asset, baseline: Any, user: Any, data: Any) -> list[Line]:
    given = {one.item_id: one for one in BASELINE_ANSWERS.queryset(user).filter(asset=asset, item__baseline=baseline)}
    found = []
    for item in ITEMS.queryset(user).filter(baseline=baseline).order_by("code"):
        kept = given.get(item.pk)
        instance = kept or BaselineAnswer(site=asset.site, asset=asset, item=item, checked_on=day_at(asset.site))
        found.append(Line(item, kept, ItemForm(data, instance=instance, prefix=f"i{item.pk}")))
    return found


def _keep(line: Line, user: Any) -> None:
    line.form.instance.checked_on = day_at(line.form.instance.site)
    save(line.form.save, by=user, verb="change" if line.given else "add", record=line.given)
