"""Prints what a discovery file tells of, one JSON object a line; run in a process of its own, see `registers.files.sandbox`."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from assets.feeds import cyclonedx, netbox, nmap, zeek
from assets.feeds.seen import MOST_DEVICES, Seen
from registers.files.sandbox import Refused, confine, tell


def devices(path: Path) -> Iterator[Seen]:
    """Yield what the file tells of, by what it is rather than by its name; raises Refused."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        yield from nmap.read(path)
    elif start.startswith(b"#"):
        yield from zeek.read(path)
    else:
        yield from _json(path)


def _json(path: Path) -> Iterator[Seen]:
    with path.open("rb") as file:
        first = file.readline(1_000_000)
    try:
        alone = json.loads(first)
    except (ValueError, RecursionError):
        alone = None
    if isinstance(alone, dict) and not {"bomFormat", "results", "specVersion"} & set(alone):
        yield from zeek.read(path)
        return
    try:
        found = json.loads(path.read_bytes())
    except RecursionError as wrong:
        raise Refused("The JSON is nested too deeply. It is not read.") from wrong
    except ValueError as wrong:
        raise Refused("The file is not JSON as it stands: it breaks off, or is not UTF-8. Export it anew.") from wrong
    if isinstance(found, dict) and ("bomFormat" in found or "specVersion" in found):
        yield from cyclonedx.read(found)
    else:
        yield from netbox.read_json(found)


if __name__ == "__main__":
    confine()
    tell(islice(devices(Path(sys.argv[1])), MOST_DEVICES + 1))
