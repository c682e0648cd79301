"""Pure rules of the programme: frozen snapshots and how a live record differs from one; how long proof and judgement last."""

import hashlib
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import rfc8785

DECIDED_WITHIN = timedelta(days=5)


def digest(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a snapshot in its canonical form (RFC 8785), hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(dict(snapshot))).hexdigest()


def differences(frozen: Mapping[str, Any], live: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (field, frozen, live) for each fact in which a live record differs from its snapshot."""
    names = sorted(set(frozen) | set(live))
    return [
        (name, str(frozen.get(name, "")), str(live.get(name, "")))
        for name in names
        if frozen.get(name) != live.get(name)
    ]


def decide_by(asked: date, ends: date | None) -> date:
    """Return the day by which a request is to be decided: five days after it was made, or its own end where that is sooner."""
    due = asked + DECIDED_WITHIN
    return due if ends is None else min(due, ends)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def stale(*, practice: bool, begins: date, ends: date | None, cycle: int | None, on: date) -> bool:
    """Tell whether proof is good no more: its end has passed, or it is older than the cycle (months) of what it supports.

    A written procedure with an end holds until then; a record of practice proves the last cycle only, whatever its end.
    """
    if ends is not None and ends < on:
        return True
    if cycle is None or (ends is not None and not practice):
        return False
    return months_after(begins, cycle) < on


def overdue(judged: date | None, *, cycle: int, on: date) -> bool:
    """Tell whether something that was judged is to be judged again: its cycle (months) has passed since."""
    return judged is not None and months_after(judged, cycle) < on
