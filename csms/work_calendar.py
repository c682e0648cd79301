"""The calendar of My work: a feed of days and kinds under a secret address, nothing that names a plant's parts."""

from datetime import datetime, timedelta

import icalendar
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from csms import work
from registers.figures import Waiting
from registers.history.past import day_at
from registers.own import CalendarFeed

KINDS = {
    "decision": "Decision to take",
    "match": "Vulnerability to deal with",
    "evidence": "Evidence to renew",
    "approval": "Approval that ends",
    "role": "Role to confirm",
}


@login_not_required
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the calendar of whom the secret belongs to."""
    feed = CalendarFeed.found_by(secret)
    if feed is None:
        raise Http404(gettext("There is no such calendar."))
    body = as_calendar(work.waiting_for(feed.owner, day_at()), now=timezone.now())
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
        event.add("uid", f"{one.key}@{settings.PUBLIC_HOST}")
        event.add("dtstamp", now)
        event.add("dtstart", one.due_on)
        event.add("dtend", one.due_on + timedelta(days=1))
        event.add("summary", " ".join(filter(None, (KINDS.get(one.kind, "Work"), getattr(one.site, "code", "")))))
        event.add("url", settings.PUBLIC_URL + one.url)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    return bytes(book.to_ical())
