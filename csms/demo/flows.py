"""The demo's rule set of the DMZ firewall, and two days of connections: what a tap in the control room saw weeks ago, and
what one in the DMZ saw lately, with three flows that nobody declared.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accounts.models import Site, User
from assets.models import Asset
from csms.demo.files import DATA
from csms.demo.telling import Year
from network import captures, deciding, rulesets
from network.models import ObservedFlow
from registers.wording import capital

RULES, CONNECTIONS, EARLIER = "rules-north-dmz.csv", "flows-north-dmz.csv", "flows-north-control.csv"
READ, SEEN, SEEN_EARLIER, KEEPER = -9, -6, -64, "nils@demo.example"


def events() -> Iterator[dict[str, Any]]:
    """Yield all three as events of the year."""
    yield {"day": SEEN_EARLIER + 1, "by": KEEPER, "do": "read_earlier_connections", "site": "NORTH"}
    yield {"day": READ, "by": KEEPER, "do": "read_rules", "site": "NORTH"}
    yield {"day": SEEN + 1, "by": KEEPER, "do": "read_connections", "site": "NORTH"}


def read_rules(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take the rule set of the firewall between office and DMZ in."""
    device = Asset.objects.get(site=site, name="N-DMZ-FW01")
    rulesets.take(DATA / RULES, "N-DMZ-FW01 policies.csv", site=site, by=by, now=year.last, device=device)


def read_connections(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take the day of connections in, and have the remote desktop past the DMZ blocked."""
    _take(CONNECTIONS, "DMZ", site, by, day=year.today + timedelta(days=SEEN), now=year.last)
    past = ObservedFlow.objects.get(site=site, source_zone__name="Corporate network", destination_zone__name="Site operations")  # fmt: skip
    deciding.block(
        past, by=by, owner="Nils Aker", due_on=year.today + timedelta(days=5),
        because_of="Left over from a project; the jump host is there for this.",
    )  # fmt: skip


def read_earlier_connections(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take in what the tap in the control room saw before it was taken away for the DMZ."""
    _take(EARLIER, "control room", site, by, day=year.today + timedelta(days=SEEN_EARLIER), now=year.last)


def _take(file: str, place: str, site: Site, by: User, *, day: date, now: datetime) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_text((DATA / file).read_text().replace("DAY", day.isoformat()))
        captures.take(
            path,
            f"{capital(place)} tap {day}.csv",
            site=site,
            by=by,
            now=now,
            sensor=f"N-OPS-IDS01, tap in the {place}",
        )
