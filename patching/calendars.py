"""A calendar of maintenance windows at a secret address that its owner can revoke (iCalendar, RFC 5545)."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from icalendar import Calendar, Event

from accounts.models import Site
from accounts.permissions import sites_where
from patching.models import CalendarAddress, PatchDeployment
from patching.placing import slot_key, slots_of

BACK, AHEAD = timedelta(weeks=4), timedelta(weeks=26)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def kept(site: Site, user: Any) -> CalendarAddress | None:
    """Return the person's address for a site, of which only the digest is known."""
    return CalendarAddress.objects.filter(site=site, owner=user.pk).first()


def make(site: Site, user: Any, *, now: datetime) -> str:
    """Make a new address and return its secret; one made before stops working."""
    secret = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        site=site, owner=user, defaults={"digest": _digest(secret), "made_at": now}
    )
    return secret


def revoke(site: Site, user: Any) -> None:
    """Let the address answer no more."""
    CalendarAddress.objects.filter(site=site, owner=user.pk).delete()


def read(secret: str, *, now: datetime) -> bytes | None:
    """Return the calendar behind a secret, or None: unknown, revoked, or its owner may not see the site any more."""
    address = CalendarAddress.objects.filter(digest=_digest(secret)).select_related("site", "owner").first()
    if address is None or address.site_id not in sites_where(address.owner, "view", "patching"):
        return None
    site, made = address.site, Calendar()
    made.add("prodid", "-//CSMS Portal//Maintenance windows//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"Maintenance windows, {site.code}")
    scheduled: dict[str, list[str]] = {}
    for one in PatchDeployment.objects.filter(site=site, status="SCHEDULED").select_related("asset", "patch"):
        if one.window_id and one.starts_at:
            scheduled.setdefault(slot_key(one.window_id, one.starts_at), []).append(str(one))
    for slot in slots_of(site, now - BACK, now + AHEAD):
        event = Event()
        event.add("uid", f"{slot.key}@{site.code.lower()}.csms")
        event.add("dtstamp", now)
        event.add("dtstart", slot.starts_at)
        event.add("dtend", slot.ends_at)
        event.add("summary", f"{slot.title}, {site.code}")
        if slot.key in scheduled:
            event.add("description", "\n".join(sorted(scheduled[slot.key])))
        made.add_component(event)
    body: bytes = made.to_ical()
    return body
