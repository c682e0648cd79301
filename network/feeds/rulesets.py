"""A firewall's rule set from a file, by what it is rather than by its name; text from outside is read in a process of its own."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from network.feeds import asa, iptables
from network.feeds.terms import LONGEST_LINE, MOST_BYTES, MOST_RULES
from network.rules.firewall import Rule, Unread
from network.rules.traffic import Box
from registers.files.sandbox import Refused, confine, tell

READERS = {"IPTABLES": iptables.read, "ASA": asa.read}


def kind_of(start: str) -> str:
    """Return which of the formats a text begins as."""
    lines = [line.strip() for line in start.splitlines()]
    if any(line in {"*filter", "*nat", "*mangle", "*raw", "*security"} for line in lines):
        return "IPTABLES"
    if any(
        line.startswith(("access-list ", "object network ", "object-group ", "ASA Version", "hostname "))
        for line in lines
    ):
        return "ASA"
    return "TABLE"


def start_of(path: Path) -> str:
    """Return the beginning of a file as text."""
    with path.open("rb") as file:
        return _text(file.read(200_000))


def read(path: Path) -> Iterator[Rule | Unread]:
    """Yield the rules of a text file and the lines that are not judged; raises Refused."""
    if path.stat().st_size > MOST_BYTES:
        raise Refused(f"The file is over {MOST_BYTES // 1_000_000} MB. A rule set is smaller.")
    text = _text(path.read_bytes())
    lines = text.splitlines()
    if any(len(line) > LONGEST_LINE for line in lines):
        raise Refused(f"A line holds over {LONGEST_LINE:,} characters. This is no rule set.")
    yield from READERS[kind_of(text[:200_000])](lines)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", " ")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\0", " ")


def packed(one: Rule | Unread) -> dict[str, Any]:
    """Return a rule as it passes between processes and is kept."""
    return asdict(one) | {"is": type(one).__name__}


def unpacked(told: dict[str, Any]) -> Rule | Unread:
    """Return the rule that was packed."""
    given = {name: value for name, value in told.items() if name != "is"}
    return Unread(**given) if told["is"] == "Unread" else Rule(**given | {"traffic": boxes(given["traffic"])})


def boxes(told: Iterable[Iterable[Iterable[Iterable[int]]]]) -> tuple[Box, ...]:
    """Return traffic that was kept as nested lists."""
    return tuple(Box(*(tuple((low, high) for low, high in part) for part in box)) for box in told)


if __name__ == "__main__":
    confine()
    tell(map(packed, islice(read(Path(sys.argv[1])), MOST_RULES + 1)))
