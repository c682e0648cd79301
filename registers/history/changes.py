"""What changed since a follower last looked: by transaction snapshot, so that late commits are never missed.

History ids and times are given out before commit; a snapshot (`pg_current_snapshot`) says which transactions had been seen:
all that are older than the oldest then running. Of the younger it does not tell those apart that wrote within a savepoint,
whose rows bear a number of their own; what they wrote is told twice rather than never. The epoch bounds the search: no
transaction lives for 60 epochs.
"""

from typing import Any

from django.db import connection, models

from registers.history.past import tracked
from registers.models import Watermark

EPOCHS_BACK = 60


class Changes:
    """The ids of changed records of some types since the follower's last look; `done` moves the mark."""

    def __init__(self, follower: str) -> None:
        self.follower = follower
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text, csms_epoch()")
            self.snapshot, self.epoch = cursor.fetchone()
        self.mark = Watermark.objects.filter(follower=follower).first()

    @property
    def first(self) -> bool:
        """Whether the follower never looked, or this database was restored from another: then all counts as changed."""
        if self.mark is None:
            return True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmax(%s::pg_snapshot) > pg_snapshot_xmax(%s::pg_snapshot)",
                [self.mark.snapshot, self.snapshot],
            )
            return bool(cursor.fetchone()[0])

    def ids(self, model: type[models.Model]) -> set[int]:
        """Return the ids of the records of this type that were written since."""
        return {row[0] for row in self._written(model, "DISTINCT pgh_obj_id", "")}

    def sites(self, model: type[models.Model]) -> set[int]:
        """Return the sites at which records of this type were written since; a record never changes its site."""
        return {row[0] for row in self._written(model, "DISTINCT site_id", "")}

    def any(self, *kinds: type[models.Model]) -> bool:
        """Tell whether a record of one of these types was written since."""
        return any(self._written(model, "1", "LIMIT 1") for model in kinds)

    def _written(self, model: type[models.Model], what: str, end: str) -> list[tuple[Any, ...]]:
        assert self.mark is not None
        event: Any = next(event for kept, event in tracked() if kept is model)
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {what} FROM public."{event._meta.db_table}" WHERE pgh_epoch >= %s'
                f" AND xmin::text::xid8 >= pg_snapshot_xmin(%s::pg_snapshot) {end}",
                [self.mark.epoch - EPOCHS_BACK, self.mark.snapshot],
            )
            return cursor.fetchall()  # type: ignore[no-any-return]

    def texts(self, model: type[models.Model], *columns: str) -> set[tuple[str, ...]]:
        """Return the values that these columns had in any write since, the older state of a changed record included."""
        assert self.mark is not None
        keys = self.ids(model)
        if not keys:
            return set()
        event: Any = next(event for kept, event in tracked() if kept is model)
        before = event.objects.filter(pgh_obj_id__in=keys).values_list(*columns).distinct()
        return {tuple("" if value is None else str(value) for value in row) for row in before}

    def done(self) -> None:
        """Move the mark to where this look began."""
        Watermark.objects.update_or_create(
            follower=self.follower, defaults={"snapshot": self.snapshot, "epoch": self.epoch}
        )
