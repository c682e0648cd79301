"""The order of firmware and software releases as vendors write them."""

from __future__ import annotations

import re
from calendar import month_abbr
from dataclasses import dataclass, field
from functools import lru_cache

NEUTRAL = frozenset({"v", "ver", "vers", "version", "versions", "firmware", "sw", "software", "rel", "release"})
MARKS = {
    "alpha": 0, "beta": 0, "rc": 0, "preview": 0,
    "r": 2,
    "sp": 3, "service pack": 3, "servicepack": 3,
    "fp": 4, "feature pack": 4, "featurepack": 4,
    "cu": 5, "tcu": 5, "mp": 5, "qu": 5, "maintenance pack": 5,
    "u": 6, "upd": 6, "update": 6,
    "hf": 7, "hotfix": 7, "hotfixrev": 7, "hot fix": 7,
    "p": 8, "patch": 8, "pl": 8,
    "b": 9, "build": 9, "bld": 9, "build nr": 9, "release": 9,
}  # fmt: skip
LETTER, BUILD = 1, 9
COUNTED = frozenset({"sp", "upd", "update", "hf", "hotfix", "patch"})  # what counts on from a release
Rank = tuple[tuple[int, ...], int, tuple[tuple[int, ...], ...]]
UNKNOWN = frozenset({"", "-", "?", "unknown", "n/a", "na", "none", "tbd", "nicht bekannt", "unbekannt", "not known"})
MONTHS = {month_abbr[month].casefold(): month for month in range(1, 13)}

_PREFIX = re.compile(r"^([a-z&+\s.:\-]*)(?=\d)")
_NUMBERS = re.compile(r"\d{1,18}(?:\.\d{1,18})*")
_MARK = re.compile(
    r"[\s.\-]*\(?("
    + "|".join(sorted(map(re.escape, MARKS), key=len, reverse=True))
    + r")[\s.#]*(\d{0,18}(?:\.\d{1,18})*)((?<=\d)[a-z])?(?![a-z])\)?"
)
_DASHED = re.compile(r"(?:\s*[-({.]\s*v?|\s+)(\d{1,18}(?:\.\d{1,18})*)[)}]?")
_LETTER = re.compile(r"[\s\-.]?(?!(?:to|or|in|of|on|by|as|at|is|no)\b)([a-z]{1,2})(\d{0,18})(?![a-z]{2})")
_WILDCARD = re.compile(r"\.[xX*]|\dxx|\dx$|\*")
_DATE = re.compile(r"([a-z]{3,9})[\s/.]+(\d{1,2})(?:st|nd|rd|th)?[,\s/]+((?:19|20)\d\d)")
_NAMED_LAST = re.compile(r"(?<![\w.-])(?:19\d\d|20\d\d|\d{1,3}\.\d+)(?: R\d)?$")
_COUNTED_ON = re.compile(
    r"((?:all versions\s*)?[<>]?=?\s*)v?((?:(?:SP|P|HF|Upd|Update|U)[ _]?\d|R\d\b)[^|<>]*)", re.IGNORECASE
)
_TRAINED = re.compile(r"(?:ios )?v?(\d+\.\d+\(\d+)([a-z]?)\)([a-z]{1,3})(\d{0,4})([a-z]?)")
_BUILT = re.compile(r"^(?:(?:release|build|built|dated|version) )+(?=\d|[a-z]{3})")
_OF_A_YEAR = re.compile(r"^20\d\d v(?=\d)")
_HEX = re.compile(r"(?:[\da-f]{2}\.)*[\da-f]{2}")
_NAMED_FIRST = re.compile(r"([A-Z][A-Za-z0-9+\-]{2,19})[ _](v?\d+[.(].*)", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\(((?:sp|cp|hf|cu|hotfix|update|upd|patch|build)[ .]?\d+)\)")
_PARTED = re.compile(r",\s*(?=(?:build|rev|release|update|patch|hotfix|sp)\b)")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])/(20\d\d)")
_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Version:
    """One release: letters before it, its numbers, and marks such as SP or HF in their order."""

    raw: str
    prefix: str
    numbers: tuple[int, ...]
    marks: tuple[tuple[int, ...], ...]
    plain: bool = field(init=False, compare=False, repr=False)
    rank: Rank = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Keep whether it is numbers alone, at most with a letter behind, and its place in the order: both are asked often."""
        plain = not any(self.marks[:LETTER]) and not any(self.marks[LETTER + 1 : BUILD])
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "rank", (_trimmed(self.numbers), -1 if self.marks[0] else 0, self.marks))

    @property
    def by_train(self) -> bool:
        """Say whether the release counts within a train of its own, as 15.2(4)EA3 does."""
        return self.prefix.startswith("train ")

    @property
    def by_year(self) -> bool:
        """Say whether the release is named after a year, as 2020 R2 is; a fix named 22.1 says nothing of it."""
        return 1990 <= self.numbers[0] < 2100

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
        """Give the sort key within one family of comparable releases; trailing zeros count nothing."""
        return _trimmed(self.numbers), self.marks


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    end = len(numbers)
    while end > 1 and numbers[end - 1] == 0:
        end -= 1
    return numbers[:end]


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def known(text: str) -> bool:
    """Say whether a version field holds anything but a word for "unknown"."""
    return text.strip().casefold() not in UNKNOWN


def completed(text: str, product: str) -> str:
    """Give a release that only counts on from the one in the product's name in full: SP1 of Historian 2014 R2."""
    mark = _COUNTED_ON.fullmatch(text.strip())
    head = _NAMED_LAST.search(product.strip()) if mark else None
    return f"{mark[1]}{head[0]} {mark[2]}" if mark and head else text


