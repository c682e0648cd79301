"""What else a product is called: the family its order number belongs to, and the names it had before or bears since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from patching.rules.codes import is_code

_FAMILIES = tuple(
    (re.compile(begins), family)
    for begins, family in {
        r"1756L6\d(?!S)": "ControlLogix 5560",
        r"1756L6\dS": "GuardLogix 5560",
        r"1756L7\d(?!S)": "ControlLogix 5570",
        r"1756L7\dS": "GuardLogix 5570",
        r"1756L8\dEP?(?!S)": "ControlLogix 5580",
        r"1756L8\dES": "GuardLogix 5580",
        r"1769L1\dER": "CompactLogix 5370 L1",
        r"1769L2[47]ER": "CompactLogix 5370 L2",
        r"1769L3\dERM?(?!M?S)": "CompactLogix 5370 L3",
        r"1769L3\dERMS": "Compact GuardLogix 5370",
        r"5069L3\d+ERM?(?!M?S)": "CompactLogix 5380",
        r"5069L3\d+ERM?S": "Compact GuardLogix 5380",
        r"5069L4\d": "CompactLogix 5480",
        r"1762L": "MicroLogix 1200",
        r"1763L": "MicroLogix 1100",
        r"1764L": "MicroLogix 1500",
        r"1766L": "MicroLogix 1400",
        r"2080L(?:C10|10E)": "Micro810",
        r"2080L(?:C20|20E)": "Micro820",
        r"2080L(?:C30|30E)": "Micro830",
        r"2080L(?:C50|50E)": "Micro850",
        r"2080L(?:C70|70E)": "Micro870",
        r"2711P": "PanelView Plus",
        r"2711R": "PanelView 800",
        r"1783BMS": "Stratix 5700",
        r"1783HMS": "Stratix 5400",
        r"1783IMS": "Stratix 5410",
        r"1783MMS": "Stratix 5800",
        r"25A[A-Z]\d": "PowerFlex 523",
        r"25B[A-Z]\d": "PowerFlex 525",
        r"25C[A-Z]\d": "PowerFlex 527",
        r"6ES721[1-7]1[A-Z]{2}[345]\d": "SIMATIC S7-1200 CPU",
        r"6ES731\d": "SIMATIC S7-300 CPU",
        r"6ES741\d": "SIMATIC S7-400 CPU",
        r"6ES751[1-8]": "SIMATIC S7-1500 CPU",
        r"FX5[US]": "MELSEC iQ-F",
        r"BMXP34": "Modicon M340",
        r"BME[PH]58": "Modicon M580",
        r"TM221[CM]": "Modicon M221",
        r"TM241C": "Modicon M241",
        r"TM251M": "Modicon M251",
        r"TM258L": "Modicon M258",
        r"140CPU": "Modicon Quantum",
        r"TSXP57": "Modicon Premium",
        r"171CBU": "Modicon Momentum",
        r"75081\d\d": "PFC100",
        r"75082\d\d": "PFC200",
        r"(?:B[39]0|C[36]0|C[79][05]|D[36]0|F[36][05]|G[36]0|L[369]0|[MN]60|T[36][05])$": "UR family",
    }.items()
)
_OF_A_FAMILY = re.compile("|".join(begins.pattern for begins, _ in _FAMILIES))


def _bare(name: str) -> str:
    return re.sub(
        r"[^a-z0-9]",
        "",
        re.sub(r"^(?:aveva|ecostruxure|factorytalk|indusoft|wonderware|proficy)\b", "", name.casefold()),
    )


_SAME = (
    ("ClearSCADA", "EcoStruxure Geo SCADA Expert"),
    ("Citect SCADA", "Plant SCADA"),
    ("Foxboro Evo", "EcoStruxure Foxboro DCS"),
    ("InduSoft Web Studio", "AVEVA Edge"),
    ("InTouch Machine Edition", "InTouch Edge HMI"),
    ("MicroSCADA Pro SYS600", "MicroSCADA X SYS600"),
    ("PI Coresight", "PI Vision"),
    ("Proficy Machine Edition", "PAC Machine Edition"),
    ("RSLinx Enterprise", "FactoryTalk Linx"),
    ("RSLogix 5000", "Studio 5000 Logix Designer"),
    ("SoMachine Basic", "EcoStruxure Machine Expert Basic"),
    ("SoMachine", "EcoStruxure Machine Expert"),
    ("StruxureWare Building Operation", "EcoStruxure Building Operation"),
    ("StruxureWare Data Center Expert", "EcoStruxure IT Data Center Expert"),
    ("Unity Pro", "EcoStruxure Control Expert"),
)
_RENAMED = {_bare(name): tuple(other for other in names if other != name) for names in _SAME for name in names}
_LISTED = re.compile(r"[A-Z][A-Za-z]{3,}(?: [A-Z][\w./-]*)+|All [A-Z][\w./-]*(?: [A-Z][\w./-]*)+")
_FORMERLY = re.compile(
    r"\(\s*(?:formerly|previously)(?: (?:known|called|named|branded))?(?: as)? ([^()]+)\)", re.IGNORECASE
)

_TWOFOLD = re.compile(r"\b([A-Z])[a-z]+([A-Z])[a-z]+ (?=\d{3})(\d+[A-Z]?)\b")
_COMPACT = re.compile(r"\bCompact([A-Z]{2,})\b")


@lru_cache(maxsize=100_000)
def other_names(product: str) -> tuple[str, ...]:
    """Give the names a product had or bears since: FactoryTalk Linx of RSLinx Enterprise, Web Studio of "Edge (formerly known as Web Studio)"."""
    return tuple(dict.fromkeys((*_said(product), *_shortened(product), *_renamed(product))))


@lru_cache(maxsize=100_000)
def families(product: str, model: str) -> tuple[str, ...]:
    """Give the families that order numbers belong to, unless the product is called by its family: ControlLogix 5570 of 1756-L73."""
    told = set(product.casefold().split())
    codes = [re.sub(r"\W", "", code).upper() for code in (model, *product.split()) if is_code(code)]
    codes = list(filter(_OF_A_FAMILY.match, codes))
    found = (family for begins, family in _FAMILIES if any(map(begins.match, codes))) if codes else ()
    return tuple(family for family in found if not told.issuperset(family.casefold().split()))


def parts(product: str) -> tuple[str, ...]:
    """Give the names that a node lists as one: Sentinel LDK of "Sentinel HASP and Sentinel LDK"."""
    listed = product.strip().split(" and ")
    return tuple(listed) if len(listed) > 1 and all(map(_LISTED.fullmatch, listed)) else ()


def _said(product: str) -> Iterator[str]:
    for names in _FORMERLY.findall(product):
        yield from (name for part in names.split(" and ") if (name := part.strip()))


def _shortened(product: str) -> Iterator[str]:
    """Give the name that order codes begin with: cRIO of CompactRIO, as in cRIO-9045, IR615 of InRouter 615."""
    for short in (_COMPACT.sub(r"c\1", product), _TWOFOLD.sub(r"\1\2\3", product)):
        if short != product:
            yield short


def _renamed(product: str) -> Iterator[str]:
    own = _bare(product)
    yield from _RENAMED.get(own, ()) or _RENAMED.get(own.removesuffix("software"), ())
