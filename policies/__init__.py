"""Policies, procedures, and the exceptions to them."""
