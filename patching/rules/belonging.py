"""Whether a product may be one of what another name stands for: a series, the head of a code, a code without its option."""

from __future__ import annotations

import re
from functools import lru_cache

from patching.rules.codes import is_code, is_series, lines, shape
from patching.rules.products import Profile
from patching.rules.vendors import same
from patching.rules.words import BRANDS, GENERIC, HARDWARE, MACHINES, WHOLE

_CODE_STEM = re.compile(r"[a-z]+|\d+")
_OPTION = re.compile(r"[a-z]{2}\w{0,4}")
_LONG = 8  # characters of an order code, whose last letter is always an option
_OTHERS = frozenset(
    "apx"
)  # one more letter is hardening, coating, a size; these are other generations: SEL-751A, RV50X
_YEAR = re.compile(r"20[0-3]\d")


def may_belong(leaf: Profile, asset: Profile) -> bool:
    """Say whether the asset may be meant by a node that names it by no more than its series, or with another option."""
    if is_series(asset.name) and not asset.orders and _in_series(asset, leaf):
        return True
    if leaf.orders:
        return False
    return (
        _in_series(leaf, asset)
        or _but_option(leaf, asset)
        or _opened(leaf, asset)
        or asset.joined in leaf.heads
        or _of_initials(leaf, asset.joined)
        or _by_code_alone(leaf, asset)
        or _of_line(leaf, asset)
        or (of_any_machine(leaf) and same(leaf.vendors, asset.vendors))
    )


def has_head(leaf: Profile, asset: Profile) -> bool:
    """Say whether one names but the head of the other's code: RSR of RSR20, MB3660 of MB3660-8-2AC, X-320M of X-320M-I."""
    if leaf.heads & asset.codes and asset.core - BRANDS <= leaf.heads | leaf.words and not leaf.orders:
        return True
    named = asset.heads & leaf.words - GENERIC - BRANDS
    listed = frozenset(code for code in leaf.codes if any(alike(code, head) for head in named & leaf.codes))
    if not named or leaf.orders or leaf.codes - named - listed:
        return False
    rest = {word for word in leaf.core - named - GENERIC - BRANDS - asset.words if len(word) > 1}
    choice = {word for choice in leaf.choices if choice & named for word in choice}
    return rest <= choice | listed or (named | choice).issuperset(leaf.ordered[-1:])


def _of_initials(leaf: Profile, short: str) -> bool:
    """Say whether a word is a name's initials and one letter more out of its last word: QSCV of QuellSpace Cardiovascular."""
    if not 3 < len(short) < 6 or short[:-1] not in leaf.abbreviations:
        return False
    return bool(leaf.ordered) and short[-1] in leaf.ordered[-1][1:]


def _by_code_alone(leaf: Profile, asset: Profile) -> bool:
    """Say whether an order code alone begins as a node's family, though not described as there: FC6A-C24R1CE, "FC6A MICROSmart Plus CPU"."""
    named = asset.heads & leaf.words - GENERIC - BRANDS if _bare(asset) else frozenset()
    whole = is_series(leaf.name) or HARDWARE.issuperset(leaf.ordered[-1:])
    return bool(named) and leaf.codes <= named and (whole or any(map(is_code, named)))


def _of_line(leaf: Profile, asset: Profile) -> bool:
    """Say whether the one code of a name bears the number or the last letters of a series: RET670 of Relion 670, RV-2SD of SD."""
    told = lines(asset.name) & leaf.words if of_lines(leaf) else frozenset()
    beside = (choice for choice in leaf.choices if choice & told)
    if not told or leaf.codes - told.union(*beside):
        return False
    return len(asset.core & asset.codes) == 1 and asset.core - asset.codes - GENERIC - HARDWARE <= leaf.words


def of_lines(leaf: Profile) -> bool:
    """Say whether a node names lines of products by their numbers: SD Series, Relion 670/650."""
    return is_series(leaf.name) or any(all(map(str.isdigit, choice)) for choice in leaf.choices)


