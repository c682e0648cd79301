"""Office and DMZ with one declared flow, a rule set and a log of connections."""

from pathlib import Path

import pytest

from accounts.models import Site, User
from assets.models import Conduit, Flow, Network, Protocol, Zone
from assets.reference import load
from network import captures, rulesets
from network.models import FirewallRuleset, FlowCapture
from tests.catalogues import load as load_programme
from tests.network.plant import LOG, NOW, RULES, put


@pytest.fixture
def office(north: Site) -> Zone:
    """The office network, outside of the plant."""
    zone = Zone.objects.create(site=north, name="Office", level=4, external=True)
    Network.objects.create(site=north, zone=zone, name="Office LAN", cidr="10.21.10.0/24")
    return zone


@pytest.fixture
def dmz(north: Site) -> Zone:
    """The zone between office and plant."""
    zone = Zone.objects.create(site=north, name="DMZ", level=3.5)
    Network.objects.create(site=north, zone=zone, name="DMZ LAN", cidr="10.21.35.0/24")
    return zone


@pytest.fixture
def conduit(north: Site, office: Zone, dmz: Zone) -> Conduit:
    """The way between them."""
    load()
    load_programme()
    return Conduit.objects.create(site=north, name="Office - DMZ", zone_a=office, zone_b=dmz)


@pytest.fixture
def https(conduit: Conduit, office: Zone) -> Flow:
    """The one declared flow: office to DMZ."""
    protocol = Protocol.objects.get(code="https")
    return Flow.objects.create(site=conduit.site, conduit=conduit, initiator=office, protocol=protocol, ports="443")


@pytest.fixture
def ruleset(https: Flow, tmp_path: Path, nils: User) -> FirewallRuleset:
    """The rules of a firewall, taken in by Nils."""
    return rulesets.take(put(tmp_path, RULES), "fw01.csv", site=https.site, by=nils, now=NOW)[0]


@pytest.fixture
def capture(https: Flow, tmp_path: Path, nils: User) -> FlowCapture:
    """A day of connections, taken in by Nils."""
    return captures.take(put(tmp_path, LOG), "conn.csv", site=https.site, by=nils, now=NOW, sensor="DMZ tap")[0]
