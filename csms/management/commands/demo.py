"""Loads the demo plant, or takes it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from csms.demo.loading import InUse, counts, load, loaded
from csms.demo.removing import remove


class Command(BaseCommand):
    """`demo`, `demo --remove`."""

    help = "Load the demo plant with a year of history; twice is once. With --remove take it away; history stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to remove."""
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        """Load or remove, and print the counts."""
        if remove:
            self._remove()
            return
        try:
            if not loaded():
                load(now=timezone.now(), say=self.stdout.write)
        except InUse as reason:
            self.stdout.write(str(reason))
            return
        self.stdout.write(", ".join(f"{name}: {number}" for name, number in counts().items()))

    def _remove(self) -> None:
        if not loaded():
            self.stdout.write("The demo plant is not here.")
            return
        self.stdout.write(f"{remove()} rows removed")
