"""The colours and charts of the screen on paper: always the light values, read from the product's own style sheets."""

import re
from functools import cache

from django.contrib.staticfiles import finders

PAPER = 'Inter, "DejaVu Sans", sans-serif'
TOKEN = re.compile(r"(--c-[\w-]+):\s*([^;]+);")


def style_sheet(name: str) -> str:
    """Read one of our style sheets."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(f"The static file {name} is not installed.")
    with open(path, encoding="utf-8") as file:
        return file.read()


@cache
def light() -> dict[str, str]:
    """Return every token with its light value."""
    return {**dict(TOKEN.findall(style_sheet("tokens.css").split('[data-bs-theme="dark"]', 1)[0])), "--c-sans": PAPER}


def colour(name: str) -> str:
    """Return the light value of one colour, such as `ok`."""
    return light()[f"--c-{name}"]


def in_light(rules: str) -> str:
    """Return rules with the light colours in place of tokens, as SVG in a document needs them."""
    return re.sub(r"var\((--c-[\w-]+)\)", lambda found: light()[found[1]], rules)


def style_of_drawing() -> str:
    """Return the style sheet of the zones' drawing."""
    return in_light(style_sheet("drawing.css"))


def style_of_heat_map() -> str:
    """Return the style sheet of the risks' matrix."""
    return in_light(style_sheet("heatmap.css"))


def style_of_charts() -> str:
    """Return the rules of charts among those of the pages."""
    return in_light("\n".join(line for line in style_sheet("pages.css").splitlines() if line.startswith(".ch ")))
