"""Catalogues and requirements, what a site says of each, decisions with their authority, evidence, comments."""

from programme.models.decision import Authority, Decision
from programme.models.evidence import Comment, Evidence
from programme.models.requirement import Catalogue, Judgement, Requirement

__all__ = ["Authority", "Catalogue", "Comment", "Decision", "Evidence", "Judgement", "Requirement"]

from programme import tags  # noqa: F401  # a model that stands on its own, known to Django by this import
