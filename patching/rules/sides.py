"""On which side of all ranges that an advisory gives for one product a recorded version lies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from patching.rules.advisories import NamedProduct
from patching.rules.releases import Version, known, read_version, shared_numbers
from patching.rules.versions import Constraint, Side, Test, beyond_trains, clause_side, holds


def side_of(products: Sequence[NamedProduct], version: str, serial_number: str) -> tuple[Side, Constraint | None]:
    sides: list[tuple[Side, Constraint]] = []
    uppers: list[tuple[Test, Constraint]] = []
    release = read_version(version) if known(version) else None
    for constraint in (product.constraint for product in products):
        if constraint.kind == "serial":
            sides.append((serial_side(constraint, serial_number), constraint))
        elif not constraint.evaluable or release is None or constraint.kind == "all":
            sides.append((_model_side(constraint, version) or holds(constraint, version).side, constraint))
        else:
            for clause in constraint.clauses:
                if len(clause) == 1 and clause[0].op in ("<", "<="):
                    uppers.append((clause[0], constraint))
                else:
                    sides.append((clause_side(clause, release), constraint))
    one_set = len({product.statuses for product in products}) == 1
    if uppers and release:
        sides.append(_upper_side(uppers, release, one_set))
    side, decided_by = _joined(sides, release)
    if side == "inside" and release and one_set and decided_by and _ended(products, decided_by, release):
        side = "unknown"
    return side, decided_by


def _ended(products: Sequence[NamedProduct], wide: Constraint, release: Version) -> bool:
    """Say whether a range of the release's own train ended before it, though a range of another train holds it."""
    if wide.kind not in ("range", "trains"):
        return False
    others = (product.constraint for product in products if product.constraint is not wide)
    return any(
        clause[-1].op in ("<", "<=")
        and clause_side(clause, release) == "above"
        and _shared(clause[-1], release) > max(1, *(_shared(test, release) for test in wide.clauses[-1]))
        for constraint in others
        for clause in constraint.clauses
    )


def _shared(test: Test, release: Version) -> int:
    bound = read_version(test.version)
    return shared_numbers(release, bound) if bound else 0


def _model_side(constraint: Constraint, version: str) -> Side | None:
    """Say that a code where a version is expected decides only if it is the very text recorded as the version."""
    if (
        constraint.kind == "model"
        and known(version)
        and version.strip().casefold() in re.split(r"[\s|,;]+", constraint.raw.casefold())
    ):
        return "inside"
    return "unknown" if constraint.kind in ("model", "text", "empty") else None


def serial_side(constraint: Constraint, serial_number: str) -> Side:
    """Compare the first digits of a serial number with the bound the advisory gives."""
    digits = re.match(r"\d+", serial_number.strip())
    if not constraint.clauses or digits is None:
        return "unknown"
    test = constraint.clauses[0][0]
    head = digits[0][: len(test.version)]
    if len(head) < len(test.version):
        return "unknown"
    return clause_side((Test(test.op, test.version),), Version(head, "", (int(head),), ((),) * 10))


def _upper_side(uppers: list[tuple[Test, Constraint]], release: Version, one_set: bool) -> tuple[Side, Constraint]:
    """Judge by upper bounds; bounds that hold for different CVEs may be no release trains, so they can only warn."""
    tests = list(dict.fromkeys(test for test, _ in uppers))
    side: Side = beyond_trains(tests, release) if len(tests) > 1 else clause_side((tests[0],), release)
    if side == "above" and not one_set and any(clause_side((test,), release) == "inside" for test in tests):
        side = "unknown"
    return side, _nearest(uppers, release, side)


def _nearest(uppers: list[tuple[Test, Constraint]], release: Version, side: Side) -> Constraint:
    def nearness(item: tuple[Test, Constraint]) -> tuple[bool, int]:
        bound = read_version(item[0].version)
        return clause_side((item[0],), release) == side, shared_numbers(release, bound) if bound else -1

    return max(uppers, key=nearness)[1]


def _joined(sides: list[tuple[Side, Constraint]], release: Version | None) -> tuple[Side, Constraint | None]:
    for wanted in ("inside", "unknown"):
        for side, constraint in sides:
            if side == wanted:
                return side, constraint
    if not sides:
        return "unknown", None
    if release is None:
        return sides[0]

    def nearness(item: tuple[Side, Constraint]) -> int:
        bounds = [read_version(test.version) for clause in item[1].clauses for test in clause]
        return max((shared_numbers(release, bound) for bound in bounds if bound), default=0)

    nearest = max(map(nearness, sides))
    near = [item for item in sides if nearness(item) == nearest]
    above = [item for item in near if item[0] == "above"]
    return above[0] if above else near[0]
