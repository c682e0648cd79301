"""A firewall's rules as a table, CSV or XLSX, first rule first: the columns below, in any order."""

from collections.abc import Iterator
from pathlib import Path

from network.feeds import terms
from network.feeds.terms import NotUnderstood
from network.rules.firewall import Rule, Unread
from network.rules.traffic import ALL_PORTS, ALL_PROTOCOLS, Box
from registers.files.reading import Unreadable
from registers.files.reading import read as read_table
from registers.files.sandbox import Refused

REQUIRED = ("action", "source", "destination")
COLUMNS = (*REQUIRED, "protocol", "ports", "source_ports", "name", "list", "hits", "enabled")
PERMITS = {"permit", "accept", "allow", "pass", "erlauben", "zulassen"}
BLOCKS = {"deny", "drop", "reject", "block", "discard", "verwerfen", "sperren"}
NO = {"no", "false", "0", "off", "disabled", "nein", "aus"}


def read(path: Path, name: str) -> Iterator[Rule | Unread]:
    """Yield the rule of each row; raises Refused."""
    try:
        sheet = read_table(path, name)
        header = [column.replace(" ", "_") for column in sheet.header]
        if missing := [column for column in REQUIRED if column not in header]:
            raise Refused(f"The column {missing[0]} is missing. A table of rules has {', '.join(COLUMNS)}.")
        if unknown := [column for column in header if column not in COLUMNS]:
            raise Refused(f"Unknown column: {', '.join(unknown)[:200]}. Known are {', '.join(COLUMNS)}.")
        for number, cells in sheet.rows:
            row = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
            text = "; ".join(cell for cell in cells if cell)[:2000]
            try:
                yield _rule(number, text, row)
            except NotUnderstood as wrong:
                yield Unread(number, text, str(wrong))
    except Unreadable as wrong:
        raise Refused(str(wrong)) from wrong


def _rule(number: int, text: str, row: dict[str, str]) -> Rule:
    action = row["action"].lower()
    if action not in PERMITS | BLOCKS:
        raise NotUnderstood(f"The action '{action[:40]}' is neither permit nor deny.")
    hits = row.get("hits", "").replace(".", "").replace(",", "").replace(" ", "")
    if hits and not (hits.isascii() and hits.isdigit() and len(hits) < 19):
        raise NotUnderstood(f"The hits '{hits[:40]}' are no number.")
    protocol = terms.protocols(row.get("protocol", ""))
    ports, source_ports = terms.ports(row.get("ports", "")), terms.ports(row.get("source_ports", ""))
    if protocol == ALL_PROTOCOLS and (ports != ALL_PORTS or source_ports != ALL_PORTS):
        protocol = ((6, 6), (17, 17))
    box = Box(terms.addresses(row["source"]), terms.addresses(row["destination"]), protocol, ports, source_ports)
    return Rule(
        line=number, text=text, chain=row.get("list", "")[:80], permits=action in PERMITS, traffic=(box,), hits=int(hits) if hits else None,
        remark=row.get("name", "")[:200], active=row.get("enabled", "").lower() not in NO,
    )  # fmt: skip
