"""The plan of a site from its registers, as far as the person who asks may see them."""

from typing import Any

from accounts.models import Site, User
from assets.models import Asset
from assets.registers import ASSETS, CONDUITS, ZONES
from network.rules.plan import Plan, PlanConduit, PlanFlow, PlanZone

REMOTE_SESSIONS = frozenset({"rdp", "ssh", "telnet", "vnc"})  # codes of the protocol catalogue


def plan_of(user: User, site: Site) -> Plan:
    """Return the zones, conduits and flows of a site."""
    remote = ASSETS.queryset(user).filter(site=site, kind=Asset.Kind.REMOTE_ACCESS).exclude(zone=None)
    gateways = set(remote.values_list("zone", flat=True))
    conduits = CONDUITS.queryset(user).filter(site=site).prefetch_related("flows__protocol")
    return Plan(
        tuple(_zone(zone, gateway=zone.pk in gateways) for zone in ZONES.queryset(user).filter(site=site)),
        tuple(_conduit(conduit) for conduit in conduits),
    )


def _zone(zone: Any, *, gateway: bool) -> PlanZone:
    return PlanZone(
        id=zone.pk, name=zone.name, level=None if zone.level is None else float(zone.level), external=zone.external,
        safety=zone.safety, gateway=gateway, sl_t=tuple(zone.sl_t) if zone.sl_t else None,
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
