"""Names of products and asset types taken apart: words, model codes, series, order numbers, releases."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from patching.rules.codes import (
    families,
    heads,
    is_code,
    is_open,
    listed_stems,
    members,
    order_number,
    patterns,
    series_stems,
    slashed,
)
from patching.rules.csaf import ORDER_NUMBER
from patching.rules.initials import short_names
from patching.rules.releases import read_version
from patching.rules.vendors import mended, plain
from patching.rules.words import BRANDS, GENERIC, NOISE

_RELEASE = re.compile(r"v\d+(?:\.\d+)*(?:sp\d+)?|\d+\.\d+(?:\.\d+)*(?:u\d+)?", re.IGNORECASE)
_EXCEPT = re.compile(r"[,;]?\s*\b(?:except|excluding|excl\.|not including)\b[^()]*", re.IGNORECASE)
_SERIAL = re.compile(r"[,(]?\s*(?:with )?(?:the )?(?:first \d+ digits of )?serial (?:number|no\b).*", re.IGNORECASE)
_BITS = re.compile(r"\b(?:32|64)(?:(?: and |/)(?:32|64))?[ -]?bits?\b")
_APART = re.compile(r"((?:/\d{2,3})+(?:\([A-Z]{1,3}\))?) (?=[A-Z]{2,4}\b)")
_SIZE = re.compile(r"\d+(?:\.\d+)?\s?(?:\"|''|-?inch(?:es)?\b)")
_EITHER = re.compile(r"\b[A-Z][A-Za-z]{2,}(?:(?: and |/)[A-Z][A-Za-z]{2,})+\b")
_CODES = re.compile(r"(?<!\S)[A-Za-z]*\d+(?:/[A-Z]*\d+(?:-[A-Z]+)?)+(?!\S)")
_TORN = re.compile(r"(?<![\w-])([A-Z]{2,4}) (?=\d{2,4}\b)")
_SINCE = re.compile(
    r"\b[vV]?(\d+(?:\.\d+)*) (?:and|or) (newer|later|above|higher|earlier|prior|below|older)(?: versions?)?"
)
_ASIDE = re.compile(r"\bcontaining the\b.*|\bwith (?:Debian|Linux|Windows) [\d.]+|\[[^\[\]]{2,}\]")
_BRANDED = re.compile(rf"\b({'|'.join(sorted(BRANDS))})-(?=[A-Za-z])", re.IGNORECASE)
_SERIES_JOINED = re.compile(r"(?<=\w)-(?=(?:series|family)\b)", re.IGNORECASE)
_INCLUDING = re.compile(r"\b(incl(?:uding)?)(?=[A-Z])")
_TRAIN = re.compile(r"(?<!< )\b[vV](\d+)\.[xX]\b")
_SERIES_A = re.compile(r"(?<=\d) (?:[Ss]eries )?A$")
_HARDWARE = re.compile(r"\bHW\b", re.IGNORECASE)
_REVISION = re.compile(r"\b[Rr]ev\.? (?=\d)")
_INITIALS = re.compile(r"\b(([A-Z])\w+ ([A-Z])\w+) \2\3(?=20\d\d\b)")
_OTHER, _BREAK = re.compile(r"[^a-z0-9\[\]*]"), re.compile(r"[\s,;:+\"'®™]+")
_UNCLOSED = re.compile(r"(\((?=incl)[^()]*)$")
_PLUS = re.compile(r"(?<=[A-Za-z])\+(?=[\s)]|$)")


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
    series: frozenset[str] = frozenset()
    name: str = ""
    heads: frozenset[str] = frozenset()
    choices: tuple[frozenset[str], ...] = ()
    bounds: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, tuple[str, str]], ...] = ()
    glued: frozenset[str] = frozenset()
    torn: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    spoken: tuple[str, ...] = ()
    spelled: frozenset[str] = frozenset()
    others: tuple[Profile, ...] = ()
    families: tuple[Profile, ...] = ()
    parts: tuple[Profile, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """Give all words, required and optional."""
        return self.core | self.optional

    @property
    def all_names(self) -> tuple[Profile, ...]:
        """Give the name itself and every other one that it may be found by."""
        return (self, *self.others, *self.families, *self.parts)

    @property
    def undated(self) -> Profile:
        """Give the profile as it is without a version: all that names compare, but for nodes of some releases only."""
        others, of = (tuple(name.undated for name in names) for names in (self.others, self.families))
        return replace(self, version="", others=others, families=of)

    @property
    def member_of(self) -> frozenset[str]:
        """Give the series that the codes of the name may belong to."""
        return members(self.name)


@lru_cache(maxsize=100_000)
def profile(
    vendors: frozenset[tuple[str, ...]],
    product: str,
    order_numbers: tuple[str, ...] = (),
    *,
    version: str = "",
    model: str = "",
) -> Profile:
    """Take the name of a product or an asset type apart."""
    spoken = {
        word for company in vendors for word in (*company, "".join(company[:2]), "".join(company)) if len(word) > 1
    }
    parsed = _parse_name(_without_vendor(product, spoken))
    vendor_words = frozenset(spoken | set(map(_singular, spoken)))
    core = frozenset(parsed.core - vendor_words) or frozenset(parsed.core) or frozenset(parsed.releases)
    repeated = _own_version(core, version)
    core -= repeated
    orders = {order_number(number) for number in (*order_numbers, *parsed.orders) if number.strip()}
    written_models = re.sub(r"/x+-x+(?!\w)", "", model)
    models = frozenset(_squash(part) for part in re.split(r"[\s,;|]+", plain(written_models)) if part) | (
        {_squash(plain(written_models))} if model else set()
    )
    hints = _hints(version)
    written = tuple(word for word in parsed.ordered if word not in vendor_words)
    ordered = tuple(map(_singular, written))
    whole = {"".join(written)} | (
        {_joined(parsed.ordered)} if len(written) < len(parsed.ordered) and written else set()
    )
    pairs = tuple((a + b, (_singular(a), _singular(b))) for a, b in pairwise(written))
    torn = (
        a + b + c
        for a, b, c in zip(written, written[1:], written[2:], strict=False)
        if (a + b).isalpha() and is_code(c)
    )
    codes, joined, glued = (
        frozenset(filter(is_code, core | parsed.optional)),
        _joined(written),
        frozenset(word for word, _ in pairs),
    )
    return Profile(
        vendors, vendor_words, core, (parsed.optional | repeated) - vendor_words, codes,
        parsed.releases, ordered, joined, parsed.abbreviations | whole,
        parsed.patterns + patterns(model), parsed.stems or series_stems(product), frozenset(orders), version, hints, models,
        families(product), f"{product} {model}", heads(f"{product} {model}"), parsed.choices,
        parsed.bounds, pairs, glued, frozenset(torn), parsed.hosts, parsed.spoken,
        codes | models | {joined} | frozenset(filter(is_code, glued)),
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
    choices: tuple[frozenset[str], ...]
    bounds: tuple[tuple[str, str], ...]
    hosts: frozenset[str]
    spoken: tuple[str, ...]


@lru_cache(maxsize=50_000)
def _parse_name(product: str) -> _Name:
    text = _EXCEPT.sub(" ", _SERIAL.sub("", mended(product)[:400]) or product)
    text = _INCLUDING.sub(r"\1 ", text)
    text = _INITIALS.sub(r"\1 ", _REVISION.sub("rev", _HARDWARE.sub("hardware", text)))
    text = _SERIES_JOINED.sub(" ", _SERIES_A.sub(" series-a", text))
    text = _BRANDED.sub(r"\1 ", _ASIDE.sub(" ", text))
    text = _PLUS.sub("plus", _SIZE.sub(" ", _BITS.sub(" ", _APART.sub(r"\1", text)))).replace(
        "Software Controller", "SoftwareController"
    )
    orders = tuple(found[0] for found in ORDER_NUMBER.finditer(text))
    text = _TRAIN.sub(r"V\1", ORDER_NUMBER.sub(" ", text))
    text = _UNCLOSED.sub(r"\1)", text)
    opened = patterns(text)
    bounds = tuple(_SINCE.findall(text))
    text = _SINCE.sub(" ", text)
    bracketed = re.findall(r"\(([^()]*)\)", text)
    text = re.sub(r"\([^()]*\)", " ", text)
    ordered = _tokens(text)
    releases = frozenset(word.removeprefix("v") for word in ordered if _RELEASE.fullmatch(word))
    core = frozenset(_singular(word) for word in ordered if not _noise(word) and not is_open(word))
    listed = [_TORN.sub(r"\1", part) if "," in part else part for part in bracketed]
    inside = frozenset(_singular(word) for part in listed for word in _tokens(part) if _telling(word))
    short = frozenset(
        _squash(plain(part)) for part in bracketed if re.fullmatch(r"\s*[A-Z][A-Za-z0-9+& \-]{1,9}\s*", part)
    )
    named = tuple(word for word in ordered if not _noise(word))
    short |= {*short_names(text, tuple(ordered), named)}
    return _Name(
        named,
        core,
        inside,
        releases,
        short,
        opened,
        listed_stems(text),
        orders,
        _choices(text),
        bounds,
        _hosts(text),
        tuple(map(_singular, ordered)),
    )


def _noise(word: str) -> bool:
    return _singular(word) in NOISE or word in NOISE or _RELEASE.fullmatch(word) is not None


def _telling(word: str) -> bool:
    return word not in NOISE and _singular(word) not in NOISE and not is_open(word)


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for chunk in _BREAK.split(plain(text)):
        for word in slashed(chunk):
            squashed = word if _RELEASE.fullmatch(word) else _squash(word)
            if squashed:
                found.append(squashed)
    return found


def _joined(words: tuple[str, ...]) -> str:
    """Give a name in one word, so that ExperionPKS is Experion PKS; a long name's plural is its singular, but Mark VIeS not Mark VIe."""
    joined = "".join(words)
    plural = len(joined) > 6 and (len(words[-1]) > 4 or _singular(words[-1]) != words[-1])
    return joined.rstrip("s") if plural else joined


