"""Model codes with open places in product names: CJ2M-CPU[][], R04/08(EN)CPU, AFS65x, FX3G-xMy/z x=14,24, y=T,R."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from patching.rules.words import BRANDS, GENERIC, NOISE

_LEGEND = re.compile(r"\b([a-z])\s?=\s?([\w,.*]+?)[,\s]*(?=\b[a-z]\s?=|[\s()]|$)")
_LISTED = re.compile(r"((?:[A-Za-z]+-?)?)(\d+)((?:/\d+)+)([A-Za-z(][\w()\-]*)")
_LETTERS = re.compile(r"([A-Z]+\d+)([A-Z])/([A-Z])(-[\w*()\-]+)")
_ENDINGS = re.compile(r"([A-Z][A-Z\d]*-[A-Z\d]*[A-Z])([A-Z](?:/[A-Z]{1,2}){2,})")
_EITHER_OPTION = re.compile(r"([A-Z]+\d[\w-]*)\((-?[A-Z\d]{1,3}(?:/[A-Z\d]{1,3})+)\)([\w*-]*)")
_LETTERED = re.compile(r"\d[a-z]{2}|\d[A-Z]{2}")
_OPTIONAL = re.compile(r"(?<=[\w*\]])\((-?[A-Z]{1,4}\d?)\)")
_OPEN = re.compile(
    r"(?<=\d)x(?=\d)|(?<=\d)x{2,}|(?<=\d)X{2,}|(?<=-)x{2,}|(?<=[A-Z])x{2,}|(?<=\d\d)x\b|(?<=\b[A-Z]\d)x\b|(?<=[A-Z]{3}\d\d)X\b|(?<=\dL\d)z\d?$|\[\]|\*+"
)
_ANY = "[a-z0-9]"
_SERIES = re.compile(r"\b(?:series|famil(?:y|ies)|line|platform|devices)\b", re.IGNORECASE)
_HEAD = re.compile(
    r"(?<![\w-])([a-z]{3,}(?=-?\d)|[a-z]{2}(?=\d\d-\d)|[a-z]{3,4}(?=-[a-z])|(?=[\w-]*\d)\w+(?:-\w+)*(?=-[a-z]{1,3}(?![\w-])))"
)
_HYPHENED = re.compile(r"(?<![\w-])[a-z]\w*(?:-\w+)+")
_LINE = re.compile(
    r"(?<![\w-])(?:[a-z]{2,4}-?)?(\d{3,4})(?:-?[a-z]{1,6}\w*(?:-\w+)*)?(?![\w-])|\d([a-z]{2})[a-z]{0,2}(?![\w-])"
    r"|(?<![\w-])([a-z])(?=\d[\da-z])"
)
_WORD = re.compile(r"(?<![a-z])([a-z]{5,}(?:-[a-z]{3,})*|(?<=-)[a-z]{3,}(?=\d{3}))-?(?=\d)")
_NAMED = re.compile(r"(?<![\w-])([a-z]{5,})-([a-z]{5,})(?![\w-])")
_BESIDE = re.compile(r"(?<![\w-])([a-z]{3,}) ([a-z]{1,3}\d)(?=-\d)")
_INNER = re.compile(r"(?<![a-z])(?:[a-z]{1,3}\d{2,4}([a-z]{2,4}\d{3,4})(?!\d)|([a-z]([a-z]{1,2}\d{3,4}))(?=[a-z]+\d))")
_MEMBERS = re.compile(r"\b([A-Z]{2,4}\d{0,2}(?:/[A-Z]{2,4}\d{0,2})*)[ -](?:[Ss]eries|[Ff]amily|[Mm]odels?)\b")
_MODELS = re.compile(r"\b[Mm]odels? ((?:[A-Z]{2,4}\d{2}\b(?:, | and |/)?)+)")
_OPTIONED = re.compile(r"\b([A-Z]+\d[A-Z])-([A-Z])/-([A-Z])\b")
_RESTS = re.compile(r"(?<![\w-])([A-Z]+\d)-(\d?)x(?![\w-])")
_UNWRITTEN = re.compile(r"[\s\-_.]")
_MAY_BE_OPEN = re.compile(r"[xXz*\[(/=]")
_PLACES, _UNSPELT = re.compile(r"\d+x{2,}|xx+\d?|\dx\d$"), re.compile(r"[^a-z0-9]")
_PLACED = re.compile(r"\d[xX]{2,3}")
_TOLD = re.compile(r"^(?:[a-z]+\d{2,}|[a-z]{2,}\d[a-z]\w*)")
_SHORT = re.compile(r"(?<![\w-])[a-z]\d(?=[a-z]\d\d(?!\w))")
_NUMBERED = re.compile(r"(?<![\w.])([a-z]*)-?(\d{3,5})(?![\d.])([a-z]*)")


@lru_cache(maxsize=50_000)
def is_code(word: str) -> bool:
    """Say whether a word is a model code: it has a digit and at least two characters."""
    return len(word) > 1 and any(letter.isdigit() for letter in word)


@lru_cache(maxsize=50_000)
def is_series(name: str) -> bool:
    """Say whether a name is that of a series or model, whose codes stand for all that begin with them; "Series C" is one device's own."""
    return re.search(r"\b(?:series|famil(?:y|ies)|models?)\b(?! [a-z]\b)", name, re.IGNORECASE) is not None


