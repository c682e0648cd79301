"""Which security functions the assets of a site fulfil, and which nothing fulfils: firewall, remote access, monitoring (N7)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import Site, User
from assets.models import Asset
from assets.registers import ASSETS

F = Asset.Function
REQUIRED_BY = {
    F.FIREWALL: "NET 1.1", F.REMOTE_ACCESS: "NET 3.2", F.JUMP_HOST: "NET 3.2", F.MONITORING: "EVENT 1.1", F.LOGS: "EVENT 1.4",
    F.UPDATES: "COMP 2.2", F.BACKUP: "AVAIL 2.1", F.TIME: "NET 1.9",
}  # fmt: skip # IEC 62443-2-1:2024, the requirement that each serves


@dataclass(frozen=True)
class Fulfilled:
    """A security function and the assets in use at a site that fulfil it."""

    function: Asset.Function
    assets: tuple[Asset, ...]

    @property
    def required_by(self) -> str:
        """The requirement of IEC 62443-2-1:2024 that it serves."""
        return REQUIRED_BY[self.function]


def at(user: User, site: Site) -> list[Fulfilled]:
    """Return every security function with what fulfils it at a site, those first that nothing fulfils; in one query."""
    assets = list(ASSETS.queryset(user).filter(site=site, lifecycle=Asset.Lifecycle.IN_USE).exclude(functions=[]).order_by("name"))  # fmt: skip
    found = [Fulfilled(one, tuple(asset for asset in assets if one in asset.functions)) for one in F]
    return sorted(found, key=lambda one: bool(one.assets))


def lacking() -> Q:
    """Return: the site has assets in use, and none of them fulfils one of the security functions."""
    in_use = Asset.objects.filter(site=OuterRef("pk"), lifecycle=Asset.Lifecycle.IN_USE)
    named, lacks = in_use.exclude(functions=[]), Q(pk__in=[])
    for one in F.values:
        lacks |= ~Q(Exists(named.filter(functions__contains=[one])))
    return Q(Exists(in_use)) & lacks


def of_site(site: Site, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of what fulfils each security function at a site."""
    return "network/_functions.html", {"functions": at(user, site), "site": site}
