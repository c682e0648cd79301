"""Fills a synthetic plant for measurements."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from csms.scale import fill


class Command(BaseCommand):
    """`scale --assets N [--sites M]`."""

    help = "Write a synthetic plant in bulk, for measurements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many."""
        parser.add_argument("--assets", type=int, required=True)
        parser.add_argument("--sites", type=int, default=1)

    def handle(self, *args: Any, assets: int, sites: int, **options: Any) -> None:
        """Fill."""
        if assets < 0 or sites < 1:
            raise CommandError("Give at least one site, and no fewer than no assets.")
        fill(assets, sites)
        self.stdout.write(f"{assets} assets at {sites} sites")
