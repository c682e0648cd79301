"""Imports: every row is judged as the form would judge it, then all are written in one transaction, or none.

The same file twice changes nothing the second time; the same job twice does nothing twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from registers import jobs
from registers.door import importer_of, registers
from registers.files.export import unguarded
from registers.files.mapping import Columns, mapped
from registers.files.reading import LONGEST_CELL, Unreadable, read
from registers.history.origin import because
from registers.models import Job, StagedRow
from registers.wake import wake


@dataclass
class Row:
    """One row of a file: its cells by column, and what will become of it."""

    number: int
    cells: dict[str, str]
    verdict: str = ""
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[dict[str, str]] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    record: Any = None

    def wrong(self, column: str, message: str) -> None:
        """Note an error of this row."""
        self.errors.append({"column": column, "message": message})
        self.verdict = "error"

    def as_json(self) -> dict[str, Any]:
        """Return the row as commands and REST show it."""
        return {
            "row": self.number,
            "verdict": self.verdict,
            "name": self.name,
            "changes": self.changes,
            "errors": self.errors,
        }


Judging = Callable[[list[Row]], None]


class Importer(Columns, Protocol):
    """What an app declares so that files can be imported into one of its registers."""

    model: type[Any]

    at_once: int
    """How many rows are judged and written together."""

    def judging(self, *, site: Any, user: Any, source: str) -> Judging:
        """Return what fills verdict, values, changes and errors of some rows, and remembers those before them."""

    def write(self, rows: list[Row], *, site: Any, user: Any) -> None:
        """Write the rows to create and to update; called inside one transaction."""


@dataclass(frozen=True)
class Delivery:
    """A file on its way into a register of a site; it is read as often as it is asked for, and never held whole."""

    path: Path
    name: str
    importer: Importer
    site: Any
    user: Any
    mapping: Mapping[str, str | None] = field(default_factory=dict)

    def judged(self) -> Iterator[list[Row]]:
        """Yield the rows of the file with their verdicts, part by part; nothing is written. Raises Unreadable."""
        sheet = read(self.path, self.name)
        fields = mapped(sheet.header, self.mapping, self.importer)
        judge = self.importer.judging(site=self.site, user=self.user, source=self.name)
        rows = (_row(number, fields, cells) for number, cells in sheet.rows)
        while part := list(islice(rows, self.importer.at_once)):
            judge(part)
            yield part

    def write(self, job: Job | None = None) -> None:
        """Judge and write all rows in one transaction, of a job too; raises JobFailed, and writes nothing, where one is wrong now."""
        step = f"{self.importer.model._meta.label_lower}.import"
        with because(by=self.user, step=step, reason=f"import {self.name}"[:300]):
            for part in self.judged():
                refuse(faults_of(part))
                written = [row for row in part if row.verdict in {"create", "update"}]
                self.importer.write(written, site=self.site, user=self.user)
            if job:
                jobs.settle(job)
        wake(self.importer.model)


def _row(number: int, fields: list[str | None], cells: list[str]) -> Row:
    told = {target: unguarded(cell.strip()) for target, cell in zip(fields, cells, strict=True) if target is not None}
    row = Row(number, told)
    for column, text in told.items():
        if len(text) > LONGEST_CELL:
            row.wrong(column, f"The cell holds {len(text):,} characters. At most {LONGEST_CELL:,} are kept.")
    return row


def faults_of(rows: list[Row]) -> list[dict[str, Any]]:
    """Return what is wrong with some rows, each fault with its row."""
    return [{"row": row.number, **error} for row in rows for error in row.errors]


def refuse(faults: list[dict[str, Any]], more: int = 0) -> None:
    """Raise JobFailed with the first of some faults, and with the number of the others; nothing when there is none."""
    shown = faults[: jobs.SHOWN_ERRORS]
    if more := more + len(faults) - len(shown):
        shown.append({"message": f"And {more:,} more. The rows in error can be downloaded from the page of this job."})
    if shown:
        raise jobs.JobFailed(shown)


def count(found: Counter[str], rows: list[Row]) -> None:
    """Add rows to the numbers by verdict."""
    found.update({"total": len(rows), **Counter(row.verdict for row in rows)})


def nothing_yet() -> Counter[str]:
    """Return the numbers by verdict before the first row."""
    return Counter(dict.fromkeys(("create", "update", "unchanged", "error", "total"), 0))


def run(job: Job) -> None:
    """Do an import job: judge, keep every row for the page, and write unless it is a dry run; raises JobFailed."""
    given = job.arguments
    register = next(one for one in registers() if one.name == given["register"])
    importer: Importer = importer_of(register)
    sites = next(one for one in registers() if one.name == "sites")
    site = sites.queryset(job.owner).filter(pk=given["site"]).first()
    if site is None:
        raise jobs.JobFailed([{"message": "This site is not there for you any more."}])
    path = Path(settings.MEDIA_ROOT) / given["path"]
    if job.progress == jobs.SETTLED:  # the worker died when all was written: people may have changed it since
        job.spent = (path,)
        return
    delivery = Delivery(path, given["name"], importer, site, job.owner, json.loads(given["mapping"]))
    with jobs.beating(job):
        try:
            faults, more = _judge(job, delivery)
            if not given["dry_run"]:
                refuse(faults, more)
                delivery.write(job)
                job.spent = (path,)
        except Unreadable as wrong:
            raise jobs.JobFailed([{"message": str(wrong)}]) from wrong
        except FileNotFoundError as gone:
            raise jobs.JobFailed([{"message": "The file is not there any more. Upload it again."}]) from gone


def _judge(job: Job, delivery: Delivery) -> tuple[list[dict[str, Any]], int]:
    """Judge every row and keep it for the page; return the first faults, and how many more there are. The work is half done then."""
    found, faults, more = nothing_yet(), list[dict[str, Any]](), 0
    StagedRow.objects.filter(job=job).delete()
    size = delivery.path.stat().st_size
    for part in delivery.judged():
        _stage(job, part)
        count(found, part)
        room, wrong = jobs.SHOWN_ERRORS - len(faults), faults_of(part)
        faults, more = faults + wrong[:room], more + len(wrong[room:])
        read_so_far = sum(len(cell) + 1 for row in part for cell in row.cells.values()) * found["total"] // len(part)
        jobs.report(job, min(read_so_far, size), 2 * size, now=timezone.now())
    job.counts, job.total = dict(found), found["total"]
    return faults, more


def _stage(job: Job, rows: list[Row]) -> None:
    StagedRow.objects.bulk_create(
        [
            StagedRow(job=job, number=row.number, verdict=row.verdict, name=row.name[:200], cells=row.cells, changes=row.changes,
                      errors=row.errors)
            for row in rows
        ],
        batch_size=5000,
    )  # fmt: skip
