"""Imports: every row is judged as the form would judge it, then all are written in one transaction, or none.

The same file twice changes nothing the second time; the same job twice does nothing twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from registers import jobs
from registers.door import importer_of, registers
from registers.files.export import unguarded
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


class Importer(Protocol):
    """What an app declares so that files can be imported into one of its registers."""

    model: type[Any]
    columns: tuple[str, ...]
    required: tuple[str, ...]
    left_out: tuple[str, ...]

    def judge(self, rows: list[Row], *, site: Any, user: Any, source: str) -> None:
        """Fill verdict, values, changes and errors of every row."""

    def write(self, rows: list[Row], *, site: Any, user: Any) -> None:
        """Write the rows to create and to update; called inside one transaction."""


def mapped(header: list[str], mapping: Mapping[str, str | None], importer: Importer) -> list[str | None]:
    """Return the field of each column, None for one to leave out; raises Unreadable that names what is unknown."""
    lowered = {name.lower(): target for name, target in mapping.items()}
    strange = [name for name in lowered if name not in header]
    if strange:
        raise Unreadable(f"The mapping names columns that the file does not have: {', '.join(strange)}.")
    known = set(importer.columns)
    fields = [lowered.get(name, None if name in importer.left_out else name) for name in header]
    unknown = [name for name, target in zip(header, fields, strict=True) if target is not None and target not in known]
    if unknown:
        raise Unreadable(
            f"Unknown column: {', '.join(unknown)}. Map it or remove it. Known are {', '.join(importer.columns)}."
        )
    named = [target for target in fields if target is not None]
    twice = sorted({target for target in named if named.count(target) > 1})
    if twice:
        raise Unreadable(f"Two columns go to '{twice[0]}'. Map one of them elsewhere.")
    missing = [name for name in importer.required if name not in named]
    if missing:
        raise Unreadable(f"Missing column: {', '.join(missing)}.")
    return fields


def plan(
    path: Path, name: str, mapping: Mapping[str, str | None], importer: Importer, *, site: Any, user: Any
) -> list[Row]:
    """Return every row of the file with its verdict; nothing is written. Raises Unreadable."""
    sheet = read(path, name)
    fields = mapped(sheet.header, mapping, importer)
    rows = []
    for number, cells in sheet.rows:
        row = Row(
            number,
            {target: unguarded(cell.strip()) for target, cell in zip(fields, cells, strict=True) if target is not None},
        )
        for column, text in row.cells.items():
            if len(text) > LONGEST_CELL:
                row.wrong(column, f"The cell holds {len(text):,} characters. At most {LONGEST_CELL:,} are kept.")
        rows.append(row)
    importer.judge(rows, site=site, user=user, source=name)
    return rows


def commit(rows: list[Row], importer: Importer, *, site: Any, user: Any, source: str) -> None:
    """Write all rows in one transaction."""
    with because(by=user, step=f"{importer.model._meta.label_lower}.import", reason=f"import {source}"[:300]):
        importer.write([row for row in rows if row.verdict in {"create", "update"}], site=site, user=user)
    wake(importer.model)


def counts(rows: list[Row]) -> dict[str, int]:
    """Return how many rows have each verdict."""
    found = {
        verdict: sum(row.verdict == verdict for row in rows) for verdict in ("create", "update", "unchanged", "error")
    }
    return {**found, "total": len(rows)}


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
    with jobs.beating(job):
        try:
            rows = plan(path, given["name"], json.loads(given["mapping"]), importer, site=site, user=job.owner)
        except Unreadable as wrong:
            raise jobs.JobFailed([{"message": str(wrong)}]) from wrong
        except FileNotFoundError as gone:
            raise jobs.JobFailed([{"message": "The file is not there any more. Upload it again."}]) from gone
        jobs.report(job, 1, 3, now=timezone.now())
        _stage(job, rows)
        job.counts, job.total = counts(rows), len(rows)
        jobs.report(job, 2, 3, now=timezone.now())
        if job.counts["error"]:
            if given["dry_run"]:
                return
            faults = [{"row": row.number, **error} for row in rows for error in row.errors]
            raise jobs.JobFailed(faults[: jobs.SHOWN_ERRORS])
        if not given["dry_run"]:
            commit(rows, importer, site=site, user=job.owner, source=given["name"])
            path.unlink(missing_ok=True)


def _stage(job: Job, rows: list[Row]) -> None:
    StagedRow.objects.filter(job=job).delete()
    StagedRow.objects.bulk_create(
        [
            StagedRow(job=job, number=row.number, verdict=row.verdict, name=row.name[:200], cells=row.cells, changes=row.changes,
                      errors=row.errors)
            for row in rows
        ],
        batch_size=5000,
    )  # fmt: skip
