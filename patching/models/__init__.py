"""Advisory sources, advisories with every state they had, what they mean for each asset, and the patches that mend it."""

from patching.models.advisories import Advisory, AdvisoryState, Exploited, Prediction
from patching.models.deployments import DeploymentProof, DeploymentRemedy, PatchDeployment
from patching.models.matches import Match, ProductLink, VendorAlias, forget
from patching.models.patches import Patch, PatchPolicy, VendorQualification, policy_of
from patching.models.priorities import PriorityTable
from patching.models.sources import AdvisorySource, Poll, SeenAddress
from patching.models.windows import Blackout, CalendarAddress, MaintenanceWindow

__all__ = [
    "Advisory", "AdvisorySource", "AdvisoryState", "Blackout", "CalendarAddress", "DeploymentProof", "DeploymentRemedy", "Exploited", "MaintenanceWindow",
    "Match", "Patch", "PatchDeployment", "PatchPolicy", "Poll", "Prediction", "PriorityTable", "ProductLink", "SeenAddress",
    "VendorAlias", "VendorQualification", "forget", "policy_of",
]  # fmt: skip