@lru_cache(maxsize=50_000)
def read_version(raw: str) -> Version | None:
    """Read one release, or give None where the text is not one (free text, model codes, two versions at once)."""
    text = _BRACKETED.sub(r" \1", raw.casefold().replace("_", " "))
    text = " ".join(_PARTED.sub(" ", text).split()).strip(" ,;*")
    if not known(text) or len(text) > 80 or _WILDCARD.search(raw.strip()):
        return None
    for read in (_read_trained, _read_date, _read_hex, _read_letters, _read_numbered):
        if found := read(raw, text):
            return found
    return None


def named_before(version: str) -> tuple[str, str]:
    """Part the product that a version text names before its number: "RouterOS" and "7.15.3", "CPCI85" and "V06.20"."""
    found = _NAMED_FIRST.fullmatch(version.strip())
    return (found[1], found[2]) if found and found[1].casefold() not in NEUTRAL | MARKS.keys() else ("", version)


def _read_trained(raw: str, text: str) -> Version | None:
    """Read 15.2(4a)EA5, the fifth rebuild of EA of 15.2(4a): letters behind the bracket are a train of their own."""
    found = _TRAINED.fullmatch(text)
    if found is None:
        return None
    rebuild = (ord(letter) if letter else 0 for letter in (found[2], found[5]))
    letter, last = rebuild
    numbers = (*_ints(found[1].replace("(", ".")), letter, int(found[4] or 0), last)
    return Version(raw, f"train {found[3]}", numbers, ((),) * 10)


def _read_date(raw: str, text: str) -> Version | None:
    text = _BUILT.sub("", text)
    if found := _ISO_DATE.fullmatch(text):
        return Version(raw, "date", tuple(map(int, found.groups())), ((),) * 10)
    if found := _MONTH.fullmatch(text):
        return Version(raw, "date", (int(found[2]), int(found[1])), ((),) * 10)
    found = _DATE.fullmatch(text)
    if found is None or found[1][:3] not in MONTHS:
        return None
    return Version(raw, "date", (int(found[3]), MONTHS[found[1][:3]], int(found[2])), ((),) * 10)


def _read_hex(raw: str, text: str) -> Version | None:
    """Read 00.0A, whose every part has two places and whose last counts on from 00.09."""
    if "." not in text or not re.fullmatch(r"0[a-f]", text[-2:]) or not _HEX.fullmatch(text):
        return None
    return Version(raw, "hex", tuple(int(part, 16) for part in text.split(".")), ((),) * 10)


def _by_hex(left: Version, right: Version) -> int | None:
    """Compare with a release that counts in hexadecimal, where the other one is written in places of two too."""
    plain, other = (right, left) if left.prefix == "hex" else (left, right)
    text = plain.raw.strip().casefold()
    if plain.prefix or not _HEX.fullmatch(text):
        return None
    read = tuple(int(part, 16) for part in text.split("."))
    order = (read > other.numbers) - (read < other.numbers)
    return order if plain is left else -order


def _read_letters(raw: str, text: str) -> Version | None:
    letters = text.replace(" ", "")
    if not re.fullmatch(r"[a-z]{1,2}", letters) or letters in NEUTRAL:
        return None
    return Version(raw, f"letters {len(letters)}", tuple(map(ord, letters)), ((),) * 10)


def _read_numbered(raw: str, text: str) -> Version | None:
    found = _PREFIX.match(text)
    words = re.findall(r"[a-z&+]+", found[1]) if found else []
    prefix = [word for word in words if word not in NEUTRAL]
    body = _OF_A_YEAR.sub("", text[found.end() :] if found else text)
    if len(prefix) > 1 and prefix[0] == "fw":
        prefix.pop(0)
    first = _NUMBERS.match(body)
    if first is None or len(prefix) > 2 or any(len(word) > 10 for word in prefix):
        return None
    numbers, slots = _ints(first[0]), _read_tail(body[first.end() :])
    if slots is None:
        return None
    numbers += slots.pop(-1, ())
    if BUILD in slots and len(slots) == 1:
        numbers += slots.pop(BUILD)
    return Version(raw, " ".join(prefix), numbers, tuple(slots.get(slot, ()) for slot in range(10)))


