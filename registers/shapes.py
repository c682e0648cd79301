"""Shape, word, then colour: every state of the portal as one of few shapes, so that it survives a greyscale print."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from registers import charts

_RING = '<circle class="o" cx="6" cy="6" r="5.2"/>'
SHAPES = {
    "tick": _RING + '<path class="o" d="M3.5 6.2l1.8 1.8 3.3-3.8"/>',
    "half": _RING + '<path d="M6 .8a5.2 5.2 0 0 1 0 10.4z"/>',
    "bar": _RING + '<path class="o" d="M3.5 6h5"/>',
    "clock": _RING + '<path class="o" d="M6 3v3.2L8 7.5"/>',
    "ring": '<circle class="o" cx="6" cy="6" r="5.2" stroke-dasharray="2 2"/>',
    "open": _RING,
    "disc": '<circle cx="6" cy="6" r="4.5"/>',
    "triangle": '<path d="M6 1l5.5 10H.5z"/>',
    "diamond": '<path class="o" d="M6 .3L11.7 6 6 11.7.3 6z"/><path class="o" d="M6 3.4v3M6 8.4v.2"/>',
    "square": '<rect class="o" x="1" y="1" width="10" height="10"/>',
    "lock": '<rect x="2" y="5.5" width="8" height="5.5"/><path class="o" d="M3.8 5.5V3.7a2.2 2.2 0 0 1 4.4 0v1.8"/>',
    "pause": '<path class="o" d="M3.5 2v8M8.5 2v8"/>',
    "plus": '<path class="o" d="M6 1v10M1 6h10"/>',
    "pen": '<path class="o" d="M1.5 10.5l.6-2.5L8.5 1.6l2 2L4 10z"/>',
    "lines": '<path class="o" d="M1.5 4h9M1.5 8h9"/>',
    "cross": '<path class="o" d="M2 2l8 8M10 2l-8 8"/>',
}
STATES = {
    # conformity
    "MET": ("tick", "ok", "Met"), "PARTLY": ("half", "", "Partly met"), "NOT_MET": ("triangle", "bad", "Not met"),
    "NOT_ASSESSED": ("ring", "", "Not assessed"), "NOT_APPLICABLE": ("bar", "", "Not applicable"),
    # matches and their priority
    "AFFECTED": ("triangle", "bad", "Affected"), "REVIEW": ("diamond", "ask", "You decide"), "FIXED": ("tick", "ok", "Fixed"),
    "NOT_AFFECTED": ("bar", "", "Not affected"), "UNDER_INVESTIGATION": ("half", "act", _("Under investigation")),
    "ACT": ("triangle", "bad", "Act"), "ATTEND": ("clock", "warn", "Attend"), "TRACK_CLOSELY": ("", "", "Track*"), "TRACK": ("", "", "Track"),
    "OPEN": ("square", "", "Open"), "EXAMINING": ("half", "act", "Under investigation"), "CONFIRMED": ("tick", "ok", "Confirmed"), "REJECTED": ("bar", "", "Rejected"),
    # patches
    "CURRENT": ("tick", "ok", "Current"), "IN_TEST": ("half", "act", "In test"), "SCHEDULED": ("clock", "act", "Scheduled"),
    "DEFERRED": ("pause", "warn", "Deferred"), "OVERDUE": ("triangle", "bad", _("Overdue")),
    "AVAILABLE": ("square", "", "Available"), "TESTED": ("half", "act", "Tested"), "INSTALLED": ("disc", "act", "Installed"),
    "VERIFIED": ("tick", "ok", "Verified"), "ROLLED_BACK": ("cross", "bad", "Rolled back"), "QUALIFIED": ("tick", "ok", "Qualified"),
    "NOT_QUALIFIED": ("cross", "bad", "Not qualified"), "NO_FIX": ("bar", "ask", _("No fix")),
    # records and decisions
    "DRAFT": ("square", "", "Draft"), "IN_REVIEW": ("half", "act", "In review"), "EFFECTIVE": ("tick", "ok", "Effective"),
    "WAITING": ("lock", "warn", _("Waiting for you")), "REQUESTED": ("lock", "warn", "Asked for"), "ASKED_BACK": ("diamond", "ask", "Asked back"), "APPROVED": ("tick", "ok", "Approved"),
    "REFUSED": ("cross", "bad", "Refused"), "LAPSED": ("triangle", "bad", "Lapsed"), "EXPIRED": ("triangle", "bad", "Expired"),
    "WITHDRAWN": ("bar", "", "Withdrawn"), "RETIRED": ("bar", "", "Retired"), "CLOSED": ("tick", "ok", "Closed"),
    "ACTIVE": ("tick", "ok", "Active"), "INVITED": ("clock", "act", "Invited"), "INACTIVE": ("bar", "", "Inactive"),
    "RESET_ASKED": ("clock", "warn", "Reset asked for"),
    "GIVEN": ("tick", "ok", "Given"), "ENDED": ("bar", "", "Ended"),
    "COMPENSATED": ("half", "", "Compensated"), "WAIVED": ("pause", "warn", "Let stand"), "IN_FORCE": ("tick", "ok", "In force"),
    "SUBMITTED": ("lock", "warn", "Waiting for approval"),
    "ACCEPTED": ("pause", "warn", "Accepted"), "DROPPED": ("bar", "", "Dropped"),
    "IN_STORE": ("", "", "In store"), "ISSUED": ("clock", "act", "Handed out"), "LOST": ("triangle", "bad", "Lost"), "DEVIATES": ("triangle", "bad", "Deviates"),
    "VALID": ("tick", "ok", "Valid"), "STALE": ("triangle", "bad", "Stale"),
    "PLANNED": ("ring", "", "Planned"), "IN_USE": ("", "", "In use"), "SPARE": ("", "", "Spare"),
    # work, sources, signatures
    "DONE": ("tick", "ok", "Done"), "FAILED": ("triangle", "bad", "Failed"), "RUNNING": ("half", "act", "Running"), "QUEUED": ("clock", "", "Waiting"), "SOME_REFUSED": ("half", "warn", "Some refused"),
    "GOOD": ("tick", "ok", "Good"), "BAD": ("triangle", "bad", _("Bad")), "NONE": ("ring", "", "None"), "UNKNOWN": ("ring", "", "Unknown"),
    # rules of a firewall and observed flows
    "UNDECLARED": ("diamond", "bad", "Undeclared"), "TOO_WIDE": ("triangle", "warn", "Too wide"), "SHADOWED": ("half", "act", "Shadowed"),
    "NEVER_SEEN": ("ring", "warn", "Never seen"), "COVERED": ("tick", "ok", "Covered"), "DECLARED": ("tick", "ok", "Declared"),
    "BLOCKS": ("bar", "", "Blocks"), "OFF": ("pause", "", "Switched off"), "UNREAD": ("open", "", "Not judged"), "BLOCKED": ("bar", "act", "To be blocked"),
    # severity as published
    "CRITICAL": ("triangle", "bad", "Critical"),
    # rows of an import
    "create": ("plus", "act", _("will be created")), "update": ("pen", "act", _("will be updated")),
    "unchanged": ("lines", "", "unchanged"), "error": ("cross", "bad", "error"),
}  # fmt: skip
CRITICALITY = {"SAFETY": (5, "Safety"), "HIGH": (4, "High"), "MEDIUM": (3, "Medium"), "LOW": (2, "Low")}
RISKS = ("Negligible", "Low", "Medium", "High", "Critical")


def draw(name: str) -> SafeString:
    """Return one shape as SVG; nothing for a state that is only a word."""
    if not name:
        return mark_safe("")
    return mark_safe(f'<svg viewBox="0 0 12 12" aria-hidden="true">{SHAPES[name]}</svg>')  # noqa: S308


def told(kind: str, name: str, word: str) -> SafeString:
    """Return shape and word, without a box."""
    return _told(kind, name, word if isinstance(word, SafeString) else str(word))


@lru_cache(maxsize=2048, typed=True)  # a list says few words, and says them in every row; `typed`: safe text is another
def _told(kind: str, name: str, word: str) -> SafeString:
    return format_html('<span class="st {}">{}{}</span>', kind, draw(name), word)


def _known(code: Any) -> tuple[str, str, str]:
    name, kind, word = STATES.get(str(code), ("square", "", str(code).replace("_", " ").capitalize()))
    return name, kind, gettext(word) if word else ""


def state(code: Any, word: str = "") -> SafeString:
    """Return a state as shape and word."""
    name, kind, usual = _known(code)
    return told(kind, name, (word or usual).strip())


def badge(code: Any, word: str = "") -> SafeString:
    """Return a verdict as shape and word in a tinted box."""
    name, kind, usual = _known(code)
    return format_html('<span class="bdg {}">{}{}</span>', kind, draw(name), word or usual)


def unknown(word: str = "unknown") -> SafeString:
    """Return what is not known: dashed, and the word."""
    return told("", "ring", word)


def _squared(number: int, word: str) -> SafeString:
    return format_html('<span class="rk rk{}"><i>{}</i>{}</span>', number, number, word)


def criticality(code: str) -> SafeString:
    """Return a criticality as its numbered square and word."""
    return (
        _squared(CRITICALITY[code][0], gettext(CRITICALITY[code][1]))
        if code in CRITICALITY
        else unknown(gettext("not assessed"))
    )


def risk(number: int | None, names: Sequence[str] = RISKS) -> SafeString:
    """Return a risk level from 1 upwards as its numbered square and word; the shades spread over as many levels as there are."""
    if not number or number > len(names):
        return unknown(gettext("not rated"))
    shade = 1 + round((number - 1) * 4 / max(1, len(names) - 1))
    return format_html('<span class="rk rk{}"><i>{}</i>{}</span>', shade, number, names[number - 1])


def level(value: Any, target: Any = None) -> SafeString:
    """Return a security level as bars and number; against a target, what is missing is dashed and said."""
    if value is None or value == "":
        return unknown(gettext("none"))
    has, wanted = int(value), int(target or 0)
    missing = wanted - has
    words = (
        format_html(' <span class="st bad">{} (−{})</span>', gettext("has {level}").format(level=has), missing)
        if missing > 0
        else ""
    )
    return format_html('<span class="sl">{}SL {}</span>{}', charts.levels(has, wanted), has, words)


def vector(levels: list[int] | None) -> SafeString:
    """Return a level vector as its highest level and the seven values, FR 1 to FR 7."""
    if not levels:
        return unknown(gettext("none"))
    values = format_html_join("", "<span>{}</span>", ((value,) for value in levels))
    return format_html(
        '{} <span class="vec" role="img" aria-label="FR 1 to FR 7: {}">{}</span>',
        level(max(levels)),
        " ".join(map(str, levels)),
        values,
    )


def until(due: date | None, on: date) -> SafeString:
    """Return how long is left to a day, seen from `on`."""
    if due is None:
        return told("", "square", gettext("no due day"))
    days = (due - on).days
    if days < 0:
        return told("bad", "triangle", gettext("{days} d late").format(days=-days))
    if days == 0:
        return told("warn", "clock", gettext("today"))
    return (
        told("warn", "clock", gettext("in {days} d").format(days=days)) if days <= 7 else told("", "", due.isoformat())
    )
