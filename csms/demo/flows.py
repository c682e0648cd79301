"""The demo's rule set of the DMZ firewall, and a day of connections that a tap in the DMZ saw: three flows nobody declared."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accounts.models import Site, User
from assets.models import Asset
from csms.demo.files import DATA
from csms.demo.telling import Year
from network import captures, deciding, rulesets
from network.models import ObservedFlow

RULES, CONNECTIONS = "rules-north-dmz.csv", "flows-north-dmz.csv"
READ, SEEN, KEEPER = -9, -6, "nils@demo.example"


def events() -> Iterator[dict[str, Any]]:
    """Yield both as events of the year."""
    yield {"day": READ, "by": KEEPER, "do": "read_rules", "site": "NORTH"}
    yield {"day": SEEN + 1, "by": KEEPER, "do": "read_connections", "site": "NORTH"}


def read_rules(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take the rule set of the firewall between office and DMZ in."""
    device = Asset.objects.get(site=site, name="N-DMZ-FW01")
    rulesets.take(DATA / RULES, "N-DMZ-FW01 policies.csv", site=site, by=by, now=year.last, device=device)


def read_connections(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take the day of connections in, and have the remote desktop past the DMZ blocked."""
    day = year.today + timedelta(days=SEEN)
    with TemporaryDirectory() as folder:
        path = Path(folder) / CONNECTIONS
        path.write_text((DATA / CONNECTIONS).read_text().replace("DAY", day.isoformat()))
        captures.take(path, f"DMZ tap {day}.csv", site=site, by=by, now=year.last, sensor="N-OPS-IDS01, tap in the DMZ")  # fmt: skip
    past = ObservedFlow.objects.get(site=site, source_zone__name="Corporate network", destination_zone__name="Site operations")  # fmt: skip
    deciding.block(
        past, by=by, owner="Nils Aker", due_on=year.today + timedelta(days=5),
        because_of="Left over from a project; the jump host is there for this.",
    )  # fmt: skip
