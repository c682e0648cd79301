"""Where the patches of an asset stand, in one word: what is worst comes first."""

from collections.abc import Collection, Iterable
from datetime import date

UNDER_WAY = ("AVAILABLE", "IN_TEST", "TESTED", "APPROVED", "SCHEDULED")
FAR = date.max


def standing(deployments: Iterable[tuple[str, date | None]], verdicts: Collection[str], *, on: date) -> str:
    """Return one state for an asset from its deployments (state, due day) and the verdicts of its open matches.

    A patch whose due day has passed is worst; of the others under way the one that is due first tells, and of those the
    one that is least far. Then what is put off, what no patch mends, what is not verified yet, what a person must judge.
    """
    rows = list(deployments)
    to_come = [(due or FAR, UNDER_WAY.index(state)) for state, due in rows if state in UNDER_WAY]
    if to_come:
        due, step = min(to_come)
        return "OVERDUE" if due < on else UNDER_WAY[step]
    states = {state for state, _due in rows}
    if "DEFERRED" in states:
        return "DEFERRED"
    if "AFFECTED" in verdicts:
        return "NO_FIX"
    if "INSTALLED" in states:
        return "INSTALLED"
    return "REVIEW" if "REVIEW" in verdicts else "CURRENT"