def _read_tail(tail: str) -> dict[int, tuple[int, ...]] | None:
    slots: dict[int, tuple[int, ...]] = {}
    while tail.strip(" ).,"):
        tail = tail.removeprefix(")")
        if (mark := _MARK.match(tail)) and (mark[2] or len(mark[1]) > 1):
            slot, value = MARKS[mark[1]], _ints(mark[2]) if mark[2] else (1,)
            value += (ord(mark[3]),) if mark[3] else ()
            slots[slot] = slots.get(slot, ()) + value
            end = mark.end()
        elif dashed := _DASHED.match(tail):
            target = BUILD if slots else -1
            slots[target] = slots.get(target, ()) + _ints(dashed[1])
            end = dashed.end()
        elif (letter := _LETTER.match(tail)) and len(slots.get(LETTER, ())) < 4:
            number = _ints(letter[2]) if letter[2] else ()
            slots[LETTER] = (*slots.get(LETTER, ()), *map(ord, letter[1]), *number)
            end = letter.end()
        else:
            return None
        tail = tail[end:]
    return slots


def compare(left: Version, right: Version) -> int | None:
    """Give -1, 0 or 1, or None where the two belong to different families and have no common order."""
    if left.prefix != right.prefix and "hex" in (left.prefix, right.prefix):
        return _by_hex(left, right)
    if left.prefix != right.prefix and (left.by_train or right.by_train):
        return _before_trains(left.numbers[:3], right.numbers[:3])
    if left.prefix != right.prefix and ((left.prefix and right.prefix) or _closed(left) or _closed(right)):
        return None
    if left.prefix != right.prefix and (len(left.numbers) == 1) != (len(right.numbers) == 1):
        return None
    if left.plain != right.plain and _mixed(left, right):
        return None
    return (left.rank > right.rank) - (left.rank < right.rank)


def _before_trains(left: tuple[int, ...], right: tuple[int, ...]) -> int | None:
    """Order releases of different trains by what stands before the train: 15.2(5)EA is older than 15.2(6)E, 15.2 is no release of it."""
    common = min(len(left), len(right))
    return None if left[:common] == right[:common] else (left > right) - (left < right)


def _closed(version: Version) -> bool:
    """Say whether a release stands in no order with plain numbers: a date, letters, or SP3 of a release not told."""
    return (
        version.prefix == "date"
        or version.prefix in COUNTED
        or version.by_train
        or version.prefix.startswith("letters ")
    )


def _mixed(left: Version, right: Version) -> bool:
    """Say whether one counts by marks where the other counts by further numbers (3.5 SP19 and 3.5.19.20)."""
    marked, plain = (right, left) if left.plain else (left, right)
    head, further = _trimmed(marked.numbers), _trimmed(plain.numbers)
    return len(further) > len(head) and further[: len(head)] == head and len(plain.numbers) > len(marked.numbers)


def lost_zero(left: Version, right: Version) -> bool:
    """Say whether two releases differ only by zeros that a spreadsheet may have dropped (2.1 and 2.10)."""
    if "hex" in (left.prefix, right.prefix):
        return False
    if left.marks != right.marks or len(left.numbers) != 2 or len(right.numbers) != 2 or left.numbers == right.numbers:
        return False
    if left.numbers[0] != right.numbers[0] or not (left.numbers[1] and right.numbers[1]):
        return False
    return str(left.numbers[1]).rstrip("0") == str(right.numbers[1]).rstrip("0")


def lost_head(left: Version, right: Version) -> bool:
    """Say whether one release may be written without the zero that the other begins with: 7.03.4 for 00.07.03.4."""
    whole, short = (left, right) if left.numbers[0] == 0 else (right, left)
    return (
        not whole.numbers[0] and len(whole.numbers) == len(short.numbers) + 1 and whole.numbers[1] == short.numbers[0]
    )


def finer(release: Version, bound: Version) -> bool:
    """Say whether a release only counts on within the bound: 3.8.401 within 3.8, V16 Update 3 within V16, 1.2A Build 7 within 1.2A."""
    head = len(bound.numbers)
    if release.numbers[:head] != bound.numbers or compare(release, bound) != 1:
        return False
    if any(bound.marks):
        return release.numbers == bound.numbers and release.marks[:BUILD] == bound.marks[:BUILD]
    return any(release.numbers[head:]) or (len(release.numbers) == head and not release.plain)


def shared_numbers(left: Version, right: Version) -> int:
    """Count the leading numbers two releases have in common: how near their release trains are."""
    count = 0
    for a, b in zip(left.numbers, right.numbers, strict=False):
        if a != b:
            break
        count += 1
    return count
