"""Which records of an inventory probably mean the same device (A7)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

# In the order of their weight: what each sign says when two assets share it.
SIGNS = {
    "serial": "the same serial number",
    "mac": "the same hardware address",
    "address": "the same address in one zone",
    "name": "nearly the same name",
}
# What somebody writes into a cell who has no number at hand.
NO_NUMBER = frozenset({"", "0", "none", "na", "unknown", "tbd", "xxx", "unbekannt", "keine"})


@dataclass(frozen=True)
class Twins:
    """Records that probably mean one device, with the signs that say so; `ids` in the order of the names."""

    ids: tuple[int, ...]
    signs: tuple[str, ...]

    @property
    def why(self) -> str:
        """The signs in words."""
        return ", ".join(SIGNS[sign] for sign in self.signs)


def plain(text: str) -> str:
    """Return a text as its small letters and digits."""
    return re.sub(r"[^0-9a-zà-ÿ]", "", text.lower())


def name_key(name: str) -> str:
    """Return a name without case, signs between its parts and leading zeros: N_PS1_PLC1 is N-PS1-PLC01."""
    parts = re.findall(r"[a-zà-ÿ]+|\d+", name.lower())
    return "|".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def signs(asset: Mapping[str, Any]) -> dict[str, str]:
    """Return what an asset could share with its double, by sign; cells without a value give none."""
    serial, address = plain(asset["serial_number"]), asset["ip_address"]
    found = {
        "serial": "" if serial in NO_NUMBER else f"{plain(asset['vendor'])}|{serial}",
        "mac": asset["mac_address"],
        "address": f"{asset['zone']}|{address}" if asset["zone"] and address else "",
        "name": name_key(asset["name"]),
    }
    return {sign: key for sign, key in found.items() if key}


def twins(assets: Iterable[Mapping[str, Any]], distinct: frozenset[tuple[int, int]] = frozenset()) -> list[Twins]:
    """Return the groups of assets that share a sign, the weightiest first; sorting is all that it costs.

    `distinct` holds pairs of ids, the lower first, that somebody told apart; a group of such pairs alone is left out.
    """
    known = list(assets)
    named = {asset["id"]: asset["name"] for asset in known}
    keyed = sorted((sign, key, asset["id"]) for asset in known for sign, key in signs(asset).items())
    shared: dict[tuple[int, ...], list[str]] = {}
    for (sign, _key), group in groupby(keyed, key=lambda one: one[:2]):
        ids = sorted((one[2] for one in group), key=lambda one: (named[one], one))
        if len(ids) > 1 and not all(pair in distinct for pair in combinations(sorted(ids), 2)):
            shared.setdefault(tuple(ids), []).append(sign)
    order = list(SIGNS)
    found = [Twins(ids, tuple(sorted(why, key=order.index))) for ids, why in shared.items()]
    return sorted(found, key=lambda one: (order.index(one.signs[0]), named[one.ids[0]], one.ids))
