"""Writes a backup of the database and the files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from csms.backups import NotDone, write


class Command(BaseCommand):
    """`backup DIR`."""

    help = "Write database and files into a new folder, with the digest of each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Write it."""
        try:
            manifest = write(folder, now=timezone.now())
        except (NotDone, OSError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"{len(manifest['files'])} files in {folder}, newest seal {manifest['seal'] or 'none'}")
