"""Observed connections from files: Zeek's log and tables are added up in little memory, and hostile files harm nothing."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.feeds import connections
from network.feeds.connections import Sum, read
from registers.files.sandbox import Refused, values

FIELDS = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "orig_bytes", "resp_bytes", "conn_state")  # fmt: skip
RECORDS: list[tuple[Any, ...]] = [
    (1763600100.5, "C1", "10.21.10.5", 51000, "10.21.35.12", 443, "tcp", "ssl", 100, 900, "SF"),
    (1763600000.0, "C2", "10.21.10.5", 51001, "10.21.35.12", 443, "tcp", None, 1, 2, "SF"),
    (1763600200.0, "C3", "10.21.10.5", 51002, "10.21.35.12", 443, "tcp", None, None, None, "S0"),
    (1763600000.0, "C4", "fd00::5", 8, "fd00::6", 0, "icmp", None, 64, 64, "OTH"),
]


def tsv(records: list[tuple[Any, ...]], separator: str = "\t", unset: str = "-", path: str = "conn") -> str:
    """A log as Zeek writes it."""
    named = "\\x09" if separator == "\t" else separator
    head = [f"#separator {named}", f"#unset_field{separator}{unset}", f"#path{separator}{path}", separator.join(("#fields", *FIELDS))]  # fmt: skip
    rows = [separator.join(unset if cell is None else str(cell) for cell in record) for record in records]
    return "\n".join([*head, *rows, "#close" + separator + "2026-11-20"]) + "\n"


def jsonl(records: list[tuple[Any, ...]]) -> str:
    """The same as JSON lines."""
    return "".join(
        json.dumps({name: cell for name, cell in zip(FIELDS, record, strict=True) if cell is not None}) + "\n"
        for record in records
    )


TABLE = """Source;Destination;Protocol;Port;Count;Bytes;First seen;Last seen
10.21.10.5;10.21.35.12;TCP;443;3;1003;2025-11-20T00:53:20+00:00;2025-11-20T00:56:40+00:00
"""


def put(tmp_path: Path, told: str | bytes, name: str = "conn.log") -> Path:
    """Put a file down."""
    path = tmp_path / name
    path.write_bytes(told.encode() if isinstance(told, str) else told)
    return path


WEB = ("10.21.10.5", "10.21.35.12", "443", "tcp")


@pytest.mark.parametrize("text", [tsv(RECORDS), tsv(RECORDS, "|", "NIL"), jsonl(RECORDS), "\ufeff" + jsonl(RECORDS), tsv(RECORDS).replace("\n", "\r\n")])  # fmt: skip
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_same_connections_in_each_form(text: str, pack: Any, tmp_path: Path) -> None:
    found = read(put(tmp_path, pack(text.encode())))
    assert found.flows == {
        WEB: Sum(3, 2, 1003, 1763600000.0, 1763600200.0, "ssl"),
        ("fd00::5", "fd00::6", "8", "icmp"): Sum(1, 1, 128, 1763600000.0, 1763600000.0, ""),
    }
    assert found.unread_count == 0


def test_a_table_says_it_added_up(tmp_path: Path) -> None:
    assert read(put(tmp_path, TABLE)).flows == {WEB: Sum(3, 3, 1003, 1763600000.0, 1763600200.0, "")}


def test_a_log_whose_heading_changes_is_read_by_its_latest(tmp_path: Path) -> None:
    other = "#fields\tproto\tid.resp_p\tid.resp_h\tid.orig_h\ntcp\t443\t10.21.35.12\t10.21.10.5\n"
    assert read(put(tmp_path, tsv(RECORDS[:1]) + other)).flows[WEB].count == 2


def test_lines_that_tell_nothing_are_counted_with_their_reason(tmp_path: Path) -> None:
    bad = [
        ("x", "C", "10.1.1.1", 1, "10.1.1.2", 2, "tcp", None, None, None, "SF"),
        (1.0, "C", "ten", 1, "10.1.1.2", 2, "tcp", None, None, None, "SF"),
        (1.0, "C", "10.1.1.1", 1, "10.1.1.2", 70000, "tcp", None, None, None, "SF"),
        (1.0, "C", "10.1.1.1", 1, "10.1.1.2", 2, "quux", None, None, None, "SF"),
        (1.0, "C", "10.1.1.1", 1, "10.1.1.2", 2, "tcp", None, "many", None, "SF"),
    ]
    found = read(put(tmp_path, tsv([*RECORDS, *bad]) + "10.1.1.1\tshort\n"))
    assert found.unread_count == 6
    assert [line for line, _why in found.unread] == [9, 10, 11, 12, 13, 15]
    assert found.flows[WEB].count == 3


@pytest.mark.parametrize(("text", "why"), [
    ("", "empty"), ("\n\n", "empty"), (tsv(RECORDS, path="dns"), "log 'dns'"), ("#path\tconn\n10.1.1.1\n", "before the log's #fields"),
    ("#fields\tts\tuid\n1\t2\n", "name no addresses"), (tsv([]), "tells of no connection"), ("{broken\n", "No line tells"),
    ("#separator \\xzz\n", "#separator"), ("source,destination\n1,2\n", "column protocol is missing"), ("source,destination,protocol,port,colour\n", "Unknown column"),
    ("a" * 300_000, "A line holds over"), (gzip.compress(tsv(RECORDS).encode())[:40], "breaks off"),
])  # fmt: skip
def test_a_file_of_no_use_is_refused(text: str | bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=why):
        read(put(tmp_path, text))


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_UNPACKED", 1_000_000)
    packed = gzip.compress(tsv(RECORDS * 10_000).encode())
    assert len(packed) < 20_000
    with pytest.raises(Refused, match="unpacks to over"):
        read(put(tmp_path, packed))


def test_too_many_different_flows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_FLOWS", 10)
    rows = [(1.0, "C", "10.1.1.1", 1, f"10.1.1.{n}", 2, "tcp", None, None, None, "SF") for n in range(11)]
    with pytest.raises(Refused, match="different flows"):
        read(put(tmp_path, tsv(rows)))


MEASURED = """
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from registers.files.sandbox import values
told = list(values("network.feeds.connections_reader", Path(sys.argv[1])))
assert told[-1]["lines"] == 200_005 and any("progress" in one for one in told)
print(getrusage(RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_long_log_takes_little_memory(tmp_path: Path) -> None:
    path = put(tmp_path, tsv(RECORDS * 50_000))
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100_000  # kilobytes


def test_the_reader_tells_flows_and_refusals(tmp_path: Path) -> None:
    told = list(values("network.feeds.connections_reader", put(tmp_path, tsv(RECORDS))))
    assert told[0] == {"source": "10.21.10.5", "destination": "10.21.35.12", "port": 443, "protocol": "tcp", "count": 3, "answered": 2, "bytes": 1003, "first": 1763600000.0, "last": 1763600200.0, "service": "ssl"}  # fmt: skip
    assert told[-1] == {"lines": 9, "unread": [], "unread_count": 0}
    assert next(iter(values("network.feeds.connections_reader", put(tmp_path, "#path\tdns\n"))))["refused"].startswith("Zeek's log")  # fmt: skip


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(told: bytes) -> None:
    path = Path("/tmp") / f"conn-{hash(told)}.log"
    path.write_bytes(told)
    try:
        read(path)
    except Refused:
        pass
    finally:
        path.unlink()
