"""Releases named in the text of remediations: which one mends the weakness, which one keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from patching.rules.advisories import NamedProduct
from patching.rules.releases import MONTHS, Version, compare, read_version, shared_numbers

_MARKS = r"(?:[ _.\-]?(?:SP|FP|R|P|HF|TCU|CU|MP|QU|Update|Upd|Hotfix|Patch|Build|Service Pack|Feature Pack)[ _]?\d{1,8}[a-z]?){0,4}"
_RELEASE = re.compile(
    rf"(?:\b(?P<word>versions?|firmware|release|v|ver\.?|FW)[ :]*)?(?<![\w.\-/])"
    rf"(?P<text>\d+\.\d+\(\d+[a-z]?\)[a-z]{{1,3}}\d{{0,4}}[a-z]?(?!\w)|(?:[vr]|[a-z](?=\d+\.\d))?\d{{1,8}}(?:\.\d{{1,10}}){{0,5}}(?:\.p\d{{1,3}}|[a-zA-Z]\d{{0,2}})?(?:-V\d{{1,3}})?{_MARKS})(?![\w/]|\.[\da-z]|-\d|\(\d)",
    re.IGNORECASE,
)
_AFFECTED_BEFORE = re.compile(
    r"(?:through|prior to|before|from|older than|earlier than|below|up to|less than"
    r"|between|affected|-|<=?|≤)\s*(?:versions?\s*)?$",
    re.IGNORECASE,
)
_AFFECTED_AFTER = re.compile(
    r"^\s*(?:,?\s*(?:and|or)\s+(?:all\s+)?(?:prior|earlier|below|older|lower|previous)|through|to\s+\d"
    r"|[-\u2013]\s*[vVrR]?\d|[^.;]{0,30}can be fixed"
    r"|(?:\s*\([^()]*\))?\s*:\s*(?:deploy|upgrade|update|apply|install|contact|migrate|no fix))",
    re.IGNORECASE,
)
_CURES = re.compile(
    r"\b(updat|upgrad|fix|later|newer|higher|releas|version|patch|firmware|install|resolv|R\d|v\d)",
    re.IGNORECASE,
)
_INSTALLS = re.compile(
    r"\b(updat|upgrad|fix|later|newer|higher|above|releas|patch|install|resolv|address)", re.IGNORECASE
)
_NAMED_ALONE = re.compile(
    r"[\w :(),/-]{0,60}?\bv?\d+(?:\.\d+)+(?:\.p\d+|\w{0,4})(?: \(?(?:or|and) (?:later|newer|higher)\)?)?\.?",
    re.IGNORECASE,
)
_NO_RELEASE = re.compile(r"\d[a-zA-Z]")  # 3S, 5G, 4K
_YEAR = re.compile(r"(?:19|20)\d\d")
_PRODUCT_BEFORE = re.compile(
    r"\b(?!(?:In|Since|By|During|Until|Quarter|Q\d|On|Of|From|CVE|Copyright)\b)(?P<word>[A-Z][\w+]+) $"
)
_REMAINS = re.compile(
    r"still (?:present|affected|vulnerable|contain)|remains? (?:affected|vulnerable|present)"
    r"|(?:is|are) not (?:yet )?fixed",
    re.IGNORECASE,
)

_SPARED = re.compile(
    r"(?:this product is|these products are|the controller is) not (?:directly )?(?:affected|vulnerable)"
    r"|vulnerability does not exist in this product",
    re.IGNORECASE,
)
_CALLED = re.compile(r" (?:controllers?|software|firmware|series|family|devices?)$", re.IGNORECASE)


def advised(products: Sequence[NamedProduct]) -> tuple[str, ...]:
    """Give what is advised; where a text names a release of just this product, those about others are left out."""
    return _advised(tuple(products))


@lru_cache(maxsize=20_000)
def _advised(products: tuple[NamedProduct, ...]) -> tuple[str, ...]:
    texts = tuple(dict.fromkeys(text for product in products for text in product.texts))
    if len(texts) < 2:
        return texts
    names = tuple(name for product in products if (name := _bare(_CALLED.sub("", product.leaf.product.strip()))))
    codes = [code for product in products for code in _listed_codes(product.leaf.product)]
    own = [
        text
        for text in texts
        if (_bare(text).startswith(names) or _heads(text, names) or any(code in text for code in codes))
        and fixed_releases(text)
    ]
    return tuple(text for text in texts if text in own or not fixed_releases(text)) if own else texts


def _heads(text: str, names: Sequence[str]) -> bool:
    """Say whether a product stands in the list that a text begins with: "CompactLogix 5370, ControlLogix 5570: upgrade to"."""
    head, colon, _ = text.partition(":")
    return bool(colon) and any(len(name) > 5 and name in _bare(head) for name in names)


@lru_cache(maxsize=20_000)
def _listed_codes(product: str) -> tuple[str, ...]:
    """Give the model codes that a product node lists: MP70 and RV50 of "Router (MP70, RV50)"."""
    codes = tuple(re.findall(r"(?<![\w-])[A-Z]{2,4}\d{2,4}(?![\w-])", product))
    return codes if len(codes) > 1 else ()


@lru_cache(maxsize=20_000)
def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


@lru_cache(maxsize=20_000)
def fixed_releases(text: str) -> tuple[Version, ...]:
    """Give the releases a remediation tells to install, without those it only calls affected."""
    text = re.sub(r"https?://\S+|CVE-\d+-\d+|VU#\d+", " ", text)[:4000]
    if not (_CURES.search(text) or _NAMED_ALONE.fullmatch(text.strip())):
        return ()
    found = []
    for match in _RELEASE.finditer(text):
        named = match["text"]
        telling = match["word"] or "." in named or re.search(r"[A-Za-z]", named) or _year(named, text[: match.start()])
        if (
            not telling
            or (not match["word"] and _NO_RELEASE.fullmatch(named))
            or _AFFECTED_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
            or _AFFECTED_AFTER.match(text[match.end() : match.end() + 60])
        ):
            continue
        if version := read_version(named):
            found.append(version)
    return tuple(found)


def installs(text: str) -> bool:
    """Say whether a text tells to install something; "firmware 3.01" alone may be where a service can be switched off."""
    return _INSTALLS.search(text) is not None


def _year(named: str, before: str) -> bool:
    """Say whether a year is a release named after its product (Proficy Historian 2023) and no date (June 2023)."""
    product = _PRODUCT_BEFORE.search(before)
    return bool(_YEAR.fullmatch(named) and product and product["word"][:3].casefold() not in MONTHS)


def in_train(release: Version, texts: Iterable[str], needed: int) -> tuple[Version, ...]:
    """Give the fixing releases of the texts that share at least so many leading numbers with the given release."""
    named = (fix for text in texts for fix in fixed_releases(text))
    alike = (fix for fix in named if fix.by_year == release.by_year and compare(release, fix) is not None)
    return tuple(fix for fix in alike if shared_numbers(fix, release) >= needed)


def gap(release: Version, bound: str, inclusive: bool, texts: Iterable[str]) -> Version | None:
    """Give the first fixing release beyond the bound where the given release lies between the two.

    It is one of the bound's train, or where that is told no fix one of the given release's: 36.012 for 36.011 past 35.015.
    """
    end = read_version(bound)
    if end is None:
        return None
    told = tuple(texts)
    beyond: list[Version] = []
    for train in (end, release):
        needed = max(1, min(2, len(train.numbers) - 1))
        beyond = beyond or [
            fix
            for fix in in_train(train, told, needed)
            if (order := compare(fix, end)) is not None and (order > 0 or (order == 0 and not inclusive))
        ]
    if not beyond or any((order := compare(release, fix)) is None or order >= 0 for fix in beyond):
        return None
    return beyond[0]


def cured(release: Version, texts: Iterable[str]) -> Version | None:
    """Give a fixing release of the same train that the given release has reached, provided none lies beyond it."""
    fixes = in_train(release, texts, min(2, len(release.numbers) - 1))
    reached = [fix for fix in fixes if (order := compare(release, fix)) is not None and order >= 0]
    return max(reached, key=lambda fix: fix.key) if reached and len(reached) == len(fixes) else None


def remains(version: str, texts: Iterable[str]) -> str:
    """Give the sentence of a text that says the weakness is still present in the given version."""
    number = version.strip().lstrip("vV")
    if not number:
        return ""
    for text in texts:
        for sentence in _remaining(text):
            if re.search(rf"(?<![\w.]){re.escape(number)}(?![\w]|\.\d)", sentence):
                return sentence.strip()[:300]
    return ""


@lru_cache(maxsize=50_000)
def _remaining(text: str) -> tuple[str, ...]:
    return tuple(filter(_REMAINS.search, re.split(r"(?<=[.;])\s+(?=[A-Z])", text)))


def spared(product: str, texts: Iterable[str]) -> str:
    """Give the sentence of a text that says the named product is not affected after all."""
    for text in texts:
        if (head := _head_of_spared(text)) is not None:
            name = re.sub(r"[^a-z0-9]", "", product.casefold())
            if not head or (name and name in head):
                return text.strip()[:300]
    return ""


@lru_cache(maxsize=50_000)
def _head_of_spared(text: str) -> str | None:
    found = _SPARED.search(text)
    return re.sub(r"[^a-z0-9]", "", text[: found.start()].casefold()) if found else None
