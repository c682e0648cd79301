"""What every reader yields: the cells of one device, cut to what can be kept, and the sentence for a file of no use."""

import ipaddress
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from assets.rules.network import normal_mac

LONGEST = {
    "name": 120, "vendor": 120, "product": 160, "model_number": 80, "serial_number": 80, "version": 80, "ip_address": 39,
    "mac_address": 17, "location": 160, "owner": 120, "kind": 30, "zone": 120, "note": 500,
}  # fmt: skip
TELLING = ("name", "serial_number", "mac_address", "ip_address")
MOST_DEVICES, MOST_SERVICES, MOST_SOFTWARE, LONGEST_PART = 100_000, 60, 2_000, 160
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

Seen = dict[str, Any]


def text(value: Any, most: int = LONGEST_PART) -> str:
    """Return a value from outside as one short line of text."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return UNPRINTABLE.sub(" ", str(value)).strip()[:most]


def seen(cells: dict[str, Any], *, services: Iterable[str] = (), software: Iterable[dict[str, str]] = ()) -> Seen:
    """Return one device as it was seen, only with what is known of it."""
    kept: Seen = {name: told for name, most in LONGEST.items() if (told := text(cells.get(name), most))}
    mac, address = kept.pop("mac_address", ""), kept.pop("ip_address", "")
    with suppress(ValueError):
        kept["mac_address"] = normal_mac(mac)
    with suppress(ValueError):
        kept["ip_address"] = str(ipaddress.ip_address(address))
    if named := [text(one) for one in dict.fromkeys(services)][:MOST_SERVICES]:
        kept["services"] = named
    if installed := list(software)[:MOST_SOFTWARE]:
        kept["software"] = installed
    return kept
