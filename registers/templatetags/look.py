"""Template tags of the look: icons, states as shape and word, levels, small charts; nothing inline."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SHAPES = {
    "disc": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle cx="6" cy="6" r="4.5"/></svg>',
    "tick": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="o" cx="6" cy="6" r="5"/><path class="o" d="M3.6 6.2l1.8 1.8 3-3.6"/></svg>',
    "triangle": '<svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 1.5L11 10.5H1z"/></svg>',
    "diamond": '<svg viewBox="0 0 12 12" aria-hidden="true"><path class="o" d="M6 1L11 6L6 11L1 6z"/></svg>',
    "bar": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="o" cx="6" cy="6" r="5"/><path class="o" d="M3.5 6h5"/></svg>',
    "half": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="o" cx="6" cy="6" r="5"/><path d="M6 1a5 5 0 0 1 0 10z"/></svg>',
    "ring": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="o" cx="6" cy="6" r="5" stroke-dasharray="2 2"/></svg>',
    "clock": '<svg viewBox="0 0 12 12" aria-hidden="true"><circle class="o" cx="6" cy="6" r="5"/><path class="o" d="M6 3v3l2 1.5"/></svg>',
    "square": '<svg viewBox="0 0 12 12" aria-hidden="true"><rect class="o" x="1.5" y="1.5" width="9" height="9"/></svg>',
}  # fmt: skip
STATES = {
    "AFFECTED": ("triangle", "bad", "Affected"), "REVIEW": ("diamond", "ask", "You decide"), "FIXED": ("tick", "ok", "Fixed"),
    "NOT_AFFECTED": ("bar", "", "Not affected"), "MET": ("tick", "ok", "Met"), "PARTLY": ("half", "", "Partly met"),
    "NOT_MET": ("triangle", "bad", "Not met"), "NOT_ASSESSED": ("ring", "", "Not assessed"), "NOT_APPLICABLE": ("bar", "", "Not applicable"),
    "DONE": ("tick", "ok", "Well"), "FAILED": ("triangle", "bad", "Failed"), "RUNNING": ("half", "act", "Running"),
    "QUEUED": ("clock", "", "Waiting"), "REQUESTED": ("clock", "warn", "Asked for"), "APPROVED": ("tick", "ok", "Approved"),
    "REFUSED": ("triangle", "bad", "Refused"), "LAPSED": ("triangle", "bad", "Lapsed"), "EXPIRED": ("clock", "warn", "Expired"),
    "WITHDRAWN": ("bar", "", "Withdrawn"), "ACT": ("triangle", "bad", "Act"), "ATTEND": ("clock", "warn", "Attend"),
    "create": ("square", "act", "will be created"), "update": ("half", "act", "will be updated"),
    "unchanged": ("bar", "", "unchanged"), "error": ("triangle", "bad", "error"),
}  # fmt: skip
CRITICALITY = {"SAFETY": (5, "Safety"), "HIGH": (4, "High"), "MEDIUM": (3, "Medium"), "LOW": (2, "Low")}


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """Draw an icon of the sprite; it says nothing, the word beside it does."""
    size = " s" if small else ""
    return format_html('<svg class="ic{}" aria-hidden="true"><use href="{}#{}"/></svg>', size, static("vendor/icons.svg"), name)


@register.simple_tag
def state(code: str, word: str = "") -> SafeString:
    """Draw a state as shape and word, without a box."""
    shape, kind, usual = STATES.get(code, ("square", "", code.replace("_", " ").capitalize()))
    return format_html('<span class="st {}">{}{}</span>', kind, mark_safe(SHAPES[shape]), word or usual)  # noqa: S308


@register.simple_tag
def badge(code: str, word: str = "") -> SafeString:
    """Draw the verdict of a row as shape and word in a tinted box."""
    shape, kind, usual = STATES.get(code, ("square", "", code.replace("_", " ").capitalize()))
    return format_html('<span class="bdg {}">{}{}</span>', kind, mark_safe(SHAPES[shape]), word or usual)  # noqa: S308


@register.simple_tag
def criticality(code: str) -> SafeString:
    """Draw a criticality as its numbered square and its word; unknown is said."""
    if code not in CRITICALITY:
        return format_html('<span class="st">{}not assessed</span>', mark_safe(SHAPES["ring"]))  # noqa: S308
    number, word = CRITICALITY[code]
    return format_html('<span class="rk rk{}"><i>{}</i>{}</span>', number, number, word)


@register.simple_tag
def level(value: Any, gap: bool = False) -> SafeString:
    """Draw a security level as four rising bars and its number; none is said."""
    if value is None or value == "":
        return format_html('<span class="st">{}none</span>', mark_safe(SHAPES["ring"]))  # noqa: S308
    bars = "".join(
        f'<rect class="{"f" if number <= int(value) else "e"}" x="{(number - 1) * 4.6 + 0.5}" y="{10 - number * 2.4:.1f}"'
        f' width="3.4" height="{number * 2.4:.1f}"/>'
        for number in range(1, 5)
    )
    return format_html(
        '<span class="sl{}"><svg viewBox="0 0 19 11" aria-hidden="true">{}</svg>SL {}</span>', " gap" if gap else "", mark_safe(bars), value  # noqa: S308
    )


@register.simple_tag
def maturity(value: Any) -> SafeString:
    """Draw a maturity level as four numbered boxes."""
    boxes = "".join(f'<i{" class=f" if value and number <= int(value) else ""}>{number}</i>' for number in range(1, 5))
    return format_html('<span class="mlb" role="img" aria-label="{}">{}</span>', f"ML {value}" if value else "no maturity level", mark_safe(boxes))  # noqa: S308


@register.simple_tag
def share(value: int, total: int, target: int | None = None) -> SafeString:
    """Draw a share as a bar with its target as a post; widths are SVG attributes."""
    width = 100 * value / total if total else 0
    post = format_html('<path class="tg" d="M{} 0v10"/>', target) if target is not None else ""
    return format_html(
        '<svg class="ch bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{} of {}">'
        '<rect class="bg" width="100" height="10"/><rect class="ink" width="{}" height="10"/>{}</svg>',
        value, total, f"{width:.1f}", post,
    )  # fmt: skip


@register.simple_tag
def stacked(*counts: int) -> SafeString:
    """Draw met, partly, not met and not assessed as one stacked bar with the counts inside."""
    total = sum(counts) or 1
    parts, x = [], 0.0
    for number, count in enumerate(counts, start=1):
        if count:
            width = 200 * count / total
            parts.append(
                f'<rect class="c{number}" x="{x:.1f}" width="{max(width - 1, 1):.1f}" height="16"/>'
                f'<text class="{"onb" if number in (1, 3) else "v"}" x="{x + width / 2:.1f}" y="12" text-anchor="middle">{count}</text>'
            )
            x += width
    words = ("met", "partly met", "not met", "not assessed")
    told = ", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=False))
    pattern = ('<defs><pattern id="h2" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
               '<rect class="h2a" width="5" height="5"/><path class="h2b" d="M0 0v5"/></pattern></defs>')  # fmt: skip
    return format_html(
        '<svg class="ch" viewBox="0 0 200 16" width="200" height="16" role="img" aria-label="{}">{}{}</svg>',
        told, mark_safe(pattern), mark_safe("".join(parts)),  # noqa: S308
    )  # fmt: skip


@register.simple_tag
def clause(reason: str, deciding: str) -> SafeString:
    """Mark, in the sentence of a match, the part that decided."""
    if not deciding or deciding not in reason:
        return format_html("{}", reason)
    before, _, after = reason.partition(deciding)
    return format_html('{}<mark class="cl">{}</mark>{}', before, deciding, after)
