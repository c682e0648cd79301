"""Observed connections: Zeek's conn.log as TSV or JSON lines, or CSV; read as a stream and added up by who talks to whom.

Memory is bounded by the number of different flows, not by the lines; gzip is unpacked on the way, to a limit.
"""

import csv
import gzip
import io
import ipaddress
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from network.feeds.terms import NotUnderstood, protocols
from registers.files.sandbox import Refused

MOST_FLOWS, MOST_UNPACKED, LONGEST_LINE, TOLD = 200_000, 2_000_000_000, 200_000, 50
EVERY = 50_000  # lines between two reports of progress
UNANSWERED = {"S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR"}
REQUIRED = ("source", "destination", "protocol", "port")
COLUMNS = (*REQUIRED, "count", "bytes", "first_seen", "last_seen", "service")
LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Sum:
    """What was added up for one flow."""

    count: int = 0
    answered: int = 0
    bytes: int = 0
    first: float = LATEST
    last: float = 0.0
    service: str = ""


@dataclass
class Reading:
    """The sums so far, the lines that were not understood, and how much was read."""

    flows: dict[Key, Sum] = field(default_factory=dict)
    unread: list[tuple[int, str]] = field(default_factory=list)
    unread_count: int = 0
    lines: int = 0

    def sum(self, key: Key) -> Sum:
        """Return the sum of a flow; the first time its parts are looked at; NotUnderstood where one makes no sense."""
        found = self.flows.get(key)
        if found is None:
            _checked(key)
            if len(self.flows) >= MOST_FLOWS:
                raise Refused(f"The file tells of over {MOST_FLOWS:,} different flows. Take a shorter stretch of time.")
            found = self.flows[key] = Sum()
        return found

    def not_understood(self, number: int, why: str) -> None:
        """Count a line that tells nothing, and keep the first few reasons."""
        self.unread_count += 1
        if len(self.unread) < TOLD:
            self.unread.append((number, why))


def _checked(key: Key) -> None:
    try:
        ipaddress.ip_address(key[0])
        ipaddress.ip_address(key[1])
    except ValueError as wrong:
        raise NotUnderstood(f"{str(wrong)[:80]}.") from wrong
    if not (key[2].isascii() and key[2].isdigit() and len(key[2]) < 6 and int(key[2]) < 65536):
        raise NotUnderstood(f"'{key[2][:20]}' is no port.")
    if key[3] != "unknown_transport":
        protocols(key[3])


def read(path: Path, progress: Callable[[int], Any] = lambda percent: None) -> Reading:
    """Return what a file tells; raises Refused."""
    found = Reading()
    with _lines(path, found, progress) as lines:
        first = next(lines, "")
        if not first.strip():
            raise Refused("The file is empty.")
        reader = _tsv if first.startswith("#") else _json if first.lstrip().startswith("{") else _table
        reader(_again(first, lines), found)
    if not found.flows:
        raise Refused(
            "The file tells of no connection."
            if not found.unread
            else f"No line tells of a connection: {found.unread[0][1]}"
        )
    return found


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


