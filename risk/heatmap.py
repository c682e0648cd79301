"""Draws risks on their matrix as SVG: counts and words in every cell, each a link to its list; the same for page and report (R8)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from risk.rules.methodology import Methodology

CELL_WIDTH, CELL_HEIGHT, LEFT, TOP, BELOW = 84, 46, 104, 8, 40
STATES = {
    "unmitigated": (_("Without measures"), "likelihood", "impact"),
    "current": (_("Now"), "current_likelihood", "current_impact"),
    "residual": (_("When all measures are done"), "residual_likelihood", "residual_impact"),
}
SHADES = 5


@dataclass(frozen=True)
class Square:
    """One cell of the matrix: its shade (1 to 5), its level in words, how many risks stand there, and their list."""

    shade: int
    level: str
    count: int
    url: str


def matrix(
    method: Methodology, counts: Iterable[tuple[int, int, int]], *, state: str, link: str
) -> list[tuple[str, list[Square]]]:
    """Return the rows of the matrix, the likeliest first; `counts` are likelihood, impact and how many risks."""
    _title, row_field, column_field = STATES[state]
    rows, columns = len(method.likelihoods), len(method.impacts)
    told: Counter[tuple[int, int]] = Counter()
    for likelihood, impact, number in counts:
        told[min(likelihood, rows), min(impact, columns)] += number

    def cell(likelihood: int, impact: int) -> Square:
        level = method.level(likelihood, impact)
        url = f"{link}&{row_field}={likelihood}&{column_field}={impact}"
        return Square(shade(level, len(method.levels)), method.named(level), told[likelihood, impact], url)

    return [
        (method.likelihoods[likelihood - 1], [cell(likelihood, impact) for impact in range(1, columns + 1)])
        for likelihood in range(rows, 0, -1)
    ]


class Rated(Protocol):
    """What has a likelihood and an impact at its three points."""

    @property
    def likelihood(self) -> int: ...
    @property
    def impact(self) -> int: ...
    @property
    def current_likelihood(self) -> int: ...
    @property
    def current_impact(self) -> int: ...
    @property
    def residual_likelihood(self) -> int: ...
    @property
    def residual_impact(self) -> int: ...


def names_of(method: Methodology) -> list[tuple[int, str, int]]:
    """Return number, name and shade (1 to 5) of each level."""
    return [
        (number, level.name, shade(number, len(method.levels))) for number, level in enumerate(method.levels, start=1)
    ]


def shade(level: int, levels: int) -> int:
    """Return the shade of a level: the lowest 1, the highest 5, however many there are."""
    return 1 + round((level - 1) * (SHADES - 1) / max(1, levels - 1)) if level else 0


def heat_map(
    risks: Iterable[Rated],
    method: Methodology,
    *,
    state: str = "current",
    link: str = "",
    one: bool = False,
    style: str = "",
) -> SafeString:
    """Return the matrix with the number of risks in each cell; with `one`, the way of a single risk over the three states."""
    told = list(risks)
    title, row_field, column_field = STATES[state]
    count = Counter(
        (min(getattr(risk, row_field), len(method.likelihoods)), min(getattr(risk, column_field), len(method.impacts)))
        for risk in told
    )

    def cell(likelihood: int, impact: int) -> str:
        level, number = method.level(likelihood, impact), count[likelihood, impact]
        words = _marks(told, likelihood, impact) if one else str(number or "")
        address = f"{link}&{row_field}={likelihood}&{column_field}={impact}" if link and number else ""
        x, y = LEFT + (impact - 1) * CELL_WIDTH, TOP + (rows - likelihood) * CELL_HEIGHT
        return _cell(x, y, shade(level, len(method.levels)), words, method.named(level), address)

    rows, columns = len(method.likelihoods), len(method.impacts)
    width, height = LEFT + columns * CELL_WIDTH + 8, TOP + rows * CELL_HEIGHT + BELOW
    parts = []
    for likelihood in range(rows, 0, -1):
        middle = TOP + (rows - likelihood + 0.5) * CELL_HEIGHT
        parts.append(_label(LEFT - 8, middle + 4, f"{likelihood} {method.likelihoods[likelihood - 1]}", "end"))
        parts += (cell(likelihood, impact) for impact in range(1, columns + 1))
    for impact, name in enumerate(method.impacts, start=1):
        middle = LEFT + (impact - 0.5) * CELL_WIDTH
        parts.append(_label(middle, TOP + rows * CELL_HEIGHT + 16, f"{impact} {name}", "middle"))
    parts.append(_label(LEFT + columns * CELL_WIDTH / 2, height - 6, gettext("Impact"), "middle"))
    said = ngettext(
        "{title}: {n} risk on a matrix of {rows} likelihoods and {columns} impacts.",
        "{title}: {n} risks on a matrix of {rows} likelihoods and {columns} impacts.",
        len(told),
    ).format(title=gettext(title), n=len(told), rows=rows, columns=columns)
    inside = f"<style>{style}</style>" if style else ""
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hm" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(said)}</title>{inside}{''.join(parts)}</svg>"
    )


def _marks(risks: Sequence[Rated], likelihood: int, impact: int) -> str:
    """Return which states of the one risk lie in a cell: U, C, R."""
    risk = risks[0]
    points = {
        "U": (risk.likelihood, risk.impact),
        "C": (risk.current_likelihood, risk.current_impact),
        "R": (risk.residual_likelihood, risk.residual_impact),
    }
    return " ".join(name for name, point in points.items() if point == (likelihood, impact))


def _cell(x: float, y: float, tone: int, words: str, level: str, address: str) -> str:
    count = (
        f'<text class="n" x="{x + CELL_WIDTH / 2:g}" y="{y + 22:g}" text-anchor="middle">{escape(words)}</text>'
        if words
        else ""
    )
    drawn = (
        f'<g class="s{tone}"><rect x="{x:g}" y="{y:g}" width="{CELL_WIDTH - 2}" height="{CELL_HEIGHT - 2}" rx="2"/>{count}'
        f'<text class="l" x="{x + CELL_WIDTH / 2:g}" y="{y + 37:g}" text-anchor="middle">{escape(level)}</text></g>'
    )
    return (
        f'<a href="{escape(address)}" aria-label="{escape(words)} at {escape(level)}">{drawn}</a>' if address else drawn
    )


def _label(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words[:22])}</text>'
