"""Reads JSON from strangers within bounds: one meaning, no depth that hurts, nothing that PostgreSQL cannot keep."""

import json
import math
import re
from typing import Any

# A string that never ends is taken to the end of the text, and every part is possessive: the scan stays linear.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class BadJson(ValueError):
    """Says where a body is not acceptable JSON (`place`) and what to do about it (`remedy`)."""

    def __init__(self, place: str, remedy: str) -> None:
        super().__init__(f"{place}: {remedy}")
        self.place = place
        self.remedy = remedy


def loads(body: bytes, *, max_depth: int = 64) -> object:
    """Return the value of a UTF-8 JSON text; raise BadJson for anything RFC 8259 leaves open or that nests too deep."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadJson(f"byte {error.start}", "write the text as UTF-8") from None
    _refuse_depth(text, max_depth)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)
    except BadJson:
        raise
    except json.JSONDecodeError as error:
        raise BadJson(f"line {error.lineno}, column {error.colno}", f"write valid JSON ({error.msg})") from None
    except ValueError:
        raise BadJson("a number", "use fewer digits") from None
    if _SUSPECT.search(text):
        _refuse_characters(value)
    return value


def _refuse_depth(text: str, max_depth: int) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        mark = token[0][0]
        if mark in "[{":
            depth += 1
            if depth > max_depth:
                line = text.count("\n", 0, token.start()) + 1
                raise BadJson(f"line {line}", f"nest at most {max_depth} levels")
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"the key {twice[:60]!a}", "give each key once in an object")
    return result


def _constant(name: str) -> object:
    raise BadJson(f"the value {name}", "use a number or null")


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadJson(f"the number {digits[:20]}", "use a smaller number")
    return number


def _refuse_characters(value: object) -> None:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting.extend(found.keys())
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
        elif isinstance(found, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in found):
            raise BadJson(f"the text {found[:40]!a}", "leave out NUL and half characters")
