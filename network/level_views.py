"""Security levels: what every zone and conduit of a site aims at and achieves, and the answers that give it (N6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.chosen import site_of
from assets.models import Conduit, Zone
from assets.registers import CONDUITS, ZONES
from network.capabilities import of_zones
from network.models import SrAnswer
from network.models.answers import EDITION, foundational, reached
from network.registers import ANSWERS
from network.rules.capability import Capability
from network.rules.levels import FOUNDATIONAL, FR, HIGHEST, by_requirement
from programme.models import Requirement
from registers.door import may
from registers.history.origin import because
from registers.history.past import day_at
from registers.saving import save

PAGE = "network:security-levels"


class AnswerForm(forms.ModelForm[SrAnswer]):
    """One answer with its reason, and its countermeasure where that makes up for the requirement."""

    class Meta:
        model = SrAnswer
        fields = ("answer", "reason", "countermeasure")
        widgets = {"reason": forms.Textarea(attrs={"rows": 1}), "countermeasure": forms.Textarea(attrs={"rows": 1})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [("", gettext("not answered")), *SrAnswer.Answers.choices]


@dataclass
class Row:
    """A system requirement with the answer of the place, if there is one."""

    requirement: Requirement
    given: SrAnswer | None
    form: AnswerForm
    caps: bool = False


def _place(user: Any, asked: Mapping[str, Any]) -> Zone | Conduit | None:
    """Return the zone or conduit that was asked for; None where none was."""
    for register in (ZONES, CONDUITS):
        key = str(asked.get(str(register.model._meta.model_name), ""))
        if not key:
            continue
        found: Any = register.queryset(user).filter(pk=key if key.isdigit() else 0).first()
        if found is None or getattr(found, "external", False):
            raise Http404(gettext("There is no such place."))
        return found  # type: ignore[no-any-return]
    return None


def _named(place: Zone | Conduit) -> str:
    """Return the field of an answer that names this kind of place."""
    return "zone" if isinstance(place, Zone) else "conduit"


def _address(place: Zone | Conduit) -> str:
    return f"{reverse(PAGE)}?{_named(place)}={place.pk}"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show one place with its answers, or all places of a site."""
    user: Any = request.user
    place = _place(user, request.GET)
    return _overview(request) if place is None else _answers(request, place)