@lru_cache(maxsize=50_000)
def order_number(text: str) -> str:
    """Give an order number without blanks and dashes, in capitals."""
    return _UNWRITTEN.sub("", text).upper()


def is_open(word: str) -> bool:
    """Say whether a word as compared is a code with open places, which names no model by itself."""
    return "[]" in word or "*" in word or ("x" in word and _PLACES.search(word) is not None)


def begins(word: str, stems: Iterable[str]) -> bool:
    """Say whether a code is one of these stems and a number: RSPE35 of RSP and RSPE, NX1P2 of NX1."""
    return any(
        word.startswith(stem)
        and (word[len(stem) : len(stem) + 1].isdigit() or (stem[-1].isdigit() and word[len(stem) + 1 :][:1].isdigit()))
        for stem in stems
    )


@lru_cache(maxsize=50_000)
def shape(text: str) -> str:
    """Give the pattern of letters and digits of a code."""
    return re.sub(r"[a-z]", "a", re.sub(r"\d", "0", text.casefold()))


def slashed(chunk: str) -> list[str]:
    """Split EAGLE20/30 into EAGLE20 and EAGLE30, 4352A/B into 4352A and 4352B, PN/DP into its two words."""
    if "/" not in chunk:
        return [chunk] if chunk else []
    parts = [part for part in chunk.split("/") if part]
    whole = parts[:1]
    for part in parts[1:]:
        whole.append(_ended(whole[-1], part))
    return whole


def _ended(before: str, part: str) -> str:
    """Give in full a model of which a list tells but the ending, as it stands behind another."""
    if _LETTERED.fullmatch(before[-2:] + part) and ord(part) == ord(before[-1]) + 1:
        return before[:-1] + part
    longer = before[: -len(part)] + part if len(part) < len(before) else part
    same_shape = shape(before[-len(part) :]) == shape(part) and any(letter.isdigit() for letter in part)
    return longer if same_shape else part


def patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Give a pattern for each model code of a product name that has open places."""
    if not _MAY_BE_OPEN.search(name):
        return ()
    legend: dict[str, str] = dict(_LEGEND.findall(name))
    name = _LEGEND.split(name, maxsplit=1)[0]
    found: dict[str, None] = {}
    previous = ""
    for chunk in re.split(r"[\s,;]+", name):
        attached = chunk.count("(") == 1 and not chunk.startswith("(")
        for body in _bodies(chunk if attached else chunk.strip("()"), previous, legend):
            fixed = re.sub(r"\[a-z0-9\](?:\{[\d,]+\})?|\(\?:", "", body)
            if re.search(r"[a-z0-9]{3}" if "*" in fixed else r"[a-z0-9]{2}", fixed):
                found[body] = None
        if chunk not in ("and", "or") and not _PLACED.fullmatch(chunk):
            previous = chunk.casefold() if chunk.isalpha() and not _SERIES.fullmatch(chunk) else ""
    variant = r"(?:[a-z][a-z0-9]*)?" if _SERIES.search(name) else ""
    return tuple(re.compile(body + variant) for body in found)


def _bodies(chunk: str, previous: str, legend: dict[str, str]) -> Iterator[str]:
    if legend and re.search(r"[A-Z]\d", chunk):
        yield _by_legend(chunk, legend)
    elif listed := _LISTED.fullmatch(chunk):
        letters, first, more, last = listed.groups()
        numbers = "|".join([first, *more.strip("/").split("/")])
        yield f"{_squashed(letters) or '[a-z]?'}(?:{numbers}){_open(last)}"
    elif either := _LETTERS.fullmatch(chunk):
        yield f"{_squashed(either[1])}(?:{either[2]}|{either[3]})".casefold() + _open(either[4])
    elif optional := _EITHER_OPTION.fullmatch(chunk):
        options = "|".join(map(_squashed, optional[2].split("/")))
        yield f"{_squashed(optional[1])}(?:{options})?{_open(optional[3])}"
    elif listed := _ENDINGS.fullmatch(chunk):
        yield _squashed(listed[1]) + f"(?:{'|'.join(map(_squashed, listed[2].split('/')))})"
    else:
        pieces = [chunk.split("/")[0]] if re.search(r"/x+-x+", chunk) else slashed(chunk)
        stem = pieces[0].split("-")[0] if pieces else ""
        for piece in pieces:
            piece = stem + piece if piece.startswith("-") else piece
            if _OPEN.search(piece) or _OPTIONAL.search(piece):
                yield (_squashed(previous) if len(piece) < 4 or _PLACED.fullmatch(piece) else "") + _open(piece)


def _by_legend(chunk: str, legend: dict[str, str]) -> str:
    """Read FX3G-xMy/z with the options of x, y and z; what stands behind the slash may be left out."""
    head, slash, tail = chunk.partition("/")
    body, ending = (
        "".join(_options(legend[letter]) if letter in legend else _squashed(letter) for letter in part)
        for part in (head, tail)
    )
    return body + (f"(?:{ending})?" if slash else "")


def _options(text: str) -> str:
    options = [_squashed(option) for option in re.split(r"[,.]", text) if option.strip("*")]
    return f"(?:{'|'.join(options)})" if options and max(map(len, options)) < 4 else _ANY + "{1,3}"


def _open(piece: str) -> str:
    """Give the pattern of one code: open places, and letters in brackets that may be missing."""
    body, end = "", 0
    for match in re.finditer(f"{_OPEN.pattern}|{_OPTIONAL.pattern}", piece):
        body += _squashed(piece[end : match.start()])
        body += f"(?:{_squashed(match[0])})?" if match[0].startswith("(") else _places(match[0])
        end = match.end()
    if piece[:1].isalpha() and piece.endswith(("xxx", "XXX")):
        body += "(?:[a-z][a-z0-9]*)?"
    return body + _squashed(piece[end:])


def _places(places: str) -> str:
    """Read a single star as any number of places, four and more as up to so many (140CPU65xxxxx), everything else as just so many."""
    if places == "*":
        return _ANY + "*"
    if len(places) > 3:
        return _ANY + f"{{2,{len(places)}}}"
    return _ANY + (f"{{{len(places)}}}" if len(places) > 1 and places != "[]" else "")


def _squashed(text: str) -> str:
    return _UNSPELT.sub("", text.casefold())


def families(name: str) -> frozenset[str]:
    """Give the codes of a product node that stand for a whole series: NPort IAW5000A-I/O, ROC800, SCALANCE W700."""
    named = _SERIES.search(name) is not None
    return frozenset(
        letters + digits + suffix
        for letters, digits, suffix in _NUMBERED.findall(name.casefold())
        if digits.endswith("00") and (named or (letters and len(digits.rstrip("0")) < 3))
    )


@lru_cache(maxsize=20_000)
def members(name: str) -> frozenset[str]:
    """Give the series that the codes of an asset's name may belong to: IAW5150A to IAW5100A, IAW5000A and so on."""
    return frozenset(
        letters + digits[:kept] + "0" * (len(digits) - kept) + suffix[:end]
        for letters, digits, suffix in _NUMBERED.findall(name.casefold())
        if not digits.endswith("00")
        for kept in range(1, len(digits) - 1)
        for end in range(len(suffix) + 1)
    )


@lru_cache(maxsize=50_000)
def heads(name: str) -> frozenset[str]:
    """Give what names part of a code: RSR of RSR20, FCN of FCN-RTU, EDS405A of EDS-405A-MM-SC, CPE330 of IC695CPE330, P3 of P3U30."""

    plain = name.casefold()
    found = {head.replace("-", "") for head in _HEAD.findall(plain) if head.isalpha() or len(head) > 3}
    found.update(_SHORT.findall(plain))
    found.update(part for parts in _NAMED.findall(plain) for part in parts)
    found.update(word.replace("-", "") for word in _WORD.findall(plain))
    for chunk in _HYPHENED.findall(plain):
        parts = chunk.split("-")
        openings = ("".join(parts[:count]) for count in range(1, len(parts)))
        found.update(head for head in openings if _TOLD.search(head))
    found.update(word + code for word, code in _BESIDE.findall(plain))
    found.update(code for codes in _INNER.findall(plain) for code in codes if code)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def lines(name: str) -> frozenset[str]:
    """Give what may tell the product line of a code: a number (670 of RET670), last letters (SD of RV-2SD), a first letter (Q of Q06UDV)."""
    return frozenset(part for parts in _LINE.findall(name.casefold()) for part in parts if part)


def listed_stems(text: str) -> tuple[str, ...]:
    """Give the letters of a list of product codes in one node: RSP RSPE RSPS."""
    found = re.findall(r"(?<![\w-])[A-Z]{3,6}(?![\w-])", text)
    return tuple(sorted({word.casefold() for word in found}, key=len, reverse=True)) if len(found) >= 4 else ()


def series_stems(product: str) -> tuple[str, ...]:
    """Give what members' codes begin with: the words before "series" or "model" (NJ series, GT27 model), C2 of C2-x."""
    told = (*_MEMBERS.findall(product), *_MODELS.findall(product), *map("".join, _RESTS.findall(product)))
    found = (word.casefold() for words in told for word in re.findall(r"\w+", words))
    optioned = (
        stem.casefold() + letter.casefold() for stem, *letters in _OPTIONED.findall(product) for letter in letters
    )
    return tuple(dict.fromkeys(word for word in (*found, *optioned) if word not in GENERIC | BRANDS | NOISE))
