"""Advisory sources, advisories with every state they had, and what they mean for each asset."""

from patching.models.advisories import Advisory, AdvisoryState, Exploited, Prediction
from patching.models.matches import Match, ProductLink, VendorAlias, forget
from patching.models.priorities import PriorityTable
from patching.models.sources import AdvisorySource, Poll, SeenAddress

__all__ = [
    "Advisory", "AdvisorySource", "AdvisoryState", "Exploited", "Match", "Poll", "Prediction", "PriorityTable", "ProductLink",
    "SeenAddress", "VendorAlias", "forget",
]  # fmt: skip
