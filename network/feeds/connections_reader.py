"""Prints what a log of connections adds up to, one JSON object a line; run in a process of its own, see `registers.files.sandbox`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from network.feeds import connections
from registers.files.sandbox import confine, tell


def flows(path: Path) -> Iterator[dict[str, Any]]:
    """Print the progress while reading; then yield every flow, and at last what was read; raises Refused."""
    found = connections.read(path, lambda percent: print(json.dumps({"progress": percent}), flush=True))  # noqa: T201 - the parent reads it
    for (source, destination, port, protocol), one in found.flows.items():
        yield {"source": source, "destination": destination, "port": int(port), "protocol": protocol, **asdict(one)}
    yield {"lines": found.lines, "unread": found.unread, "unread_count": found.unread_count}


if __name__ == "__main__":
    confine()
    tell(flows(Path(sys.argv[1])))
