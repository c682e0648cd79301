"""The questionnaire of criticality, asset after asset: four answers, the level they give and why, and on to the next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.chosen import site_of
from assets.models import Asset
from assets.models.asset import EFFECT
from assets.registers import ASSETS
from assets.rules.criticality import Grade, grade
from registers.history.origin import because

QUESTIONS = ("safety_effect", "environment_effect", "production_effect", "recovery_hours")
MOST_ALIKE = 500


def _effect(label: Any) -> forms.Field:
    return forms.TypedChoiceField(label=label, choices=EFFECT, coerce=int, widget=forms.RadioSelect)


class Questionnaire(forms.Form):
    """The four questions, each by its worst credible case."""

    safety_effect = _effect(gettext_lazy("If it fails or is misused, the worst effect on safety"))
    environment_effect = _effect(gettext_lazy("The worst effect on the environment"))
    production_effect = _effect(gettext_lazy("The worst effect on production"))
    recovery_hours = forms.IntegerField(
        label=gettext_lazy("Hours until it works again, with spares and backups as they are"),
        min_value=0,
        max_value=8760,
    )

    def answers(self) -> dict[str, int | None]:
        """Return what is answered so far, or was before; a wrong answer counts as none."""
        self.full_clean()
        told = self.cleaned_data if self.is_bound else self.initial
        return {name: told.get(name) for name in QUESTIONS}

    @property
    def grade(self) -> Grade:
        """What the answers so far give."""
        return grade(*self.answers().values())


def waiting(user: Any, site: Any) -> QuerySet[Asset]:
    """Return the assets of a site whose criticality this person may assess and nobody has."""
    found = ASSETS.queryset(user, "change").filter(site=site, criticality="").exclude(lifecycle="RETIRED")
    return found.order_by("name", "pk")


def alike(user: Any, asset: Asset) -> QuerySet[Asset]:
    """Return the other waiting assets of the same kind, vendor and product."""
    same = {"kind": asset.kind, "vendor": asset.vendor, "product": asset.product}
    return waiting(user, asset.site).filter(**same).exclude(pk=asset.pk)


@require_GET
def level(request: HttpRequest) -> HttpResponse:
    """Show what the answers so far give."""
    return render(request, "assets/_level.html", {"grade": Questionnaire(request.GET).grade})


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for one asset: the one in the address, or the next that waits at the site; keep the answers and go on."""
    user: Any = request.user
    if not ASSETS.may_anywhere(user, "change"):
        raise PermissionDenied
    asset = _asked(user, request.POST.get("asset") or request.GET.get("asset"))
    site, sites = site_of(user, str(asset.site_id) if asset else request.GET.get("site"))
    left = waiting(user, site)
    asset = asset or left.filter(name__gt=request.GET.get("after", "")).first() or left.first()
    form = Questionnaire(request.POST or None, initial={name: getattr(asset, name, None) for name in QUESTIONS})
    if request.method == "POST" and asset and form.is_valid():
        _keep(request, asset, form)
        return redirect(f"{reverse('assets:criticality')}?site={site.pk}&after={asset.name}")
    return render(request, "assets/criticality.html", {
        "site": site, "sites": sites, "asset": asset, "form": form, "left": left.count(), "stocked": asset or ASSETS.queryset(user).filter(site=site).exists(), "grade": form.grade,
        "alike": alike(user, asset).count() if asset else 0, "list": f"/assets/assets/?site={site.pk}&criticality=",
    }, status=422 if form.errors else 200)  # fmt: skip


def _asked(user: Any, key: str | None) -> Asset | None:
    if not key:
        return None
    found: Asset | None = ASSETS.queryset(user, "change").filter(pk=key if key.isdigit() else 0).first()
    if found is None:
        raise Http404(gettext("There is no such asset."))
    return found


def _keep(request: HttpRequest, asset: Asset, form: Questionnaire) -> None:
    keys = [asset.pk]
    if request.POST.get("alike"):
        keys += alike(request.user, asset).values_list("pk", flat=True)[:MOST_ALIKE]
    with because(by=request.user, step="assets.asset.assess", reason=form.grade.why):
        for one in ASSETS.queryset(request.user, "change").select_for_update(of=("self",)).filter(pk__in=keys):
            for name, value in form.answers().items():
                setattr(one, name, value)
            one.save()
    told = str(Asset.Criticality(form.grade.level).label)
    more = gettext(" and {count} like it").format(count=len(keys) - 1) if len(keys) > 1 else ""
    messages.success(request, f"{asset.name}{more}: {told}. {form.grade.why}")
