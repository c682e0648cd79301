"""How well a product of an advisory names an asset type: order numbers first, then model codes and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Literal

from patching.rules.belonging import alike, describes_family, ends_with_family, has_head, may_belong
from patching.rules.codes import begins, is_code, is_series
from patching.rules.initials import without_initials
from patching.rules.products import Profile
from patching.rules.releases import compare, read_version
from patching.rules.vendors import same
from patching.rules.words import APPLIANCE, BRANDS, EDITIONS, GENERIC, HARDWARE, WHOLE

Naming = Literal["names", "perhaps", "no"]

_COUNT = re.compile(r"\d\d?|20[0-3]\d|r\d")
_YEAR = re.compile(r"20[0-3]\d")


def closest(leaf: Profile, asset: Profile) -> int:
    """Say how closely a product of an advisory names an asset type by any of their names: 0 not, 1 perhaps, 2 to 5 ever surer.

    Another name never counts more than the one recorded. The family of an order number names no single model of it;
    one of several names listed in a node, or of the order numbers of a family, is only perhaps the product.
    """
    own = how_well(leaf, asset)[1]
    if own > 1 or not (leaf.others or leaf.families or leaf.parts or asset.others or asset.families):
        return own
    others = (how_well(*names)[1] for names in product((leaf, *leaf.others), (asset, *asset.others)))
    of_family = (_of_family(leaf, family) for family in asset.families)
    ordered = (family for family in leaf.families if not asset.models and asset.codes <= family.codes)
    doubted = (min(1, how_well(name, asset)[1]) for name in (*leaf.parts, *ordered))
    return max(own, min(2, max(others)), *of_family, *doubted)


def _of_family(leaf: Profile, family: Profile) -> int:
    closeness = how_well(leaf, family)[1]
    return min(2, closeness) if closeness > 1 or leaf.codes <= family.codes else 0


def how_well(leaf: Profile, asset: Profile) -> tuple[Naming, int]:
    """Say whether a product of an advisory names an asset type, and how closely (0 to 5)."""
    if leaf.orders and asset.orders:
        if any(_same_order(a, b) for a in leaf.orders for b in asset.orders):
            return "names", 5
        if any(map(_is_order, leaf.orders)) and any(map(_is_order, asset.orders)):
            return "no", 0
    if not (
        same(leaf.vendors, asset.vendors)
        or asset.vendor_words & leaf.words
        or leaf.words & asset.words & BRANDS
        or _in_words(leaf.vendors, asset)
    ):
        return ("perhaps", 1) if _brand_of_another(leaf, asset) else ("no", 0)
    if any(pattern.fullmatch(word) for pattern in leaf.patterns for word in asset.spelled):
        return "names", 4
    if (leaf.releases and not _release_fits(leaf, asset)) or not all(_since(leaf, asset)):
        return "no", 0
    if leaf.models & (asset.codes | asset.models) or (asset.models and asset.models.issuperset(leaf.core or {""})):
        return "names", 4
    same_code = (asset.codes & leaf.torn) | (asset.models & (leaf.codes | leaf.glued | leaf.torn))
    if same_code and not _conflict(leaf, asset):
        return "names", 4
    if leaf.hosts and asset.core - HARDWARE <= leaf.hosts:
        return "perhaps", 1
    found = _by_words(leaf, asset)
    if found[0] == "no" and leaf.hosts and not asset.hosts:
        own = replace(leaf, core=leaf.core - leaf.hosts, codes=leaf.codes - leaf.hosts, hosts=frozenset())
        found = ("perhaps", 1) if _by_words(own, asset)[0] != "no" else found
    if found[0] != "no":
        return found
    if has_head(leaf, asset):
        whole = is_series(leaf.name) and leaf.codes & asset.heads
        return ("names", 2) if whole and asset.core - asset.codes <= leaf.words | GENERIC | BRANDS else ("perhaps", 1)
    return ("perhaps", 1) if may_belong(leaf, asset) else found


def _in_words(vendors: frozenset[tuple[str, ...]], asset: Profile) -> bool:
    """Say whether the asset's product name says the vendor in full (SpiderControl SCADA Web Server of iniNet)."""
    return any(len(word) > 3 and {*company} - GENERIC <= asset.words for company in vendors for word in company[:1])


def _brand_of_another(leaf: Profile, asset: Profile) -> bool:
    """Say whether two names are one though their vendors are not, as where a product is sold under another maker's brand.

    It takes two telling words: Liebert SiteScan of Vertiv, which Automated Logic makes.
    """
    return len(asset.core) > 1 and asset.core <= leaf.core and len(asset.core - GENERIC - BRANDS - asset.codes) > 1


