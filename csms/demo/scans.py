"""The demo's scan of the filtration line: one laptop ignored, one station to look for, the rest still to settle."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Site, User
from assets import discovering, settling
from assets.models import DiscoveryScan, Zone
from csms.demo.files import DATA
from csms.demo.telling import Year

FILE = "scan-filtration.xml"
DAY, KEEPER = -4, "emil@demo.example"


def events() -> Iterator[dict[str, Any]]:
    """Yield the scan as an event of the year."""
    yield {"day": DAY, "by": KEEPER, "do": "scan", "site": "NORTH"}


def tell(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Take the scan in and settle two of its devices."""
    discovering.take(
        DATA / FILE, FILE, site=site, by=by, seen_on=year.today + timedelta(days=DAY), source="nmap from the engineering zone",
        covers=DiscoveryScan.Covers.ZONE, zone=Zone.objects.get(site=site, name="Filtration line"),
    )  # fmt: skip
    devices = DiscoveryScan.objects.get(site=site, name=FILE).devices
    settling.ignore(devices.get(title="nb-service-04"), by=by, because_of="Service laptop, plugged in for the day")
    settling.ask_visit(devices.get(title="N-FL-RIO03"), by=by)
