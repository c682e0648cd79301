"""Small charts as SVG: widths are attributes, colours come by class, each says in a sentence what it shows."""

from collections.abc import Callable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

VERDICTS = (_("met"), _("partly met"), _("not met"), _("not assessed"))
NARROWEST = 231  # a bar is as wide as its place; what fits inside is told by the narrowest one


def stacked(counts: Sequence[int], words: Sequence[str] = VERDICTS) -> SafeString:
    """Draw counts as one bar over the whole width: solid, hatched, vermilion, dashed, with each count inside where there is room."""
    total = sum(counts)
    hatch = "hatch-" + "-".join(str(number) for number in counts)
    parts, left = [], 0.0
    for kind, number in enumerate(counts, start=1):
        if number:
            share = 100 * number / total
            parts.append(_part(kind, number, left, share, hatch))
            left += share
    told = ", ".join(f"{number} {gettext(word)}" for number, word in zip(counts, words, strict=False))
    return format_html(
        '<svg class="ch stacked" width="100%" height="18" role="img" aria-label="{}">'
        '<defs><pattern id="{}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="h2a" width="5" height="5"/><path class="h2b" d="M0 0v5"/></pattern></defs>{}</svg>',
        told, hatch, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _part(kind: int, number: int, left: float, share: float, hatch: str) -> SafeString:
    """Draw one part in percent of the bar; a stripe of the ground parts it from the one before."""
    fill = format_html('fill="url(#{})"', hatch) if kind == 2 else format_html('class="c{}"', kind)
    box = format_html('<rect x="{}%" y="1" width="{}%" height="16" {}/>', f"{left:.2f}", f"{share:.2f}", fill)
    if left:
        box += format_html(
            '<rect class="c0" x="{}%" width="1.5" height="18" transform="translate(-1.5 0)"/>', f"{left:.2f}"
        )
    if NARROWEST * share / 100 < 7 * len(str(number)) + 2:
        return box
    middle = f"{left + share / 2:.2f}"
    plate = (
        format_html(
            '<rect class="c0" x="{}%" y="3" width="16" height="12" rx="2" transform="translate(-8 0)"/>', middle
        )
        if kind == 2
        else ""
    )
    name = {1: "onb", 2: "v", 3: "onb"}.get(kind, "")
    word = format_html('<text x="{}%" y="13" text-anchor="middle" class="{}">{}</text>', middle, name, number)
    return format_html("{}{}{}", box, plate, word)


def share(value: int, total: int, target: int | None = None) -> SafeString:
    """Draw a share as a bar, its target in percent as a post."""
    long = 100 * value / total if total else 0
    post = format_html('<path class="tg" vector-effect="non-scaling-stroke" d="M{} 0v9"/>', target) if target else ""
    return format_html(
        '<svg class="ch bar" viewBox="0 0 100 9" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bg" width="100" height="9"/><rect class="ink" width="{}" height="9"/>{}</svg>',
        gettext("{value} of {total}").format(value=value, total=total), f"{long:.1f}", post,
    )  # fmt: skip


def levels(value: int, missing_to: int = 0) -> SafeString:
    """Draw a security level as four rising bars; bars missing to a target are dashed."""
    bars = []
    for number in range(1, 5):
        kind = "f" if number <= value else "g" if number <= missing_to else "e"
        height = 0.6 + 2.4 * number
        bars.append(
            format_html(
                '<rect class="{}" x="{}" y="{}" width="3.4" height="{}"/>',
                kind,
                (number - 1) * 5,
                f"{11 - height:.1f}",
                f"{height:.1f}",
            )
        )
    return format_html(
        '<svg viewBox="0 0 19 11" aria-hidden="true">{}</svg>', format_html_join("", "{}", ((bar,) for bar in bars))
    )


def maturity(value: int, target: int = 0) -> SafeString:
    """Draw a maturity level as four blocks and its target as a thin post."""
    blocks = "".join(
        f'<rect class="{"ink" if number <= value else "bg"}" x="{(number - 1) * 13}" y="3" width="11" height="12"/>'
        for number in range(1, 5)
    )
    post = f'<path class="tg" d="M{target * 13 - 1} 0v18"/>' if target else ""
    told = gettext("maturity level {value}").format(value=value)
    if target:
        told += ", " + gettext("target {level}").format(level=target)
    return format_html(
        '<svg class="ch" viewBox="0 0 52 18" width="52" height="18" role="img" aria-label="{}">{}</svg>',
        told,
        mark_safe(blocks + post),  # noqa: S308
    )


def course(days: Sequence[str], upper: Sequence[int], lower: Sequence[int], words: tuple[str, str]) -> SafeString:
    """Draw two counts over time on one scale: the first as a line, the second, a part of it, as a filled area."""
    width, height, left, top = 720, 180, 34, 12
    most = max([*upper, 1])
    step = (width - left - 8) / max(1, len(days) - 1)

    def path(values: Sequence[int]) -> str:
        low = height - 22
        return " L".join(
            f"{left + n * step:.1f} {low - value / most * (low - top):.1f}" for n, value in enumerate(values)
        )

    base = height - 22
    told = gettext("{whole}: {a} on {first}, {b} on {last}; {part}: {c}, then {d}").format(
        whole=gettext(words[0]), a=upper[0], first=days[0], b=upper[-1], last=days[-1], part=gettext(words[1]), c=lower[0], d=lower[-1]
    )  # fmt: skip
    return format_html(
        '<svg class="ch" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{told}">'
        '<path class="ax" d="M{left} {base}H{right}M{left} {top}H{right}"/>'
        '<path class="c3" d="M{left} {base} L{area} L{right} {base}Z"/><path class="ln" d="M{line}"/>'
        '<text x="{tick}" y="{ytop}" text-anchor="end">{most}</text><text x="{tick}" y="{base}" text-anchor="end">0</text>'
        '<text x="{left}" y="{foot}">{first}</text><text x="{right}" y="{foot}" text-anchor="end">{last}</text></svg>',
        w=width, h=height, told=told, left=left, right=width - 8, base=base, top=top, ytop=top + 4, tick=left - 6, most=most,
        area=path(lower), line=path(upper), foot=height - 5, first=days[0], last=days[-1],
    )  # fmt: skip


def sparkline(values: Sequence[float], *, width: int = 112, height: int = 28) -> SafeString:
    """Draw values over time as a line that ends in a point."""
    if len(values) < 2:
        return mark_safe("")
    low, span = min(values), (max(values) - min(values)) or 1
    step = (width - 8) / (len(values) - 1)
    points = [
        (3 + index * step, height - 4 - (value - low) / span * (height - 8)) for index, value in enumerate(values)
    ]
    line = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    x, y = points[-1]
    told = gettext("{n} values, from {first} to {last}").format(n=len(values), first=values[0], last=values[-1])
    return format_html(
        '<svg class="ch" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<path class="ln" d="M{}"/><circle class="dot" cx="{}" cy="{}" r="2.6"/></svg>',
        width, height, width, height, told, line, f"{x:.1f}", f"{y:.1f}",
    )  # fmt: skip


def trend(
    points: Sequence[tuple[str, int | None, int | None]], *, style: str = "", width: int = 560, height: int = 150
) -> SafeString:
    """Draw two shares in percent over months: judged as a line with points, computed dashed; (month, judged, computed) each."""
    if len(points) < 2:
        return mark_safe("")
    left, top, bottom = 44, 10, height - 24
    step = (width - left - 24) / (len(points) - 1)

    def at(index: int, value: int) -> tuple[float, float]:
        return left + index * step, bottom - value * (bottom - top) / 100

    parts: list[SafeString] = []
    for percent in (0, 50, 100):
        y = at(0, percent)[1]
        parts.append(format_html('<path class="ax" d="M{} {}H{}"/>', left, f"{y:.1f}", width - 24))
        parts.append(
            format_html('<text x="{}" y="{}" text-anchor="end">{} %</text>', left - 4, f"{y + 4:.1f}", percent)
        )
    for index, (label, _judged, _computed) in enumerate(points):
        if index % 2 == (len(points) - 1) % 2:
            x = at(index, 0)[0]
            parts.append(
                format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', f"{x:.1f}", height - 6, label)
            )
    parts += [_line([point[2] for point in points], at, "ln2"), _line([point[1] for point in points], at, "ln")]
    last = points[-1]
    told = f"{len(points)} months; in {last[0]} judged met {last[1]} percent, computed met {last[2]} percent"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="ch" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}"><title>{}</title>{}{}</svg>',
        width, height, width, height, told, told, format_html("<style>{}</style>", mark_safe(style)) if style else "",  # noqa: S308
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _line(values: Sequence[int | None], at: Callable[[int, int], tuple[float, float]], name: str) -> SafeString:
    """Draw known values as a line that is interrupted where nothing is known, each with a point."""
    path, dots, drawing = [], [], False
    for index, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        x, y = at(index, value)
        path.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}")
        dots.append(format_html('<circle class="dot {}" cx="{}" cy="{}" r="2.4"/>', name, f"{x:.1f}", f"{y:.1f}"))
        drawing = True
    points = format_html_join("", "{}", ((dot,) for dot in dots))
    return format_html('<path class="{}" d="{}"/>{}', name, " ".join(path), points)
