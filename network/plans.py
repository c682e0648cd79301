"""The plan of a site from its registers, as far as the person who asks may see them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from accounts.models import Site, User
from assets.device_registers import MEDIA
from assets.models import Asset, Interface, RemovableMedium
from assets.registers import ASSETS, CONDUITS, INTERFACES, ZONES
from network.rules.plan import Plan, PlanConduit, PlanDevice, PlanFlow, PlanZone

REMOTE_SESSIONS = frozenset({"rdp", "ssh", "telnet", "vnc"})  # codes of the protocol catalogue
CARRIES = (Asset.Kind.NETWORK_DEVICE, Asset.Kind.REMOTE_ACCESS)
M = Interface.Medium


def plan_of(user: User, site: Site) -> Plan:
    """Return the zones, conduits and flows of a site, with what stands in the zones as far as the rules ask for it."""
    zones = list(ZONES.queryset(user).filter(site=site))
    conduits = list(CONDUITS.queryset(user).filter(site=site).prefetch_related("flows__protocol"))
    housed = ASSETS.queryset(user).filter(site=site, zone__isnull=False)
    gateways = set(housed.filter(kind=Asset.Kind.REMOTE_ACCESS).values_list("zone", flat=True))
    standing = housed.filter(lifecycle=Asset.Lifecycle.IN_USE).exclude(kind__in=CARRIES).order_by()
    ends = dict(standing.values_list("zone").annotate(n=Count("pk")))
    devices = _devices(user, site, _boundary(zones, conduits))
    visitors = _visitors(user, site)
    return Plan(
        tuple(
            _zone(zone, gateway=zone.pk in gateways, ends=ends.get(zone.pk, 0), devices=tuple(devices[zone.pk]), visitors=tuple(visitors[zone.pk]))
            for zone in zones
        ),
        tuple(_conduit(conduit) for conduit in conduits),
    )  # fmt: skip


def _boundary(zones: Iterable[Any], conduits: Iterable[Any]) -> set[int | None]:
    """Return the devices that guard a way out of the site: theirs is to stand on both sides."""
    outside = {zone.pk for zone in zones if zone.external}
    return {one.boundary_device_id for one in conduits if {one.zone_a_id, one.zone_b_id} & outside}


def _devices(user: User, site: Site, boundary: set[int | None]) -> dict[int, list[PlanDevice]]:
    """Return by zone the devices in use that are joined by radio or to a network outside the site."""
    beyond = Q(network__zone__external=True)
    joined = INTERFACES.queryset(user).filter(
        Q(medium__in=[M.WIRELESS, M.MOBILE]) | beyond, site=site, asset__zone__isnull=False, asset__lifecycle=Asset.Lifecycle.IN_USE
    )  # fmt: skip
    told: dict[Any, list[Any]] = defaultdict(list)
    for one in joined.select_related("asset", "network__zone").order_by("asset__name", "pk"):
        told[one.asset].append(one)
    found: dict[int, list[PlanDevice]] = defaultdict(list)
    for asset, interfaces in told.items():
        found[asset.zone_id].append(_device(asset, interfaces, guards=asset.pk in boundary))
    return found


def _device(asset: Asset, interfaces: list[Any], *, guards: bool) -> PlanDevice:
    outside = (
        [] if guards else [one for one in interfaces if one.network and one.network.zone and one.network.zone.external]
    )
    return PlanDevice(
        name=asset.name, wireless=any(one.medium == M.WIRELESS for one in interfaces),
        mobile=not guards and any(one.medium == M.MOBILE for one in interfaces),
        beyond=outside[0].network.zone_id if outside else None, carries=asset.kind in CARRIES,
    )  # fmt: skip


def _visitors(user: User, site: Site) -> dict[int, list[str]]:
    """Return by zone the names of the devices that may be joined to its network for a time."""
    S = RemovableMedium.Status
    joining = MEDIA.queryset(user).filter(
        site=site, kind=RemovableMedium.Kind.LAPTOP, status__in=[S.IN_STORE, S.ISSUED]
    )
    found: dict[int, list[str]] = defaultdict(list)
    for zone, name in joining.filter(zones__isnull=False).order_by("name").values_list("zones", "name"):
        found[zone].append(name)
    return found


def _zone(zone: Any, **stands: Any) -> PlanZone:
    return PlanZone(
        id=zone.pk, name=zone.name, level=None if zone.level is None else float(zone.level), external=zone.external,
        safety=zone.safety, sl_t=tuple(zone.sl_t) if zone.sl_t else None, **stands,
    )  # fmt: skip


def _conduit(conduit: Any) -> PlanConduit:
    flows = tuple(
        PlanFlow(
            initiator=flow.initiator_id,
            protocol=flow.protocol.name,
            remote_session=flow.protocol.code in REMOTE_SESSIONS,
        )
        for flow in conduit.flows.all()
    )
    return PlanConduit(
        id=conduit.pk, name=conduit.name, zone_a=conduit.zone_a_id, zone_b=conduit.zone_b_id,
        guard=conduit.boundary_device.name if conduit.boundary_device else "", controls=conduit.controls, flows=flows,
    )  # fmt: skip
