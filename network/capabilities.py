"""What the certificates in force say of the assets of zones, and of one asset."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from assets.models import Asset, Zone
from assets.registers import ASSETS
from network.models import ComponentCertificate
from network.rules.capability import Capability, Certified, capability


def in_force(on: date) -> QuerySet[ComponentCertificate]:
    """Return the certificates that hold on a day."""
    return ComponentCertificate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=on)).order_by("vendor", "pk")


def _rule(one: ComponentCertificate) -> Certified:
    return Certified(one.vendor, one.product, one.model_number, tuple(one.sl_c))


def of_zones(zones: Iterable[Zone], user: Any, on: date) -> dict[int, Capability]:
    """Return what the assets in use of each zone are capable of, in two queries."""
    inside = ASSETS.queryset(user).filter(zone__in=list(zones), lifecycle=Asset.Lifecycle.IN_USE).order_by()
    components: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for zone, *component in inside.values_list("zone", "vendor", "product", "model_number"):
        components[zone].append(tuple(component))
    known = [_rule(one) for one in in_force(on)]
    return {zone: capability(found, known) for zone, found in components.items()}


def of_asset(asset: Asset, on: date) -> list[ComponentCertificate]:
    """Return the certificates that cover an asset's product."""
    named = (asset.vendor, asset.product, asset.model_number)
    return [one for one in in_force(on) if _rule(one).covers(*named)]
