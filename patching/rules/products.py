"""How well a product of an advisory names an asset type: order numbers first, then words and model codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from patching.rules.csaf import ORDER_NUMBER
from patching.rules.releases import read_version
from patching.rules.vendors import mended, plain, same
from patching.rules.words import BRANDS, GENERIC, NOISE

Naming = Literal["names", "perhaps", "no"]

_RELEASE = re.compile(r"v\d+(?:\.\d+)*(?:sp\d+)?|\d+\.\d+(?:\.\d+)*(?:u\d+)?", re.IGNORECASE)
_EXCEPT = re.compile(r"[,;]?\s*\b(?:except|excluding|excl\.|not including)\b[^()]*", re.IGNORECASE)
_CODE_STEM = re.compile(r"[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Profile:
    """A name taken apart: required and optional words, model codes, releases, wildcards, order numbers."""

    vendors: frozenset[tuple[str, ...]]
    vendor_words: frozenset[str]
    core: frozenset[str]
    optional: frozenset[str]
    codes: frozenset[str]
    releases: frozenset[str]
    ordered: tuple[str, ...]
    joined: str
    abbreviations: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    stems: tuple[str, ...]
    orders: frozenset[str]
    version: str = ""
    hints: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()

    @property
    def words(self) -> frozenset[str]:
        """Give all words, required and optional."""
        return self.core | self.optional


def order_number(text: str) -> str:
    """Give an order number without blanks and dashes, in capitals."""
    return re.sub(r"[\s\-_.]", "", text).upper()


def profile(
    vendors: frozenset[tuple[str, ...]],
    product: str,
    order_numbers: Iterable[str] = (),
    *,
    version: str = "",
    model: str = "",
) -> Profile:
    """Take the name of a product or an asset type apart."""
    parsed = _parse_name(product)
    spoken = {word for company in vendors for word in company if len(word) > 1}
    vendor_words = frozenset(spoken | set(map(_singular, spoken)))
    core = frozenset(parsed.core - vendor_words) or frozenset(parsed.core)
    releases, core = _without_own_version(parsed.releases, core, version)
    orders = {order_number(number) for number in (*order_numbers, *parsed.orders) if number.strip()}
    models = frozenset(_squash(part) for part in re.split(r"[\s,;]+", plain(model)) if part) | (
        {_squash(plain(model))} if model else set()
    )
    hints = _hints(version)
    ordered = tuple(word for word in parsed.ordered if word not in vendor_words)
    return Profile(
        vendors, vendor_words, core, parsed.optional - vendor_words, frozenset(filter(is_code, core | parsed.optional)),
        releases, ordered, "".join(ordered), parsed.abbreviations,
        parsed.patterns, parsed.stems, frozenset(orders), version, hints, models,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Name:
    ordered: tuple[str, ...]
    core: frozenset[str]
    optional: frozenset[str]
    releases: frozenset[str]
    abbreviations: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    stems: tuple[str, ...]
    orders: tuple[str, ...]


@lru_cache(maxsize=50_000)
def _parse_name(product: str) -> _Name:
    text = _EXCEPT.sub(" ", mended(product)[:400])
    orders = tuple(found[0] for found in ORDER_NUMBER.finditer(text))
    text = ORDER_NUMBER.sub(" ", text)
    bracketed = re.findall(r"\(([^()]*)\)", text)
    text = re.sub(r"\([^()]*\)", " ", text)
    ordered = _tokens(text)
    releases = frozenset(word.removeprefix("v") for word in ordered if _RELEASE.fullmatch(word))
    core = frozenset(word for word in ordered if word not in NOISE and not _RELEASE.fullmatch(word) and not _wild(word))
    inside = frozenset(word for part in bracketed for word in _tokens(part) if word not in NOISE and not _wild(word))
    short = frozenset(
        _squash(plain(part)) for part in bracketed if re.fullmatch(r"\s*[A-Z][A-Za-z0-9+& \-]{1,9}\s*", part)
    )
    pieces = [piece for piece in re.split(r"[\s,;]+", text + " " + " ".join(bracketed)) if piece]
    named = tuple(word for word in ordered if word not in NOISE and not _RELEASE.fullmatch(word))
    return _Name(named, core, inside, releases, short, _patterns(pieces), _stems(text), orders)


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for chunk in re.split(r"[\s,;:+\"'®™]+", plain(text)):
        for word in _slashed(chunk):
            squashed = word if _RELEASE.fullmatch(word) else _squash(word)
            if squashed:
                found.append(_singular(squashed))
    return found


def _slashed(chunk: str) -> list[str]:
    """Split EAGLE20/30 into EAGLE20 and EAGLE30, PN/DP into its two words."""
    parts = [part for part in chunk.split("/") if part]
    whole = parts[:1]
    for part in parts[1:]:
        first = whole[0]
        longer = first[: -len(part)] + part if len(part) < len(first) else part
        same_shape = _shape(first[-len(part) :]) == _shape(part) and any(letter.isdigit() for letter in part)
        whole.append(longer if same_shape else part)
    return whole


def _shape(text: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", text.casefold()))


def _squash(word: str) -> str:
    return re.sub(r"[^a-z0-9\[\]*]", "", word)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") and word.isalpha() else word


def is_code(word: str) -> bool:
    """Say whether a word is a model code: it has a digit and at least two characters."""
    return len(word) > 1 and any(letter.isdigit() for letter in word)


def _wild(word: str) -> bool:
    return "[]" in word or "*" in word or re.search(r"\d+x{2,}|xx+\d?|\dx\d$", word) is not None


def _patterns(pieces: list[str]) -> tuple[re.Pattern[str], ...]:
    """Give a pattern for each model code with open places: CJ2M-CPU[][], 750-82xx/xxx-xxx, ILC 1x1."""
    patterns = []
    previous = ""
    for chunk in pieces:
        for piece in _slashed(chunk) if not re.search(r"/x+-x+", chunk) else [chunk.split("/")[0]]:
            open_text = re.sub(
                r"(?<=\d)x(?=\d)|(?<=\d)x{2,}|(?<=\d)X{2,}|(?<=-)x{2,}|(?<=\dL\d)z\d?$|\[\]|\*+$",
                lambda m: "?" * max(1, len(m[0].replace("[]", "?"))),
                piece,
            )
            if "?" in open_text:
                body = re.sub(
                    r"[^a-z0-9?]",
                    "",
                    (previous if len(open_text) < 4 else "") + open_text.casefold(),
                )
                if re.search(r"[a-z0-9]{2}", body):
                    patterns.append(re.compile(re.escape(body).replace(r"\?", "[a-z0-9]")))
            previous = piece.casefold() if piece.isalpha() else ""
    return tuple(patterns)


def _stems(text: str) -> tuple[str, ...]:
    """Give the letters of a list of product codes in one node: RSP RSPE RSPS."""
    found = re.findall(r"(?<![\w-])[A-Z]{3,6}(?![\w-])", text)
    return tuple(sorted({word.casefold() for word in found}, key=len, reverse=True)) if len(found) >= 4 else ()


def _without_own_version(
    releases: frozenset[str], core: frozenset[str], version: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Leave out a number in the asset's name that only repeats its version (TwinCAT 3 with 3.1.4022)."""
    own = read_version(version) if version else None
    if own is None or len(core) < 2:
        return releases, core
    repeated = {word for word in core if word.isdigit() and len(word) < 3 and int(word) == own.numbers[0]}
    return releases, core - repeated


