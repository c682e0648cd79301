"""Version texts of advisories: what a range says, and whether one release lies in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from patching.rules.releases import (
    Version,
    compare,
    finer,
    known,
    lost_head,
    lost_zero,
    read_version,
    shared_numbers,
)

PARSER_VERSION = 9
OPEN_INSIDE = re.compile(r"(?<=\d\.)[xX](?=\.\d)")
_WIDENS = re.compile(r"including[ _](?:all[ _])?(?:hot ?fix|patch|update)", re.IGNORECASE)
EVALUABLE = frozenset({"all", "range", "exact", "list", "wildcard", "trains", "date"})

Side = Literal["inside", "above", "below", "apart", "unknown"]
Op = Literal["<", "<=", ">", ">=", "=", "~", "!="]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a range: an operator and a release ("~" is a release with a wildcard, "!=" one that is left out)."""

    __test__ = False
    op: Op
    version: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """A version text as read: any clause may hold, in a clause every test must hold."""

    kind: str
    raw: str
    clauses: tuple[tuple[Test, ...], ...] = ()
    reason: str = ""

    @property
    def evaluable(self) -> bool:
        """Say whether a machine can decide this text for an asset whose version is well recorded."""
        return self.kind in EVALUABLE

    def to_json(self) -> dict[str, Any]:
        """Give the form kept beside a product node."""
        clauses = [[[test.op, test.version] for test in clause] for clause in self.clauses]
        return {
            "kind": self.kind,
            "raw": self.raw,
            "clauses": clauses,
            "reason": self.reason,
            "parser": PARSER_VERSION,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Constraint:
        """Read what to_json wrote (ranges.restore also reads what an older parser wrote)."""
        clauses = tuple(tuple(Test(op, version) for op, version in clause) for clause in data["clauses"])
        return cls(data["kind"], data["raw"], clauses, data["reason"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a release lies in a range (None: undecidable), on which side, in a sentence, with the clause."""

    holds: bool | None
    side: Side
    sentence: str
    clause: str


@lru_cache(maxsize=200_000)
def holds(constraint: Constraint, version: str) -> Outcome:
    """Decide whether the release as recorded lies in the range."""
    raw = constraint.raw.strip() or "no version"
    if constraint.kind == "all":
        return Outcome(True, "inside", "All versions are named.", raw)
    if not constraint.clauses or constraint.kind == "serial":
        return Outcome(None, "unknown", constraint.reason, raw)
    if not known(version):
        return Outcome(None, "unknown", f'The range is "{raw}", but no version is recorded.', raw)
    release = read_version(version)
    if release is None:
        return Outcome(
            None,
            "unknown",
            f'The recorded version "{version}" cannot be compared with "{raw}".',
            raw,
        )
    found = _decide(constraint, release)
    widened = constraint.kind == "condition" and _WIDENS.search(raw) and _well_below(constraint, release)
    if constraint.kind == "condition" and found not in ("below", "above") and not widened:
        return Outcome(None, "unknown", constraint.reason, raw)
    return Outcome(_truth(found), found, _sentence(found, raw, version), raw)


def _well_below(constraint: Constraint, release: Version) -> bool:
    """Say whether a release lies in the range and is none of its ends, whose hotfixes may be counted in."""
    return any(
        all(
            _test_side(test, release) == "inside" and _test_side(Test("=", test.version), release) != "inside"
            for test in clause
        )
        for clause in constraint.clauses
    )


def _truth(side: Side) -> bool | None:
    return True if side == "inside" else False if side in ("above", "below", "apart") else None


def _sentence(side: Side, raw: str, version: str) -> str:
    where = {
        "inside": "lies in",
        "above": "is newer than",
        "below": "is older than",
        "apart": "is not among",
        "unknown": "cannot be compared with",
    }[side]
    return f'Version {version} {where} "{raw}".'


def _decide(constraint: Constraint, release: Version) -> Side:
    if constraint.kind == "trains":
        bounds = [clause[0] for clause in constraint.clauses]
        return beyond_trains(bounds, release)
    sides = [clause_side(clause, release) for clause in constraint.clauses]
    return together(sides)


def together(sides: list[Side]) -> Side:
    """Join the sides of several clauses: inside one is inside; past all is above; between two is apart."""
    if "inside" in sides:
        return "inside"
    if "unknown" in sides or not sides:
        return "unknown"
    return sides[0] if len(set(sides)) == 1 else "apart"


def clause_side(clause: tuple[Test, ...], release: Version) -> Side:
    """Say on which side of one clause a release lies."""
    sides = [_test_side(test, release) for test in clause]
    outside: tuple[Side, ...] = ("above", "below", "unknown", "apart")
    return next((side for side in outside if side in sides), "inside")


def _test_side(test: Test, release: Version) -> Side:
    if test.op == "~":
        return _wildcard_side(test.version, release)
    bound = read_version(_filled(test.version, release))
    if bound is None:
        wild = wildcard_prefix(test.version)
        return _wildcard_bound(test.op, wild, release) if wild else "unknown"
    order = compare(release, bound)
    if test.op == "!=":
        return _mended_side(release, bound, order)
    if order is None or (order != 0 and (_zero_decides(test.op, release, bound) or lost_head(release, bound))):
        return "unknown"
    if test.op in ("<=", "=") and finer(release, bound):
        return "unknown"
    return _ordered(test.op, order)


def _mended_side(release: Version, bound: Version, order: int | None) -> Side:
    """Say where a release lies beside one that a range leaves out: that one and what came after it in its train may be mended."""
    trained = shared_numbers(release, bound) >= max(1, len(bound.numbers) - 1)
    return "unknown" if order is None or (order >= 0 and trained) else "inside"


def _filled(text: str, release: Version) -> str:
    """Give a bound such as V3.X.17 with the release's own number in the open place."""
    found = OPEN_INSIDE.search(text)
    if found is None:
        return text
    place = text[: found.start()].count(".")
    return OPEN_INSIDE.sub(str(release.numbers[place]) if place < len(release.numbers) else "0", text, count=1)


def _zero_decides(op: Op, release: Version, bound: Version) -> bool:
    return lost_zero(release, bound) and _ordered(op, compare(release, bound) or 0) != _ordered(op, 0)


def _ordered(op: Op, order: int) -> Side:
    if op == "=":
        return "inside" if order == 0 else "above" if order > 0 else "below"
    if op in ("<", "<="):
        return "inside" if order < 0 or (order == 0 and op == "<=") else "above"
    return "inside" if order > 0 or (order == 0 and op == ">=") else "below"


@lru_cache(maxsize=20_000)
def wildcard_prefix(text: str) -> tuple[str, tuple[int, ...], int] | None:
    """Read 7.2.x, R15x or 11.* as letters, leading numbers and the count of open digits."""
    body = text.strip()
    found = re.fullmatch(
        r"([a-z&+ ]{0,12}?)[v. ]*?(\d+(?:\.\d+)*)?(?:\.[x*](?:\.[x*])*|(x+)|\s\*)",
        body,
        re.IGNORECASE,
    )
    if found is None or found[2] is None:
        return None
    prefix = "" if found[1].strip().casefold() in ("v", "version", "versions", "fw") else found[1].strip().casefold()
    numbers = tuple(int(part[:18]) for part in found[2].split("."))
    return prefix, numbers, len(found[3] or "")


def _wildcard_side(text: str, release: Version) -> Side:
    wild = wildcard_prefix(text)
    if wild is None:
        return "unknown"
    order = _wildcard_order(wild, release)
    return "unknown" if order is None else "inside" if order == 0 else "above" if order > 0 else "below"


def _wildcard_order(wild: tuple[str, tuple[int, ...], int], release: Version) -> int | None:
    prefix, numbers, digits = wild
    if prefix != release.prefix and prefix and release.prefix:
        return None
    head = list((release.numbers + (0,) * len(numbers))[: len(numbers)])
    if digits:
        head[-1] //= 10**digits
    return (tuple(head) > numbers) - (tuple(head) < numbers)


def _wildcard_bound(op: Op, wild: tuple[str, tuple[int, ...], int], release: Version) -> Side:
    order = _wildcard_order(wild, release)
    if order is None or (order == 0 and op in ("<", ">")):
        return "unknown"
    return _ordered(op, order)


def beyond_trains(bounds: list[Test], release: Version) -> Side:
    """Judge a release by several upper bounds, one for each release train: its own train's bound decides."""
    sides = [_test_side(bound, release) for bound in bounds]
    judged = list(zip(bounds, sides, strict=True))
    comparable = [(bound, side) for bound, side in judged if side != "unknown"]
    if not comparable or (len(comparable) < len(bounds) and "above" not in sides):
        return "unknown" if not comparable or "inside" not in sides else "inside"
    if len({side for _, side in comparable}) == 1:
        return comparable[0][1]
    near: dict[int, set[Side]] = {}
    for bound, side in comparable:
        other = read_version(bound.version)
        near.setdefault(shared_numbers(release, other) if other else 0, set()).add(side)
    nearest = near[max(near)]
    if max(near) == 0:
        return "unknown"
    if len(nearest) == 1:
        return nearest.pop()
    return _same_train([bound for bound, _ in comparable], release, max(near))


def _same_train(bounds: list[Test], release: Version, shared: int) -> Side:
    """Decide between bounds of one train: where they share all numbers but the last, the widest counts."""
    own = [read_version(bound.version) for bound in bounds]
    nearest = [version for version in own if version and shared_numbers(release, version) == shared]
    return (
        "inside" if all(shared >= max(1, len(version.numbers) - 1) for version in nearest) and shared > 1 else "unknown"
    )
