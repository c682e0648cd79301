"""Judges one recorded version by all ranges that an advisory gives for the product it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from patching.rules.advisories import NamedProduct
from patching.rules.fixes import advised, cured, fixed_releases, gap, in_train, installs, remains, spared
from patching.rules.ranges import parse
from patching.rules.releases import Version, compare, completed, finer, known, read_version, shared_numbers
from patching.rules.sides import side_of
from patching.rules.versions import (
    EVALUABLE,
    Constraint,
    Side,
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
_TOLD = re.compile(r"\d[\w.]*|\b[A-Z]+\d\w*|[<>]=?")
READABLE = EVALUABLE | {"condition", "text"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict on one version by the ranges of one product, with the sentence and the deciding clause."""

    verdict: Verdict
    sentence: str
    clause: str


def find(products: Sequence[NamedProduct], version: str, serial_number: str = "") -> Finding:
    """Judge a version by the nodes that call one product affected."""
    clause = " | ".join(dict.fromkeys(product.constraint.raw.strip() or "no version" for product in products))
    side, decided_by = side_of(products, version, serial_number)
    raw = decided_by.raw.strip() if decided_by else clause
    release = read_version(version) if known(version) else None
    if side == "unknown":
        return _unknown(products, version, release, clause)
    if release is None:
        return _without_version(side, raw, whole=_whole(decided_by))
    if disputed := _disputed(products, version, side, release):
        fix = cured(release, advised(products)) if not remains(version, advised(products)) else None
        fix = None if fix and _called_affected(products, fix, version) else fix
        mended = f"; {fix.raw} is named as the fix and this asset runs {version}" if fix else ""
        return Finding(Verdict.FIXED if fix else Verdict.REVIEW, disputed + mended, raw)
    if side == "inside" and (fix := _named_above(products, release)):
        return Finding(
            Verdict.REVIEW, f'{version} lies in the range "{raw}", but the text names {fix.raw} as the fix', raw
        )
    if side == "inside" and _whole(decided_by):
        return Finding(Verdict.AFFECTED, f'all versions ("{raw}"); this asset runs {version}', raw)
    if side == "inside":
        return Finding(Verdict.AFFECTED, f'versions "{raw}"; this asset runs {version}', raw)
    return _outside(products, version, release, side, raw)


def beyond_all(products: Sequence[NamedProduct], version: str) -> bool:
    """Say whether a version lies beyond every end and every fix that is told of these products, whichever is meant."""
    release = read_version(version) if known(version) else None
    tests = (test for product in products for clause in product.constraint.clauses for test in clause)
    ends = [read_version(test.version) for test in tests]
    fixes = (fix for product in products for text in product.texts for fix in fixed_releases(text))
    if release is None or not all(product.constraint.clauses for product in products):
        return False
    counted = all(end is not None and end.by_year == release.by_year for end in ends)  # 2016 says nothing beside 2.3
    return counted and all(compare(release, told) in (0, 1) for told in chain(ends, fixes) if told)


def by_model(product: NamedProduct, code: str, version: str) -> Finding:
    """Judge a version where the advisory names a model instead of versions: affected until the fix told to install is reached."""
    release = read_version(version) if known(version) else None
    if release and (fix := cured(release, filter(installs, product.texts))):
        return _mended(fix, version, code)
    return Finding(Verdict.AFFECTED, f'the model "{code}" itself is named', code)


def _unknown(products: Sequence[NamedProduct], version: str, release: Version | None, clause: str) -> Finding:
    """Judge where the ranges cannot decide: a fix that was reached does, and a publisher who takes the product back."""
    kinds = {product.constraint.kind for product in products}
    free = " ".join(product.constraint.raw for product in products if product.constraint.kind == "text")
    told = "".join(version.casefold().split()) in "".join(free.casefold().split())
    fix = cured(release, advised(products)) if release and kinds <= READABLE and not told else None
    if fix and not _called_affected(products, fix, version):
        return _mended(fix, version, clause)
    if release and (words := _said_in_full(products, version)):
        return Finding(Verdict.AFFECTED, f'versions "{words}"; this asset runs {version}', clause)
    if release and kinds <= EVALUABLE and (fix := _coming(products, release)):
        affected = f'versions "{clause}"; {fix.raw} is named as the fix and this asset runs {version}'
        return Finding(Verdict.AFFECTED, affected, clause)
    if kinds == {"empty"} and (sentence := spared(products[0].leaf.product, advised(products))):
        return Finding(Verdict.NOT_AFFECTED, f'no version is named, and the advisory says: "{sentence}"', clause)
    return Finding(Verdict.REVIEW, _why_unknown(products, version), clause)


def _called_affected(products: Sequence[NamedProduct], named: Version, version: str) -> bool:
    """Say whether a release that a text names is affected itself.

    It is the last one ("6.0: contact us" beside "<= 6.0"), or the full name counts it in with the release in question
    ("upgrade to 3.3" beside "3.3 SP1 and earlier versions").
    """
    tests = (test for product in products for clause in product.constraint.clauses for test in clause)
    ends = (read_version(test.version) for test in tests if test.op in ("<=", "="))
    return any(end and compare(named, end) == 0 for end in ends) or any(
        words.kind in ("range", "trains") and holds(words, version).holds and holds(words, named.raw).holds
        for words in map(_stated, products)
        if _of_train(words, named)
    )


