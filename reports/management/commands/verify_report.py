"""Says whether a report is one of ours, unaltered, and from which data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.views import verdict


class Command(BaseCommand):
    """`verify_report FILE`."""

    help = "Say whether a PDF is a report of this portal, exactly as issued; exit 1 if it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Verify."""
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        told = verdict(file.read_bytes())
        for name in ("report_id", "data_sha256", "file_sha256"):
            if told[name]:
                self.stdout.write(f"{name}: {told[name]}")
        if not told["good"]:
            raise CommandError(told["words"])
        self.stdout.write(told["words"])
