"""Letters that stand for the words of a product's name: ESM of Enterprise System Manager, QSP of QuellSpace Portal, RevPi of Revolution Pi."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from patching.rules.words import GENERIC, NOISE

_PART = re.compile(r"[A-Z][a-z]*|[a-z]+")
_TWOFOLD = re.compile(r"\b[A-Z][a-z]+[A-Z]")


def short_names(text: str, ordered: tuple[str, ...], telling: tuple[str, ...]) -> Iterator[str]:
    """Give the single words that may stand for a name: its initials, and all its words joined where one inside tells little."""
    if len(telling) > 2 and all(word.isalpha() for word in telling):
        yield "".join(word[0] for word in telling)
    if len(telling) < len(ordered) and (telling[:1], telling[-1:]) == (ordered[:1], ordered[-1:]):
        yield "".join(ordered)
    if joining := _initials(text):
        yield joining


def _initials(text: str) -> str:
    """Give the initials of two or more words one of which joins two, as QSP of QuellSpace Portal."""
    if not _TWOFOLD.search(text):
        return ""
    words = [word for word in text.split() if word.isalpha() and word.casefold() not in NOISE]
    parts = (part for word in words for part in (_PART.findall(word) if _TWOFOLD.match(word) else [word]))
    return "".join(part[0] for part in parts).casefold() if len(words) > 1 else ""


def without_initials(
    only_asset: frozenset[str], only_leaf: frozenset[str], leaf: tuple[str, ...], asset: tuple[str, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Leave out a word that stands for the first letters of words of the other name: ESM, Enterprise System Manager."""
    for word in only_asset - GENERIC if len(only_leaf) > 1 else ():
        if run := _run(word, leaf, only_leaf, alone=len(only_asset) == 1):
            return only_asset - {word}, only_leaf - run
    for word in only_leaf - GENERIC if len(only_asset) > 1 else ():
        if run := _run(word, asset, only_asset, alone=len(only_leaf) == 1):
            return only_asset - run, only_leaf - {word}
    return only_asset, only_leaf


def _run(word: str, ordered: tuple[str, ...], free: frozenset[str], *, alone: bool) -> frozenset[str]:
    """Give the words that a word abbreviates; two letters do only where nothing else differs."""
    for pair in pairwise(ordered) if 4 < len(word) < 12 and word.isalpha() else ():
        if free.issuperset(pair) and any(_begins(pair, word[:cut], word[cut:]) for cut in range(3, len(word) - 1)):
            return frozenset(pair)
    if not 1 < len(word) < 7 or not word.isalpha() or len(free) < 2:
        return frozenset()
    for start in range(len(ordered) - len(word) + 1):
        run = ordered[start : start + len(word)]
        told = len(word) > 2 or (alone and len(free) == 2)
        if told and word == "".join(part[0] for part in run):
            own = frozenset(run) - NOISE
            if len(own) > 1 and own <= free:
                return own
    return frozenset()


def _begins(pair: tuple[str, str], first: str, second: str) -> bool:
    """Say whether two words begin so and are longer: Quellation Pi of QuellPi."""
    return pair[0].startswith(first) and pair[1].startswith(second) and pair != (first, second)
