"""What keeps zones apart: findings of the segmentation rules, answers to the system requirements, places in the drawing."""

from network.models.answers import SrAnswer
from network.models.findings import SegmentationFinding
from network.models.places import ZonePlace

__all__ = ["SegmentationFinding", "SrAnswer", "ZonePlace"]
