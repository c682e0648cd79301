"""Vendor names as advisories and inventories spell them, brought to one form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from patching.rules.words import LEGAL

DEFAULT_ALIASES: Mapping[str, str] = {
    "3s": "codesys",
    "7 technologies": "schneider electric",
    "abb": "hitachi energy",
    "hitachi abb power grids": "hitachi energy",
    "allen bradley": "rockwell automation",
    "rockwell": "rockwell automation",
    "b and r": "b r industrial automation",
    "b r": "b r industrial automation",
    "bernecker": "b r industrial automation",
    "bd": "becton dickinson",
    "becton": "becton dickinson",
    "dickinson": "becton dickinson",
    "becton dickinson and": "becton dickinson",
    "citect": "aveva",
    "indusoft": "aveva",
    "invensys": "aveva",
    "osisoft": "aveva",
    "schneider electric": "aveva",
    "schneider electric software": "aveva",
    "wonderware": "aveva",
    "delta industrial automation": "delta electronics",
    "exacq": "johnson controls",
    "jci": "johnson controls",
    "sensormatic electronics": "johnson controls",
    "tyco": "johnson controls",
    "fisher": "emerson",
    "fisher rosemount": "emerson",
    "general electric": "ge",
    "ge digital": "ge",
    "ge vernova": "ge",
    "horner apg": "horner automation",
    "intermec": "honeywell",
    "kepware": "ptc",
    "matrikon": "honeywell",
    "modicon": "schneider electric",
    "phillips": "philips",
    "schneider": "schneider electric, aveva",
    "sel": "schweitzer engineering laboratories",
    "telemecanique": "schneider electric",
    "apc": "schneider electric",
    "tri sentinel": "schneider electric",
    "automated logic": "carrier",
    "interlogix": "carrier",
    "bristol babcock": "emerson",
    "bristol": "emerson",
    "lenel": "lenels2, carrier",
    "lenels2": "carrier",
    "b b smartworx": "advantech",
    "bently nevada": "baker hughes",
    "american dynamics": "johnson controls",
    "kantech": "johnson controls",
    "software house": "johnson controls",
    "carefusion": "becton dickinson",
    "cooper power": "eaton",
    "powerware": "eaton",
    "emerson process management": "emerson",
    "ge intelligent platforms": "emerson",
    "ge fanuc": "emerson",
    "ecom instruments": "pepperl fuchs",
    "ewon": "hms networks",
    "host engineering": "automationdirect",
    "hill rom": "baxter",
    "hillrom": "baxter",
    "rosemount": "emerson",
    "foxboro": "schneider electric",
    "square d": "schneider electric",
    "triconex": "schneider electric",
    "pelco": "schneider electric",
    "fr sauter": "sauter",
    "garrettcom": "belden",
    "hirschmann": "belden",
    "tofino security": "belden",
    "gemalto": "thales",
    "safenet": "thales",
    "iconics": "mitsubishi electric",
    "innominate": "phoenix contact",
    "koyo": "jtekt electronics, automationdirect",
    "koyo electronics": "jtekt electronics, automationdirect",
    "lsis": "ls electric",
    "n tron": "red lion",
    "sixnet": "red lion",
    "rexroth": "bosch rexroth",
    "ruggedcom": "siemens",
    "sanyo": "panasonic",
    "saia burgess": "honeywell",
    "saia burgess controls": "honeywell",
    "tridium": "honeywell",
    "sierra wireless": "semtech",
    "vipa": "yaskawa",
    "vipa controls": "yaskawa",
    "welch allyn": "baxter",
    "alerton": "honeywell",
    "centraline": "honeywell",
    "elster": "honeywell",
    "notifier": "honeywell",
    "alstom": "ge",
    "andover controls": "schneider electric",
    "merlin gerin": "schneider electric",
    "digital electronics": "schneider electric",
    "pro face": "schneider electric",
    "proface": "schneider electric",
    "b b electronics": "advantech",
    "comtrol": "pepperl fuchs",
    "dover fueling": "opw fuel",
    "franklin fueling": "franklin electric",
    "hakko": "fuji electric",
    "kw software": "phoenix contact",
    "loytec": "delta electronics",
    "trihedral": "delta electronics",
    "mdt software": "auvesy",
    "mentor": "siemens",
    "video insight": "panasonic",
    "videoinsight": "panasonic",
    "mercury security": "hid global, carrier",
    "mortara": "baxter",
    "progea": "emerson",
    "servelec": "ovarro",
    "st jude medical": "abbott",
    "areva": "schneider electric, ge",
    "capsule technologies": "philips",
    "qualcomm life": "capsule technologies",
    "respironics": "philips",
    "cem systems": "johnson controls",
    "qolsys": "johnson controls",
    "cinterion": "thales",
    "telit cinterion": "thales",
    "clipsal": "schneider electric",
    "control microsystems": "schneider electric",
    "eurotherm": "schneider electric",
    "power measurement": "schneider electric",
    "telvent": "schneider electric",
    "cse semaphore": "ovarro",
    "draeger": "drager",
    "emerson": "ge intelligent platforms",
    "freescale": "nxp semiconductors",
    "hanwha vision": "hanwha techwin",
    "samsung techwin": "hanwha techwin",
    "ics triplex": "rockwell automation",
    "i mx": "nxp semiconductors",
    "icu medical": "smiths medical",
    "keymile": "hitachi energy",
    "ventyx": "hitachi energy",
    "nortek": "nice",
    "mesa laboratories": "mesa labs",
    "metso": "valmet",
    "prosoft technology": "belden",
    "s2 security": "lenels2, carrier",
    "utc": "carrier",
    "sangoma": "digium",
    "spidercontrol": "ininet solutions",
    "trend": "honeywell",
    "trend controls": "honeywell",
    "toyopuc": "jtekt",
    "frick": "johnson controls",
    "mimosa": "airspan networks",
}
_MOJIBAKE = re.compile(r"[ÂÃâ][\u0080-\u00bf\u2013-\u203a€™œžŸ¼¶¤]")
_PLACES, _PLACE = re.compile(r" ?\u25a1 ?- ?\u25a1"), re.compile(r" ?\u25a1 ?")
_SPLIT = re.compile(
    r"\s*(?:[,;/|]|\band\b(?!\s+company)|\bformerly\b|\bfka\b|\ba subsidiary of\b|\ban?\b (?=\w+ company)|[()])\s*"
)


def mended(text: str) -> str:
    """Undo text that was decoded with the wrong character set, and unify blanks and dashes."""
    if text.isascii():
        return " ".join(text.split())
    if _MOJIBAKE.search(text):
        for charset in ("latin-1", "cp1252"):
            try:
                text = text.encode(charset).decode("utf-8")
                break
            except UnicodeError:
                continue
    text = unicodedata.normalize("NFKC", _PLACE.sub("[]", _PLACES.sub("*", text)))
    return re.sub(r"[\u2010-\u2014]", "-", " ".join(text.split()))


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Give a text in lower case without accents."""
    if text.isascii():
        return mended(text).casefold()
    decomposed = unicodedata.normalize("NFKD", mended(text).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _words(text: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z0-9]+", text)
    return tuple(word for word in words if word not in LEGAL)


@lru_cache(maxsize=20_000)
def companies(vendor: str) -> tuple[tuple[str, ...], ...]:
    """Give each company that a vendor text names, as its words without legal forms."""
    text = plain(vendor).replace("&", " ")
    parts = [text, *_SPLIT.split(text)]
    return tuple(dict.fromkeys(words for part in parts if (words := _words(part))))


def names(vendor: str, aliases: Mapping[str, str]) -> frozenset[tuple[str, ...]]:
    """Give every name a vendor goes by: its companies and what the alias table calls them."""
    found = set(companies(vendor))
    for words in tuple(found):
        heads = (" ".join(words[:count]) for count in range(len(words), 0, -1))
        if other := next((aliases[head] for head in heads if head in aliases), ""):
            found.update(companies(other))
    return frozenset(found)


def concerned(vendor: str, texts: Iterable[tuple[str, ...]]) -> bool:
    """Say whether a vendor's name may be meant by one of these rows of the alias table, in either column."""
    own = names(vendor, DEFAULT_ALIASES)
    return any(same(own, names(text, DEFAULT_ALIASES)) for row in texts for text in row if text.strip())


def all_aliases(own: Mapping[str, str]) -> dict[str, str]:
    """Return the table that counts: what makers are known as, and what people wrote over it."""
    return {**DEFAULT_ALIASES, **normal_aliases(own)}


def normal_aliases(aliases: Mapping[str, str]) -> dict[str, str]:
    """Bring a table of vendor aliases as people write it to the form that names() looks up."""
    return {" ".join(words): other for alias, other in aliases.items() for words in companies(alias)[:1]}


@lru_cache(maxsize=100_000)
def same(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> bool:
    """Say whether two vendors share a company; "Delta" and "Delta Electronics" do, "Hill-Rom" and "Hillrom", "NI" too."""
    if left & right:
        return True
    return any(
        a[: len(b)] == b
        or b[: len(a)] == a
        or "".join(a) == "".join(b)
        or _initials(a, b)
        or _initials(b, a)
        or _misspelt("".join(a[: len(b)]), "".join(b[: len(a)]))
        for a in left
        for b in right
    )


def _misspelt(left: str, right: str) -> bool:
    """Say whether two long names differ by one letter: Johnson Contols, Geutebrueck."""
    if min(len(left), len(right)) < 9 or left[0] != right[0] or abs(len(left) - len(right)) > 1:
        return False
    shorter, longer = sorted((left, right), key=len)
    at = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    return shorter[at:] == longer[at + 1 :] if len(shorter) < len(longer) else shorter[at + 1 :] == longer[at + 1 :]


def _initials(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Say whether one name is the other's initials: at least two, as in BD or SEL."""
    return len(short) == 1 and 1 < len(long) == len(short[0]) and short[0] == "".join(word[0] for word in long)
