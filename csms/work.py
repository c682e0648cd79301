"""My work: everything that waits for one person over all apps, and what they put away for a while."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from csms.catalog import SUMMARIES
from programme.summary import asked_by
from registers.figures import Waiting
from registers.history.past import day_at, moment
from registers.own import Snooze
from registers.workflow import NotPossible

COUNTED_FOR = 60
MOST_DAYS = 90
WEEK = timedelta(days=7)


class SnoozeForm(forms.Form):
    """Until when a thing is put away."""

    until = forms.DateField(label=_("Put away until"), widget=forms.DateInput(attrs={"type": "date"}))


def waiting_for(user: Any, on: date) -> list[Waiting]:
    """Return everything that waits for this person over all apps, the earliest first; what they put away says until when."""
    away = Snooze.of(user) if moment() is None else {}
    found = [_put_away(one, away) for app in SUMMARIES for one in app.waiting(user, on)]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.title))


def _put_away(one: Waiting, away: dict[str, date]) -> Waiting:
    """Mark a thing that is put away; on its day, and on the day it is due, it is back."""
    until = away.get(one.key)
    back = until is None or until <= one.on or (one.due_on is not None and one.due_on <= one.on)
    return one if back else replace(one, snoozed_until=until)


def awake(found: list[Waiting]) -> list[Waiting]:
    """Return what is not put away."""
    return [one for one in found if one.snoozed_until is None]


def asked(user: Any, on: date) -> list[Waiting]:
    """Return what this person asked others to decide."""
    return asked_by(user)


def done(user: Any, on: date) -> list[Waiting]:
    """Return what this person decided or did in the last seven days over all apps, the newest first."""
    since = (moment() or timezone.now()) - WEEK
    found = [one for app in SUMMARIES if hasattr(app, "done") for one in app.done(user, since)]
    return sorted(found, key=lambda one: one.due_on or on, reverse=True)


def count_for(user: User) -> int:
    """Return how much waits for a person, at most a minute old: it stands on every page."""
    count = caches["forgiving"].get(_counted(user))
    return remember(user, waiting_for(user, day_at())) if count is None else int(count)


def remember(user: Any, found: list[Waiting]) -> int:
    """Keep how much waits for a person, for the other pages, and return it."""
    count = len(awake(found))
    caches["forgiving"].set(_counted(user), count, COUNTED_FOR)
    return count


def _counted(user: Any) -> str:
    then = moment()
    return f"work-of-{user.pk}" if then is None else f"work-of-{user.pk}-{then.timestamp()}"


def latest(one: Waiting) -> date | None:
    """Return the last day until which a thing may be put away: the day it is due, at most 90 days ahead; None if it is due."""
    ends = one.on + timedelta(days=MOST_DAYS)
    if one.due_on is None:
        return ends
    return min(one.due_on, ends) if one.due_on > one.on else None


def snooze(user: Any, one: Waiting, until: date) -> Waiting:
    """Put a thing away until a day, for this person alone; never past the day it is due."""
    last = latest(one)
    if last is None:
        raise NotPossible(gettext("This is due: it stays until it is done."))
    if not one.on < until <= last:
        first = one.on + timedelta(days=1)
        raise ValidationError({"until": gettext("Choose a day from {first} to {last}.").format(first=first, last=last)})
    Snooze.put_away(user, one.key, until, on=one.on)
    caches["forgiving"].delete(_counted(user))
    return replace(one, snoozed_until=until)


def wake(user: Any, one: Waiting) -> Waiting:
    """Bring a thing back at once."""
    Snooze.take_back(user, one.key)
    caches["forgiving"].delete(_counted(user))
    return replace(one, snoozed_until=None)