def _hints(version: str) -> frozenset[str]:
    return frozenset(_singular(word) for word in re.findall(r"[a-z]{4,}", plain(version)) if word not in NOISE)


def how_well(leaf: Profile, asset: Profile) -> tuple[Naming, int]:
    """Say whether a product of an advisory names an asset type, and how closely (0 to 5)."""
    if leaf.orders and asset.orders:
        if any(_same_order(a, b) for a in leaf.orders for b in asset.orders):
            return "names", 5
        if any(map(_is_order, leaf.orders)) and any(map(_is_order, asset.orders)):
            return "no", 0
    if not same(leaf.vendors, asset.vendors) and not asset.vendor_words & leaf.words:
        return "no", 0
    if any(
        pattern.fullmatch(word) for pattern in leaf.patterns for word in asset.codes | asset.models | {asset.joined}
    ):
        return "names", 4
    if leaf.releases and not _release_fits(leaf, asset):
        return "no", 0
    if asset.models & leaf.codes and not _conflict(leaf, asset):
        return "names", 4
    return _by_words(leaf, asset)


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


def _conflict(leaf: Profile, asset: Profile) -> bool:
    return (
        bool(asset.codes - leaf.words - asset.models)
        and bool(leaf.codes - asset.words - asset.models)
        and not asset.codes & leaf.codes
    )


def _by_words(leaf: Profile, asset: Profile) -> tuple[Naming, int]:
    if leaf.joined and leaf.joined == asset.joined:
        return "names", 3 if asset.optional <= leaf.words else 2
    if not leaf.core or not asset.core:
        return "no", 0
    if leaf.core == asset.core or asset.joined in leaf.abbreviations:
        return "names", 3 if asset.optional <= leaf.words else 2
    if any(re.match(rf"{stem}\d", code) for stem in leaf.stems for code in asset.codes):
        return "names", 2
    shared = asset.words & leaf.words
    only_asset = asset.core - leaf.words - BRANDS
    only_leaf = leaf.core - asset.words - BRANDS - asset.vendor_words - asset.models
    codes, distinctive = frozenset(filter(is_code, shared)), shared - GENERIC - BRANDS
    if not distinctive and len(shared - BRANDS) < 2:
        return "no", 0
    if not only_asset and not only_leaf:
        return "names", 3
    asset_codes, leaf_codes = (
        frozenset(filter(is_code, only_asset)),
        frozenset(filter(is_code, only_leaf)),
    )
    if asset_codes and (leaf_codes or only_leaf - GENERIC - asset.hints):
        return "no", 0
    if only_leaf & asset.hints and not only_leaf - asset.hints - GENERIC:
        return "names", 2
    if not distinctive:
        return "no", 0
    if not only_asset:
        return _asset_is_wider(leaf, only_leaf, leaf_codes, codes)
    if not only_leaf:
        return ("names", 2) if any(len(code) > 3 for code in codes) else ("perhaps", 1)
    return ("perhaps", 1) if any(len(code) > 3 for code in codes) else ("no", 0)


def _asset_is_wider(
    leaf: Profile, only_leaf: frozenset[str], leaf_codes: frozenset[str], codes: frozenset[str]
) -> tuple[Naming, int]:
    first = min((leaf.ordered.index(code) for code in codes if code in leaf.ordered), default=-1)
    leaf_codes = frozenset(code for code in leaf_codes if code not in leaf.ordered[: max(first, 0)])
    if leaf_codes:
        listed = codes and all(any(_alike(code, other) for other in codes) for code in leaf_codes)
        return ("names", 2) if listed else ("perhaps", 1)
    if codes or not only_leaf - GENERIC:
        return "names", 2
    return "perhaps", 1


def _alike(left: str, right: str) -> bool:
    """Say whether two codes stand beside each other in a list: same letters in front, or the same shape."""
    a, b = _CODE_STEM.match(left), _CODE_STEM.match(right)
    return _shape(left) == _shape(right) or bool(a and b and a[0] == b[0] and a[0].isalpha() and len(a[0]) > 1)
