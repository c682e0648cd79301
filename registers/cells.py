"""How a value stands in a list or on a page: states as shapes, days that have passed in words, unknown never empty."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from registers import shapes
from registers.history.past import day_at

STATE = frozenset(
    {"verdict", "computed_verdict", "priority", "status", "state", "lifecycle", "health", "signature", "severity"}
)
DEADLINES = frozenset({"due_on", "review_on", "expires_on", "supported_until", "ends_on"})
SETTLED = frozenset({"DONE", "DROPPED", "CLOSED", "FIXED", "ENDED"})  # nothing is late there; a model may name its own
REASONS = {"priority": "priority_reason", "due_on": "priority_reason"}  # told when the pointer rests on the figure
IDENTIFIERS = frozenset({
    "ip_address", "mac_address", "serial_number", "model_number", "cidr", "sha256", "cves", "cve", "purl", "address", "tracking_id",
    "fingerprint", "namespace", "ports",
})  # fmt: skip
RISK = frozenset({"unmitigated", "current", "residual"})
WANTED = {
    "zone": "none", "version": "unknown", "owner": "none", "verified_on": "never", "restore_tested_on": "never", "last_success_at": "never",
    "boundary_device": "none", "taken_on": "never",
}  # fmt: skip
FIRST_ON_TABLET = (
    "verdict", "due_on", "version", "criticality", "patch_state", "priority", "status", "state", "health", "lifecycle", "severity", "sl_t", "current", "residual",
)  # fmt: skip
SECOND = frozenset({"kind", "vendor", "product", "publisher", "owner"})
HEALTH = {
    "Well": "DONE",
    "Some refused": "SOME_REFUSED",
    "Failed": "FAILED",
    "Running": "RUNNING",
    "Never polled": "NOT_ASSESSED",
}
VERIFIED_FOR = timedelta(days=365)
SHORT = 28
FOLDED, LONGEST_FOLDED = 3, 60


@dataclass(frozen=True)
class Drawn:
    """One cell: its HTML, its classes, and its plain words for the second line on a tablet.

    `bare` are words that say nothing without the column's name: a figure, a day, a person.
    """

    html: SafeString
    classes: str
    words: str = ""
    own: bool = False
    bare: bool = False


def kept(names: Sequence[str]) -> list[str]:
    """Return the four columns that stay on a tablet: the name, then what must be seen first."""
    rest = list(names[1:])
    wanted = [name for name in FIRST_ON_TABLET if name in rest] + [name for name in rest if name not in FIRST_ON_TABLET]
    return [*names[:1], *wanted[:3]]


def drawn(name: str, record: Any, value: Any, *, own: bool = False) -> Drawn:
    """Return a value of a record as it stands in a list or on a page; `value` is its words."""
    if own:
        said = record if name == "__str__" else value
        link = format_html('<a class="name" href="{}">{}</a>', record.get_absolute_url(), said)
        return Drawn(link, "nw" if len(str(said)) <= SHORT else "nw long", own=True)
    raw = getattr(record, name, value)
    html = _special(name, record, raw)
    plain = strip_tags(value) if isinstance(value, SafeString) else "" if value is None else str(value)
    if isinstance(raw, datetime | time) and html is not None:
        plain = strip_tags(html)
    folded = plain if not isinstance(raw, bool) else strip_tags(html or "") if raw else ""  # a bare yes tells nothing
    if html is None:
        html = conditional_escape(value) if plain else _missing(name)
    elif why := getattr(record, REASONS.get(name, ""), ""):
        html = format_html('<span title="{}">{}</span>', why, html)
    return Drawn(html, _classes(name, raw, plain), folded, bare=_bare(name, raw))


def labels(model: Any, name: str) -> dict[Any, str]:
    """Return the label of each value of a choice, or of several, as this person reads it; nothing for what is no choice."""
    return _labels(model, name, get_language())


@cache
def _labels(model: Any, name: str, language: str | None) -> dict[Any, str]:
    field = next((one for one in model._meta.get_fields() if one.name == name), None)
    output = getattr(field, "output_field", field)
    output = getattr(output, "base_field", output)
    return {value: str(label) for value, label in getattr(output, "flatchoices", None) or ()}


def words(record: Any, name: str) -> str:
    """Return a value of a record in words: a choice by its label, yes or no, nothing for nothing."""
    value = getattr(record, name)
    if isinstance(value, list):
        known = labels(record.__class__, name)
        return ", ".join(str(known.get(part, part)) for part in value)
    if isinstance(value, dict):
        return "; ".join(
            f"{key}: {', '.join(map(str, part)) if isinstance(part, list) else part}" for key, part in value.items()
        )
    value = None if value is None else labels(record.__class__, name).get(value, value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "level" and isinstance(value, Decimal):
        return f"{value.normalize():f}"  # a Purdue level is 2 or 3.5, never 2.0
    return "" if value is None else str(value)


def rows(
    records: Sequence[Any], heads: Mapping[str, str], *, ticked: bool, beside: Mapping[int, Mapping[str, Drawn]]
) -> SafeString:
    """Return the rows of a list with these columns; `beside` are cells that other apps told; on a tablet the columns outside the first four fold below the name."""
    stay = frozenset(kept(list(heads)))
    told = (_row(record, heads, stay, ticked, beside.get(record.pk, {})) for record in records)
    return mark_safe("".join(told))  # noqa: S308 - each cell is escaped


def _row(record: Any, heads: Mapping[str, str], stay: frozenset[str], ticked: bool, beside: Mapping[str, Drawn]) -> str:
    cells = {
        name: beside.get(name) or drawn(name, record, _told(record, name, heads), own=index == 0)
        for index, name in enumerate(heads)
    }
    ticking = escape(gettext("Tick {record}").format(record=record)) if ticked else ""
    tick = (
        f'<td class="ck"><input type="checkbox" name="ids" value="{record.pk}" form="bulk" aria-label="{ticking}"></td>'
        if ticked
        else ""
    )
    below = [
        f"{heads[name]}: {cell.words}" if cell.bare else cell.words
        for name, cell in cells.items()
        if name not in stay and cell.words and len(cell.words) <= LONGEST_FOLDED
    ]
    fold = f'<div class="xs sec tab-only fold">{escape(" · ".join(below[:FOLDED]))}</div>'
    told = (
        f'<td class="{cell.classes}{"" if name in stay else " desk"}">{cell.html}{fold if cell.own else ""}</td>'
        for name, cell in cells.items()
    )
    return f"<tr>{tick}{''.join(told)}</tr>"


def _bare(name: str, raw: Any) -> bool:
    """Tell whether a value says nothing without its column's name."""
    told = isinstance(raw, int | float | Decimal | date | time | AbstractBaseUser) and not isinstance(raw, bool)
    return told or name == "owner"


