"""What the nodes of one advisory mean for a recorded version: judged CVE by CVE, the worst verdict counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from patching.rules.advisories import NamedProduct
from patching.rules.codes import order_number, patterns
from patching.rules.facts import AFFECTED_STATUSES, FIXED_STATUSES, UNSTATED
from patching.rules.judging import LISTED, RANK, Finding, Verdict, beyond_all, by_model, find
from patching.rules.vendors import plain
from patching.rules.versions import holds

_SHORT = re.compile(r"\(([a-z0-9]{2,8})\)$")
Stated = tuple[NamedProduct, str, str]  # node, status for a CVE, the asset's model code if it stands for a version


@dataclass(frozen=True, slots=True)
class Detail:
    """The verdict for one CVE, with the clause that decided."""

    cve: str
    verdict: Verdict
    sentence: str
    clause: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an advisory means for an asset type; cves are those the verdict applies to."""

    verdict: Verdict
    reason: str
    clause: str
    product: str
    product_id: str
    cves: tuple[str, ...]
    details: tuple[Detail, ...]


def judgement(
    products: tuple[NamedProduct, ...], codes: tuple[str, ...], version: str, serial_number: str, sure: bool
) -> Judgement:
    """Judge a version by nodes of one advisory, each with the asset's model code where it stands for a version."""
    decided: dict[tuple[tuple[int, str], ...], tuple[Finding, NamedProduct]] = {}
    details: list[tuple[Detail, NamedProduct]] = []
    for cve, stated in _by_cve(products, codes).items():
        key = tuple([(id(product), status) for product, status, _ in stated])
        if key not in decided:
            finding, product = _decide_cve(stated, version, serial_number)
            decided[key] = finding if sure else _doubted(finding, products, version), product
        finding, product = decided[key]
        details.append((Detail(cve, finding.verdict, finding.sentence, finding.clause), product))
    worst, product = min(details, key=lambda item: RANK[item[0].verdict])
    cves = tuple(detail.cve for detail, _ in details if detail.verdict is worst.verdict)
    reason = f'{"Named" if sure else "Perhaps named:"} "{product.leaf.product.strip()}", {worst.sentence.rstrip(".")}.'
    if worst.verdict is Verdict.AFFECTED and len(cves) < len(details):
        reason += f" {len(cves)} of {len(details)} CVEs apply."
    return Judgement(
        worst.verdict,
        reason,
        worst.clause,
        product.leaf.full_name,
        product.leaf.product_id,
        cves,
        tuple(detail for detail, _ in details),
    )


def _by_cve(products: tuple[NamedProduct, ...], codes: tuple[str, ...]) -> dict[str, list[Stated]]:
    stated: dict[str, list[Stated]] = {}
    for product, code in zip(products, codes, strict=True):
        for cve, status in product.statuses:
            stated.setdefault(cve, []).append((product, status, code))
    return stated


def _doubted(finding: Finding, products: Sequence[NamedProduct], version: str) -> Finding:
    if finding.verdict is Verdict.AFFECTED or (finding.verdict is Verdict.FIXED and not beyond_all(products, version)):
        return Finding(
            Verdict.REVIEW,
            f"{finding.sentence}; a person must say whether this is the product",
            finding.clause,
        )
    return finding


def _decide_cve(stated: Sequence[Stated], version: str, serial_number: str) -> tuple[Finding, NamedProduct]:
    """Judge one CVE: ranges called affected, against nodes called fixed or not affected."""
    first = stated[0][0]
    if all(status == UNSTATED for _, status, _ in stated):
        affected = [(product, AFFECTED_STATUSES[0], code) for product, _, code in stated]
        return _advised(*_decide_cve(affected, version, serial_number))
    for product, status, code in stated:
        if status in AFFECTED_STATUSES and code:
            return by_model(product, code, version), product
    cleared = [_cleared(product, status, version) for product, status, _ in stated if status not in AFFECTED_STATUSES]
    clear = next((finding for finding in cleared if finding), None)
    groups: dict[tuple[str, tuple[str, ...]], list[NamedProduct]] = {}
    for product, status, _ in stated:
        if status in AFFECTED_STATUSES:
            groups.setdefault((plain(product.leaf.product), product.leaf.order_numbers), []).append(product)
    if len(groups) > 1:
        _join_short_names(groups)
    findings = [(find(group, version, serial_number), group[0]) for group in groups.values()]
    if not findings:
        return clear or Finding(
            Verdict.REVIEW,
            "the publisher is still investigating or gives no verdict",
            "",
        ), first
    worst, product = min(findings, key=lambda item: RANK[item[0].verdict])
    verdicts = {finding.verdict for finding, _ in findings}
    if Verdict.AFFECTED in verdicts and len(verdicts) > 1 and not verdicts <= {Verdict.AFFECTED, Verdict.REVIEW}:
        text = "several products of this name differ in their ranges; the order number or exact model is needed"
        return Finding(Verdict.REVIEW, text, worst.clause), product
    if clear and worst.verdict is Verdict.AFFECTED:
        return Finding(
            Verdict.REVIEW,
            f"listed as affected and, elsewhere in the advisory, {clear.sentence}",
            worst.clause,
        ), product
    return (clear, first) if clear else (worst, product)


def _join_short_names(groups: dict[tuple[str, tuple[str, ...]], list[NamedProduct]]) -> None:
    """Put a product with the short name in its brackets to the nodes that are called so: "Quell for Main Plants (QSMP)", QSMP."""
    for name, orders in list(groups):
        short = _SHORT.search(name) if name.endswith(")") else None
        if short and (short[1], orders) in groups:
            groups[short[1], orders] += groups.pop((name, orders))


def _advised(finding: Finding, product: NamedProduct) -> tuple[Finding, NamedProduct]:
    """Doubt what is only advised on: the advisory lists the product with a remediation and calls it neither affected nor not."""
    if finding.verdict is not Verdict.AFFECTED:
        return finding, product
    text = f"{finding.sentence}; the advisory tells what to do, but not that this product is affected"
    return Finding(Verdict.REVIEW, text, finding.clause), product


def named_model(product: NamedProduct, model_number: str, name: str) -> str:
    """Give the model code that stands where a version is expected, if it is this asset's order number or in its name."""
    if product.constraint.kind in LISTED and len(model_number) > 3:
        listed = (test.version for clause in product.constraint.clauses for test in clause)
        return next((text for text in listed if order_number(text) == order_number(model_number)), "")
    if not product.models:
        return ""
    own = {order_number(piece) for text in (model_number, *name.split()) for piece in (text, text.split("/")[0])}
    return next((code for code in product.models if len(code) > 3 and _is_model(code, own)), "")


def _is_model(code: str, own: set[str]) -> bool:
    """Say whether a code, perhaps with open places, is one of these."""
    named = order_number(re.sub(r"/x+-x+$", "", code))
    return named in own or any(opened.fullmatch(text.casefold()) for opened in patterns(code) for text in own)


def _cleared(product: NamedProduct, status: str, version: str) -> Finding | None:
    """Give the finding of a node called fixed or not affected, where it covers this version."""
    covered = holds(product.constraint, version).holds
    raw = product.constraint.raw.strip()
    if product.constraint.kind == "model" and raw.casefold() == version.strip().casefold():
        covered = True
    if product.constraint.kind == "empty" and status == "known_not_affected":
        covered = True
    if covered and status == "known_not_affected":
        return Finding(Verdict.NOT_AFFECTED, f'versions "{raw}" are stated as not affected', raw)
    if covered and status in FIXED_STATUSES:
        return Finding(Verdict.FIXED, f'versions "{raw}" are stated as fixed', raw)
    return None
