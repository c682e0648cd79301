"""Risks of the plant: methodology, scenarios, treatment, acceptance, reassessment."""
