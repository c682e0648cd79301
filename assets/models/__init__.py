"""What the plant model keeps."""

from assets.models.asset import Asset, Backup, Interface, Software
from assets.models.devices import MalwareCheck, RemovableMedium
from assets.models.discovery import DiscoveredDevice, DiscoveryScan
from assets.models.floor import AssetDistinction, Sighting, WalkDown
from assets.models.hardening import BaselineAnswer, BaselineItem, HardeningBaseline, SanitisationRecord
from assets.models.network import Conduit, Flow, Network, Protocol, SuC, Zone

__all__ = [
    "Asset",
    "AssetDistinction",
    "Backup",
    "BaselineAnswer",
    "BaselineItem",
    "Conduit",
    "DiscoveredDevice",
    "DiscoveryScan",
    "Flow",
    "HardeningBaseline",
    "Interface",
    "MalwareCheck",
    "Network",
    "Protocol",
    "RemovableMedium",
    "SanitisationRecord",
    "Sighting",
    "Software",
    "SuC",
    "WalkDown",
    "Zone",
]  # fmt: skip
