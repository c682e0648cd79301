"""Matches asset types to advisories: who is named, what the ranges say, and the sentence that tells why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from patching.rules.advisories import Advisory, NamedProduct
from patching.rules.codes import patterns
from patching.rules.facts import AFFECTED_STATUSES, FIXED_STATUSES, UNSTATED
from patching.rules.judging import LISTED, RANK, Finding, Verdict, beyond_all, by_model, find
from patching.rules.naming import closest
from patching.rules.othernames import families, other_names, parts
from patching.rules.products import Profile, order_number, profile
from patching.rules.releases import completed, known
from patching.rules.vendors import DEFAULT_ALIASES, names, normal_aliases, plain, same
from patching.rules.versions import holds
from patching.rules.words import GENERIC

RULES_VERSION = 5  # to raise when names or ranges are judged otherwise: the plant is then matched anew, once
TypeKey = tuple[str, str, str]
ProductKey = tuple[str, str]
Links = Mapping[tuple[TypeKey, ProductKey], bool]


@dataclass(frozen=True, slots=True)
class AssetType:
    """What decides a match: all assets that agree in these fields share their matches."""

    vendor: str
    product: str
    model_number: str = ""
    version: str = ""
    serial_number: str = ""
    kind: str = ""


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


def type_key(asset: AssetType) -> TypeKey:
    """Give the key under which a person's confirmed product links are kept for an asset type."""
    return (
        plain(asset.vendor).strip(),
        plain(asset.product).strip(),
        order_number(asset.model_number),
    )


def product_key(vendor: str, product: str) -> ProductKey:
    """Give the key of a product node in confirmed links."""
    return plain(vendor).strip(), plain(product).strip()


def _widened(named: Callable[[str], Profile], product: str, of: Sequence[str], listed: Sequence[str] = ()) -> Profile:
    """Return the profile of a product with those of its other names, of its families and of the products that its name lists."""
    others, families_of, parts_of = (tuple(map(named, names)) for names in (other_names(product), of, listed))
    return replace(named(product), others=others, families=families_of, parts=parts_of)


class Matcher:
    """Judges asset types by advisories with one table of vendor aliases and one of confirmed product links."""

    def __init__(self, aliases: Mapping[str, str] | None = None, links: Links | None = None) -> None:
        self.aliases = {**DEFAULT_ALIASES, **normal_aliases(aliases or {})}
        self.remember(links or {})
        self._vendors = lru_cache(maxsize=20_000)(lambda vendor: names(vendor, self.aliases))
        self.leaf_profile = lru_cache(maxsize=100_000)(self._leaf_profile)
        self.asset_profile = lru_cache(maxsize=20_000)(self._asset_profile)

    def remember(self, links: Links) -> None:
        """Take people's word on products: it stands over every comparison of names."""
        self.links = links
        self.named_for: dict[TypeKey, list[ProductKey]] = defaultdict(list)
        for (kind, product), meant in links.items():
            if meant:
                self.named_for[kind].append(product)

    def _leaf_profile(
        self, vendor: str, product: str, order_numbers: tuple[str, ...], models: tuple[str, ...] = (), family: str = ""
    ) -> Profile:
        def named(name: str) -> Profile:
            return profile(self._of(vendor, name), name, order_numbers, model=" ".join(models))

        return _widened(named, product, families(product, ""), (*parts(product), *([family] if family else ())))

    def _of(self, vendor: str, product: str) -> frozenset[tuple[str, ...]]:
        """Give the names of a vendor, with the one of them that a product's name begins with: Kepware of PTC's Kepware KEPServerEX."""
        found = self._vendors(vendor)
        words = re.findall(r"[a-z0-9]+", plain(product))[:3]
        for count in (2, 1):
            brand, rest = " ".join(words[:count]), {*words[count:]} - GENERIC
            if rest and brand in self.aliases and same(found, names(self.aliases[brand], {})):
                return found | {tuple(words[:count])}
        return found

    def _asset_profile(self, asset: AssetType) -> Profile:
        version = asset.version if known(asset.version) else ""
        model = asset.model_number if known(asset.model_number) else ""

        def named(name: str) -> Profile:
            return profile(self._of(asset.vendor, name), name, (model,) if model else (), version=version, model=model)

        return _widened(named, asset.product, families(asset.product, model))

    def names(self, product: NamedProduct, asset: AssetType) -> int:
        """Say how closely a product node names an asset type: 0 not, 1 perhaps, 2 to 6 ever surer."""
        leaf = product.leaf
        if self.links:
            linked = self.links.get((type_key(asset), product_key(leaf.vendor, leaf.product)))
            if linked is not None:
                return 6 if linked else 0
        return closest(self._profile_of(product), self.asset_profile(asset))

    def judge(self, asset: AssetType, advisory: Advisory) -> Judgement | None:
        """Judge one asset type by one advisory; None where the advisory does not name it."""
        return self.decide(
            asset,
            [(product, self.names(product, asset)) for product in advisory.products],
        )

    def decide(self, asset: AssetType, named: Iterable[tuple[NamedProduct, int]]) -> Judgement | None:
        """Judge an asset type by the product nodes of one advisory, each with how closely it names the type."""
        near = [(product, closeness) for product, closeness in named if closeness]
        best = max((closeness for _, closeness in near), default=0)
        if not best:
            return None
        products = [product for product, closeness in near if closeness == best]
        if best > 1 and len({product.leaf.product for product in products}) > 1:
            products = self._of_its_train(products, asset)
        version = completed(asset.version, asset.product)
        return _judgement(
            products, replace(asset, version=version) if version != asset.version else asset, sure=best > 1
        )

    def _of_its_train(self, products: list[NamedProduct], asset: AssetType) -> list[NamedProduct]:
        """Leave out what is named without a release where others bear that of the asset: TIA Server, TIA Server V17."""
        own = self.asset_profile(asset)
        if not (own.version or own.releases):
            return products
        released = [product for product in products if self._profile_of(product).releases]
        return released or products

    def _profile_of(self, product: NamedProduct) -> Profile:
        leaf = product.leaf
        return self.leaf_profile(leaf.vendor, leaf.product, leaf.order_numbers, product.models, leaf.family)


