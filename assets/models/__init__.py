"""What the plant model keeps."""

from assets.models.asset import Asset, Backup, Interface, Software
from assets.models.discovery import DiscoveredDevice, DiscoveryScan
from assets.models.network import Conduit, Flow, Network, Protocol, SuC, Zone

__all__ = [
    "Asset", "Backup", "Conduit", "DiscoveredDevice", "DiscoveryScan", "Flow", "Interface", "Network", "Protocol", "Software", "SuC", "Zone",
]  # fmt: skip
