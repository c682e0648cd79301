"""Compiles translations, `locale/*/LC_MESSAGES/django.po` into `.mo`, without GNU gettext; `--check` says what is stale or wrong."""

import ast
import re
import struct
import sys
from pathlib import Path

from stack.places import ROOT

MAGIC = 0x950412DE
NAMED = re.compile(r"%\(\w+\)s|\{\w+\}")
Catalogue = dict[str, str]


class BadCatalogue(ValueError):
    """A `.po` file has a line or an entry that cannot stand; the text says which."""


def read(path: Path) -> Catalogue:
    """Return the entries of a `.po` file; the head is that of the empty text."""
    entries: Catalogue = {}
    parts: dict[str, str] = {}
    current = ""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate([*lines, ""], start=1):
        text = line.strip()
        word, _space, rest = text.partition(" ")
        if word in {"msgid", "msgstr"}:
            current, parts[word] = word, ast.literal_eval(rest)
        elif text.startswith('"'):
            parts[current] += ast.literal_eval(text)
        elif text and not text.startswith("#"):
            raise BadCatalogue(f"{path}:{number}: only msgid and msgstr are understood")
        elif not text and parts:
            source, told = parts["msgid"], parts["msgstr"]
            if source in entries:
                raise BadCatalogue(f"{path}:{number}: '{source}' stands there twice")
            if source and sorted(NAMED.findall(source)) != sorted(NAMED.findall(told)):
                raise BadCatalogue(f"{path}:{number}: '{source}' and its translation name different values")
            entries[source] = told
            parts = {}
    return entries


def compiled(entries: Catalogue) -> bytes:
    """Return the entries in the binary form that gettext reads, in order of their texts."""
    pairs = [(source.encode(), told.encode()) for source, told in sorted(entries.items()) if told]
    start = 7 * 4
    texts = start + 16 * len(pairs)
    sources = b"".join(source + b"\0" for source, _told in pairs)
    tables: list[list[tuple[int, int]]] = [[], []]
    places = [texts, texts + len(sources)]
    for pair in pairs:
        for side, text in enumerate(pair):
            tables[side].append((len(text), places[side]))
            places[side] += len(text) + 1
    head = struct.pack("<7I", MAGIC, 0, len(pairs), start, start + 8 * len(pairs), 0, 0)
    index = b"".join(struct.pack("<2I", *entry) for table in tables for entry in table)
    return head + index + sources + b"".join(told + b"\0" for _source, told in pairs)


def main(arguments: list[str]) -> int:
    """Write every catalogue, or check that the written ones are fresh; return 1 if one is not."""
    wrong = []
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        made = path.with_suffix(".mo")
        try:
            body = compiled(read(path))
        except BadCatalogue as bad:
            wrong.append(str(bad))
            continue
        if "--check" not in arguments:
            made.write_bytes(body)
        elif not made.exists() or made.read_bytes() != body:
            wrong.append(f"{made.relative_to(ROOT)} is not fresh: run python -m stack.messages")
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