def judge(
    asset: AssetType,
    advisory: Advisory,
    aliases: Mapping[str, str] | None = None,
    links: Links | None = None,
) -> Judgement | None:
    """Judge one asset type by one advisory; None where the advisory does not name it."""
    return Matcher(aliases, links).judge(asset, advisory)


def _judgement(products: Sequence[NamedProduct], asset: AssetType, sure: bool) -> Judgement:
    decided: dict[tuple[tuple[int, str], ...], tuple[Finding, NamedProduct]] = {}
    details: list[tuple[Detail, NamedProduct]] = []
    for cve, stated in _by_cve(products).items():
        key = tuple([(id(product), status) for product, status in stated])
        if key not in decided:
            decided[key] = _decide_cve(stated, asset)
        finding, product = decided[key]
        finding = finding if sure else _doubted(finding, products, asset.version)
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


def _by_cve(
    products: Sequence[NamedProduct],
) -> dict[str, list[tuple[NamedProduct, str]]]:
    stated: dict[str, list[tuple[NamedProduct, str]]] = {}
    for product in products:
        for cve, status in product.statuses:
            stated.setdefault(cve, []).append((product, status))
    return stated


def _doubted(finding: Finding, products: Sequence[NamedProduct], version: str) -> Finding:
    if finding.verdict is Verdict.AFFECTED or (finding.verdict is Verdict.FIXED and not beyond_all(products, version)):
        return Finding(
            Verdict.REVIEW,
            f"{finding.sentence}; a person must say whether this is the product",
            finding.clause,
        )
    return finding


def _decide_cve(stated: Sequence[tuple[NamedProduct, str]], asset: AssetType) -> tuple[Finding, NamedProduct]:
    """Judge one CVE: ranges called affected, against nodes called fixed or not affected."""
    first = stated[0][0]
    if all(status == UNSTATED for _, status in stated):
        return _advised(*_decide_cve([(product, AFFECTED_STATUSES[0]) for product, _ in stated], asset))
    for product, status in stated:
        if status in AFFECTED_STATUSES and (code := named_model(product, asset)):
            return by_model(product, code, asset.version), product
    cleared = [_cleared(product, status, asset) for product, status in stated if status not in AFFECTED_STATUSES]
    clear = next((finding for finding in cleared if finding), None)
    groups: dict[tuple[str, tuple[str, ...]], list[NamedProduct]] = {}
    for product, status in stated:
        if status in AFFECTED_STATUSES:
            groups.setdefault((plain(product.leaf.product), product.leaf.order_numbers), []).append(product)
    findings = [(find(group, asset.version, asset.serial_number), group[0]) for group in groups.values()]
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


def _advised(finding: Finding, product: NamedProduct) -> tuple[Finding, NamedProduct]:
    """Doubt what is only advised on: the advisory lists the product with a remediation and calls it neither affected nor not."""
    if finding.verdict is not Verdict.AFFECTED:
        return finding, product
    text = f"{finding.sentence}; the advisory tells what to do, but not that this product is affected"
    return Finding(Verdict.REVIEW, text, finding.clause), product


def named_model(product: NamedProduct, asset: AssetType) -> str:
    """Give the model code that stands where a version is expected, if it is this asset's order number or in its name."""
    if product.constraint.kind in LISTED and len(asset.model_number) > 3:
        listed = (test.version for clause in product.constraint.clauses for test in clause)
        return next((text for text in listed if order_number(text) == order_number(asset.model_number)), "")
    if not product.models:
        return ""
    own = {
        order_number(piece)
        for text in (asset.model_number, *asset.product.split())
        for piece in (text, text.split("/")[0])
    }
    return next((code for code in product.models if len(code) > 3 and _is_model(code, own)), "")


def _is_model(code: str, own: set[str]) -> bool:
    """Say whether a code, perhaps with open places, is one of these."""
    named = order_number(re.sub(r"/x+-x+$", "", code))
    return named in own or any(opened.fullmatch(text.casefold()) for opened in patterns(code) for text in own)


def _cleared(product: NamedProduct, status: str, asset: AssetType) -> Finding | None:
    """Give the finding of a node called fixed or not affected, where it covers this version."""
    covered = holds(product.constraint, asset.version).holds
    raw = product.constraint.raw.strip()
    if product.constraint.kind == "model" and raw.casefold() == asset.version.strip().casefold():
        covered = True
    if product.constraint.kind == "empty" and status == "known_not_affected":
        covered = True
    if covered and status == "known_not_affected":
        return Finding(Verdict.NOT_AFFECTED, f'versions "{raw}" are stated as not affected', raw)
    if covered and status in FIXED_STATUSES:
        return Finding(Verdict.FIXED, f'versions "{raw}" are stated as fixed', raw)
    return None
