"""Advisories, matching and the life of patches."""