def _overview(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    site, sites = site_of(user, request.GET.get("site"))
    zones = ZONES.queryset(user).filter(site=site, external=False).order_by("-level", "name")
    conduits = CONDUITS.queryset(user).filter(site=site).order_by("name")
    capable = of_zones(zones, user, day_at(site))
    groups = [(gettext("Zones"), _rows(zones, capable)), (gettext("Conduits"), _rows(conduits, {}))]
    context = {
        "site": site,
        "sites": sites,
        "groups": groups,
        "titles": list(enumerate(map(gettext, FOUNDATIONAL), start=1)),
    }
    return render(request, "network/levels.html", context)


def _rows(places: Iterable[Any], capable: dict[int, Capability]) -> list[tuple[Any, ...]]:
    """Return each place with its seven standings, the address of its answers, its largest gap and what its components can."""
    told = [(place, by_requirement(place)) for place in places]
    return [
        (place, standings, _address(place), max(one.gap for one in standings), capable.get(place.pk)) for place, standings in told
    ]  # fmt: skip


def _answers(request: HttpRequest, place: Zone | Conduit) -> HttpResponse:
    user: Any = request.user
    everything = bool(request.GET.get("all")) or not place.sl_t
    rows = rows_of(place, user)
    shown = [
        (fr, gettext(FOUNDATIONAL[fr - 1]), [row for row in rows if foundational(row.requirement.code) == fr and (everything or _wanted(row, place))])
        for fr in FR
    ]  # fmt: skip
    others = ZONES.queryset(user).filter(site=place.site_id, sr_answers__isnull=False).exclude(pk=place.pk).distinct()
    return render(request, "network/answers.html", {
        "place": place, "address": _address(place), "kind": _named(place), "groups": shown, "everything": everything, "more": len(rows) - sum(len(one) for _fr, _title, one in shown),
        "others": others.order_by("name") if isinstance(place, Zone) else [], "may": may(user, "add", SrAnswer(site=place.site)), **_standing(place),
    })  # fmt: skip


def _standing(place: Zone | Conduit) -> dict[str, Any]:
    """Return target and achieved level of each FR, with what caps it."""
    levels = reached(place)
    return {
        "standings": [
            (one, level.caps if one.gap or not place.sl_t else ())
            for one, level in zip(by_requirement(place), levels, strict=True)
        ]
    }


def _wanted(row: Row, place: Zone | Conduit) -> bool:
    """Tell whether the target level of the place asks for this requirement, or it is answered already."""
    target = place.sl_t[foundational(row.requirement.code) - 1] if place.sl_t else HIGHEST
    return row.given is not None or (row.requirement.min_sl or 1) <= target


def rows_of(place: Zone | Conduit, user: Any) -> list[Row]:
    """Return every system requirement with the answer of a place, in order; those that cap its level are marked."""
    given = {one.requirement_id: one for one in ANSWERS.queryset(user).filter(**{_named(place): place})}
    caps = {code for level in reached(place) for code in level.caps}
    return [
        Row(one, given.get(one.pk), _form(place, one, given.get(one.pk)), one.code in caps)
        for one in Requirement.objects.filter(catalogue__edition=EDITION).order_by("position")
    ]


def _form(place: Zone | Conduit, requirement: Requirement, given: SrAnswer | None, data: Any = None) -> AnswerForm:
    blank = SrAnswer(site=place.site, requirement=requirement, **{_named(place): place})
    return AnswerForm(data, instance=given or blank, auto_id=f"id_{requirement.pk}_%s")


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Keep the answer to one requirement, or take it away, and show how the place stands now."""
    user: Any = request.user
    place = _place(user, request.POST)
    key = request.POST.get("requirement", "")
    requirement = Requirement.objects.filter(catalogue__edition=EDITION, pk=key if key.isdigit() else 0).first()
    if place is None or requirement is None:
        raise Http404(gettext("There is no such requirement."))
    given = ANSWERS.queryset(user).filter(requirement=requirement, **{_named(place): place}).first()
    form = _form(place, requirement, given, request.POST)
    if not request.POST.get("answer"):
        _take_away(given, user)
        given, form = None, _form(place, requirement, None)
    elif form.is_valid():
        given = save(form.save, by=user, verb="change" if given else "add", record=given)
        form = _form(place, requirement, given)
    place.refresh_from_db()
    if not request.headers.get("HX-Request"):
        return redirect(f"{_address(place)}#sr-{requirement.pk}")
    caps = {code for level in reached(place) for code in level.caps}
    row = Row(requirement, given, form, requirement.code in caps)
    return render(
        request,
        "network/_answer.html",
        {"row": row, "place": place, "kind": _named(place), "may": True, "moved": True, **_standing(place)},
    )


def _take_away(given: SrAnswer | None, user: Any) -> None:
    if given is not None:
        save(lambda: given.delete() and given, by=user, verb="delete", record=given)


@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Answer what is open as another zone of the site answered it; a countermeasure waits for its own approval."""
    user: Any = request.user
    place, other = _place(user, request.POST), _place(user, {"zone": request.POST.get("other", "")})
    if not isinstance(place, Zone) or other is None or other.site_id != place.site_id:
        raise Http404(gettext("There is no such zone."))
    have = set(place.sr_answers.values_list("requirement", flat=True))
    taken = 0
    with because(by=user, step="network.sranswer.take_over", reason=gettext("As in {zone}").format(zone=other)):
        for one in ANSWERS.queryset(user).filter(zone=other.pk).exclude(requirement__in=have):
            copy = SrAnswer(
                site=place.site,
                zone=place,
                requirement=one.requirement,
                answer=one.answer,
                reason=one.reason,
                countermeasure=one.countermeasure,
            )
            save(lambda copy=copy: copy.save() or copy, by=user, verb="add")  # type: ignore[misc]
            taken += 1
    messages.success(
        request, ngettext("{count} answer taken over.", "{count} answers taken over.", taken).format(count=taken)
    )
    return redirect(_address(place))
