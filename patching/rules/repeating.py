"""How a window repeats, in words and as a choice; the rule behind both is an RRULE of RFC 5545."""

from __future__ import annotations

import re
from datetime import date

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLACES = {
    1: _("the first {day}"), 2: _("the second {day}"), 3: _("the third {day}"), 4: _("the fourth {day}"), 5: _("the fifth {day}"), -1: _("the last {day}"),
}  # fmt: skip
TELLS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"})
CHOICES = {
    "ONCE": _("once"),
    "WEEKLY": _("every week, on the weekday of the first day"),
    "FORTNIGHTLY": _("every 2 weeks, on the weekday of the first day"),
    "MONTHLY": _("every month, on the same weekday, such as the first Sunday"),
    "QUARTERLY": _("every 3 months, on the same weekday, such as the first Sunday"),
    "DAY": _("every month, on the same day of the month"),
}


def rule_for(choice: str, first: date) -> str:
    """Return the rule of a choice for a window with this first day."""
    day = DAYS[first.weekday()]
    nth = (first.day + 6) // 7
    place = f"{nth if nth < 5 else -1}{day}"  # a fifth one is not in every month
    return {
        "ONCE": "", "WEEKLY": f"FREQ=WEEKLY;BYDAY={day}", "FORTNIGHTLY": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
        "MONTHLY": f"FREQ=MONTHLY;BYDAY={place}", "QUARTERLY": f"FREQ=MONTHLY;INTERVAL=3;BYDAY={place}",
        "DAY": f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
    }[choice]  # fmt: skip


def choice_of(rule: str, first: date) -> str:
    """Return the choice that says the same as a rule, or nothing."""
    told = in_words(rule, first)
    return next((choice for choice in CHOICES if in_words(rule_for(choice, first), first) == told), "")


def in_words(rule: str, first: date) -> str:
    """Say how often a window takes place; a rule that has no plain words is returned as it is."""
    if not rule:
        return gettext("once")
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    often = _often(parts, first) if parts.keys() <= TELLS else ""
    if not often:
        return rule
    if "COUNT" in parts:
        often += ", " + ngettext("{n} time", "{n} times", int(parts["COUNT"])).format(n=parts["COUNT"])
    if end := parts.get("UNTIL", "")[:8]:
        often += ", " + gettext("until {day}").format(day=f"{end[:4]}-{end[4:6]}-{end[6:]}")
    return often


def _often(parts: dict[str, str], first: date) -> str:
    """Return the words for every so many days, weeks, months or years, or nothing where there are none."""
    n, kind = int(parts.get("INTERVAL", 1)), parts["FREQ"]
    on = [part for name in ("BYDAY", "BYMONTHDAY") for part in parts.get(name, "").split(",") if part]
    if kind == "DAILY" and not on:
        return ngettext("every day", "every {n} days", n).format(n=n)
    days = [_day(kind, part) for part in on] if on else [_own_day(kind, first)]
    if not all(days):
        return ""
    named = gettext("{days} and {last}").format(days=", ".join(days[:-1]), last=days[-1]) if days[1:] else days[0]
    if kind == "WEEKLY":
        return ngettext("every week on {days}", "every {n} weeks on {days}", n).format(n=n, days=named)
    if kind == "MONTHLY":
        return ngettext("every month on {days}", "every {n} months on {days}", n).format(n=n, days=named)
    return ngettext("every year on {days}", "every {n} years on {days}", n).format(n=n, days=named)


def _day(kind: str, part: str) -> str:
    """Return a weekday, its place in the month, or a day of the month in words; nothing for what has none."""
    found = re.fullmatch(r"([+-]?\d+)?([A-Z]{2})?", part)
    if found is None or (found[2] and found[2] not in DAYS):
        return ""
    nth, weekday = int(found[1] or 0), str(WEEKDAYS[DAYS.index(found[2])]) if found[2] else ""
    if kind == "WEEKLY":
        return "" if nth else weekday
    if kind != "MONTHLY" or not nth:
        return ""
    if weekday:
        return str(PLACES[nth]).format(day=weekday) if nth in PLACES else ""
    return gettext("day {n}").format(n=nth) if nth > 0 else gettext("the last day") if nth == -1 else ""


def _own_day(kind: str, first: date) -> str:
    """Return the day that the first day gives to a rule which names none."""
    if kind == "WEEKLY":
        return str(WEEKDAYS[first.weekday()])
    if kind == "MONTHLY":
        return gettext("day {n}").format(n=first.day)
    return gettext("{n} {month}").format(n=first.day, month=MONTHS[first.month]) if kind == "YEARLY" else ""
