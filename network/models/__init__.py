"""What keeps zones apart: findings of the segmentation rules, and the answers to the system requirements."""

from network.models.answers import SrAnswer
from network.models.findings import SegmentationFinding

__all__ = ["SegmentationFinding", "SrAnswer"]
