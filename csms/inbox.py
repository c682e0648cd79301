"""The page of My work: what waits on the left, the chosen thing with all that settles it on the right."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from accounts.chosen import site_asked
from accounts.reauthentication import sensitive
from csms import work
from programme.bargaining import approve_for_less
from programme.models import Decision
from programme.panels import frozen
from programme.workflow import approve, refuse
from registers.door import may, record_at, register_of
from registers.figures import Waiting
from registers.history.past import day_at, moment
from registers.own import CalendarFeed
from registers.registers import NOTICES
from registers.workflow import NotPossible, StepForm

GROUPS = (_("Late"), _("Today"), _("Next 7 days"), _("Later"), _("No due day"), _("Snoozed"))
DONE = _("Done this week")
FOLDED = 12


def my_work(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, at all sites or the one in the address, by due day, and the thing that is chosen."""
    return _shown(request)


def _shown(request: HttpRequest, address: str = "") -> HttpResponse:
    user: Any = request.user
    on = day_at()
    found = work.waiting_for(user, on)
    work.remember(user, found)
    asked = request.GET.get("tab", "")
    site, _sites = site_asked(user, request.GET.get("site"))
    link = partial(_link, site=site)
    tabs = [(key, title, _at(listed, site)) for key, title, listed in _tabs(user, found, on)]
    found = _at(found, site)
    tab = asked if asked in {key for key, _title, _things in tabs} else ""
    things = next(listed for key, _title, listed in tabs if key == tab)
    groups = {DONE: things} if tab == "done" and things else _groups(things)
    order = [one for group in groups.values() for one in group]
    named = next((one for one in order if one.key == request.GET.get("item")), None)
    chosen = named or (order[0] if order else None)
    context = {
        "tabs": [{"label": title, "url": link(key), "count": len(work.awake(listed)), "on": key == tab} for key, title, listed in tabs],
        "groups": {
            name: {"things": [(one, link(tab, one)) for one in group], "unfolded": chosen in group[FOLDED:]} for name, group in groups.items()
        },
        "address": address, "tab": tab, "site": site, "open": len(work.awake(found)), "late": len(_groups(found).get("Late", ())),
        "feed": CalendarFeed.of(user), "notices": list(NOTICES.queryset(user).filter(read=False).order_by("-pk")[:20]),
        "chosen": _pane(request, chosen, order, tab, link) if chosen else None, "named": named is not None, "list": link(tab),
    }  # fmt: skip
    return render(request, "csms/my_work.html", context)


def _tabs(user: Any, found: list[Waiting], on: date) -> list[tuple[str, str, list[Waiting]]]:
    decisions = [one for one in found if one.kind == "decision"]
    return [
        ("", gettext("Mine"), found), ("decisions", gettext("Decisions"), decisions),
        ("asked", gettext("Asked by me"), work.asked(user, on)), ("done", gettext(DONE), work.done(user, on)),
    ]  # fmt: skip


def _groups(found: list[Waiting]) -> dict[str, list[Waiting]]:
    groups: dict[str, list[Waiting]] = {name: [] for name in GROUPS}
    for one in found:
        groups[_group(one)].append(one)
    return {name: group for name, group in groups.items() if group}


def _group(one: Waiting) -> str:
    if one.snoozed_until is not None:
        return "Snoozed"
    if one.due_on is None:
        return "No due day"
    days = (one.due_on - one.on).days
    return "Late" if days < 0 else "Today" if days == 0 else "Next 7 days" if days <= 7 else "Later"


def _at(found: list[Waiting], site: Any) -> list[Waiting]:
    return [one for one in found if site is None or one.site == site]


def _link(tab: str, one: Waiting | None = None, site: Any = None) -> str:
    given = (("site", site.pk if site else ""), ("tab", tab), ("item", one.key if one else ""))
    query = urlencode({name: value for name, value in given if value})
    return reverse("my-work") + (f"?{query}" if query else "")


