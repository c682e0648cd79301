"""Tests of the readers of rule sets and observed flows."""
