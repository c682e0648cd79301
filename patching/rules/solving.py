"""Proposes a plan: which piece of work goes into which of the next windows, with the reason for each (OR-tools CP-SAT)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from ortools.sat.python import cp_model

from patching.rules.planning import Board, Conflict, Kind, Piece, Slot, conflicts

SECONDS, SEED = 10.0, 62443
LEFT_OUT, LATE, WAITING = 100_000, 1_000, 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a piece of work is proposed, or that it is not, and why."""

    piece: int
    slot: str
    reason: str


def plan(
    pieces: list[Piece], slots: list[Slot], board: Board, *, done: frozenset[int] = frozenset()
) -> list[Placement]:
    """Place as much as fits, the urgent and the due first, then as early as can be; what is on the board already stays.

    The same input gives the same plan: one worker, a fixed seed, a bound on work instead of on time alone.
    """
    free = sorted((piece for piece in pieces if piece.key not in board.placed), key=lambda piece: piece.key)
    ahead = sorted(slots, key=lambda slot: (slot.starts_at, slot.key))
    model = cp_model.CpModel()
    goes = {
        (piece.key, number): model.new_bool_var(f"p{piece.key}_{number}")
        for piece in free
        for number, slot in enumerate(ahead)
        if slot.takes(piece)
    }
    for piece in free:
        model.add_at_most_one(_of(goes, piece.key))
    for number, slot in enumerate(ahead):
        _room(model, goes, free, number, slot, board)
        _apart(model, goes, free, number, ahead, board)
    _in_order(model, goes, free, ahead, board, done)
    model.minimize(_cost(goes, free, ahead))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = SECONDS
    solver.parameters.max_time_in_seconds = 3 * SECONDS
    found = solver.solve(model) in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    chosen = {key: number for (key, number), goes_here in goes.items() if found and solver.boolean_value(goes_here)}
    return _told(free, ahead, chosen, board, done)


def _of(goes: dict[tuple[int, int], Any], key: int) -> list[Any]:
    return [variable for (piece, _number), variable in goes.items() if piece == key]


def _room(model: Any, goes: Any, free: list[Piece], number: int, slot: Slot, board: Board) -> None:
    """Hold minutes and number of assets within the slot; work on one asset counts as one asset."""
    here, inside = [piece for piece in free if (piece.key, number) in goes], board.inside(slot.key)
    left = slot.minutes - sum(piece.minutes for piece in inside)
    model.add(sum(piece.minutes * goes[piece.key, number] for piece in here) <= max(0, left))
    if slot.assets is None:
        return
    taken = {piece.asset for piece in inside}
    fresh: dict[str, Any] = {}
    for piece in here:
        if piece.asset not in taken:
            used = fresh.setdefault(piece.asset, model.new_bool_var(f"a{piece.asset}_{number}"))
            model.add_implication(goes[piece.key, number], used)
    model.add(sum(fresh.values()) <= max(0, slot.assets - len(taken)))


def _apart(model: Any, goes: Any, free: list[Piece], number: int, ahead: list[Slot], board: Board) -> None:
    """Never work on two assets that stand in for each other in one slot, or in two that overlap."""
    slot = ahead[number]
    near = [n for n, other in enumerate(ahead) if n >= number and other.overlaps(slot)]
    taken = {
        board.pieces[key].asset
        for key, at in board.placed.items()
        if at == slot.key or (at in board.slots and board.slots[at].overlaps(slot))
    }
    paired = [piece for piece in free if piece.partners]
    for piece in paired:
        if (piece.key, number) in goes and piece.partners & taken:
            model.add(goes[piece.key, number] == 0)
    for one, other in permutations(paired, 2):
        if other.asset in one.partners and (one.key, number) in goes:
            there = [goes[other.key, n] for n in near if (other.key, n) in goes]
            if there:
                model.add(goes[one.key, number] + sum(there) <= 1)


def _in_order(model: Any, goes: Any, free: list[Piece], ahead: list[Slot], board: Board, done: frozenset[int]) -> None:
    """Do what another piece waits for in an earlier slot than that piece."""
    keys = {piece.key for piece in free}
    for piece in free:
        if piece.after is None or piece.after in done:
            continue
        placed = board.slots.get(board.placed.get(piece.after, ""))
        for number, slot in enumerate(ahead):
            if (piece.key, number) not in goes:
                continue
            here = goes[piece.key, number]
            if piece.after in keys:
                earlier = [
                    goes[piece.after, n]
                    for n, other in enumerate(ahead)
                    if (piece.after, n) in goes and other.starts_at < slot.starts_at
                ]
                model.add(here <= sum(earlier))
            elif placed is None or placed.starts_at >= slot.starts_at:
                model.add(here == 0)


def _cost(goes: Any, free: list[Piece], ahead: list[Slot]) -> Any:
    """Weigh what is left out, then days late, then how far ahead, each by urgency."""
    first = ahead[0].starts_at if ahead else None
    cost: Any = 0
    for piece in free:
        cost += LEFT_OUT * piece.urgency * (1 - sum(_of(goes, piece.key)))
        for number, slot in enumerate(ahead):
            if (piece.key, number) in goes and first is not None:
                late = max(0, (slot.day - piece.due_on).days) if piece.due_on else 0
                waits = (slot.starts_at - first).days
                weight = piece.urgency * (min(late, 60) * LATE + min(waits, 365) * WAITING)
                cost += weight * goes[piece.key, number]
    return cost


def _told(
    free: list[Piece], ahead: list[Slot], chosen: dict[int, int], board: Board, done: frozenset[int]
) -> list[Placement]:
    """Say of each piece why it goes where it goes: what stands against every earlier slot, in the finished plan."""
    slots = {slot.key: slot for slot in ahead}
    full = Board(
        board.pieces | {piece.key: piece for piece in free}, board.slots | slots,
        board.placed | {key: ahead[number].key for key, number in chosen.items()},
    )  # fmt: skip
    placements = []
    for piece in sorted(free, key=lambda one: (chosen.get(one.key, len(ahead)), one.key)):
        number = chosen.get(piece.key)
        before = ahead if number is None else ahead[:number]
        against: dict[Kind, list[Conflict]] = defaultdict(list)
        for slot in before:
            for one in [one for one in conflicts(piece, slot, full, done=done) if one.hard][:1]:
                against[one.kind].append(one)
        placements.append(
            Placement(piece.key, "" if number is None else ahead[number].key, _why(piece, ahead, number, against))
        )
    return placements


def _why(piece: Piece, ahead: list[Slot], number: int | None, against: dict[Kind, list[Conflict]]) -> str:
    hindered = "; ".join(
        f"{found[0].text.rstrip('.')} ({len(found)} window{'s' if len(found) > 1 else ''})"
        for found in against.values()
    )
    if number is None:
        return f"No window in sight takes it. {hindered}." if hindered else "No window in sight."
    when = ahead[number].day
    late = bool(piece.due_on and when > piece.due_on)
    due = f" {'Late' if late else 'In time'}: due {piece.due_on}." if piece.due_on else ""
    if hindered:
        return f"The earliest that takes it.{due} Not earlier: {hindered}."
    return f"The next window.{due}" if number == 0 else f"Room is left for what is more urgent before it.{due}"