def _pane(
    request: HttpRequest, one: Waiting, order: list[Waiting], tab: str, link: Callable[..., str]
) -> dict[str, Any]:
    """Return the chosen thing: its record, the steps that settle it, and where the person goes on afterwards."""
    place = order.index(one)
    following = order[place + 1] if place + 1 < len(order) else order[place - 1] if place else None
    pane: dict[str, Any] = {"one": one, "next": link(tab, following), "here": link(tab, one), "zone": None}
    if tab in {"", "decisions"} and moment() is None:
        pane |= {"last": work.latest(one), "first": one.on + timedelta(days=1), "may_snooze": True}
    record = record_at(one.url)
    register = register_of(type(record)) if record is not None else None
    if record is None or register is None or not may(request.user, "view", record):
        return pane
    view = register.detail_view(register=register)
    view.setup(request, pk=record.pk)
    pane |= {"record": record, "strip": view.strip(record), "zone": view.zone(record)}
    steps = [] if moment() else view.steps(record)
    if isinstance(record, Decision):
        _template, pane["panel"] = frozen(record, request.user)
        pane["form"], steps = _deciding(request, record, steps)
    pane["actions"] = [_leading_back(step, pane["next"]) for step in steps]
    return pane


def _deciding(request: HttpRequest, record: Decision, steps: list[dict[str, Any]]) -> tuple[Any, list[dict[str, Any]]]:
    """Return the one form in which approving, for less too, and refusing are answered, if this person may do so now, and the other steps."""
    together = (approve, approve_for_less, refuse)
    asks = {name: field for step in together for name, field in step.asks.items()}
    form_class: type[StepForm] = type("DecisionForm", (StepForm,), asks)
    taken = [step for step in steps if step["url"].endswith(tuple(f"/{step.name}/" for step in together))]
    if not taken or any(step["refused"] for step in taken):
        return None, [step for step in steps if step not in taken]
    form = form_class(user=request.user, site=record.site_id)
    del form.fields["expires_on" if record.expires_on else "ends_on"]
    for field in form.fields.values():
        field.required = field is form.fields["decision_reason"]  # the day is for one of the steps
    return {"fields": form, "steps": taken}, [step for step in steps if step not in taken]


def _leading_back(step: dict[str, Any], back: str) -> dict[str, Any]:
    """Return a step that goes on to the next thing once it is taken."""
    if step["method"] == "post":
        return step | {"fields": {"next": back}}
    return step | {"url": f"{step['url']}?{urlencode({'next': back})}"}


@require_POST
def snooze(request: HttpRequest, key: str) -> HttpResponse:
    """Put a thing away until a day, or bring it back."""
    one = next((one for one in work.waiting_for(request.user, day_at()) if one.key == key), None)
    if one is None:
        raise Http404(gettext("There is no such record."))
    back = request.POST.get("next", "")
    if request.POST.get("wake"):
        work.wake(request.user, one)
    else:
        try:
            form = work.SnoozeForm(request.POST)
            if not form.is_valid():
                raise ValidationError(form.errors.as_data())
            kept = work.snooze(request.user, one, form.cleaned_data["until"])
            messages.success(request, gettext("Put away until {day}.").format(day=kept.snoozed_until))
        except (NotPossible, ValidationError) as wrong:
            messages.error(request, " ".join(getattr(wrong, "messages", [str(wrong)])))
            back = ""
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else _link("", one))


@require_POST
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice tells of; it is read then."""
    found = NOTICES.queryset(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such record."))
    found.read = True
    found.save(update_fields=["read"])
    return redirect(found.url or "my-work")


@sensitive(unless="revoke")
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make a new secret address of this person's calendar, shown this once, or take the old one back."""
    if request.POST.get("revoke"):
        if feed := CalendarFeed.of(request.user):
            feed.delete()
        return redirect("my-work")
    return _shown(request, settings.PUBLIC_URL + reverse("calendar", args=[CalendarFeed.renew(request.user)]))
