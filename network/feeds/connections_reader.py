"""Prints what a log of connections adds up to, one JSON object a line; run in a process of its own, see `registers.files.sandbox`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from network.feeds import connections
from network.feeds.terms import Refused


def main(path: str) -> int:
    """Print the progress, every flow, and at last the lines read; or the sentence with which the file is refused."""

    def tell(**told: Any) -> None:
        print(json.dumps(told), flush="progress" in told)  # noqa: T201 - the parent reads it

    try:
        found = connections.read(Path(path), lambda percent: tell(progress=percent))
    except Refused as wrong:
        tell(refused=str(wrong))
        return 0
    for (source, destination, port, protocol), one in found.flows.items():
        tell(source=source, destination=destination, port=int(port), protocol=protocol, **asdict(one))
    tell(lines=found.lines, unread=found.unread, unread_count=found.unread_count)
    return 0


if __name__ == "__main__":
    from registers.files.sandbox import confine

    confine()
    sys.exit(main(sys.argv[1]))
