"""Which changes a deferral does not outlast: whatever makes waiting worse than it was when somebody agreed to it (V4)."""

from patching.rules.priority import Priority

CALM = "none open"
URGENCY = (CALM, *(one.label for one in Priority))


def rank(priority: str) -> int:
    """Return how urgent a priority is, by its word: 0 where no match is open, 4 for Act."""
    return URGENCY.index(priority)


def worse(fact: str, frozen: str, live: str) -> bool:
    """Tell whether a change of one frozen fact ends a deferral: a lower priority or a match that closed does not."""
    if fact == "priority":
        return rank(live) > rank(frozen)
    if fact == "exploited":
        return live == "yes"
    return frozen != live
