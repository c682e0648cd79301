"""The products of one advisory in the form that matching works on, and that is kept beside the advisory."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from patching.rules.codes import is_code
from patching.rules.facts import UNSTATED, AdvisoryFacts, Leaf
from patching.rules.nodes import Malformed
from patching.rules.ranges import parse, restore
from patching.rules.relations import with_related
from patching.rules.releases import completed
from patching.rules.vendors import plain
from patching.rules.versions import Constraint
from patching.rules.words import GENERIC, HARDWARE, NOISE

_AFFECTED_BY = re.compile(r"(?<!not )\b(?:affected|impacted) by (?:CVE-[\d\- ]+\d[\s,]*(?:and )?)+", re.IGNORECASE)
_ASIDE = re.compile(r"\s*\(Update \w+\)$|^ICSM?A-[\d-]+\w?_|\s+Vulnerabilit(?:y|ies)\b.*")
_PRODUCT = re.compile(r"\b[A-Z][a-z]+[A-Za-z]* \d+[A-Z]")
_CODES = re.compile(r"\b[A-Z]{2,5}-\d{3,5}[A-Z]?\b")
MOST_KEPT = 40_000_000
_NO_NAME = re.compile(r"R\d{2,4}|OS|Versions?|Hardware [Vv]ersions? \w+(?: and prior)?(?: with)?")


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """One product node: what it names, its range as read, its status for each CVE, the texts that advise on it."""

    leaf: Leaf
    constraint: Constraint
    statuses: tuple[tuple[str, str], ...]
    texts: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Give a number that nodes share only if they are called alike; it is asked a hundred thousand times."""
        return hash((self.leaf.product_id, self.leaf.full_name))

    @property
    def models(self) -> tuple[str, ...]:
        """Give the model codes that stand where a version is expected."""
        if self.constraint.kind != "model":
            return ()
        return tuple(code.strip(" ,") for code in re.split(r"[|,;]", self.constraint.raw))

    def to_json(self) -> dict[str, Any]:
        """Give the form kept in the database."""
        return {
            "leaf": asdict(self.leaf),
            "constraint": self.constraint.to_json(),
            "statuses": [list(pair) for pair in self.statuses],
            "texts": list(self.texts),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> NamedProduct:
        """Read what to_json wrote."""
        leaf: dict[str, Any] = {
            key: tuple(item) if isinstance(item, list) else item for key, item in data["leaf"].items()
        }
        statuses = tuple((cve, status) for cve, status in data["statuses"])
        constraint = restore({**data["constraint"], "raw": _version_text(Leaf(**leaf))})
        return cls(Leaf(**leaf), constraint, statuses, tuple(data["texts"]))


@dataclass(frozen=True, slots=True)
class Advisory:
    """An advisory as matching sees it: a key of the caller's choice and the products it names."""

    key: str
    products: tuple[NamedProduct, ...]


def advisory(facts: AdvisoryFacts, key: str = "") -> Advisory:
    """Prepare an advisory for matching; its key is the tracking id unless another is given."""
    statuses, texts = _by_product(facts)
    heads = _heads(facts, {text for told in texts.values() for text in told})
    alone, subject = len({leaf.product for leaf in facts.leaves}) == 1, _subject(facts)
    products = tuple(
        NamedProduct(
            leaf,
            parse(_version_text(leaf)),
            _concerning(leaf, statuses[leaf.product_id]),
            tuple(text for text in texts[leaf.product_id] if _may_advise(text, heads[text], leaf.product)),
        )
        for leaf in (_of_its_own(leaf, facts.title, alone, subject) for leaf in with_related(facts))
        if leaf.product_id in statuses
    )
    if sum(map(_length, products)) > MOST_KEPT:
        raise Malformed(
            "/product_tree", f"its names and remedies, told for each product, exceed {MOST_KEPT:,} characters."
        )
    return Advisory(key or facts.tracking_id, products)


def _length(product: NamedProduct) -> int:
    leaf, named = product.leaf, (cve for cve, _ in product.statuses)
    told = (leaf.vendor, leaf.product, leaf.family, *leaf.order_numbers, *leaf.serial_numbers, *named, *product.texts)
    return sum(map(len, told))


def _heads(facts: AdvisoryFacts, texts: Iterable[str]) -> dict[str, str]:
    """Give the product of the advisory whose name each text begins with: QSM of "QSM Server update to version 2.2.5"."""
    names = {leaf.product.strip() for leaf in facts.leaves}
    longest = max(map(len, names), default=0)
    return {text: _head(text.strip(), names, longest) for text in texts}


def _head(text: str, names: set[str], longest: int) -> str:
    """Give the longest of the names that a text begins with; asked for beginnings, as names and texts may be thousands."""
    first = _first(text)
    beginnings = (text[:end] for end in range(min(len(text), longest), 0, -1) if not text[end : end + 1].isalnum())
    return next((name for name in beginnings if name in names and _first(name) == first), "")


def _first(text: str) -> str:
    return next(iter(text.split(maxsplit=1)), "").strip(",:")


def _may_advise(text: str, head: str, product: str) -> bool:
    """Say whether a text may speak of a product: where it begins with another's name, only if it has a telling word of its own."""
    own = {word for word in re.findall(r"[a-z0-9]+", plain(product)) if len(word) > 1} - GENERIC
    return not head or not own.isdisjoint(re.findall(r"[a-z0-9]+", plain(text)))


def _concerning(leaf: Leaf, statuses: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Leave out the CVEs that the node's own wording does not count: "prior to 6.90 are affected by CVE-2020-14515"."""
    told = _AFFECTED_BY.search(leaf.full_name) or _AFFECTED_BY.search(leaf.version)
    named = set(re.findall(r"CVE-\d{4}-\d+", told[0].replace("- ", "-"))) if told else set()
    return tuple(pair for pair in statuses if pair[0] in named) or tuple(statuses)


def _subject(facts: AdvisoryFacts) -> str:
    """Give the product that the title tells in words; where model codes stand it tells no more than nodes with codes do."""
    said = {word for leaf in facts.leaves for word in _words(leaf.product)}
    subject = _ASIDE.sub("", facts.title).strip()
    coded = any(is_code(word) and not (word.isdigit() and len(word) < 3) for word in said.union(_words(subject)))
    return "" if coded else subject


def _family(leaf: Leaf, subject: str) -> str:
    """Give the family of a node: its own; the title's product if the node says no word of it; what stands where its version should.

    "Web server vulnerabilities" of a UR family, "MMT-551 MiniMed 530G" of a remote controller for these pumps.
    """
    if not leaf.family and _PRODUCT.search(leaf.version) and parse(leaf.version).kind == "text":
        return leaf.version
    common = GENERIC | HARDWARE | NOISE | {*_words(leaf.vendor)}
    telling = {word for word in _words(subject) if not {word, word.removesuffix("s")} & common}
    return leaf.family or (subject if telling and telling.isdisjoint(_words(leaf.product)) else "")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", plain(text))


def _of_its_own(leaf: Leaf, title: str, alone: bool, subject: str) -> Leaf:
    """Give a node that names a release, any OS or a list of products the product that the title or its full name tells.

    "SEL-411L" over "R121: >=V0", "Vision Series" over "OS: < 12.38", "NJ/NX-series - NX7-series: 1.28". A name of
    general words alone, as "Security Gateway", is told by the codes of the title if it is the advisory's only one. What
    else the title may tell stands as its family.
    """
    leaf = replace(leaf, product=_in_full(leaf), family=_family(leaf, subject))
    codes = _CODES.findall(title) if alone and GENERIC.issuperset(plain(leaf.product).split()) else ()
    if codes:
        return replace(leaf, product=f"{leaf.product} ({', '.join(codes)})")
    if _NO_NAME.fullmatch(leaf.product):
        subject = re.sub(r"(?<!\s)\s*+\(Update \w+\)$", "", title).removeprefix(leaf.vendor).strip()
        release = f"{leaf.product}-" if leaf.product[1:].isdigit() else ""
        version = re.sub(r"(?:(?<=[<>=|\s])|^)(?=V\d)", release, leaf.version)
        return replace(leaf, product=subject or leaf.product, version=version)
    beginning = f"{leaf.product} - "
    if not leaf.full_name.startswith(beginning) or not re.search(r"[/,]| and ", leaf.product):
        return leaf
    told, colon, _ = leaf.full_name.removeprefix(beginning).partition(":")
    name = re.sub(r"\(all models\)", "", told, flags=re.IGNORECASE).strip()
    told_of = "series" in name or {*name.casefold().split()} & {*re.split(r"[\s,]+", leaf.product.casefold())}
    return replace(leaf, product=name) if colon and told_of and len(name.split()) < 8 and "ersion" not in name else leaf


def _in_full(leaf: Leaf) -> str:
    """Give the name of a node whose code has lost its first letters with the code that the full name tells: VCC-HD56 for CC-HD56."""
    said = leaf.full_name.split()
    for code in filter(is_code, leaf.product.split()):
        whole = [word for word in said if word.endswith(code) and 0 < len(word) - len(code) < 3]
        if whole and code not in said and whole[0].removesuffix(code).isalpha():
            return leaf.product.replace(code, whole[0])
    return leaf.product


def _version_text(leaf: Leaf) -> str:
    """Give the version text in full; where the product's name ends in "first 5 digits of serial No.", it is a serial number.

    Where the full name says "< 8.40" and the node only "8.40", the node has lost the operator.
    """
    serial = re.search(r"first \d+ digits of serial", leaf.product, re.IGNORECASE)
    if serial:
        return f"{leaf.version} ({serial[0]} number)"
    operator, _, bound = leaf.full_name.rpartition(":")[2].strip().partition(" ")
    lost = operator in ("<", "<=") and bound == leaf.version.strip()
    return f"{operator} {bound}" if lost else _without_name(completed(leaf.version, leaf.product), leaf.product)


def _without_name(version: str, product: str) -> str:
    """Leave the product's own words out of a version text that cannot be read with them: "< sentinel ldk rte 7.55"."""
    own = set(plain(product).split())
    bare = re.sub(
        r"(?<![A-Za-z])[A-Za-z]{3,}+\s+", lambda word: "" if word[0].strip().casefold() in own else word[0], version
    )
    return bare if bare != version and not parse(version).evaluable and parse(bare).evaluable else version


def _by_product(
    facts: AdvisoryFacts,
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, dict[str, None]]]:
    statuses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    told = {key for weakness in facts.vulnerabilities for _, product_ids in weakness.statuses for key in product_ids}
    for number, weakness in enumerate(facts.vulnerabilities):
        name = weakness.cve or weakness.title or f"vulnerability {number + 1}"
        for status, product_ids in weakness.statuses:
            for product_id in dict.fromkeys(product_ids):
                statuses[product_id].append((name, status))
        advised = (key for remedy in weakness.remediations for key in remedy.product_ids if key not in told)
        for product_id in dict.fromkeys(advised):
            statuses[product_id].append((name, UNSTATED))
        for remedy in weakness.remediations:
            for product_id in remedy.product_ids:
                texts[product_id][remedy.text] = None
    return statuses, texts