@contextmanager
def _lines(path: Path, found: Reading, progress: Callable[[int], Any]) -> Iterator[Iterator[str]]:
    """Give the lines of a file, unpacked, counted, and none longer than a line is."""
    size = max(1, path.stat().st_size)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        plain: Any = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18) if packed else raw

        def lines() -> Iterator[str]:
            total = 0
            text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline="\n")
            try:
                while line := text.readline(LONGEST_LINE):
                    found.lines += 1
                    total += len(line)
                    if len(line) >= LONGEST_LINE or total > MOST_UNPACKED:
                        raise Refused(_too_large(len(line)))
                    if found.lines % EVERY == 0:
                        progress(min(99, raw.tell() * 100 // size))
                    yield line
            except (OSError, EOFError) as wrong:
                raise Refused("The packed file breaks off or is damaged. Pack it anew.") from wrong

        yield lines()


def _too_large(length: int) -> str:
    if length >= LONGEST_LINE:
        return f"A line holds over {LONGEST_LINE:,} characters. This is no log of connections."
    return f"The file unpacks to over {MOST_UNPACKED // 1_000_000_000} GB. Take a shorter stretch of time."


def _tsv(lines: Iterable[str], found: Reading) -> None:
    """Add up Zeek's own format, whose heading says how the rest is written."""
    separator, unset, empty, places, log = "\t", "-", "(empty)", dict[str, int](), "conn"
    for line in lines:
        plain = line.rstrip("\r\n")
        if not plain.startswith("#"):
            if not places:
                raise Refused(f"Line {found.lines} comes before the log's #fields. Take the whole log.")
            _zeek(plain.split(separator), places, {unset, empty, ""}, found)
        elif plain.startswith("#separator"):
            separator = _separator(plain.split(" ", 1)[-1].strip())
        else:
            name, *given = plain.split(separator)
            if name == "#unset_field" and given:
                unset = given[0]
            elif name == "#empty_field" and given:
                empty = given[0]
            elif name == "#path" and given:
                log = given[0]
            elif name == "#fields":
                places = {field: place for place, field in enumerate(given)}
            if log != "conn":
                raise Refused(f"Zeek's log '{log[:40]}' tells of no connections. Take conn.log.")
            if places and not {"id.orig_h", "id.resp_h", "id.resp_p", "proto"} <= places.keys():
                raise Refused("The log's #fields name no addresses, ports and protocol. Take conn.log.")


def _separator(told: str) -> str:
    try:
        return chr(int(told[2:], 16)) if told.startswith("\\x") else told[:1] or "\t"
    except ValueError as wrong:
        raise Refused(f"The log's #separator '{told[:20]}' is not understood.") from wrong


def _zeek(cells: list[str], places: dict[str, int], unset: set[str], found: Reading) -> None:
    if len(cells) != len(places):
        found.not_understood(found.lines, f"It has {len(cells)} fields where the heading names {len(places)}.")
        return

    def cell(name: str) -> str:
        place = places.get(name)
        return "" if place is None or cells[place] in unset else cells[place]

    _connection(cell, found)


def _json(lines: Iterable[str], found: Reading) -> None:
    """Add up JSON lines, of Zeek or of what ships its logs."""
    for line in lines:
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            found.not_understood(found.lines, "It is not JSON.")
            continue
        if not isinstance(told, dict):
            found.not_understood(found.lines, "It is no record of a log.")
            continue
        if str(told.get("_path", "conn")) != "conn":
            found.not_understood(found.lines, f"It is of the log '{str(told['_path'])[:40]}'.")
            continue
        _connection(lambda name, told=told: _plain(told.get(name)), found)  # type: ignore[misc]


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _connection(cell: Callable[[str], str], found: Reading) -> None:
    """Add one record of conn.log; the port of ICMP is its type, which Zeek keeps as the port of the originator."""
    protocol = cell("proto").lower()
    port = cell("id.orig_p" if protocol.startswith("icmp") else "id.resp_p") or "0"
    try:
        flow = found.sum((cell("id.orig_h"), cell("id.resp_h"), port, protocol))
        moment = _moment(cell("ts"))
        size = int(cell("orig_bytes") or 0) + int(cell("resp_bytes") or 0)
    except NotUnderstood as wrong:
        found.not_understood(found.lines, str(wrong))
        return
    except ValueError:
        found.not_understood(found.lines, "Its bytes are no number.")
        return
    _add(flow, 1, size, moment, moment, cell("service"), answered=cell("conn_state") not in UNANSWERED)


def _add(flow: Sum, count: int, size: int, first: float, last: float, service: str, *, answered: bool) -> None:
    flow.count += count
    flow.answered += count if answered else 0
    flow.bytes += max(0, size)
    if first:
        flow.first = min(flow.first, first)
    flow.last = max(flow.last, last)
    if service and not flow.service:
        flow.service = service[:40]


def _moment(text: str) -> float:
    """Return seconds since 1970 from the same, or from a date and time; 0 where nothing is said."""
    if not text:
        return 0.0
    try:
        found = float(text)
    except ValueError:
        try:
            told = datetime.fromisoformat(text)
        except ValueError as wrong:
            raise NotUnderstood(f"'{text[:40]}' is no time.") from wrong
        found = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    if not 0 <= found < LATEST:
        raise NotUnderstood(f"'{text[:40]}' is no time of a log.")
    return found


def _table(lines: Iterator[str], found: Reading) -> None:
    """Add up a table with the columns of COLUMNS, in any order."""
    head = next(lines, "")
    try:
        delimiter = max(";\t|,", key=head.count)
        header = [cell.strip().lower().replace(" ", "_") for cell in next(csv.reader([head], delimiter=delimiter), [])]
        if missing := [name for name in REQUIRED if name not in header]:
            raise Refused(f"The column {missing[0]} is missing. A table of connections has {', '.join(COLUMNS)}.")
        if unknown := [name for name in header if name not in COLUMNS]:
            raise Refused(f"Unknown column: {', '.join(unknown)[:200]}. Known are {', '.join(COLUMNS)}.")
        for cells in csv.reader(lines, delimiter=delimiter):
            if any(cells):
                _row(dict(zip(header, map(str.strip, cells), strict=False)), found)
    except csv.Error as wrong:
        raise Refused(f"Line {found.lines} is not proper CSV: {wrong}.") from wrong


def _row(row: dict[str, str], found: Reading) -> None:
    try:
        flow = found.sum(tuple(row.get(name, "").lower() for name in ("source", "destination", "port", "protocol")))  # type: ignore[arg-type]
        first = _moment(row.get("first_seen", ""))
        last = _moment(row.get("last_seen", "")) or first
        count, size = int(row.get("count") or 1), int(row.get("bytes") or 0)
    except NotUnderstood as wrong:
        found.not_understood(found.lines, str(wrong))
    except ValueError:
        found.not_understood(found.lines, "Its count or bytes are no number.")
    else:
        _add(flow, max(1, min(count, 1 << 40)), min(size, 1 << 60), first, last, row.get("service", ""), answered=True)
