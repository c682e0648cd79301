"""Seals: each closed epoch of history gets a fingerprint that is chained to the one before.

Every history row carries the number of the epoch that was open when it was written. The sealer opens the next epoch, and
seals the closed ones once no transaction of this database runs that could still write into them. Nobody waits for it.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from registers.history import witness
from registers.history.past import tracked
from registers.history.writers import writers
from registers.locks import taken
from registers.models import Seal

GENESIS = "0" * 64
LEAF = struct.Struct(">q16s")
SEALING = 7003  # advisory lock
TURNS, WAIT = 200, 0.05  # at most 10 s for transactions that were running when the epoch closed


@dataclass(frozen=True)
class Damage:
    """The first history row that is not as it was sealed."""

    seal: int
    table: str
    row: int | None
    what: str

    def __str__(self) -> str:
        return f"seal {self.seal}: {self.table} row {self.row}: {self.what}"


def seal() -> Seal | None:
    """Close the open epoch and seal all closed ones; return the new seal, or None when there is nothing to seal yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('registers_epoch') - 1, clock_timestamp()")
        last, settled_at = cursor.fetchone()
        before = writers()
        for _turn in range(TURNS):
            if before.isdisjoint(writers()):
                break
            cursor.execute("SELECT pg_sleep(%s)", [WAIT])
        else:
            return None
    with transaction.atomic():
        if not taken(SEALING):  # a long seal is being made; the next one covers what it leaves
            return None
        newest = Seal.objects.order_by("-pk").first()
        first = newest.last_epoch + 1 if newest else 0
        if last < first:
            return None
        tables = [(event._meta.db_table, _columns(event._meta.db_table)) for _model, event in tracked()]
        found = [(name, columns, b"".join(_leaves(name, columns, first, last))) for name, columns in tables]
        kept = [(name, columns, leaves) for name, columns, leaves in found if leaves]
        layout = [[name, columns, len(leaves) // LEAF.size] for name, columns, leaves in kept]
        leaves = b"".join(part for _name, _columns, part in kept)
        previous = newest.digest if newest else GENESIS
        made = Seal.objects.create(
            first_epoch=first, last_epoch=last, rows=len(leaves) // LEAF.size, settled_at=settled_at, tables=layout,
            leaves=leaves, previous=previous, digest=_digest(previous, first, last, layout, leaves),
        )  # fmt: skip
        transaction.on_commit(partial(witness.note, [made]))
    return made


def verify() -> Damage | None:
    """Recompute every seal from the history rows; return the first damage, or None when all is as it was sealed."""
    previous, next_epoch = GENESIS, 0
    for kept in Seal.objects.order_by("pk").iterator(chunk_size=50):
        leaves = bytes(kept.leaves)
        if kept.previous != previous or kept.first_epoch != next_epoch:
            return Damage(kept.pk, "registers_seal", kept.pk, "does not follow the seal before it")
        counted = kept.rows * LEAF.size == len(leaves)
        if not counted or kept.digest != _digest(previous, kept.first_epoch, kept.last_epoch, kept.tables, leaves):
            return Damage(kept.pk, "registers_seal", kept.pk, "the seal itself was changed")
        if damage := _first_difference(kept, leaves):
            return damage
        previous, next_epoch = kept.digest, kept.last_epoch + 1
    if missed := witness.first_missed():
        return Damage(missed[0], "registers_seal", missed[0], f"was cut off; its digest was {missed[1]}")
    return _outside()


def _outside() -> Damage | None:
    """Find a row that was given an epoch which no seal would ever cover."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM registers_epoch")
        (open_epoch,) = cursor.fetchone()
        for _model, event in tracked():
            cursor.execute(
                f'SELECT pgh_id FROM "{event._meta.db_table}" WHERE pgh_epoch < 0 OR pgh_epoch > %s LIMIT 1',
                [open_epoch],
            )
            if row := cursor.fetchone():
                return Damage(0, event._meta.db_table, row[0], "belongs to an epoch that was never opened")
    return None


def _first_difference(kept: Seal, leaves: bytes) -> Damage | None:
    offset = 0
    sealed_tables = {name for name, _columns, _count in kept.tables}
    for name, columns, count in kept.tables:
        sealed = dict(LEAF.iter_unpack(leaves[offset : offset + count * LEAF.size]))
        offset += count * LEAF.size
        for leaf in _leaves(name, columns, kept.first_epoch, kept.last_epoch):
            row, mark = LEAF.unpack(leaf)
            if row not in sealed:
                return Damage(kept.pk, name, row, "was added after sealing")
            if sealed.pop(row) != mark:
                return Damage(kept.pk, name, row, "was changed after sealing")
        if sealed:
            return Damage(kept.pk, name, min(sealed), "is missing")
    for _model, event in tracked():
        name = event._meta.db_table
        if name not in sealed_tables:
            for leaf in _leaves(name, ["pgh_id"], kept.first_epoch, kept.last_epoch):
                return Damage(kept.pk, name, LEAF.unpack(leaf)[0], "was added after sealing")
    return None


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attname",
            [f"public.{table}"],
        )
        return [row[0] for row in cursor.fetchall()]


def _leaves(table: str, columns: list[str], first: int, last: int) -> Iterator[bytes]:
    """Yield, for each history row of these epochs in order, its id and the first 16 bytes of its SHA-256."""
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT history.pgh_id, substring(sha256(convert_to(to_jsonb(canonical)::text, 'UTF8')) FROM 1 FOR 16)"
            f' FROM public."{table}" history, LATERAL (SELECT {listed}) canonical'
            f" WHERE history.pgh_epoch BETWEEN %s AND %s ORDER BY history.pgh_id",
            [first, last],
        )
        for row, mark in cursor:
            yield LEAF.pack(row, bytes(mark))


def _digest(previous: str, first: int, last: int, layout: list[list[object]], leaves: bytes) -> str:
    """Return SHA-256 over the previous seal, the epochs, the layout and the leaves."""
    names = "\n".join(f"{name} {','.join(columns)} {count}" for name, columns, count in layout)  # type: ignore[arg-type]
    head = f"{previous}\n{first}\n{last}\n{names}\n".encode()
    return hashlib.sha256(head + leaves).hexdigest()