def _told(record: Any, name: str, names: Collection[str]) -> str:
    """Return a value in words; a product with its vendor, where the vendor has no column of its own."""
    told = "" if name == "__str__" else words(record, name)
    vendor = getattr(record, "vendor", "") if name == "product" and "vendor" not in names else ""
    return f"{vendor} {told}".strip() if vendor else told


def _classes(name: str, raw: Any, plain: str) -> str:
    classes = ["mono"] if name in IDENTIFIERS and name != "cves" else []
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        classes.append("r")
    if name in SECOND:
        classes.append("sec")
    if len(plain) > SHORT:  # may break anywhere, or it pushes its neighbours out of the page
        classes.append("words")
    elif name not in SECOND:
        classes.append("nw")
    return " ".join(classes)


def _missing(name: str) -> SafeString:
    return shapes.unknown(gettext(WANTED[name])) if name in WANTED else format_html('<span class="dim">{}</span>', "–")


def _special(name: str, record: Any, raw: Any) -> SafeString | None:
    """Return the drawing of a value that is more than its words, or None."""
    if name == "criticality":
        return shapes.criticality(str(raw or ""))
    if name in RISK and hasattr(record, "levels"):
        return shapes.risk(int(raw or 0), [level["name"] for level in record.levels or ()])
    if name in {"sl_t", "sl_a"}:
        return shapes.vector(raw)
    if name in STATE and raw not in (None, ""):
        return _state(name, record, raw)
    if name == "exploited" and isinstance(raw, bool):
        return (
            shapes.told("bad", "triangle", "KEV") if raw else format_html('<span class="dim">{}</span>', gettext("no"))
        )
    if isinstance(raw, bool):
        return None if raw else format_html('<span class="dim">{}</span>', gettext("no"))
    if isinstance(raw, datetime):
        return escape(timezone.localtime(raw, zone_of(record)).strftime("%Y-%m-%d %H:%M"))
    if isinstance(raw, time):
        return escape(raw.strftime("%H:%M"))
    if isinstance(raw, date):
        settled = getattr(record, "status", "") in getattr(record, "SETTLED", SETTLED)
        own = name not in getattr(record, "binding_others", ())
        return _day(name, record, raw) if own and not settled else escape(raw.isoformat())
    if isinstance(raw, list) and raw and not labels(record.__class__, name):
        return format_html('<span class="mono">{}</span>', " ".join(str(part) for part in raw))
    return None


def zone_of(record: Any) -> ZoneInfo | None:
    """Return the zone on whose clock a record's moments are told: that of its site, else None for UTC."""
    site = _site_of(record)
    return ZoneInfo(site.time_zone) if site else None


def _site_of(record: Any) -> Any:
    """Return the site of a record, where it was read with it."""
    return getattr(record, "_state", None) and record._state.fields_cache.get("site")


def _state(name: str, record: Any, raw: Any) -> SafeString:
    known = labels(type(record), name) if isinstance(record, models.Model) else {}
    word = (
        known[raw]
        if raw in known
        else str(raw).replace("_", " ").lower().capitalize()
        if str(raw).isupper()
        else str(raw)
    )
    health = {gettext(one): code for one, code in HEALTH.items()} if name == "health" else {}
    code = health.get(word, str(raw))
    if name == "verdict":
        return shapes.badge(code, word)
    if code.upper() not in shapes.STATES:
        return format_html("{}", word)
    return shapes.state(code.upper(), word)


def _day(name: str, record: Any, day: date) -> SafeString:
    """Return a day; one that has passed at the record's site and should not have is said by shape and colour."""
    today = day_at(_site_of(record))
    words = day.isoformat()
    if name in DEADLINES and day < today:
        return shapes.told("bad", "triangle", words)
    if name == "verified_on" and today - day > VERIFIED_FOR:
        return shapes.told("warn", "clock", words)
    return escape(words)