def _choices(text: str) -> tuple[frozenset[str], ...]:
    """Give the names of which a node means any: FCN/FCJ, ADS/ADX/OAS, Flexy and Cosy, 670/650/SAM600-IO."""
    lists = [re.split(r" and |/", found[0]) for found in _EITHER.finditer(text)]
    lists += [codes for found in _CODES.finditer(text) if all(map(is_code, codes := slashed(found[0])))]
    return tuple(frozenset(_singular(_squash(plain(word))) for word in words) for words in lists)


def _hosts(text: str) -> frozenset[str]:
    """Give the words of what a product is for: AC 800M of "OPC Server for AC 800M", which is another product."""
    own, _, carrier = text.partition(" for ")
    return frozenset(map(_singular, _tokens(carrier))) if any(map(_telling, _tokens(own))) else frozenset()


def _squash(word: str) -> str:
    """Leave letters, digits and open places of a word in lower case."""
    return word if word.isascii() and word.isalnum() else _OTHER.sub("", word)


def _singular(word: str) -> str:
    if not word.endswith("s"):
        return "pro" if word == "professional" else word
    if word.endswith("ies") and len(word) > 6:
        return word[:-3] + "y"
    if len(word) == 4:
        return word[:-1] if word[:-1] in GENERIC else word
    return word[:-1] if len(word) > 4 and not word.endswith(("ss", "us")) and word.isalpha() else word


def _without_vendor(product: str, spoken: set[str]) -> str:
    """Leave out the vendor's word that a hyphen joins to a code: T1 of HAMILTON-T1."""
    head, hyphen, code = product.strip().partition("-")
    return code if hyphen and len(head) > 3 and head.casefold() in spoken and is_code(code) else product


def _own_version(core: frozenset[str], version: str) -> frozenset[str]:
    """Give the numbers in the asset's name that only repeat its version (TwinCAT 3 with 3.1.4022)."""
    own = read_version(version) if version else None
    if own is None or len(core) < 2:
        return frozenset()
    return frozenset(word for word in core if re.fullmatch(r"\d\d?|20\d\d", word) and int(word) == own.numbers[0])


def _hints(version: str) -> frozenset[str]:
    told = re.findall(r"[a-z]{4,}|(?<!\d)(?:19|20)\d\d(?!\d)|\br\d\b", plain(version))
    own = read_version(version) if version else None
    train = {str(own.numbers[0])} if own and not own.prefix and own.numbers[0] < 100 else set()
    return frozenset(_singular(word) for word in told if word not in NOISE) | train
