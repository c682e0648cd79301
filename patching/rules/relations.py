"""The products that arise from others: firmware on a device, a component of a product (CSAF 2.0, 3.2.2.4; product paths of 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from patching.rules.csaf import MOST_PRODUCTS
from patching.rules.facts import AdvisoryFacts, Leaf, Relationship
from patching.rules.nodes import Malformed

_FIRMWARE = re.compile(r"\b(?:firmware|fw|bios|boot ?loader|image|os|operating system)\b", re.IGNORECASE)
_FOR_ALL = re.compile(r"\b(?:windows|linux|unix|macos|android|ios|java|docker|vmware|hyper-v)\b", re.IGNORECASE)
MOST_STEPS = 20
CLEAR = "known_not_affected"


@dataclass(frozen=True, slots=True)
class _Whole:
    """A product taken apart: what it begins with, and each product that this stands on, with how it does."""

    component: Leaf
    carriers: tuple[tuple[str, Leaf], ...] = ()


def with_related(facts: AdvisoryFacts) -> list[Leaf]:
    """Add the products that arise from others, under each name by which a plant would record them."""
    parts, leaves = _Parts(facts), list(facts.leaves)
    told = [pair for weakness in facts.vulnerabilities for pair in weakness.statuses]
    clear, doubtful = (
        {key for status, keys in told if (status == CLEAR) is sound for key in keys} for sound in (True, False)
    )
    for relation in facts.relationships:
        leaves += _recorded(relation, parts, perhaps=relation.product_id not in clear - doubtful)
        if len(leaves) > MOST_PRODUCTS:
            raise Malformed("/product_tree", f"products that stand on others are more than {MOST_PRODUCTS}.")
    return leaves


class _Parts:
    """What the products of a document are made of; one that names itself, or something unknown, is made of nothing."""

    def __init__(self, facts: AdvisoryFacts) -> None:
        self._relations = {relation.product_id: relation for relation in facts.relationships}
        self._found: dict[str, _Whole | None] = {leaf.product_id: _Whole(leaf) for leaf in facts.leaves}

    def of(self, product_id: str, steps: int = 0) -> _Whole | None:
        """Take a product apart."""
        if product_id not in self._found:
            self._found[product_id] = None
            relation = self._relations.get(product_id)
            if relation and steps < MOST_STEPS:
                self._found[product_id] = self._whole(relation, steps + 1)
        return self._found[product_id]

    def _whole(self, relation: Relationship, steps: int) -> _Whole | None:
        component = self.of(relation.component, steps)
        if component is None:
            return None
        carriers = list(component.carriers)
        for category, product_id in relation.carriers:
            carrier = self.of(product_id, steps)
            if carrier is not None:
                carriers += [(category, carrier.component), *carrier.carriers]
        return _Whole(component.component, tuple(carriers[:MOST_STEPS])) if carriers else None


def _recorded(relation: Relationship, parts: _Parts, *, perhaps: bool) -> Iterator[Leaf]:
    """Give what a product is recorded as: the device by its firmware's version, else the component and what it is part of.

    What contains a component is named by its own version where it has one; else a person must say whether the component is
    in it, if `perhaps` that matters. A system that nearly everything runs on is named by nothing that runs on it.
    """
    whole = parts.of(relation.product_id)
    if whole is None:
        return
    component = replace(whole.component, product_id=relation.product_id, full_name=relation.full_name)
    bears_firmware = False
    for category, carrier in whole.carriers:
        named = replace(carrier, product_id=relation.product_id, full_name=relation.full_name)
        contains = category.endswith("component_of")
        if category == "installed_on" and carrier.vendor == component.vendor and _is_firmware(whole.component):
            bears_firmware = True
            yield replace(named, version=component.version, version_is_range=component.version_is_range)
        elif contains and carrier.version:
            yield named
        elif perhaps and (contains or (category == "installed_on" and not _FOR_ALL.search(carrier.product))):
            contained = " ".join(dict.fromkeys(filter(None, (component.product, component.version))))
            yield replace(named, version=f"only with {contained}", version_is_range=True)
    if not bears_firmware:
        yield component


def _is_firmware(leaf: Leaf) -> bool:
    return bool(_FIRMWARE.search(f"{leaf.product} {leaf.family} {leaf.full_name}".replace("_", " ")))
