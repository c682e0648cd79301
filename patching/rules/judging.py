"""Judges one recorded version by all ranges that an advisory gives for the product it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from patching.rules.advisories import NamedProduct
from patching.rules.fixes import cured, gap, remains, spared
from patching.rules.ranges import parse
from patching.rules.releases import Version, known, read_version, shared_numbers
from patching.rules.versions import (
    Constraint,
    Side,
    Test,
    beyond_trains,
    clause_side,
    holds,
)


class Verdict(StrEnum):
    """What an advisory means for an asset, the worst first."""

    AFFECTED = "AFFECTED"
    REVIEW = "REVIEW"
    FIXED = "FIXED"
    NOT_AFFECTED = "NOT_AFFECTED"


RANK = {verdict: number for number, verdict in enumerate(Verdict)}
LISTED = frozenset({"exact", "list", "wildcard"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict on one version by the ranges of one product, with the sentence and the deciding clause."""

    verdict: Verdict
    sentence: str
    clause: str


def find(products: Sequence[NamedProduct], version: str, serial_number: str = "") -> Finding:
    """Judge a version by the nodes that call one product affected."""
    clause = " | ".join(dict.fromkeys(product.constraint.raw.strip() or "no version" for product in products))
    side, decided_by = _side(products, version, serial_number)
    raw = decided_by.raw.strip() if decided_by else clause
    release = read_version(version) if known(version) else None
    if side == "unknown":
        fix = (
            cured(release, _texts(products))
            if release and all(product.constraint.evaluable for product in products)
            else None
        )
        if fix:
            return Finding(
                Verdict.FIXED,
                f'versions "{clause}"; {fix.raw} is named as the fix and this asset runs {version}',
                clause,
            )
        return Finding(Verdict.REVIEW, _why_unknown(products, version), clause)
    if release is None:
        return _without_version(side, raw, whole=_whole(decided_by))
    if disputed := _disputed(products, version, side, release):
        fix = cured(release, _texts(products)) if not remains(version, _texts(products)) else None
        mended = f"; {fix.raw} is named as the fix and this asset runs {version}" if fix else ""
        return Finding(Verdict.FIXED if fix else Verdict.REVIEW, disputed + mended, raw)
    if side == "inside" and _whole(decided_by):
        return Finding(Verdict.AFFECTED, f'all versions ("{raw}"); this asset runs {version}', raw)
    if side == "inside":
        return Finding(Verdict.AFFECTED, f'versions "{raw}"; this asset runs {version}', raw)
    return _outside(products, version, release, side, raw)


def _without_version(side: Side, raw: str, whole: bool) -> Finding:
    if whole:
        return Finding(Verdict.AFFECTED, f'all versions ("{raw}")', raw)
    if side == "inside":
        return Finding(Verdict.AFFECTED, f'the serial number lies in "{raw}"', raw)
    return Finding(Verdict.FIXED, f'the serial number lies beyond "{raw}"', raw)


def _whole(constraint: Constraint | None) -> bool:
    return constraint is not None and constraint.kind == "all"


def _side(products: Sequence[NamedProduct], version: str, serial_number: str) -> tuple[Side, Constraint | None]:
    sides: list[tuple[Side, Constraint]] = []
    uppers: list[tuple[Test, Constraint]] = []
    release = read_version(version) if known(version) else None
    for constraint in (product.constraint for product in products):
        if constraint.kind == "serial":
            sides.append((serial_side(constraint, serial_number), constraint))
        elif not constraint.evaluable or release is None or constraint.kind == "all":
            sides.append((_model_side(constraint) or holds(constraint, version).side, constraint))
        else:
            for clause in constraint.clauses:
                if len(clause) == 1 and clause[0].op in ("<", "<="):
                    uppers.append((clause[0], constraint))
                else:
                    sides.append((clause_side(clause, release), constraint))
    if uppers and release:
        sides.append(_upper_side(uppers, release, one_set=len({product.statuses for product in products}) == 1))
    return _joined(sides, release)


def _model_side(constraint: Constraint) -> Side | None:
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


def _why_unknown(products: Sequence[NamedProduct], version: str) -> str:
    for product in products:
        outcome = holds(product.constraint, version)
        if outcome.holds is None:
            return outcome.sentence[:1].lower() + outcome.sentence[1:].rstrip(".")
    return f"version {version} lies between two release trains and the advisory does not say which is this asset's"


def _disputed(products: Sequence[NamedProduct], version: str, side: Side, release: Version) -> str:
    """Say where the advisory contradicts itself about this version: node, full name, or remediation text."""
    texts = _texts(products)
    if side != "inside" and (sentence := remains(version, texts)):
        return f'the range ends before {version}, but the advisory says: "{sentence}"'
    if side == "inside" and (sentence := spared(products[0].leaf.product, texts)):
        return f'{version} lies in the range, but the advisory says: "{sentence}"'
    for product in products:
        stated = _stated(product)
        if not _worth_comparing(stated, product.constraint):
            continue
        said, node = holds(stated, version), holds(product.constraint, version)
        if None not in (said.holds, node.holds) and said.holds != node.holds:
            if len(products) > 1 and side != "inside" and not said.holds:
                continue
            raw, words = product.constraint.raw.strip(), stated.raw.strip()
            return f'the range "{raw}" and the product text "{words}" contradict each other for {version}'
    return ""


def _worth_comparing(stated: Constraint, node: Constraint) -> bool:
    """Say whether both wordings are ranges; a name that only repeats the bound contradicts nothing."""
    return stated.kind in ("range", "trains") or (stated.kind in LISTED and node.kind in LISTED)


def _stated(product: NamedProduct) -> Constraint:
    """Read the publisher's own wording of the range after the colon of the full product name."""
    _, colon, words = product.leaf.full_name.rpartition(":")
    return parse(words.strip()) if colon and re.search(r"\d", words) else Constraint("none", "")


def _texts(products: Iterable[NamedProduct]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for product in products for text in product.texts))


def _outside(
    products: Sequence[NamedProduct],
    version: str,
    release: Version,
    side: Side,
    raw: str,
) -> Finding:
    texts = _texts(products)
    if side == "below":
        if all(product.constraint.kind in LISTED for product in products):
            return Finding(
                Verdict.REVIEW,
                f'only "{raw}" is listed; the older {version} may contain the weakness too',
                raw,
            )
        return Finding(
            Verdict.NOT_AFFECTED,
            f'versions "{raw}"; this asset runs the older {version}',
            raw,
        )
    if all(product.constraint.kind in LISTED for product in products):
        if fix := cured(release, texts):
            return Finding(
                Verdict.FIXED,
                f'versions "{raw}"; {fix.raw} is named as the fix and this asset runs {version}',
                raw,
            )
        return Finding(
            Verdict.REVIEW,
            f'only "{raw}" is listed and no fix named that {version} has reached',
            raw,
        )
    for product in products:
        for clause in product.constraint.clauses:
            test = clause[-1]
            passed = (
                test.op in ("<", "<=")
                and product.constraint.raw.strip() == raw
                and clause_side((test,), release) == "above"
            )
            if passed and (fix := gap(release, test.version, test.op == "<=", texts)):
                return Finding(
                    Verdict.REVIEW,
                    f'the range ends at "{raw}", but the text names {fix.raw} as the fix; {version} lies between',
                    raw,
                )
    return Finding(
        Verdict.FIXED,
        f'versions "{raw}"; this asset runs {version}, which lies beyond',
        raw,
    )
