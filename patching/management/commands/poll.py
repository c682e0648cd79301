"""Polls advisory sources now, in the foreground, and matches what came."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patching import matching, polling
from patching.models import AdvisorySource, Poll


class Command(BaseCommand):
    """`poll`, `poll --source NAME`, `poll --path DIR_OR_URL`."""

    help = "Poll advisory sources now and match what came; exit 1 if any source failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one source by name, or a folder or address."""
        parser.add_argument("--source", help="name of one source")
        parser.add_argument("--path", help="a folder, or an address of a provider or document")

    def handle(self, *args: Any, source: str | None, path: str | None, **options: Any) -> None:
        """Poll, match, print the counts."""
        failed = 0
        for one in self._sources(source, path):
            visit = polling.poll(one, now=timezone.now())
            if visit is None:
                self.stdout.write(f"{one.name}: another worker is polling it")
                continue
            failed += visit.state == Poll.State.FAILED or (bool(path) and bool(visit.refused))
            self.stdout.write(
                f"{one.name}: {visit.new} new, {visit.changed} changed, {visit.unchanged} unchanged, {visit.refused} refused"
            )
            for problem in visit.problems:
                self.stderr.write(f"  {problem['place']}: {problem['reason']}")
        outcome = matching.follow(now=timezone.now())
        self.stdout.write(f"matches: {outcome.matched} written, {outcome.closed} closed")
        if failed:
            raise CommandError(f"{failed} of the sources failed")

    def _sources(self, name: str | None, path: str | None) -> list[AdvisorySource]:
        if path:
            return [polling.source_for(path)]
        if name:
            found = AdvisorySource.objects.filter(name=name).first()
            if found is None:
                raise CommandError(f"There is no source named '{name}'.")
            return [found]
        return list(AdvisorySource.objects.filter(enabled=True).order_by("pk"))
