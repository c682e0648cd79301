"""Whether the process lives, and whether everything it needs answers."""

import pkgutil
import shutil
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from redis.exceptions import RedisError

BEAT_SILENT_AFTER = 180
ROOM = 32_000_000  # bytes: two segments of the database's log


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process runs."""
    return JsonResponse({"status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, broker, migrations, beat and the disk are well, else 503 and what is not."""
    checks: dict[str, Any] = {"database": _database(), "broker": _broker()}
    checks["migrations"] = ("missing" if behind() else "ok") if checks["database"] == "ok" else "unknown"
    checks["beat"] = _beat() if checks["broker"] == "ok" else "unknown"
    checks["room"] = _room()
    ready = all(state == "ok" for state in checks.values())
    notes = [] if settings.HISTORY_PROTECTED else ["history is not protected from the application: one database role"]
    return JsonResponse(
        {"status": "ok" if ready else "failing", "checks": checks, "notes": notes}, status=200 if ready else 503
    )


def behind() -> bool:
    """Tell whether a migration is still to be made: by the names of their files, since loading them all takes a second."""
    named = {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path, "migrations"))])
        if not module.name.startswith("_")
    }
    return not named <= MigrationRecorder(connection).applied_migrations().keys()


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _broker() -> str:
    try:
        cache.set("readyz", 1, timeout=10)
    except (RedisError, OSError):
        return "does not answer"
    return "ok"


def _beat() -> str:
    seen = parse_datetime(cache.get("beat") or "")
    if seen is None:
        return "not seen yet"
    silent = (timezone.now() - seen).total_seconds()
    return "ok" if silent < BEAT_SILENT_AFTER else f"silent for {int(silent)} s"


def _room() -> str:
    """Say whether the disk with the portal's files has room; files are refused well before that (FREE_AT_LEAST)."""
    files = Path(settings.MEDIA_ROOT)
    folder = next(one for one in (files, *files.parents) if one.exists())
    return "ok" if shutil.disk_usage(folder).free > ROOM else "the disk is full"
