"""How a device that was seen is matched to an asset: by serial number, hardware address, name, address, in that order."""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.rules.network import normal_mac

KEYS = {
    "serial_number": "serial number",
    "mac_address": "hardware address",
    "name": "name",
    "ip_address": "address",
}
COMPARED = ("vendor", "product", "model_number", "serial_number", "version", "ip_address", "mac_address", "location")
FEWEST_LETTERS = 3  # a shorter serial number identifies nothing


def key_of(name: str, value: str | None) -> str:
    """Return a value in the form in which it is compared, or nothing where it identifies nothing."""
    text = (value or "").strip()
    if name == "mac_address":
        try:
            text = normal_mac(text)
        except ValueError:
            return ""
        return "" if text in {"00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF"} else text
    if name == "ip_address":
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            return ""
    if name == "serial_number":
        text = re.sub(r"[\s\-]", "", text)
        return text.lower() if len(text) >= FEWEST_LETTERS and set(text) - set("0") else ""
    return text.lower()


@dataclass(frozen=True)
class Known:
    """An asset of the inventory with all values by which it may be recognised."""

    id: int
    name: str
    keys: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Found:
    """The asset that a device is, the key that told, and what is doubtful."""

    asset: int | None
    by: str = ""
    doubt: str = ""


@dataclass
class Index:
    """The assets of a site by each key."""

    names: dict[int, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, known: Iterable[Known]) -> "Index":
        """Return the index of these assets."""
        made = cls()
        for one in known:
            made.names[one.id] = one.name
            for name, values in one.keys.items():
                for value in values:
                    if key := key_of(name, value):
                        made.ids[name, key].add(one.id)
        return made

    def find(self, seen: Mapping[str, str]) -> Found:
        """Return what a device is; two candidates for one key are said and never guessed."""
        found: Found | None = None
        for name, label in KEYS.items():
            here = self.ids.get((name, key_of(name, seen.get(name))), set())
            if found is None and len(here) > 1:
                told = ", ".join(sorted(self.names[one] for one in here)[:5])
                return Found(None, name, f"The {label} {seen[name]} is on {told}.")
            if found is None and here:
                found = Found(next(iter(here)), name)
            elif found is not None and here and found.asset not in here:
                other = ", ".join(sorted(self.names[one] for one in here)[:5])
                return Found(found.asset, found.by, f"Its {label} {seen[name]} is recorded for {other}.")
        return found or Found(None)


def alike(name: str, old: str, new: str) -> bool:
    """Tell whether two values say the same, as sources write them differently."""
    old, new = old.strip().lower(), new.strip().lower()
    if name in KEYS:
        return old == new or (bool(key_of(name, old)) and key_of(name, old) == key_of(name, new))
    if name == "version":
        return old.removeprefix("v").strip() == new.removeprefix("v").strip()
    if name == "model_number":
        return re.sub(r"[\s\-]", "", old) == re.sub(r"[\s\-]", "", new)
    if name == "vendor" and old and new:
        return old.startswith(new) or new.startswith(old)
    return old == new


def differences(recorded: Mapping[str, str], seen: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return field, old and new for each cell that was seen otherwise; what was not seen says nothing."""
    return [
        (name, recorded.get(name, ""), seen[name])
        for name in COMPARED
        if seen.get(name)
        and not alike(name, recorded.get(name, ""), seen[name])
        and not _order_number(name, recorded, seen)
    ]


def _order_number(name: str, recorded: Mapping[str, str], seen: Mapping[str, str]) -> bool:
    """Tell whether a device named its order number where the inventory keeps the product's name."""
    number = recorded.get("model_number", "").lower()
    return name == "product" and bool(number) and seen[name].lower().startswith(number)
