"""Draws zones and conduits as SVG: Purdue bands from business to control, the same bytes for the same plant.

Colours come by class (`static/drawing.css`), so that a page, dark or light, and a printed report use one drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from assets.routing import CARD_HEIGHT, CARD_WIDTH, NOWHERE, Layout, Pins, Place, Route, arrange

BANDS = (
    (4.0, "L4-5", _("Business")),
    (3.5, "L3.5", "DMZ"),
    (3.0, "L3", _("Operations")),
    (2.0, "L2", _("Supervisory")),
    (0.0, "L0-1", _("Control")),
)
UNPLACED = ("none", _("No level set"))
LABEL = 30  # characters of a label on a conduit; the table below the drawing says it in full
FACTS = 28  # characters that fit a line of a card
CHARACTER = 6.1


@dataclass(frozen=True, kw_only=True)
class DrawnZone:
    """A zone as drawn; `target` and `achieved` are those of its worst FR, None where not set or not assessed.

    `tint` from 0 to 4 colours the card the graver, `good` says that it is as it should be, `note` says in words what the colour stands for.
    """

    id: str
    name: str
    code: str = ""
    level: float | None = None
    assets: int = 0
    safety: bool = False
    external: bool = False
    target: int | None = None
    achieved: int | None = None
    tint: int = 0
    good: bool = False
    note: str = ""

    @property
    def look(self) -> str:
        """The class of its colour."""
        return "ok" if self.good else f"t{self.tint}" if self.tint else ""


@dataclass(frozen=True, kw_only=True)
class DrawnConduit:
    """A conduit as drawn, between two zone ids.

    `broken` names the rule it breaks, `change` says that it is proposed or goes, `quiet` that no traffic was seen on it.
    """

    id: str
    name: str
    zone_a: str
    zone_b: str
    protocols: tuple[str, ...] = ()
    boundary_device: str = ""
    broken: str = ""
    change: str = ""
    quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class Key:
    """The legend: what the drawing is coloured by, and for each colour of a card, or look of a conduit, what it stands for."""

    title: str
    cards: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


def worst(targets: Sequence[int] | None, levels: Sequence[int] | None) -> tuple[int | None, int | None]:
    """Return target and achieved level of the FR with the largest gap; None where not set or not assessed."""
    if not targets:
        return None, None
    reached = list(levels or [0] * len(targets))
    _gap, target, achieved = max(
        (target - level, target, level) for target, level in zip(targets, reached, strict=True)
    )
    return target, achieved if levels else None


def placed(
    zones: Sequence[DrawnZone], conduits: Sequence[DrawnConduit], pinned: Pins = NOWHERE
) -> tuple[list[tuple[str, str, list[DrawnZone]]], Layout]:
    """Return the bands that are not empty, top first, and where everything in them stands."""
    bands = _bands(zones)
    links = [(c.id, c.zone_a, c.zone_b, len(_label(c)) * CHARACTER + 28) for c in conduits]
    return bands, arrange([[zone.id for zone in band] for _, _, band in bands], links, pinned=pinned)


def draw(
    zones: Sequence[DrawnZone], conduits: Sequence[DrawnConduit], *, title: str, style: str = "", focus: str = "",
    pinned: Pins = NOWHERE, key: Key | None = None,
) -> str:  # fmt: skip
    """Return the SVG; `style` is a style sheet to carry inside (for documents), `focus` the id of a zone to stress."""
    known = {zone.id: zone for zone in zones}
    drawn = [conduit for conduit in conduits if conduit.zone_a in known and conduit.zone_b in known]
    bands, layout = placed(zones, drawn, pinned)
    lit = {focus} | {end for c in drawn if focus in (c.zone_a, c.zone_b) for end in (c.zone_a, c.zone_b)}
    parts = [_lane(code, gettext(word), [layout.places[z.id] for z in band], layout) for code, word, band in bands]
    for conduit in drawn:
        near = not focus or focus in (conduit.zone_a, conduit.zone_b)
        parts.append(_line(conduit, layout.routes[conduit.id], near, bool(focus)))
    parts += [_card(zone, layout.places[zone.id], not focus or zone.id in lit, zone.id == focus) for zone in zones]
    for conduit in drawn:
        near = not focus or focus in (conduit.zone_a, conduit.zone_b)
        parts.append(_tag(conduit, layout.routes[conduit.id], near))
    said = gettext("Zones: {zones}, conduits: {conduits}, in bands by Purdue level. The tables beside it say the same.")
    said = escape(said.format(zones=len(zones), conduits=len(drawn)))
    inside = f"<style>{style}</style>" if style else ""
    height = layout.height
    if key:
        legend, height = _legend(key, layout)
        parts.append(legend)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dg" role="img" viewBox="0 0 {_n(layout.width)} {_n(height)}" '
        f'width="{_n(layout.width)}" height="{_n(height)}">'
        f"<title>{escape(title)}</title><desc>{said}</desc>{inside}{''.join(parts)}</svg>"
    )


def _bands(zones: Sequence[DrawnZone]) -> list[tuple[str, str, list[DrawnZone]]]:
    """Sort zones into the bands that are not empty, top first."""
    order = sorted(zones, key=lambda zone: (-(zone.level or 0), zone.name, zone.id))
    found = []
    above = float("inf")
    for floor, code, word in BANDS:
        band = [zone for zone in order if zone.level is not None and floor <= zone.level < above]
        above = floor
        found.append((code, word, band))
    found.append((*UNPLACED, [zone for zone in order if zone.level is None]))
    return [band for band in found if band[2]]


def _lane(code: str, word: str, places: list[Place], layout: Layout) -> str:
    """Draw the ground of a band behind its rows of cards."""
    top = min(place.y for place in places) - 10
    bottom = max(place.y for place in places) + CARD_HEIGHT + 10
    return (
        f'<rect class="lane" x="0" y="{_n(top)}" width="{_n(layout.width)}" height="{_n(bottom - top)}" rx="3"/>'
        f'<text class="lt" x="10" y="{_n(top + 24)}">{code}</text><text x="10" y="{_n(top + 40)}">{word}</text>'
    )


def _legend(key: Key, layout: Layout) -> tuple[str, float]:
    """Draw the legend below the bands, in as many rows as it needs; return it with the height of the whole drawing."""
    x, y, parts = 10.0, layout.height + 14, []
    entries = [("", "", key.title), *(("card", *one) for one in key.cards), *(("line", *one) for one in key.lines)]
    for kind, look, words in entries:
        width = len(words) * CHARACTER + (44 if kind else 20)
        if x > 10 and x + width > layout.width:
            x, y = 10.0, y + 18
        if kind == "card":
            parts.append(
                f'<rect class="{f"kc {look}".strip()}" x="{_n(x)}" y="{_n(y - 9)}" width="18" height="11" rx="2"/>'
            )
        elif kind == "line":
            parts.append(f'<path class="{f"cd {look}".strip()}" d="M{_n(x)} {_n(y - 3.5)}h18"/>')
        parts.append(
            f'<text class="{"kt" if kind else "lt"}" x="{_n(x + (24 if kind else 0))}" y="{_n(y)}">{escape(words)}</text>'
        )
        x += width
    return f'<g class="key">{"".join(parts)}</g>', y + 10


def _line(conduit: DrawnConduit, route: Route, near: bool, focused: bool) -> str:
    """Draw the line of a conduit; a broken rule is dashed."""
    path = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in route.points)
    kind = "vio" if conduit.broken else "acc" if focused and near else "cd quiet" if conduit.quiet else "cd"
    kind += f" {conduit.change}" if conduit.change else ""
    return f'<path class="{kind}{"" if near else " off"}" d="{path}"/>'


def _tag(conduit: DrawnConduit, route: Route, near: bool) -> str:
    """Draw the label of a conduit: filled square for a boundary device, triangle for a broken rule, protocols."""
    words = _label(conduit)
    width = len(words) * CHARACTER + 24
    (x, y), bad = route.label, bool(conduit.broken)
    left = x - width / 2
    if bad:
        mark = f'<path class="viot" d="M{_n(left + 10)} {_n(y - 5)}l5.500 10h-11z"/>'
    elif conduit.boundary_device:
        mark = f'<rect class="fw" x="{_n(left + 6)}" y="{_n(y - 4)}" width="8" height="8"/>'
    else:
        mark = f'<rect class="nofw" x="{_n(left + 6.5)}" y="{_n(y - 3.5)}" width="7" height="7"/>'
    quiet = gettext("no traffic seen lately") if conduit.quiet else ""
    full = ", ".join(filter(None, (conduit.name, *conduit.protocols, conduit.boundary_device, conduit.broken, quiet)))
    return (
        f"{_open(near)}<title>{escape(full)}</title>"
        f'<rect class="{"viob" if bad else "lb"}" x="{_n(left)}" y="{_n(y - 8.5)}" width="{_n(width)}" height="17" rx="3"/>'
        f'{mark}<text class="{"viot" if bad else "lbt"}" x="{_n(left + 19)}" y="{_n(y + 3.8)}">{escape(words)}</text></g>'
    )


def _label(conduit: DrawnConduit) -> str:
    """Return the words on a conduit: its broken rule or its protocols, cut to what fits."""
    if conduit.broken:
        return _cut(f"{conduit.broken}: {_protocols(conduit)}", LABEL)
    return _cut(_protocols(conduit), LABEL)


def _protocols(conduit: DrawnConduit) -> str:
    """Return the first protocol and how many more, or that none is declared."""
    if not conduit.protocols:
        return gettext("no flow declared")
    more = len(conduit.protocols) - 1
    return conduit.protocols[0] + (f" +{more}" if more else "")


def _card(zone: DrawnZone, place: Place, near: bool, focused: bool) -> str:
    """Draw a zone: name, code, assets, target and achieved level; a safety zone has a double border."""
    x, y = place.x, place.y
    parts = [
        f'<rect class="{f"zc {zone.look}".strip()}" x="{_n(x)}" y="{_n(y)}" width="{CARD_WIDTH}" height="{CARD_HEIGHT}" rx="4"/>'
    ]
    if zone.safety:
        parts.append(
            f'<rect class="saf" x="{_n(x + 3)}" y="{_n(y + 3)}" width="{CARD_WIDTH - 6}" height="{CARD_HEIGHT - 6}" rx="2"/>'
        )
    if focused:
        parts.append(
            f'<rect class="sel" x="{_n(x - 3)}" y="{_n(y - 3)}" width="{CARD_WIDTH + 6}" height="{CARD_HEIGHT + 6}" rx="6"/>'
        )
    lines = wrap(" ".join(zone.name.split()), 23)[:3] or [zone.id]
    lines = lines if len(lines) < 3 else [lines[0], _cut(f"{lines[1]} {lines[2]}", 23)]
    parts += [
        f'<text class="zt" x="{_n(x + 11)}" y="{_n(y + 19 + 15 * n)}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]
    below = y + 19 + 15 * len(lines)
    parts += [
        f'<text x="{_n(x + 11)}" y="{_n(below + 13 * n)}">{escape(line)}</text>' for n, line in enumerate(_facts(zone))
    ]
    if zone.code:
        parts.append(
            f'<text class="zid" x="{_n(x + CARD_WIDTH - 11)}" y="{_n(below)}" text-anchor="end">{escape(_cut(zone.code, 10))}</text>'
        )
    parts.append(_levels(zone, x + 11, y + CARD_HEIGHT - 10))
    where = f' data-zone="{escape(zone.id)}" data-line="{place.line}" data-column="{place.column}"'
    return f"{_open(near, where)}<title>{escape(zone.name)}</title>{''.join(parts)}</g>"


def _facts(zone: DrawnZone) -> list[str]:
    """Return what stands below the name; a note that does not fit beside the rest has a line of its own."""
    facts = [ngettext("{n} asset", "{n} assets", zone.assets).format(n=zone.assets)]
    facts = [gettext("outside the site")] if zone.external else facts + ([gettext("safety")] if zone.safety else [])
    said = " · ".join([*facts, zone.note] if zone.note else facts)
    return [said] if len(said) <= FACTS else [" · ".join(facts), zone.note]


def _levels(zone: DrawnZone, x: float, y: float) -> str:
    """Draw the target and the achieved level as rising bars with words; the missing ones dashed."""
    if zone.target is None:
        aim = "" if zone.external else escape(gettext("no target level set"))
        return f'<text x="{_n(x)}" y="{_n(y)}">{aim}</text>'
    wanted = escape(gettext("target {level}").format(level=zone.target))
    target = f'{_bars(zone.target, zone.target, x, y)}<text x="{_n(x + 28)}" y="{_n(y)}">{wanted}</text>'
    if zone.achieved is None:
        return f'{target}<text x="{_n(x + 84)}" y="{_n(y)}">{escape(gettext("not assessed"))}</text>'
    gap = zone.target - zone.achieved
    words = escape(gettext("has {level}").format(level=zone.achieved)) + (f" (−{gap})" if gap > 0 else "")
    kind = ' class="gapt"' if gap > 0 else ""
    return f'{target}{_bars(zone.achieved, zone.target, x + 80, y)}<text{kind} x="{_n(x + 108)}" y="{_n(y)}">{words}</text>'


def _bars(has: int, target: int, x: float, y: float) -> str:
    """Draw four rising bars: filled up to what is there, dashed up to the target, empty beyond."""
    kinds = ["pf" if n <= has else "pg" if n <= target else "pe" for n in range(1, 5)]
    return "".join(
        f'<rect class="{kind}" x="{_n(x + 6 * n)}" y="{_n(y - 2 - 2 * (n + 1))}" width="4.500" height="{2 + 2 * (n + 1)}"/>'
        for n, kind in enumerate(kinds)
    )


def _open(near: bool, more: str = "") -> str:
    """Open a group; pale when it is away from the focus."""
    return f"<g{more}>" if near else f'<g class="off"{more}>'


def _cut(text: str, length: int) -> str:
    """Return text of at most that many characters, with an ellipsis where it was longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _n(number: float) -> str:
    """Return a number as short as SVG takes it."""
    return f"{number:.1f}".removesuffix(".0")
