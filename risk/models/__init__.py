"""Risks: by which methodology, of which threats, how treated, who accepts them, when they are looked at again."""

from risk.models.acceptances import Reassessment, RiskAcceptance
from risk.models.assessments import RiskAssessment
from risk.models.methods import RiskMethodology, in_force
from risk.models.risks import Risk, Treatment, settle
from risk.models.targets import TargetOverride
from risk.models.threats import Scenario, Threat

__all__ = [
    "Reassessment", "Risk", "RiskAcceptance", "RiskAssessment", "RiskMethodology", "Scenario", "TargetOverride", "Threat", "Treatment", "in_force", "settle",
]  # fmt: skip
