"""Brings in the product's reference data: catalogues, authority table, protocols, risk methodology, threats."""

from typing import Any

from django.core.management.base import BaseCommand

from assets import reference as protocols
from programme import reference as catalogues
from registers.history.origin import because
from risk import reference as risks


class Command(BaseCommand):
    """Run after each migration; twice is once."""

    help = "Load requirement catalogues, the usual authority table and the protocols."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        with because(step="csms.load_reference"):
            new, changed = catalogues.load()
            added = protocols.load()
            threats = risks.load()
        self.stdout.write(f"{new} requirements new, {changed} changed, {added} protocols new, {threats} threats new")
