"""The small drawings of a report: the bar of verdicts and the QR code, both as SVG with the light colours."""

import qrcode
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.conclusion import Tally
from reports.look import colour

CHARACTER = 6.4  # wide, of a label in 8.5 pt on paper


def bar(count: Tally, width: int = 520) -> SafeString:
    """Draw the verdicts as one bar: filled, hatched, vermilion, dashed; each with its word and number below."""
    parts: list[SafeString] = []
    x, floor = 0.0, 0.0
    kinds = (
        ("Met", count.met),
        ("Partly", count.partly),
        ("Not met", count.not_met),
        ("Not assessed", count.not_assessed),
    )
    for word, n in kinds:
        if not n:
            continue
        wide = width * n / count.applicable
        parts.append(_piece(word, round(x, 2), round(wide, 2)))
        words = f"{word} {n}"
        start = max(x, floor)
        late = start + len(words) * CHARACTER > width
        at, y, anchor = (width, 47, "end") if late else (round(start, 2), 31, "start")
        parts.append(_label(words, at, y, anchor))
        x += wide
        floor = start if late else start + len(words) * CHARACTER + 10
    said = ", ".join(f"{word} {n}" for word, n in kinds)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="bar" role="img" viewBox="0 0 {} 52"><title>{}</title>{}</svg>',
        width, said, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def qr(text: str) -> SafeString:
    """Draw a QR code of the address where the report is checked."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" viewBox="0 0 {0} {0}"><title>QR code of {1}</title>'
        '<path d="{2}" fill="{3}"/></svg>',
        len(matrix), text, path, colour("ink"),
    )  # fmt: skip


def _label(words: str, x: float, y: float, anchor: str) -> SafeString:
    """Write a verdict and its number below the bar."""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-family="Inter" font-size="11.3" fill="{}">{}</text>',
        x,
        y,
        anchor,
        colour("ink2"),
        words,
    )


def _piece(word: str, x: float, wide: float) -> SafeString:
    """Draw one part of the bar."""
    if word in {"Met", "Not met"}:
        return format_html(
            '<rect x="{}" y="0" width="{}" height="16" fill="{}"/>', x, wide, colour("ok" if word == "Met" else "bad")
        )
    if word == "Not assessed":
        return format_html(
            '<rect x="{}" y="0.5" width="{}" height="15" fill="#FFFFFF" stroke="{}" stroke-dasharray="3 2"/>',
            x + 0.5, max(1, wide - 1), colour("ctl"),
        )  # fmt: skip
    lines = ((at, min(16.0, wide - at)) for at in range(0, max(1, int(wide) - 4), 12))
    path = "".join(f"M{x + at:.2f} 16l{run:.2f}-{run:.2f}" for at, run in lines)
    return format_html(
        '<rect x="{}" y="0.5" width="{}" height="15" fill="{}" stroke="{}"/><path d="{}" stroke="{}" fill="none"/>',
        x, wide, colour("okbg"), colour("ok"), path, colour("ok"),
    )  # fmt: skip
