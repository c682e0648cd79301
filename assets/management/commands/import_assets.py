"""Imports assets from a file: the same import as the page's."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Site
from accounts.robots import robot
from assets.imports import ASSET_IMPORTER
from registers.files.importing import Delivery, Row, count, nothing_yet
from registers.files.reading import Unreadable
from registers.jobs import JobFailed


class Command(BaseCommand):
    """`import_assets FILE --site CODE [--map asset_tag=name] [--dry-run] [--format json]`."""

    help = "Import assets from CSV or XLSX, all rows or none; exit 1 if a row has an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, where it goes and how its columns are named."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--site", required=True)
        parser.add_argument(
            "--map", action="append", default=[], metavar="COLUMN=FIELD", help="empty FIELD leaves the column out"
        )
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, file: Path, site: str, dry_run: bool, **options: Any) -> None:
        """Judge every row, print the verdicts, write when none is wrong."""
        place = Site.objects.filter(code__iexact=site).first()
        if place is None:
            raise CommandError(f"There is no site '{site}'.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        mapping = {
            left.strip(): right.strip() or None for left, _sign, right in (one.partition("=") for one in options["map"])
        }
        delivery = Delivery(file, file.name, ASSET_IMPORTER, place, robot("import"), mapping)
        found = nothing_yet()
        try:
            for part in delivery.judged():
                count(found, part)
                self._tell(part, options["format"])
            if options["format"] == "text":
                self.stdout.write(", ".join(f"{number} {verdict}" for verdict, number in found.items()))
            if found["error"]:
                raise CommandError(f"{found['error']} rows have errors; nothing was written.")
            if not dry_run:
                delivery.write()
        except (Unreadable, JobFailed) as wrong:
            raise CommandError(str(wrong)) from wrong

    def _tell(self, rows: list[Row], form: str) -> None:
        for row in rows:
            if form == "json":
                self.stdout.write(json.dumps(row.as_json(), ensure_ascii=False))
            for error in row.errors if form == "text" else ():
                self.stdout.write(f"row {row.number}, {error['column']}: {error['message']}")