def _same_order(left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    return left == right or (len(shorter) >= 12 and longer.startswith(shorter))


def _is_order(text: str) -> bool:
    return re.fullmatch(r"[1-9A-Z][A-Z]{2}\d{5}[A-Z\d]{4,12}|\d{7}", text) is not None


def _release_fits(leaf: Profile, asset: Profile) -> bool:
    if leaf.releases & asset.releases or leaf.releases & asset.words:
        return True
    own = read_version(asset.version) if asset.version else None
    if own is None or asset.releases:
        return not asset.releases
    heads = [read for release in leaf.releases if (read := read_version(release))]
    return any(own.numbers[: len(head.numbers)] == head.numbers for head in heads) or not heads


def _since(leaf: Profile, asset: Profile) -> Iterator[bool]:
    """Say of each "V7.3 and newer" in the node's name whether the asset's release, where known, lies on that side."""
    told = (asset.version, *asset.releases)
    own = next((read for text in told if text and (read := read_version(text))), None)
    for text, word in leaf.bounds:
        bound = read_version(text)
        order = compare(own, bound) if own and bound else None
        if own is None or bound is None or order is None:
            yield True
        elif word in ("newer", "later", "above", "higher"):
            yield order >= 0
        else:
            yield order <= 0 or own.numbers[: len(bound.numbers)] == bound.numbers


def _conflict(leaf: Profile, asset: Profile) -> bool:
    return (
        bool(asset.codes - leaf.words - leaf.torn - asset.models)
        and bool(leaf.codes - asset.words - asset.models)
        and not asset.codes & leaf.codes
    )


def _by_words(leaf: Profile, asset: Profile) -> tuple[Naming, int]:
    if leaf.joined and leaf.joined == asset.joined:
        return "names", 3 if asset.optional <= leaf.words else 2
    if not leaf.core or not asset.core:
        return "no", 0
    if leaf.core == asset.core or asset.joined in leaf.abbreviations or leaf.joined in asset.abbreviations:
        return "names", 3 if asset.optional <= leaf.words else 2
    if leaf.stems and _begin(asset.codes | asset.models, leaf) and not _begin(asset.codes & leaf.codes, leaf):
        rest = leaf.core - GENERIC - BRANDS - asset.words - {*leaf.stems}
        described = leaf.name.casefold().startswith(leaf.stems) and HARDWARE.issuperset(leaf.ordered[-1:])
        return ("perhaps", 1) if rest and not (described and leaf.codes <= {*leaf.stems}) else ("names", 2)
    if (glued := _glued(leaf, asset)) != (leaf, asset):
        return _by_words(*glued)
    shared = asset.words & leaf.words
    only_asset = asset.core - leaf.words - BRANDS - leaf.vendor_words
    choices = (choice for choice in leaf.choices if choice & asset.words and not _beside(choice, asset))
    met = frozenset(word for choice in choices for word in choice)
    only_leaf = leaf.core - asset.words - BRANDS - asset.vendor_words - asset.models - met
    only_asset, only_leaf = only_asset - leaf.abbreviations, only_leaf - asset.abbreviations
    only_asset, only_leaf = without_initials(only_asset, only_leaf, leaf.spoken, asset.spoken)
    if not shared and (leaf.core & asset.abbreviations or asset.core & leaf.abbreviations) - GENERIC - BRANDS:
        return "perhaps", 1
    codes, distinctive = frozenset(filter(is_code, shared)), shared - GENERIC - BRANDS
    if not distinctive and len(shared - BRANDS) < 2:
        return _by_general_words(leaf, asset, only_asset, only_leaf)
    if not only_asset and not only_leaf:
        return "names", 3 if all(map(is_code, met - asset.words)) else 2
    if asset.core <= leaf.optional and any(len(code) > 5 for code in codes):
        return "names", 2
    asset_codes, leaf_codes = (
        frozenset(filter(is_code, only_asset)),
        frozenset(filter(is_code, only_leaf)),
    )
    if asset_codes and met & asset.codes:
        return "perhaps", 1
    if asset_codes and (leaf_codes or only_leaf - GENERIC - asset.hints):
        whole = distinctive and not leaf_codes and describes_family(leaf, only_leaf)
        return ("perhaps", 1) if whole or ends_with_family(leaf, asset) else ("no", 0)
    if only_leaf & asset.hints and not only_leaf - asset.hints - GENERIC:
        return "names", 2
    if not distinctive:
        wider = (
            len(only_asset) < 3 and not asset_codes if leaf.core <= asset.core else _opens_name(leaf, asset, only_leaf)
        )
        return ("perhaps", 1) if wider else ("no", 0)
    if not only_asset:
        return _asset_is_wider(leaf, only_leaf, leaf_codes, codes)
    if not only_leaf:
        if asset_codes and leaf.patterns and not leaf.codes and not _opens(leaf, asset):
            return "no", 0
        of_suite = any(only_asset & own for own in asset.choices)
        told = any(len(code) > 3 for code in codes) or (only_asset <= APPLIANCE and not of_suite)
        return ("names", 2) if told else ("perhaps", 1)
    if met & asset.words and all(map(str.isdigit, only_asset)):
        return "perhaps", 1
    if (asset_codes or asset.models) and leaf.patterns and not leaf.codes and not _opens(leaf, asset):
        return "no", 0
    return _both_differ(leaf, only_asset, only_leaf, codes)


def _by_general_words(
    leaf: Profile, asset: Profile, only_asset: frozenset[str], only_leaf: frozenset[str]
) -> tuple[Naming, int]:
    """Compare names that share at most one general word: their order tells, a year or an order code behind them does not."""
    if any(asset.core <= choice == leaf.core for choice in leaf.choices):
        return "perhaps", 1
    own, more = asset.ordered[: len(leaf.ordered)], asset.ordered[len(leaf.ordered) :]
    if own and own == leaf.ordered and all(map(_YEAR.fullmatch, more)):
        return "names", 2
    if asset.ordered == leaf.ordered[: len(asset.ordered)] and (train := leaf.ordered[len(asset.ordered) :]):
        if asset.hints.issuperset(train):
            return "names", 2
        if all(map(_COUNT.fullmatch, train)) and not (asset.hints and len(train[0]) < 3):
            return "perhaps", 1
    ends = asset.ordered == leaf.ordered[-len(asset.ordered) :] and len(asset.ordered) > 1
    begins = asset.spoken == leaf.spoken[: len(asset.spoken)] and len(asset.spoken) > 1
    if (ends or begins) and only_leaf <= GENERIC:
        return "names", 2
    suite = begins and WHOLE.issuperset(asset.spoken[-1:])
    coded = len(leaf.spoken) > 1 and leaf.spoken == asset.spoken[: len(leaf.spoken)] and only_asset <= asset.codes
    return ("perhaps", 1) if coded or suite else ("no", 0)


def _opens(leaf: Profile, asset: Profile) -> bool:
    """Say whether a code of the asset at least begins as one with open places: FL SWITCH 3006T-2FX of FL SWITCH 3xxx."""
    return any(pattern.match(word) for pattern in leaf.patterns for word in asset.spelled)


def _opens_name(leaf: Profile, asset: Profile, only_leaf: frozenset[str]) -> bool:
    """Say whether the asset's name of general words is all but one of the node's, in its order: Energy Manager, Energy Manager Basic."""
    own = asset.ordered
    return asset.core <= leaf.core and len(only_leaf) == 1 and leaf.ordered[: len(own)] == own


def _beside(choice: frozenset[str], asset: Profile) -> bool:
    """Say whether the asset is another one of a suite than that behind the slash: WebAccess/HMI beside WebAccess/SCADA."""
    return any(choice & own and choice != own for own in asset.choices)


def _begin(codes: frozenset[str], leaf: Profile) -> bool:
    """Say whether one of these codes begins with the letters that the node gives for its members."""
    return any(begins(code, leaf.stems) for code in codes)


def _both_differ(
    leaf: Profile, only_asset: frozenset[str], only_leaf: frozenset[str], codes: frozenset[str]
) -> tuple[Naming, int]:
    """Compare two names that each have words of their own; what they share are codes and telling words."""
    asset_codes, leaf_codes = frozenset(filter(is_code, only_asset)), frozenset(filter(is_code, only_leaf))
    if only_leaf <= HARDWARE or (only_leaf <= WHOLE and only_leaf.issuperset(leaf.ordered[-1:])):
        return "perhaps", 1
    if not leaf_codes and not (asset_codes and leaf.codes & leaf.optional) and describes_family(leaf, only_leaf):
        return "perhaps", 1
    if only_asset == asset_codes and len(only_leaf) == 1 and only_leaf <= GENERIC:
        return "perhaps", 1
    listed = any(alike(code, own) for code in leaf_codes for own in codes)
    if listed and leaf.core == leaf.codes and not asset_codes:
        return "names", 2
    other = only_asset - GENERIC and not listed and any(len(code) > 3 for code in leaf_codes)
    told = any(len(code) > 3 and not _YEAR.fullmatch(code) for code in codes)
    return ("perhaps", 1) if told and not other else ("no", 0)


def _glued(leaf: Profile, asset: Profile) -> tuple[Profile, Profile]:
    """Write two words of one name as one where the other does: NVRmini 2 and NVRmini2."""
    for own, other in ((leaf, asset), (asset, leaf)):
        for word, pair in own.pairs if not own.glued.isdisjoint(other.core) else ():
            if word in other.core and own.core.issuperset(pair):
                mended = replace(own, core=own.core - {*pair} | {word}, glued=frozenset())
                if is_code(word):
                    mended = replace(mended, codes=own.codes - {*pair} | {word})
                return (mended, asset) if own is leaf else (leaf, mended)
    return leaf, asset


def _asset_is_wider(
    leaf: Profile, only_leaf: frozenset[str], leaf_codes: frozenset[str], codes: frozenset[str]
) -> tuple[Naming, int]:
    first = min((leaf.ordered.index(code) for code in codes if code in leaf.ordered), default=-1)
    leaf_codes = frozenset(code for code in leaf_codes if code not in leaf.ordered[: max(first, 0)])
    if leaf_codes:
        listed = codes and all(any(alike(code, other) for other in codes) for code in leaf_codes)
        return ("names", 2) if listed else ("perhaps", 1)
    if codes or not only_leaf - GENERIC - {"scada"}:
        return ("perhaps", 1) if only_leaf & EDITIONS else ("names", 2)
    return "perhaps", 1
