"""File import at size: against PostgreSQL's own COPY of the same rows, in a process of its own for its memory."""

import io
import multiprocessing
import resource
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.models import GeneratedField

from accounts.models import Organisation, Role, User
from assets.models import Asset, Zone
from bench.rest import program
from bench.rows import Row
from registers import jobs
from registers.models import Job

ROWS, FEW = 100_000, 1_000
HEADER = "name,zone,kind,vendor,product,model_number,serial_number,version,ip_address,criticality"


def run() -> Iterator[Row]:
    """Yield the rows; needs the scaled plant."""
    program(Role.MANAGER, Organisation.objects.get(), "importer")
    zone = Zone.objects.select_related("site").order_by("-pk")[0]
    few, _memory = _measured(_written(zone.name, "FEW", FEW), zone.site_id)
    yield Row("import: 1,000 rows, dry run and commit", few, "s", FEW / 1250)
    many, memory = _measured(_written(zone.name, "MANY", ROWS), zone.site_id)
    yield Row("import: 100,000 rows against COPY", many / _copied(), "x COPY", 40)
    yield Row("import: 100,000 rows, time", many, "s", 80)
    yield Row("import: memory", memory / 1024, "MB", 300)


def _lines(zone: str, mark: str, rows: int) -> Iterator[str]:
    for n in range(rows):
        yield f"{mark}-{n},{zone},PLC,Siemens,S7-1500,6ES7{n % 3000:04},SN{n},2.{n % 9},10.{n % 250}.{n // 250 % 250}.{n % 250},HIGH\n"


def _written(zone: str, mark: str, rows: int) -> Path:
    path = Path(settings.MEDIA_ROOT) / "imports" / f"{mark}.upload"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        file.writelines(_lines(zone, mark, rows))
    return path


def _measured(path: Path, site: int) -> tuple[float, int]:
    """Do both jobs of an import in a child; return their seconds together, and its greatest memory in kB."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_both, args=(there, path, site))
    child.start()
    told: tuple[float, int] = here.recv()
    child.join()
    return told


def _both(pipe: Any, path: Path, site: int) -> None:
    owner = User.objects.get(email="importer@bench.example")
    start = perf_counter()
    for dry_run in (True, False):
        given = {
            "register": "assets",
            "site": site,
            "path": f"imports/{path.name}",
            "name": path.name,
            "mapping": "{}",
            "dry_run": dry_run,
        }
        job = Job.objects.create(owner=owner, kind="import", title=path.name, arguments=given)
        if jobs.run(job.pk) != Job.State.DONE:
            raise RuntimeError(Job.objects.get(pk=job.pk).errors)
    pipe.send((perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
    connections.close_all()


def _copied() -> float:
    """Return how long COPY takes for the imported rows into a table with the same columns and indexes, in seconds."""
    columns = ", ".join(
        f'"{field.column}"' for field in Asset._meta.concrete_fields if not isinstance(field, GeneratedField)
    )
    with connection.cursor() as cursor:
        body = io.StringIO()
        cursor.cursor.copy_expert(f"COPY (SELECT {columns} FROM assets_asset WHERE name LIKE 'MANY-%') TO STDOUT", body)
        cursor.execute("CREATE TEMP TABLE bare (LIKE assets_asset INCLUDING ALL)")
        body.seek(0)
        start = perf_counter()
        cursor.cursor.copy_expert(f"COPY bare ({columns}) FROM STDIN", body)
        return perf_counter() - start
