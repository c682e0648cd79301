"""Reads the version texts of advisories into constraints, in every form vendors have used."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from patching.rules.releases import read_version
from patching.rules.tidying import STATED, tidied
from patching.rules.versions import (
    OPEN_INSIDE,
    PARSER_VERSION,
    Constraint,
    Op,
    Test,
    wildcard_prefix,
)

LONGEST = 160

_SERIAL = re.compile(r"serial[\s\w]*?(?:number|no)", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(only|if|when|with|without|using|used|installed|running|excluding|except|option|connected|connection|configured"
    r"|affected|deployed|formerly known|function state|revision index|hardware|production date|shipped|including"
    r"|in use|where|mlfb|fs:|pre-?installed|edition|editions|bsp)\b",
    re.IGNORECASE,
)
_EXCLUDING = re.compile(
    r"([^()]+?)[\s,(]+(?:excluding|except)(?: for)?(?: versions?)? (v?\d+(?:\.\d+)+(?:(?:,| and|, and) v?\d+(?:\.\d+)+)*)\)?",
    re.IGNORECASE,
)
_OPERATOR = re.compile(r"<=|>=|=<|=>|<|>|≤|≥")
_SAME: dict[str, Op] = {
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
}
_NOISE = re.compile(
    r"^(?:bios|firmware|software)$|^service pack (?=r\d)|^(?:all\s+)?(?:(?:firmware|software|product|bios)\s+)?(?:versions?|releases?)\b[:\s]*",
    re.IGNORECASE,
)
_V = r"([\w.\-]+(?: [\w.\-]+){0,3})"
_BELOW = re.compile(
    rf"(?:version\s+)?{_V}\s*,?\s+(?:and|or)\s+(?:all\s+)?(?:below|prior|earlier|older|lower|previous|before)(?:\s+(\d+)\.x)?(?:\s+versions?)?",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    rf"(?:version\s+)?{_V}\s*,?\s+(?:and|or)\s+(?:all\s+)?(?:above|later|newer|higher)(?:\s+versions?)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:prior\s+to|before|older\s+than|earlier\s+than|lower\s+than|below)\s+(?:version\s+)?{_V}",
    re.IGNORECASE,
)
_UP_TO = re.compile(rf"(?:up\s+to(?:\s+and\s+including)?|through|until)\s+(?:version\s+)?{_V}", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?:between|from)?\s*{_V}\s*(?:\(including\))?\s*"
    rf"(?:,?\s+to(?:\s+those\s+prior\s+to)?|\s*[-\u2013\u2014]\s+|through|until|up\s+to(?:\s+and\s+including)?|\band\b)"
    rf"\s*{_V}\s*(\(excluding\)|\(including\))?",
    re.IGNORECASE,
)

_SERIES = re.compile(r"(?<=[\w)])\s+\(?(?:versions?\s+)?(\d+)\.x(?:\s+(?:series|versions?))?\)?$", re.IGNORECASE)
_CODE = re.compile(
    r"(?:[A-Z]{2,5}|[A-Z]\d(?=-))(?:-[A-Z]{1,3})*-?\d{3,}[A-Z\d]*"
    r"|(?=(?:\d*[A-Z]){4})(?!.*(?:SP|HF|MP|CU)\d)(?:[A-Z]{1,3}\d{1,2}){2,}[A-Z]{0,2}"
)
_BESIDE = re.compile(r"[vV]?\d+(?:\.(?:\d+|x))+|R\d{2,}(?:\.\d+)*", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def parse(raw: str) -> Constraint:
    """Read a version text of an advisory; what cannot be decided by machine comes back with the reason."""
    if len(" ".join(raw.split())) > LONGEST:
        return Constraint("text", raw, (), f"The version text has more than {LONGEST} characters.")
    text = tidied(raw)
    if re.fullmatch(
        r"\*|/?all|all\s+(?:\w+\s+){0,2}(?:versions?|releases?)|versions?:?\s+all(\s+versions)?",
        text,
        re.IGNORECASE,
    ):
        return Constraint("all", raw)
    if not text or re.fullmatch(r"no versions?", text, re.IGNORECASE):
        return Constraint("empty", raw, (), "The advisory names no version.")
    if _SERIAL.search(text):
        return _serial(raw, text)
    if found := STATED.fullmatch(_NOISE.sub("", text)):
        return _range(raw, (">=", found[1]), ("<" if found[3] == "excluding" else "<=", found[2])) or _plain(raw, text)
    text = re.sub(r"up to and including", "up to", text, flags=re.IGNORECASE)
    if found := _EXCLUDING.fullmatch(text):
        return _without(raw, found[1], re.split(r",|\band\b", found[2])) or _conditional(raw, found[1])
    if found := _CONDITION.search(text):
        return _conditional(raw, text[: found.start()])
    return _plain(raw, text)


def restore(data: dict[str, Any]) -> Constraint:
    """Read a kept constraint; what another parser version wrote is read anew from its text."""
    return Constraint.from_json(data) if data.get("parser") == PARSER_VERSION else parse(str(data["raw"]))


def _serial(raw: str, text: str) -> Constraint:
    number = re.search(r"\d{4,18}", text)
    reason = f'The advisory decides by serial number ("{raw.strip()}").'
    operator = _OPERATOR.search(text)
    if number is None or operator is None:
        return Constraint("serial", raw, (), reason)
    return Constraint("serial", raw, ((Test(_SAME[operator[0]], number[0]),),), reason)


def _conditional(raw: str, head: str) -> Constraint:
    inner = _plain(raw, head.strip(" (,"))
    clauses = inner.clauses if inner.kind in ("range", "trains") else ()
    reason = f'The advisory sets a condition that the inventory does not record: "{raw.strip()}".'
    return Constraint("condition", raw, clauses, reason)


def _without(raw: str, text: str, mended: list[str]) -> Constraint | None:
    """Read a range that leaves out single releases: "<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)"."""
    whole = _plain(raw, text)
    if whole.kind != "range" or not all(map(read_version, mended)):
        return None
    left_out = tuple(Test("!=", release.strip()) for release in mended)
    return Constraint("range", raw, tuple((*left_out, *clause) for clause in whole.clauses))


def _plain(raw: str, text: str) -> Constraint:
    text = re.sub(r"(?<!\w)\((R?[\d.]+)\)$", r"\1", _NOISE.sub("", text).strip(" ,;"))
    if text in ("", "*"):
        return Constraint("all", raw)
    for reader in (_words, _operators, _listed):
        if found := reader(raw, text):
            return found
    if named := re.match(r"(?:[a-z]+ ){1,5}(?=versions? v?\d)", text, re.IGNORECASE):
        return _plain(raw, text[named.end() :])
    return Constraint("text", raw, (), f'The version text "{raw.strip()}" cannot be read by machine.')


def _sound(text: str) -> bool:
    return read_version(text) is not None or wildcard_prefix(text.strip()) is not None or bool(OPEN_INSIDE.search(text))


def _range(raw: str, *tests: tuple[Op, str]) -> Constraint | None:
    if not all(_sound(version) for _, version in tests):
        return None
    clause = tuple(Test(op, version.strip()) for op, version in tests)
    kind = "date" if any((read := read_version(test.version)) and read.prefix == "date" for test in clause) else "range"
    return Constraint(kind, raw, (clause,))


def _words(raw: str, text: str) -> Constraint | None:
    operator = _OPERATOR.match(text)
    rest = text[operator.end() :].strip() if operator else text
    if operator and (found := re.fullmatch(rf"{_V}\s*(?:up to and including|up to|to)\s*{_V}", rest, re.IGNORECASE)):
        return _range(raw, (_SAME[operator[0]], found[1]), ("<=", found[2]))
    if operator or _OPERATOR.search(text) or "|" in text:
        return None
    if (found := re.match(r"(\S+(?: \S+)+),? and prior;?$", text)) and _listed_beside(found[1]):
        return Constraint("trains", raw, tuple((Test("<=", part),) for part in found[1].split()))
    if found := _BELOW.fullmatch(text):
        train: tuple[tuple[Op, str], ...] = ((">=", found[2]),) if found[2] else ()
        return _range(raw, *train, ("<=", found[1]))
    if found := _ABOVE.fullmatch(text):
        return _range(raw, (">=", found[1]))
    if found := _BEFORE.fullmatch(text):
        return _range(raw, ("<", found[1]))
    if found := _UP_TO.fullmatch(text):
        return _range(raw, ("<=", found[1]))
    if found := re.fullmatch(r"([\w.]+)\s*[-\u2013\u2014]\s*([\w.]+)", text):
        return _dashed(raw, found[1], found[2])
    if (found := _BETWEEN.fullmatch(text)) and not _listed_beside(found[1]):
        last: Op = "<" if "excl" in (found[3] or "").casefold() or "prior" in text.casefold() else "<="
        return _range(raw, (">=", found[1]), (last, found[2]))
    return None


def _listed_beside(text: str) -> bool:
    return " " in text and all(map(_BESIDE.fullmatch, text.split()))


def _dashed(raw: str, low: str, high: str) -> Constraint | None:
    """Read 12.0.1-12.0.13 as a range, but leave 1.9-40 (one release with a suffix) alone."""
    a, b = read_version(low), read_version(high)
    if a is None or b is None or a.prefix != b.prefix or len(a.numbers) != len(b.numbers) or a.numbers >= b.numbers:
        return None
    return _range(raw, (">=", low), ("<=", high))


def _operators(raw: str, text: str) -> Constraint | None:
    if not _OPERATOR.search(text):
        return None
    if re.match(r"<=?[^<>|]+$", text) and (series := _SERIES.search(text)):
        text = f">= {series[1]} | {text[: series.start()]}"
    tests: list[tuple[Op, str]] = []
    for piece in re.split(r"\||\band\b(?!\s+versions)|,(?=\s*[<>])", text):
        tests += _piece(piece)
    tests = [(op, _NOISE.sub("", version).strip(" ,;")) for op, version in tests]
    if not tests or not all(version and _sound(version) for _, version in tests):
        return _several_fixes(raw, text)
    if len(tests) == 1 and (fixes := _several_fixes(raw, text)):
        return fixes
    return _grouped(raw, tests)


def _piece(piece: str) -> list[tuple[Op, str]]:
    found = list(_OPERATOR.finditer(piece))
    if not found:
        return [("=", piece.strip())] if piece.strip() else []
    tests: list[tuple[Op, str]] = []
    head = _NOISE.sub("", piece[: found[0].start()].strip()).strip(" ,-")
    for operator, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(piece)
        tests.append((_SAME[operator[0]], piece[operator.end() : end].strip(" -|")))
    return tests if _harmless_head(head, tests) else [("=", head), *tests]


def _harmless_head(head: str, tests: list[tuple[Op, str]]) -> bool:
    """Say whether the words before an operator only repeat the product ("All versions", "V7.1 < V7.1 Upd3")."""
    if not head:
        return True
    first, bound = read_version(head), read_version(tests[0][1])
    return first is not None and bound is not None and first.numbers == bound.numbers[: len(first.numbers)]


def _several_fixes(raw: str, text: str) -> Constraint | None:
    """Read "<v36.011 v35.013 v34.014" as one fixed release for each train."""
    found = _OPERATOR.match(text)
    parts = re.split(r"[\s,/]+", text[found.end() :].strip()) if found else []
    if len(parts) < 2 or not all(re.fullmatch(r"[vV]?\d+(?:\.\d+)+", part) for part in parts) or found is None:
        return None
    return Constraint("trains", raw, tuple((Test(_SAME[found[0]], part),) for part in parts))


def _grouped(raw: str, tests: list[tuple[Op, str]]) -> Constraint | None:
    clauses: list[tuple[Test, ...]] = []
    opened: Test | None = None
    for op, version in tests:
        test = Test(op if op != "=" or read_version(version) else "~", version)
        if op in (">", ">="):
            clauses += [(opened,)] if opened else []
            opened = test
        elif opened and op in ("<", "<="):
            clauses.append((opened, test))
            opened = None
        else:
            clauses.append((test,))
    clauses += [(opened,)] if opened else []
    uppers = [clause for clause in clauses if len(clause) == 1 and clause[0].op in ("<", "<=")]
    dated = any((read := read_version(test.version)) and read.prefix == "date" for clause in clauses for test in clause)
    kind = "trains" if len(uppers) > 1 and len(uppers) == len(clauses) else "date" if dated else "range"
    return Constraint(kind, raw, tuple(clauses))


def _listed(raw: str, text: str) -> Constraint | None:
    parts = [part.strip(" ,") for part in re.split(r"\||,|;|\band\b|\bor\b", text)]
    parts = [one for part in parts for one in (part.split() if _listed_beside(part) else [part])]
    parts = [_NOISE.sub("", part) for part in parts if part]
    if not parts or not all(_sound(part) and _versionlike(part) for part in parts):
        return _model(raw, text)
    clauses = tuple((Test("=" if read_version(part) else "~", part),) for part in parts)
    wild = any(clause[0].op == "~" for clause in clauses)
    return Constraint("wildcard" if wild else "exact" if len(clauses) == 1 else "list", raw, clauses)


def _versionlike(text: str) -> bool:
    """Tell a release from a model or order code such as HEN04113 or 1783-SAD4T0SBK9."""
    version = read_version(text)
    if version is None:
        return True
    code = _CODE.fullmatch(text.strip()) and version.prefix not in ("fw", "sv", "un")
    long_number = re.fullmatch(r"\d{7}", text.strip())
    return not code and not long_number


def _model(raw: str, text: str) -> Constraint | None:
    parts = [part.strip(" ,") for part in re.split(r"\||,|;", text) if part.strip(" ,")]
    if parts and all(re.fullmatch(r"[A-Za-z0-9][\w/.\-\[\]]{3,30}", part) and re.search(r"\d", part) for part in parts):
        reason = f'The advisory gives the model "{raw.strip()}" where a version is expected.'
        return Constraint("model", raw, (), reason)
    return None
