"""What stands against a piece of work in a window, and the plan that is proposed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from patching.rules.planning import Board, Kind, Piece, Slot, conflicts, partners
from patching.rules.solving import plan

START = datetime(2026, 12, 6, 22, tzinfo=UTC)
FRESH = date(2026, 12, 1)


def slot(number: int = 0, **more: object) -> Slot:
    at = START + timedelta(days=7 * number)
    given: dict[str, object] = {"minutes": 120} | more
    return Slot(f"s{number}", f"Window {number}", at, at + timedelta(hours=4), **given)  # type: ignore[arg-type]


def piece(key: int, asset: str = "", minutes: int = 60, **more: object) -> Piece:
    given: dict[str, object] = {"backup_on": FRESH} | more
    return Piece(key, asset or f"PLC{key}", minutes, **given)  # type: ignore[arg-type]


def board(*placed: tuple[Piece, Slot], others: tuple[Piece, ...] = ()) -> Board:
    return Board(
        {one.key: one for one, _slot in placed} | {one.key: one for one in others},
        {at.key: at for _one, at in placed},
        {one.key: at.key for one, at in placed},
    )


@pytest.mark.parametrize(
    ("one", "here", "there", "kinds"),
    [
        (piece(1), slot(), board(), []),
        (piece(1, minutes=121), slot(), board(), [Kind.CAPACITY]),
        (piece(1), slot(), board((piece(2, minutes=61), slot())), [Kind.CAPACITY]),
        (piece(1), slot(assets=1), board((piece(2, minutes=5), slot())), [Kind.CAPACITY]),
        (piece(1, "PLC2"), slot(assets=1), board((piece(2, minutes=5), slot())), []),
        (piece(1, partners=frozenset({"PLC2"})), slot(), board((piece(2, minutes=5), slot())), [Kind.REDUNDANCY]),
        (piece(1, partners=frozenset({"PLC2"})), slot(1), board((piece(2), slot())), []),
        (
            piece(1, partners=frozenset({"PLC2"})),
            replace(slot(), key="other"),
            board((piece(2), slot())),
            [Kind.REDUNDANCY],
        ),
        (piece(1, after=2), slot(), board(others=(piece(2),)), [Kind.DEPENDENCY]),
        (piece(1, after=2), slot(), board((piece(2, minutes=5), slot())), [Kind.DEPENDENCY]),
        (piece(1, after=2), slot(1), board((piece(2), slot())), []),
        (piece(1), slot(1), board((piece(2, after=1), slot(0))), [Kind.DEPENDENCY]),
        (piece(1), slot(zone=7), board(), [Kind.PLACE]),
        (piece(1, zone=7, location="Hall 2, line B"), slot(zone=7, line="Line B"), board(), []),
        (piece(1, backup_on=None), slot(), board(), [Kind.BACKUP]),
        (piece(1, backup_on=date(2026, 11, 1)), slot(), board(), [Kind.BACKUP]),
        (piece(1, due_on=date(2026, 12, 5)), slot(), board(), [Kind.DUE]),
        (piece(1, due_on=date(2026, 12, 6)), slot(), board(), []),
        (piece(1, due_on=date(2026, 12, 6)), slot(time_zone="Asia/Tokyo"), board(), [Kind.DUE]),
    ],
)
def test_conflicts(one: Piece, here: Slot, there: Board, kinds: list[Kind]) -> None:
    found = conflicts(one, here, there)
    assert [conflict.kind for conflict in found] == kinds
    assert all(conflict.hard == (conflict.kind not in {Kind.BACKUP, Kind.DUE}) for conflict in found)


def test_what_is_done_is_waited_for_no_more() -> None:
    assert conflicts(piece(1, after=2), slot(), board(), done=[2]) == []


def test_partners_are_mutual_and_transitive() -> None:
    assert partners({"A": "B", "B": "", "C": "B"}) == {
        "A": frozenset("BC"), "B": frozenset("AC"), "C": frozenset("AB"),
    }  # fmt: skip


def where(pieces: list[Piece], slots: list[Slot], there: Board | None = None) -> dict[int, str]:
    return {one.piece: one.slot for one in plan(pieces, slots, there or board())}


def test_the_urgent_and_the_due_come_first() -> None:
    pieces = [piece(1), piece(2), piece(3, due_on=date(2026, 12, 7)), piece(4, urgency=8)]
    placed = where(pieces, [slot(0), slot(1)])
    assert {placed[3], placed[4]} == {"s0"}
    assert {placed[1], placed[2]} == {"s1"}


def test_no_plan_holds_a_hard_conflict() -> None:
    pieces = [
        piece(1, "A", partners=frozenset({"B"})), piece(2, "B", partners=frozenset({"A"})), piece(3, after=1), piece(4, minutes=300),
        piece(5, zone=9), piece(6, after=4),
    ]  # fmt: skip
    slots = [slot(number, assets=2) for number in range(4)] + [slot(5, zone=9)]
    made = plan(pieces, slots, board())
    full = board(*((pieces[one.piece - 1], next(s for s in slots if s.key == one.slot)) for one in made if one.slot),
                 others=tuple(pieces))  # fmt: skip
    for one in made:
        if one.slot:
            assert not [c for c in conflicts(pieces[one.piece - 1], full.slots[one.slot], full) if c.hard], one
        assert one.reason
    placed = {one.piece: one for one in made}
    assert placed[4].slot == ""
    assert "300 minutes" in placed[4].reason
    assert placed[6].slot == ""
    assert "earlier window" in placed[6].reason
    assert placed[1].slot != placed[2].slot


def test_what_stands_already_stays_and_counts() -> None:
    fixed = piece(9, minutes=100)
    assert where([piece(1), fixed], [slot(0), slot(1)], board((fixed, slot(0)))) == {1: "s1"}


def test_the_same_input_gives_the_same_plan() -> None:
    pieces = [piece(number, minutes=20 + number % 5 * 10, urgency=number % 3 + 1) for number in range(1, 31)]
    slots = [slot(number) for number in range(6)]
    assert plan(pieces, slots, board()) == plan(list(reversed(pieces)), list(reversed(slots)), board())


def test_without_windows_nothing_is_placed() -> None:
    assert [one.reason for one in plan([piece(1)], [], board())] == ["No window in sight."]


def test_the_two_of_a_pair_are_not_planned_into_windows_that_overlap() -> None:
    pair = [piece(1, "A", partners=frozenset({"B"})), piece(2, "B", partners=frozenset({"A"}))]
    overlapping = [slot(0), replace(slot(0), key="t0", starts_at=START + timedelta(hours=2))]
    assert sorted(where(pair, overlapping).values())[0] == ""
    assert set(where(pair, [*overlapping, slot(1)]).values()) == {"s0", "s1"}
