"""Matches asset types to advisories: who is named, what the ranges say, and the sentence that tells why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from patching.rules.advisories import Advisory, NamedProduct
from patching.rules.codes import order_number
from patching.rules.naming import closest
from patching.rules.othernames import families, other_names, parts
from patching.rules.products import Profile, profile
from patching.rules.releases import completed, known, named_before
from patching.rules.vendors import all_aliases, names, plain, same
from patching.rules.verdicts import Judgement, judgement, named_model
from patching.rules.words import GENERIC

RULES_VERSION = 6  # to raise when names or ranges are judged otherwise: the plant is then matched anew, once
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
    own, others = named(product), other_names(product)
    if not (others or of or listed):
        return own
    others_of, families_of, parts_of = (tuple(map(named, names)) for names in (others, of, listed))
    return replace(own, others=others_of, families=families_of, parts=parts_of)


def _release(version: str) -> str:
    """Give a version text without the product named before it, where that ends in a number: "V06.20" of "CPCI85 V06.20"."""
    firmware, release = named_before(version)
    return release if firmware[-1:].isdigit() else version


class Matcher:
    """Judges asset types by advisories with one table of vendor aliases and one of confirmed product links."""

    def __init__(self, aliases: Mapping[str, str] | None = None, links: Links | None = None) -> None:
        self.aliases = all_aliases(aliases or {})
        self.remember(links or {})
        self._vendors = lru_cache(maxsize=20_000)(lambda vendor: names(vendor, self.aliases))
        self.leaf_profile = lru_cache(maxsize=100_000)(self._leaf_profile)
        self.asset_profile = lru_cache(maxsize=20_000)(self._asset_profile)
        self._judged = lru_cache(maxsize=4_000)(judgement)  # models of one product run the same versions

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

        own = _widened(named, asset.product, families(asset.product, model))
        firmware, _bare = named_before(version)
        return replace(own, others=(*own.others, named(firmware))) if firmware else own

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
        version = completed(_release(asset.version), asset.product)
        codes = tuple(named_model(product, asset.model_number, asset.product) for product in products)
        return self._judged(tuple(products), codes, version, asset.serial_number, best > 1)

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
