"""What a version text of an advisory says besides its versions, left out before it is read."""

from __future__ import annotations

import re
from urllib.parse import unquote

STATED = re.compile(r"(?:between )?(.+?) \(including\) and (.+?) \((including|excluding)\)", re.IGNORECASE)
# The scheme of a vers text, any name of a product included: vers:intdot/, vers:Relion_670/650/, vers:/ and none that is a number.
_SCHEME = re.compile(r"vers:(?:[a-z][^<>=!|*]*)?/", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\((?!and\b)(?![^()]*\b(?:not|removed|only|if|when|with|without|using|option|hardware|affected|excluding|demo)\b)[a-z ,]{6,}\)"
    r"|\(rev[a-z]* [a-z]\)|\(or (?:(?:software|firmware) )?version [\w.]+\)|\((?:included?|incl\.|including|excluded?|formerly|also|aka|all versions?|all editions?|global|end[- ]of[- ]life|eol)"
    r"[^()]*\)|\((?:only affected by )?cve-\d[^()]*\)|\((?:windows|linux|mac ?os)(?:(?:,| and|/| )+(?:windows|linux|mac ?os|server|\d+))*\)",
    re.IGNORECASE,
)
_TORN = re.compile(r"\s*\|\s*(?=(?:SP|FP|HF|CU|U|Upd|Update|Hotfix|Patch|Service Pack)\s*\d)", re.IGNORECASE)
_YEARS = re.compile(r"20\d\d(?:_20\d\d)+(?:_\d+(?:\.\d+)*)*")
_LEFT_OUT = re.compile(r"([^!]+?)\s*((?:\|\s*!=[^|<>=!]+)+)")


def tidied(raw: str) -> str:
    """Give a version text with blanks for underscores, without scheme, quotes and asides that change nothing."""
    text = raw.strip().replace("_", " | ") if _YEARS.fullmatch(raw.strip()) else raw
    text = " ".join(text.replace("_", " ").replace("\u00a0", " ").split())
    if found := _SCHEME.match(text):
        text = _without_points(unquote(text[found.end() :]))
    text = _TORN.sub(" ", text.replace('"', ""))
    text = re.sub(r"\(?\band possibly (?:all )?prior versions\)?", "and prior", text, flags=re.IGNORECASE)
    text = re.sub(r"[\s,-]*\bbut not including\b", " | <", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d) \((\d{1,5})\)", r" build \1", text)
    return (text if STATED.search(text) else _HARMLESS.sub("", text)).strip(" ,;")


def _without_points(text: str) -> str:
    """Say in words what a vers range leaves out: "<2.0|!=1.9" is "<2.0 excluding 1.9"."""
    found = _LEFT_OUT.fullmatch(text)
    points = [point.strip(" |") for point in found[2].split("!=")[1:]] if found else []
    return f"{found[1]} excluding {', '.join(points)}" if found else text
