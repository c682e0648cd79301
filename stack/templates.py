"""Compiles every template of the product and refuses what the content security policy would block in a browser."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

from stack.icons import sources
from stack.places import ROOT

BLOCKED = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script in an address": re.compile(r"""(?:href|src|action)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
    "htmx code that needs eval": re.compile(r"\bhx-on\b|\bhx-vals\s*=\s*[\"']js:"),
}
DATA_SCRIPT = re.compile(r"""<script[^>]*type=["']application/(?:ld\+)?json["']""", re.IGNORECASE)


def problems_in(template: Path) -> Iterator[str]:
    """Yield what is wrong with one template, a line each."""
    text = template.read_text(encoding="utf-8")
    where = template.relative_to(ROOT)
    try:
        engines["django"].from_string(text)
    except TemplateSyntaxError as error:
        yield f"{where}: {error}"
    if "pdf" in where.parts:
        return  # WeasyPrint, not a browser, reads these
    for what, pattern in BLOCKED.items():
        for found in pattern.finditer(text):
            if not DATA_SCRIPT.match(found[0]):
                yield f"{where}:{text.count(chr(10), 0, found.start()) + 1}: {what}"


def main() -> int:
    """Check all templates and return 1 if any is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csms.settings")
    django.setup()
    problems = [line for source in sources() if source.suffix == ".html" for line in problems_in(source)]
    print("\n".join(problems))
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
