"""A witness beside the database: each seal's digest in a file, so that an end of history that was cut off is missed.

Whoever cuts off the newest seals leaves a chain that is whole. The file is kept apart for each database, and a restore begins
it anew. A seal of no rows is not worth a line.
"""

from collections.abc import Iterable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection

from registers.models import Seal

AT_ONCE = 1000
log = structlog.get_logger(__name__)


def path() -> Path:
    """Return the file of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()) FROM pg_control_system()"
        )
        cluster, database = cursor.fetchone()
    return Path(settings.SEALS_DIR) / f"{cluster}-{database}.log"


def note(seals: Iterable[Seal], *, anew: bool = False) -> None:
    """Add seals to the file, or put them in place of all that stands there; a full disk stops no sealing."""
    lines = [f"{one.pk} {one.digest} {one.settled_at.isoformat()}\n" for one in seals if one.rows]
    if not lines and not anew:
        return
    try:
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w" if anew else "a", encoding="ascii") as kept:
            kept.writelines(lines)
    except OSError as failed:
        log.warning("seal not written to its file", why=str(failed))


def forget() -> None:
    """Remove the file, before the database is replaced by another state."""
    path().unlink(missing_ok=True)


def begin_anew() -> None:
    """Take the seals of the database as they are, after a restore."""
    note(Seal.objects.defer("leaves", "tables").order_by("pk").iterator(), anew=True)


def first_missed() -> tuple[int, str] | None:
    """Return number and digest of the oldest seal that the file knows and the database does not."""
    file = path()
    if not file.exists():
        return None
    with file.open(encoding="ascii") as kept:
        told = [(int(number), digest) for number, digest, _at in map(str.split, kept)]
    for begin in range(0, len(told), AT_ONCE):
        some = told[begin : begin + AT_ONCE]
        held = set(
            Seal.objects.filter(digest__in=[digest for _number, digest in some]).values_list("digest", flat=True)
        )
        if missed := next((one for one in some if one[1] not in held), None):
            return missed
    return None
