"""Brings the database up to date before web, worker and beat start: all steps in one process, loaded once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS

from csms.health import behind


class Command(BaseCommand):
    """`prepare`, `prepare --demo`; run as the owner, twice is once."""

    requires_system_checks = ()  # each start would wait a second for what was checked of this code before its release
    help = "Migrate, set the rights of the application's role and load the reference data; with --demo the demo plant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether the demo plant belongs there."""
        parser.add_argument("--demo", action="store_true", help="load the demo plant, once")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        """Do one step after the other, each with a line before it."""
        self.stdout.write("migrate ...")
        _migrate()
        for name in (
            "grant_roles",
            *(["demo"] if demo else []),  # before the reference data: the demo brings them in a year ago
            "load_reference",
        ):
            self.stdout.write(f"{name} ...")
            call_command(name, stdout=self.stdout)


def _migrate() -> None:
    """Migrate; where no migration is missing, only what follows one, in case a start was killed between the two.

    `migrate` itself takes seconds to find that nothing is missing: it builds every model as it once was.
    """
    if behind():
        call_command("migrate", interactive=False, verbosity=0)
    else:
        emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
