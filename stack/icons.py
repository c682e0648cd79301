"""Puts the icons that templates use into one sprite, `var/assets/icons.svg` (from @tabler/icons, MIT: its notice goes with them)."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from stack.places import BUILT, ROOT

SPRITE = BUILT / "assets" / "icons.svg"
ICONS = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
FOREIGN = frozenset({".git", ".venv", "node_modules", "var", "stack", "tests", "docs", "__pycache__"})
NAMED = re.compile(
    r"""\bicon(?:\s+|\s*=\s*|["']\s*:\s*)["']([a-z][a-z0-9-]*)["']|icons\.svg["']?\s*%?\}?#([a-z][a-z0-9-]*)"""
)
OUTLINE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
FILLED = 'fill="currentColor"'


def sources() -> Iterator[Path]:
    """Yield the templates and modules of the product."""
    for folder, below, files in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in FOREIGN)
        yield from (Path(folder, name) for name in sorted(files) if name.endswith((".html", ".py", ".txt")))


def used_icons() -> dict[str, Path]:
    """Return each icon named as `{% icon "name" %}`, `icon="name"`, `"icon": "name"` or `icons.svg#name`, and where."""
    used: dict[str, Path] = {}
    for source in sources():
        for by_tag, by_address in NAMED.findall(source.read_text(encoding="utf-8", errors="replace")):
            used.setdefault(by_tag or by_address, source.relative_to(ROOT))
    return used


def symbol(name: str) -> str | None:
    """Return one icon as a `<symbol>`, None when there is no icon of that name."""
    filled = name.endswith("-filled")
    drawing = ICONS / ("filled" if filled else "outline") / f"{name.removesuffix('-filled') if filled else name}.svg"
    if not drawing.is_file():
        return None
    shapes = re.sub(r"<!--.*?-->", "", drawing.read_text(encoding="utf-8"), flags=re.DOTALL)
    inner = re.sub(r"\s*\n\s*", "", shapes[shapes.index(">", shapes.index("<svg")) + 1 : shapes.rindex("</svg>")])
    return f'<symbol id="{name}" viewBox="0 0 24 24" {FILLED if filled else OUTLINE}>{inner}</symbol>'


def build() -> list[str]:
    """Write the sprite if it changed and return a line for each icon that does not exist."""
    unknown, symbols = [], []
    for name, source in sorted(used_icons().items()):
        if drawn := symbol(name):
            symbols.append(drawn)
        else:
            unknown.append(f"{source}: there is no icon {name!r}")
    licence = (ICONS.parent / "LICENSE").read_text(encoding="utf-8")
    text = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', f"<!-- {licence} -->", *symbols, "</svg>"]) + "\n"
    if not SPRITE.exists() or SPRITE.read_text(encoding="utf-8") != text:
        SPRITE.parent.mkdir(parents=True, exist_ok=True)
        unfinished = SPRITE.with_name(f"icons.{os.getpid()}.svg")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(SPRITE)
    return unknown


if __name__ == "__main__":
    problems = build()
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems) and "--strict" in sys.argv)
