"""Restores a backup into an empty portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from csms.backups import NotDone, others_connected, read_back
from registers.history import seals


class Command(BaseCommand):
    """`restore DIR`."""

    help = "Restore a backup into an empty portal, and verify its history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Restore it."""
        try:
            manifest = read_back(folder)
        except (NotDone, OSError) as wrong:
            raise CommandError(str(wrong)) from wrong
        if damage := seals.verify():
            raise CommandError(f"Restored, but history was touched. First bad row: {damage}")
        seal = manifest["seal"] or "none"
        self.stdout.write(
            f"Restored the backup of {manifest['made_at']}. History is as it was sealed, newest seal {seal}."
        )
        if others_connected():
            self.stdout.write("The portal was running meanwhile: start it anew now.")
