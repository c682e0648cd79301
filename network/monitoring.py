"""When sensors and discovery scans last saw each zone of a site, and traffic between two of them (N2)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max, Q

from accounts.models import Site, User
from assets.discovery_registers import DEVICES
from network.flow_registers import OBSERVED
from registers.clock import day_of

Pair = frozenset[int]
HEARD = Max("last_seen_at", filter=Q(answered__gt=0))  # who never answers may not be there


class LastSeen:
    """The last day of each zone and of each pair of zones; what has no day was never seen, or in a log that tells no times."""

    def __init__(self, user: User, site: Site) -> None:
        self.zones: dict[int, date] = {}
        self.pairs: dict[Pair, date] = {}
        flows = OBSERVED.queryset(user).filter(site=site, last_seen_at__isnull=False).order_by()
        told = flows.values_list("source_zone", "destination_zone").annotate(last=Max("last_seen_at"), heard=HEARD)
        for source, destination, last, heard in told:
            if source:
                _later(self.zones, source, day_of(last, site))
            if destination and heard:
                _later(self.zones, destination, day_of(heard, site))
            if source and destination:
                _later(self.pairs, frozenset((source, destination)), day_of(last, site))
        for zone, day in _scanned(user, site):
            _later(self.zones, zone, day)


def _later(days: dict[Any, date], key: Any, day: date) -> None:
    days[key] = max(day, days.get(key, day))


def _scanned(user: User, site: Site) -> Iterable[tuple[int, date]]:
    """Return each zone with the last day on which a scan saw one of its assets."""
    seen = DEVICES.queryset(user).filter(site=site, asset__zone__isnull=False).exclude(verdict="MISSING").order_by()
    found: Any = seen.values_list("asset__zone").annotate(last=Max("scan__seen_on"))
    return list(found)