def alike(left: str, right: str) -> bool:
    """Say whether two codes stand beside each other in a list: same letters in front, or the same shape."""
    a, b = _CODE_STEM.match(left), _CODE_STEM.match(right)
    return shape(left) == shape(right) or bool(a and b and a[0] == b[0] and a[0].isalpha() and len(a[0]) > 1)


def describes_family(leaf: Profile, only_leaf: frozenset[str]) -> bool:
    """Say whether a node describes what a family is as a whole: DeltaV Distributed Control System Controllers, TropOS Mesh OS."""
    last = leaf.ordered[-1:]
    return last == ("os",) or (
        only_leaf <= GENERIC | HARDWARE and (HARDWARE | WHOLE | {"workstation"}).issuperset(last)
    )


def ends_with_family(leaf: Profile, asset: Profile) -> bool:
    """Say whether the node's last word is the family of the asset's code (Classic Switches OCTOPUS, OCTOPUS 8M)."""
    family = asset.core - asset.codes - GENERIC - BRANDS
    return bool(family) and family <= leaf.words and not leaf.codes and family.issuperset(leaf.ordered[-1:])


def of_any_machine(leaf: Profile) -> bool:
    """Say whether a node's name tells no more than the kind of machine that its maker builds: Haas Controller, Industrial Printers."""
    return leaf.core <= HARDWARE and not MACHINES.isdisjoint(leaf.core) and not leaf.releases


def _bare(asset: Profile) -> bool:
    """Say whether a name is an order code alone, which leaves out the words that a node describes the product with."""
    return len(asset.core & asset.codes) == 1 and not asset.core - asset.codes - GENERIC - BRANDS


def _in_series(whole: Profile, member: Profile) -> bool:
    """Say whether a name is that of a series by a round number that the other's own number belongs to."""
    series = whole.series and whole.series & member.member_of
    if not series:
        return False
    own, other = (words - codes - GENERIC for words, codes in ((member.core, member.codes), (whole.core, whole.codes)))
    named = any(not code.isdigit() for code in series) or (own & other) - BRANDS
    return bool(named) and (own <= other or other <= own)


def _but_option(leaf: Profile, asset: Profile) -> bool:
    """Say whether a code of one is that of the other and an option behind it: ADAM-5550KW of ADAM-5550, BMXNOR0200 of BMXNOR0200H."""
    own = asset.codes | asset.models
    without = {stem for code in own for stem in stems(code)}
    named = {code for code in codes_of(leaf) if code in without or not own.isdisjoint(stems(code))}
    if not named:
        return False
    torn = {part for word, pair in leaf.pairs if word in named for part in pair}
    rest = leaf.core - GENERIC - BRANDS - asset.words - torn - named
    return _bare(asset) or all(is_code(word) and any(alike(word, code) for code in named) for word in rest)


def codes_of(leaf: Profile) -> frozenset[str]:
    """Give the codes of a node, also where it writes them in two words: ADAM 5550."""
    return leaf.codes & leaf.core | frozenset(filter(is_code, leaf.glued))


def _opened(leaf: Profile, asset: Profile) -> bool:
    """Say whether a code begins as one with open places and goes on with an option: FC724-ZA of FC72x."""
    told = [opening for opening in leaf.patterns if opening.pattern[0].isalpha() or leaf.core <= asset.words]
    begun = (opening.match(word) for opening in told for word in asset.spelled)
    return any(found and _OPTION.fullmatch(found.string[found.end() :]) for found in begun)


@lru_cache(maxsize=50_000)
def stems(code: str) -> tuple[str, ...]:
    """Give what a code may be without the option at its end: ADAM5550 of ADAM5550KW, but not SEL751 of SEL751A."""
    found = (code[:-count] for count in (1, 2, 3))
    return tuple(
        stem for stem in found if len(stem) > 3 and not _YEAR.search(stem) and _is_stem(stem, code[len(stem) :])
    )


def _is_stem(stem: str, option: str) -> bool:
    if stem[-1].isdigit():
        return option.isalpha() and (len(option) > 1 or option not in _OTHERS or len(stem) >= _LONG)
    return len(stem) > 4 and (len(option) > 1 or len(stem) > 5)
