"""Template tags of the look: icons, states as shape and word, levels, small charts; nothing inline."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from registers import cells, charts, shapes
from registers.cells import drawn, kept
from registers.wording import capital, small

register = template.Library()


@register.simple_tag
@cache  # a page has dozens, of the few in the sprite
def icon(name: str, small: bool = False) -> SafeString:
    """Draw an icon of the sprite; it says nothing, the word beside it does."""
    size = " s" if small else ""
    return format_html(
        '<svg class="ic{}" aria-hidden="true"><use href="{}#{}"/></svg>', size, static("vendor/icons.svg"), name
    )


@register.simple_tag
def shape(name: str) -> SafeString:
    """Draw one of the shapes that carry a state."""
    return shapes.draw(name)


@register.simple_tag
def state(code: str, word: str = "") -> SafeString:
    """Draw a state as shape and word, without a box."""
    return shapes.state(code, word)


@register.simple_tag
def told(kind: str, name: str, word: Any) -> SafeString:
    """Draw a word with a shape of one's choice: `bad`, `warn`, `ask`, `ok`, `act` or nothing."""
    return shapes.told(kind, name, str(word))


@register.simple_tag
def badge(code: str, word: str = "") -> SafeString:
    """Draw the verdict of a row or record as shape and word in a tinted box."""
    return shapes.badge(code, word)


@register.simple_tag
def criticality(code: str) -> SafeString:
    """Draw a criticality as its numbered square and its word; unknown is said."""
    return shapes.criticality(code)


@register.simple_tag
def risk(number: int | None) -> SafeString:
    """Draw a risk level from 1 to 5 as its numbered square and its word; unknown is said."""
    return shapes.risk(number)


@register.simple_tag
def level(value: Any, target: Any = None) -> SafeString:
    """Draw a security level as four rising bars and its number; what misses to a target is dashed and said."""
    return shapes.level(value, target)


@register.simple_tag
def maturity(value: Any, target: Any = 0) -> SafeString:
    """Draw a maturity level as four numbered boxes, the target as a thin post."""
    boxes = "".join(
        f'<i class="{"f" if value and number <= int(value) else ""}{" target" if target and number == int(target) else ""}">{number}</i>'
        for number in range(1, 5)
    )
    words = (f"maturity level {value}" if value else "no maturity level") + (f", target {target}" if target else "")
    return format_html('<span class="mlb" role="img" aria-label="{}">{}</span>', words, mark_safe(boxes))  # noqa: S308


@register.simple_tag
def blocks(value: Any, target: Any = 0) -> SafeString:
    """Draw a maturity level as four small blocks for a dense row."""
    return charts.maturity(int(value or 0), int(target or 0))


@register.simple_tag
def share(value: int, total: int, target: int | None = None) -> SafeString:
    """Draw a share as a bar with its target in percent as a post."""
    return charts.share(value, total, target)


@register.simple_tag
def stacked(*counts: int, words: Sequence[str] = charts.VERDICTS) -> SafeString:
    """Draw met, partly met, not met and not assessed, or what else four words say, as one bar with the counts inside."""
    return charts.stacked(counts, words)


@register.simple_tag
def sparkline(values: Sequence[float]) -> SafeString:
    """Draw values over time."""
    return charts.sparkline(values)


@register.simple_tag
def course(weeks: Sequence[tuple[Any, int, int]], whole: str, part: str) -> SafeString:
    """Draw a count and a part of it week by week."""
    days = [day.isoformat() for day, _whole, _part in weeks]
    return charts.course(days, [row[1] for row in weeks], [row[2] for row in weeks], (whole, part))


@register.simple_tag
def clause(reason: str, deciding: str) -> SafeString:
    """Mark, in the sentence of a match, the part that decided."""
    if not deciding or deciding not in reason:
        return format_html("{}", reason)
    before, _, after = reason.partition(deciding)
    return format_html('{}<mark class="cl">{}</mark>{}', before, deciding, after)


@register.simple_tag
def rows(page: Any, table: Any, ticked: bool, beside: Any) -> SafeString:
    """Draw the rows of a list's page, with the cells that other apps tell."""
    heads = {column.name: str(column.header) for column in table.columns}
    return cells.rows(list(page), heads, ticked=ticked, beside=beside)


@register.filter
def within(name: Any) -> str:
    """Return a name as it stands within a sentence."""
    return str(small(str(name)))


@register.filter
def stays(column: Any, table: Any) -> bool:
    """Tell whether a column stays on a tablet."""
    return column.name in kept([one.name for one in table.columns])


@register.filter
def heading(column: Any, register_: Any) -> str:
    """Return a column's head; the record itself is named as the register names one."""
    if column.name == "__str__":
        return capital(str(register_.one))
    return str(column.header)


@register.simple_tag
def fact(name: str, record: Any, value: Any) -> SafeString:
    """Draw one fact of a record's page as a list would."""
    cell = drawn(name, record, value)
    return format_html('<span class="mono">{}</span>', cell.html) if "mono" in cell.classes else cell.html


@register.simple_tag
def until(due: Any, on: Any) -> SafeString:
    """Say how long is left to a day: late, today, in some days, or the day itself when it is far."""
    return shapes.until(due, on)
