"""What stands against doing a piece of work in a maintenance window, said before it is put there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext


class Kind(StrEnum):
    """What a conflict is about."""

    PLACE = "PLACE"
    CAPACITY = "CAPACITY"
    REDUNDANCY = "REDUNDANCY"
    DEPENDENCY = "DEPENDENCY"
    BACKUP = "BACKUP"
    DUE = "DUE"


@dataclass(frozen=True, slots=True)
class Piece:
    """A patch on an asset as work: how long it takes, until when, what it waits for, which asset stands in for its own."""

    key: int
    asset: str
    minutes: int
    due_on: date | None = None
    zone: int | None = None
    location: str = ""
    partners: frozenset[str] = frozenset()
    after: int | None = None
    backup_on: date | None = None
    urgency: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """One occurrence of a window, with its room; a zone or line narrows which assets it is for."""

    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    assets: int | None = None
    zone: int | None = None
    line: str = ""
    backup_days: int = 30
    time_zone: str = "UTC"

    @property
    def day(self) -> date:
        """The day on which it begins, by the clock of the site."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()

    def overlaps(self, other: Slot) -> bool:
        """Tell whether both are open at some moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def takes(self, piece: Piece) -> bool:
        """Tell whether the window is meant for the place of this asset."""
        here = self.zone is None or piece.zone == self.zone
        return here and self.line.casefold() in piece.location.casefold()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a piece does not go into a slot; a hard one refuses, a soft one warns."""

    kind: Kind
    text: str
    hard: bool = True


@dataclass(slots=True)
class Board:
    """What stands in which slot: the pieces, and when each begins."""

    pieces: dict[int, Piece] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    placed: dict[int, str] = field(default_factory=dict)

    def inside(self, slot: str, without: int | None = None) -> list[Piece]:
        """Return the pieces in a slot."""
        return [self.pieces[key] for key, at in self.placed.items() if at == slot and key != without]


def conflicts(piece: Piece, slot: Slot, board: Board, *, done: Iterable[int] = ()) -> list[Conflict]:
    """Return everything that stands against this piece in this slot; `done` are pieces that are installed already."""
    others = board.inside(slot.key, without=piece.key)
    found = [*_room(piece, slot, others), *_order(piece, slot, board, frozenset(done))]
    if not slot.takes(piece):
        text = gettext("{window} is not for the place of {asset}.").format(window=slot.title, asset=piece.asset)
        found.insert(0, Conflict(Kind.PLACE, text))
    for other in _at_the_time(piece, slot, board):
        if other.asset in piece.partners:
            text = gettext("{other} stands in for {asset}: never both at a time.")
            found.append(Conflict(Kind.REDUNDANCY, text.format(other=other.asset, asset=piece.asset)))
    oldest = slot.day - timedelta(days=slot.backup_days)
    if piece.backup_on is None or piece.backup_on < oldest:
        taken = gettext("The last backup is of {day}.") if piece.backup_on else gettext("There is no backup.")
        text = gettext("Take one before: it may be {days} days old.").format(days=slot.backup_days)
        found.append(Conflict(Kind.BACKUP, f"{taken.format(day=piece.backup_on)} {text}", hard=False))
    if piece.due_on and slot.day > piece.due_on:
        text = gettext("Later than its due day, {day}.").format(day=piece.due_on)
        found.append(Conflict(Kind.DUE, text, hard=False))
    return found


def _at_the_time(piece: Piece, slot: Slot, board: Board) -> list[Piece]:
    """Return the other pieces in this slot and in every slot that overlaps it."""
    near = {slot.key} | {key for key, other in board.slots.items() if other.overlaps(slot)}
    return [board.pieces[key] for key, at in board.placed.items() if at in near and key != piece.key]


def _room(piece: Piece, slot: Slot, others: list[Piece]) -> list[Conflict]:
    used, found = sum(other.minutes for other in others), []
    if used + piece.minutes > slot.minutes:
        left = max(0, slot.minutes - used)
        text = gettext("It takes {minutes} minutes, {left} of {all} are left.")
        found.append(Conflict(Kind.CAPACITY, text.format(minutes=piece.minutes, left=left, all=slot.minutes)))
    names = {other.asset for other in others} | {piece.asset}
    if slot.assets is not None and len(names) > slot.assets:
        text = ngettext("This window takes {n} asset at most.", "This window takes {n} assets at most.", slot.assets)
        found.append(Conflict(Kind.CAPACITY, text.format(n=slot.assets)))
    return found


def _order(piece: Piece, slot: Slot, board: Board, done: frozenset[int]) -> list[Conflict]:
    found = []
    if piece.after is not None and piece.after not in done:
        before = board.slots.get(board.placed.get(piece.after, ""))
        if before is None or before.starts_at >= slot.starts_at:
            name = board.pieces[piece.after].asset if piece.after in board.pieces else gettext("Another patch")
            text = gettext("{name} has to be done in an earlier window.").format(name=name)
            found.append(Conflict(Kind.DEPENDENCY, text))
    for other in board.pieces.values():
        at = board.slots.get(board.placed.get(other.key, ""))
        if other.after == piece.key and at is not None and at.starts_at <= slot.starts_at:
            text = gettext("{asset} waits for this one and stands earlier.").format(asset=other.asset)
            found.append(Conflict(Kind.DEPENDENCY, text))
    return found


def partners(pairs: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return for each asset the others that stand in for it, whichever of the two names the other (asset > partner)."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs.items():
        if not other:
            continue
        joined = groups.get(one, {one}) | groups.get(other, {other})
        for name in joined:
            groups[name] = joined
    return {name: frozenset(group - {name}) for name, group in groups.items()}
