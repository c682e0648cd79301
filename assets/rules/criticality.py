"""How critical an asset is, from four answers; the database computes the same for every record (product A2)."""

from dataclasses import dataclass

LONG = 72  # hours
WORDS = ("none", "slight", "serious", "severe")


@dataclass(frozen=True)
class Grade:
    """A level, empty while an answer is missing, and what decided it."""

    level: str
    why: str


def grade(safety: int | None, environment: int | None, production: int | None, recovery_hours: int | None) -> Grade:
    """Return the level that follows: effects from 0 (none) to 3 (severe), recovery in hours.

    A serious effect on safety decides alone; else the worst other effect, one step higher when recovery is long.
    """
    if safety is None or environment is None or production is None or recovery_hours is None:
        return Grade("", "An answer is missing.")
    if safety >= 2:
        return Grade("SAFETY", f"A {WORDS[safety]} effect on safety decides alone.")
    worst = max(environment, production)
    on = "the environment" if environment >= production else "production"
    slow = recovery_hours > LONG
    if worst == 3:
        return Grade("HIGH", f"The effect on {on} is severe.")
    if worst == 2:
        told = f"The effect on {on} is serious"
        return Grade("HIGH", f"{told}, and recovery takes over {LONG} hours.") if slow else Grade("MEDIUM", f"{told}.")
    if slow and max(safety, worst) == 1:
        return Grade("MEDIUM", f"Effects are slight, but recovery takes over {LONG} hours.")
    return Grade("LOW", "No effect is more than slight.")
