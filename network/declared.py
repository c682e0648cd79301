"""What a site has declared, as the rules of firewalls and observation need it: addresses of zones, flows with their ports."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from accounts.models import Site
from assets.models import Asset, Flow, Interface, Network, Zone
from network.rules.firewall import Declared, Plant
from network.rules.observed import Allowed, Declarations
from network.rules.places import Claim, Places, open_ends
from network.rules.spans import Spans, spans
from network.rules.traffic import ALL_PORTS, NEW, Box, subnet

TRANSPORTS = {"TCP": 6, "UDP": 17, "ESP": 50, "ICMP": 1, "IGMP": 2, "GRE": 47, "SCTP": 132}
PORTLESS = frozenset({1, 2, 47, 50})


def places_of(site: Site) -> Places:
    """Return which addresses each zone of a site has, by its networks and the assets that stand in it."""
    claims = tuple(_claims(site))
    outside = Zone.objects.filter(site=site, external=True, level__isnull=False).values_list("pk", "level")
    return Places(claims, open_ends(((pk, float(level)) for pk, level in outside if level is not None), {one.zone for one in claims}))  # fmt: skip


def _claims(site: Site) -> Iterator[Claim]:
    networks = Network.objects.filter(site=site, zone__isnull=False).exclude(cidr="")
    for zone, cidr in networks.values_list("zone", "cidr"):
        yield Claim(int(zone or 0), *subnet(cidr))
    assets = Asset.objects.filter(site=site, zone__isnull=False, ip_address__isnull=False)
    for zone, address in assets.exclude(lifecycle=Asset.Lifecycle.RETIRED).values_list("zone", "ip_address"):
        yield Claim(int(zone or 0), *subnet(str(address)))
    ports = Interface.objects.filter(site=site, ip_address__isnull=False).exclude(
        asset__lifecycle=Asset.Lifecycle.RETIRED
    )
    for own, near, address in ports.values_list("asset__zone", "network__zone", "ip_address"):
        if near or own:
            yield Claim(near or own, *subnet(str(address)))


def without_addresses(site: Site, places: Places) -> list[str]:
    """Return the names of zones whose flows count for nothing, because no network or asset gives them an address."""
    used = Zone.objects.filter(site=site).exclude(pk__in=places.addresses)
    return list(used.filter(Q(conduits_a__isnull=False) | Q(conduits_b__isnull=False)).distinct().order_by("name").values_list("name", flat=True))  # fmt: skip


def flows_of(site: Site, *, on: date) -> list[Flow]:
    """Return the flows of a site that hold on a day."""
    lasting = Flow.objects.filter(site=site).filter(Q(expires_on=None) | Q(expires_on__gte=on))
    return list(lasting.select_related("conduit", "initiator", "protocol").order_by("pk"))


def services(flow: Flow) -> tuple[tuple[int, Spans], ...]:
    """Return the IP protocols of a flow, each with its ports; none for what does not pass by IP."""
    words = {word.strip("(),") for word in flow.protocol.transport.upper().split()}
    ports = _ports(flow.ports or flow.protocol.ports)
    return tuple((number, ALL_PORTS if number in PORTLESS else ports) for name, number in TRANSPORTS.items() if name in words)  # fmt: skip


def _ports(text: str) -> Spans:
    pairs = (part.split("-") for part in text.replace(" ", "").split(",") if part)
    return spans((int(one[0]), int(one[-1])) for one in pairs) or ALL_PORTS


def responder(flow: Flow) -> int:
    """Return the zone that answers."""
    conduit = flow.conduit
    return conduit.zone_b_id if flow.initiator_id == conduit.zone_a_id else conduit.zone_a_id


def plant_of(flows: list[Flow], places: Places) -> Plant:
    """Return the declared traffic as a firewall's rules are measured by it."""
    held = places.addresses
    return Plant(
        tuple(Declared(flow.pk, f"{flow.conduit}: {flow}", tuple(_boxes(flow, held))) for flow in flows),
        tuple(Box(mine, mine) for zone, mine in held.items() if zone not in places.open_ends),
    )


def _boxes(flow: Flow, held: dict[int, Spans]) -> Iterator[Box]:
    source, destination = held.get(flow.initiator_id), held.get(responder(flow))
    if source and destination:
        for protocol, ports in services(flow):
            yield Box(source, destination, ((protocol, protocol),), ports, state=NEW)


def declarations_of(flows: list[Flow]) -> Declarations:
    """Return the declared flows as observation is measured by them."""
    return Declarations(
        Allowed(id=flow.pk, source=flow.initiator_id, destination=responder(flow), services=services(flow)) for flow in flows
    )  # fmt: skip
