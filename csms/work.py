"""My work: everything that waits for one person over all apps, as a page, in REST, in the bell, in a calendar."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.reauthentication import sensitive
from csms.catalog import SUMMARIES
from registers.api.asking import refuse_unknown
from registers.api.paging import Paging
from registers.figures import Waiting
from registers.history.past import moment
from registers.own import CalendarFeed
from registers.registers import NOTICES

COUNTED_FOR = 60
KINDS = {
    "decision": "Decision to take",
    "match": "Vulnerability to deal with",
    "evidence": "Evidence to renew",
    "approval": "Approval that ends",
    "role": "Role to confirm",
}
ITEM = inline_serializer(
    "Work",
    {
        "title": serializers.CharField(), "detail": serializers.CharField(), "url": serializers.CharField(), "kind": serializers.CharField(),
        "due_on": serializers.DateField(allow_null=True), "site": serializers.CharField(allow_null=True),
    },
    many=True,
)  # fmt: skip
LIST = inline_serializer(
    "WorkList",
    {
        "count": serializers.IntegerField(), "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True), "results": ITEM,
    },
)  # fmt: skip


def today(site: Any = None) -> date:
    """Return the day that counts: of the moment read, in the site's time zone."""
    at: datetime = moment() or timezone.now()
    return at.astimezone(ZoneInfo(site.time_zone if site else "UTC")).date()


def waiting_for(user: Any, on: date) -> list[Waiting]:
    """Return everything that waits for this person over all apps, the earliest first."""
    found = [one for app in SUMMARIES for one in app.waiting(user, on)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.title))


def count_for(user: User) -> int:
    """Return how much waits for a person, at most a minute old: it stands on every page."""
    key, cache = f"work-of-{user.pk}", caches["forgiving"]
    count = cache.get(key)
    if count is None:
        count = len(waiting_for(user, today()))
        cache.set(key, count, COUNTED_FOR)
    return int(count)


def my_work(request: HttpRequest) -> HttpResponse:
    """Show everything that waits for this person, by due day."""
    return _shown(request)


def _shown(request: HttpRequest, address: str = "") -> HttpResponse:
    user: Any = request.user
    on = today()
    found = waiting_for(user, on)
    groups: dict[str, list[Waiting]] = {"Late": [], "Today": [], "Within 7 days": [], "Later": [], "No due day": []}
    for one in found:
        days = None if one.due_on is None else (one.due_on - on).days
        groups[_group(days)].append(one)
    if moment() is None:
        caches["forgiving"].set(f"work-of-{user.pk}", len(found), COUNTED_FOR)
    context = {
        "groups": {name: group for name, group in groups.items() if group}, "on": on, "address": address,
        "feed": CalendarFeed.of(user), "notices": list(NOTICES.queryset(user).filter(read=False).order_by("-pk")[:20]),
    }  # fmt: skip
    return render(request, "csms/my_work.html", context)


def _group(days: int | None) -> str:
    if days is None:
        return "No due day"
    return "Late" if days < 0 else "Today" if days == 0 else "Within 7 days" if days <= 7 else "Later"


class MyWorkView(APIView):
    """`GET my-work/`: what waits for the person, the earliest first."""

    @extend_schema(
        operation_id="my_work_list", responses=LIST, tags=["my-work"],
        parameters=[OpenApiParameter(name, str) for name in ("limit", "offset", "as_of")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List it."""
        refuse_unknown(request.query_params, {"limit", "offset", "as_of", "format"})
        found = waiting_for(request.user, today())
        pages = Paging()
        return pages.get_paginated_response([
            {
                "title": one.title, "detail": one.detail, "url": one.url, "kind": one.kind, "due_on": one.due_on,
                "site": str(one.site.pk) if one.site else None,
            }
            for one in pages.paginate_queryset(found, request)
        ])  # fmt: skip


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


@login_not_required
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the calendar of whom the secret belongs to: days and kinds, nothing that names a plant's parts."""
    feed = CalendarFeed.found_by(secret)
    if feed is None:
        raise Http404(gettext("There is no such calendar."))
    body = as_calendar(waiting_for(feed.owner, today()), now=timezone.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def as_calendar(found: list[Waiting], *, now: datetime) -> bytes:
    """Return what waits as iCalendar (RFC 5545): a whole day for each due day, with the kind and the site's code only."""
    book = icalendar.Calendar()
    book.add("prodid", "-//CSMS Portal//My work//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", "CSMS: my work")
    for one in found:
        if one.due_on is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"{hashlib.sha256(one.url.encode()).hexdigest()[:32]}@{settings.PUBLIC_HOST}")
        event.add("dtstamp", now)
        event.add("dtstart", one.due_on)
        event.add("dtend", one.due_on + timedelta(days=1))
        event.add("summary", " ".join(filter(None, (KINDS.get(one.kind, "Work"), getattr(one.site, "code", "")))))
        event.add("url", settings.PUBLIC_URL + one.url)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    return bytes(book.to_ical())
