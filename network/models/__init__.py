"""What keeps zones apart: findings, answers to the system requirements, places in the drawing, rule sets, observed flows."""

from network.models.answers import SrAnswer
from network.models.certificates import ComponentCertificate
from network.models.findings import SegmentationFinding
from network.models.firewall import FirewallRule, FirewallRuleset
from network.models.observed import FlowCapture, ObservedFlow
from network.models.places import ZonePlace

__all__ = [
    "ComponentCertificate",
    "FirewallRule",
    "FirewallRuleset",
    "FlowCapture",
    "ObservedFlow",
    "SegmentationFinding",
    "SrAnswer",
    "ZonePlace",
]
