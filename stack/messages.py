"""Compiles translations, `locale/*/LC_MESSAGES/django.po` into `.mo`, without GNU gettext; `--check` says what is stale, wrong or missing."""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation.template import templatize

from stack.icons import sources
from stack.places import ROOT

SOURCE = "en"  # its catalogue only words anew what libraries say
NAMED = re.compile(r"%\(\w+\)s|\{\w+\}")
ENTRY = re.compile(r'^(?:msgctxt .*\n)?msgid (?:"".*\n(?:".*\n)+|.*\n)', re.MULTILINE)
KEYWORDS = dict.fromkeys(
    ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext")
)
Text = tuple[str | None, str]  # what tells two meanings of a word apart, and the (singular) words


class BadCatalogue(ValueError):
    """A `.po` file has a line or an entry that cannot stand; the text says which."""


def read(path: Path) -> Catalog:
    """Return the entries of a `.po` file."""
    twice = [entry for entry, times in Counter(ENTRY.findall(path.read_text(encoding="utf-8"))).items() if times > 1]
    if twice:
        raise BadCatalogue(f"{path}: {twice[0].strip()} stands there twice")
    try:
        with path.open("rb") as file:
            entries = read_po(file, abort_invalid=True)
    except PoFileError as bad:
        raise BadCatalogue(f"{path}:{bad.lineno}: {bad}") from None
    for entry in entries:
        if entry.id and any(_names(source) != _names(told) for source, told in _pairs(entry)):
            raise BadCatalogue(f"{path}:{entry.lineno}: {entry.id} and its translation name different values")
    return entries


def _pairs(entry: Message) -> Iterator[tuple[str, str]]:
    return zip(_several(entry.id), _several(entry.string or ""), strict=True)


def _several(texts: str | Sequence[str]) -> Sequence[str]:
    return [texts] if isinstance(texts, str) else texts


def _names(text: str) -> list[str]:
    return sorted(NAMED.findall(text))


def compiled(entries: Catalog) -> bytes:
    """Return the entries in the binary form that gettext reads."""
    body = BytesIO()
    write_mo(body, entries)
    return body.getvalue()


def marked() -> dict[Text, str]:
    """Return every text that a template or a module marks for translation, and the first place of it."""
    found: dict[Text, str] = {}
    for path in sources():
        for number, keyword, words in _extracted(path):
            context, text = words[:2] if "pgettext" in keyword else (None, words[0])
            if text:
                found.setdefault((context, text), f"{path.relative_to(ROOT)}:{number}")
    return found


def _extracted(path: Path) -> Iterator[tuple[int, str, Sequence[Any]]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":  # letters stand for the rest of a template, indented as it is
        source = re.sub(r"(?m)^[ \t]+", "", templatize(source))
    for number, keyword, words, _notes in extract_python(BytesIO(source.encode()), KEYWORDS, (), {}):
        if words:
            yield number, str(keyword), _several(words)


def missing(entries: Catalog) -> list[str]:
    """Return a line for each marked text that the catalogue does not translate; English stands where it is said."""
    if str(entries.locale) == SOURCE:
        return []
    told = {(entry.context, _several(entry.id)[0]) for entry in entries if entry.string}
    return [
        f"{place}: {entries.locale} has no words for {text[1]!r}"
        for text, place in marked().items()
        if text not in told
    ]


def main(arguments: list[str]) -> int:
    """Write every catalogue, or check that the written ones are fresh and whole; return 1 if one is not."""
    wrong = []
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        made = path.with_suffix(".mo")
        try:
            entries = read(path)
        except BadCatalogue as bad:
            wrong.append(str(bad))
            continue
        wrong += missing(entries)
        if "--check" not in arguments:
            made.write_bytes(compiled(entries))
        elif not made.exists() or made.read_bytes() != compiled(entries):
            wrong.append(f"{made.relative_to(ROOT)} is not fresh: run python -m stack.messages")
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