def _of_train(words: Constraint, release: Version) -> bool:
    """Say whether the last end of a range is of the same train as a release: 10.1 is not of those before 11.0.3."""
    end = read_version(words.clauses[-1][-1].version) if words.clauses else None
    return end is not None and shared_numbers(end, release) > 0


def _said_in_full(products: Sequence[NamedProduct], version: str) -> str:
    """Give the wording of the full name that holds the version, where the range lost a zero (7.4 for "v7.40")."""
    stated = (_stated(product) for product in products if product.constraint.kind in LISTED)
    return next((text.raw.strip() for text in stated if text.kind in LISTED and holds(text, version).holds), "")


def _coming(products: Sequence[NamedProduct], release: Version) -> Version | None:
    """Give the fix that a release within the last one affected has not reached: 14.0.2 for 14.0.1, where "<= 14" is."""
    tests = (test for product in products for clause in product.constraint.clauses for test in clause)
    ends = [end for test in tests if test.op in ("<=", "=") and (end := read_version(test.version))]
    end = next((end for end in ends if finer(release, end)), None)
    fixes = in_train(release, advised(products), len(end.numbers)) if end else ()
    ahead = [fix for fix in fixes if compare(release, fix) == -1]
    return ahead[0] if ahead and len(ahead) == len(fixes) else None


def _mended(fix: Version, version: str, clause: str) -> Finding:
    reached = f'versions "{clause}"; {fix.raw} is named as the fix and this asset runs {version}'
    return Finding(Verdict.FIXED, reached, clause)


def _named_above(products: Sequence[NamedProduct], release: Version) -> Version | None:
    """Give the fix that a release inside the range has reached already; a mere train (4.1 for 4.1.7) is none."""
    texts = advised(products)
    if any(product.constraint.kind == "all" for product in products):
        return _very_release(release, texts)
    if fix := _past_all(products, release):
        return fix
    bounds = (
        read_version(test.version)
        for product in products
        for clause in product.constraint.clauses
        for test in clause
        if test.op not in (">", ">=")
    )
    if any(bound and compare(release, bound) == 0 for bound in bounds):
        return None
    if (fix := cured(release, texts)) is None:
        return None
    if named := _very_release(release, texts):
        return named
    wild = any(product.constraint.kind == "wildcard" for product in products)
    near = not wild and shared_numbers(release, fix) and release.numbers[: len(fix.numbers)] != fix.numbers
    return fix if near else None


def _very_release(release: Version, texts: Sequence[str]) -> Version | None:
    return next((fix for text in texts for fix in fixed_releases(text) if compare(release, fix) == 0), None)


def _past_all(products: Sequence[NamedProduct], release: Version) -> Version | None:
    """Give the newest fix where it ends a range without an end: a release beyond the fix of every train is none of them."""
    tests = (test for product in products for clause in product.constraint.clauses for test in clause)
    if any(test.op not in (">", ">=") for test in tests):
        return None
    fixes = [fix for fix in in_train(release, advised(products), 0) if compare(release, fix) is not None]
    newest = max(fixes, key=lambda fix: fix.key, default=None)
    return newest if newest and all(compare(release, fix) == 1 for fix in fixes) else None


def _without_version(side: Side, raw: str, whole: bool) -> Finding:
    if whole:
        return Finding(Verdict.AFFECTED, f'all versions ("{raw}")', raw)
    if side == "inside":
        return Finding(Verdict.AFFECTED, f'the serial number lies in "{raw}"', raw)
    return Finding(Verdict.FIXED, f'the serial number lies beyond "{raw}"', raw)


def _whole(constraint: Constraint | None) -> bool:
    return constraint is not None and constraint.kind == "all"


def _why_unknown(products: Sequence[NamedProduct], version: str) -> str:
    for product in products:
        outcome = holds(product.constraint, version)
        if outcome.holds is None:
            return outcome.sentence[:1].lower() + outcome.sentence[1:].rstrip(".")
    return f"version {version} lies between two release trains and the advisory does not say which is this asset's"


def _disputed(products: Sequence[NamedProduct], version: str, side: Side, release: Version) -> str:
    """Say where the advisory contradicts itself about this version: node, full name, or remediation text."""
    texts = advised(products)
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
            if _TOLD.findall(raw) == _TOLD.findall(words):
                continue
            return f'the range "{raw}" and the product text "{words}" contradict each other for {version}'
    return ""


def _worth_comparing(stated: Constraint, node: Constraint) -> bool:
    """Say whether both wordings are ranges; a name that only repeats the bound contradicts nothing."""
    return stated.kind in ("range", "trains") or (stated.kind in LISTED and node.kind in LISTED)


def _stated(product: NamedProduct) -> Constraint:
    """Read the publisher's own wording of the range behind the colon of the full product name, or behind the product's."""
    leaf = product.leaf
    _, told, words = leaf.full_name.rpartition(":")
    if not told:
        _, told, words = leaf.full_name.partition(f"{leaf.product} ")
    return parse(completed(words, leaf.product)) if told and re.search(r"\d", words) else Constraint("none", "")


def _outside(
    products: Sequence[NamedProduct],
    version: str,
    release: Version,
    side: Side,
    raw: str,
) -> Finding:
    texts = advised(products)
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
            return _mended(fix, version, raw)
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
