"""What the plant model keeps."""

from assets.models.asset import Asset, Backup, Interface, Software
from assets.models.network import Conduit, Flow, Network, Protocol, SuC, Zone

__all__ = [
    "Asset", "Backup", "Conduit", "Flow", "Interface", "Network", "Protocol", "Software", "SuC", "Zone",
]  # fmt: skip
