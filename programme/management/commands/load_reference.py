"""Brings in the product's reference data: catalogues, authority table, protocols."""

from typing import Any

from django.core.management.base import BaseCommand

from programme.reference import load
from registers.history.origin import because


class Command(BaseCommand):
    """Run after each migration; twice is once."""

    help = "Load requirement catalogues, the usual authority table and the protocols."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        with because(step="programme.load_reference"):
            new, changed = load()
        self.stdout.write(f"{new} requirements new, {changed} changed")
