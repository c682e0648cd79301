"""CISA's catalogue of Known Exploited Vulnerabilities (KEV)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from patching.feeds.deliveries import Failed, Seen, Unchanged
from patching.feeds.documents import NotAccepted
from patching.feeds.readers import Unreadable, Web
from registers.strict_json import BadJson, loads

ADDRESS = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
LIMIT = 20_000_000
CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")


@dataclass(frozen=True, slots=True)
class Exploited:
    """One vulnerability that is known to be used by attackers; `ransomware` is true where campaigns are known."""

    cve: str
    vendor: str
    product: str
    name: str
    description: str
    required_action: str
    notes: str
    added_on: date
    due_on: date | None
    ransomware: bool
    cwes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole catalogue; `broken` holds a sentence for each entry that could not be used."""

    locator: str
    version: str
    rows: tuple[Exploited, ...]
    broken: tuple[str, ...]
    seen: Seen


def poll(
    address: str, *, allow: Collection[str], seen: Seen | None = None, timeout: float = 60.0
) -> Catalogue | Unchanged | Failed:
    """Fetch the catalogue at `address`, conditionally when `seen` is what the last one carried."""
    try:
        page = Web(allow, timeout).read(address, limit=LIMIT, seen=seen)
        return Unchanged(address, page.seen) if page.not_modified else parse(page.body, locator=address, seen=page.seen)
    except (Unreadable, BadJson, NotAccepted) as error:
        return Failed(address, str(error), wait=getattr(error, "wait", 0))


def recognise(content: object) -> bool:
    """Tell whether a parsed JSON value is such a catalogue."""
    return (
        isinstance(content, dict) and "catalogVersion" in content and isinstance(content.get("vulnerabilities"), list)
    )


def parse(body: bytes, *, locator: str = "", seen: Seen | None = None) -> Catalogue:
    """Return the catalogue in `body`; raise BadJson or NotAccepted if it is none."""
    content = loads(body)
    if not isinstance(content, dict) or not recognise(content):
        raise NotAccepted("This is not a KEV catalogue.")
    rows: dict[str, Exploited] = {}
    broken: list[str] = []
    for number, entry in enumerate(content["vulnerabilities"], start=1):
        try:
            row = _row(entry)
            rows[row.cve] = row
        except (AttributeError, KeyError, TypeError, ValueError):
            broken.append(f"Entry {number} has no usable CVE id or date.")
    if broken and not rows:
        raise NotAccepted("Not one entry of this KEV catalogue can be used.")
    return Catalogue(locator, str(content["catalogVersion"]), tuple(rows.values()), tuple(broken), seen or Seen())


def _row(entry: dict[str, Any]) -> Exploited:
    cve = entry["cveID"].strip()
    if not CVE.fullmatch(cve):
        raise ValueError(cve)
    texts = ("vendorProject", "product", "vulnerabilityName", "shortDescription", "requiredAction", "notes")
    vendor, product, name, description, action, notes = (str(entry.get(key) or "").strip() for key in texts)
    due = entry.get("dueDate")
    return Exploited(
        cve=cve,
        vendor=vendor,
        product=product,
        name=name,
        description=description,
        required_action=action,
        notes=notes,
        added_on=date.fromisoformat(entry["dateAdded"]),
        due_on=date.fromisoformat(due) if due else None,
        ransomware=entry.get("knownRansomwareCampaignUse") == "Known",
        cwes=tuple(str(cwe) for cwe in entry.get("cwes") or ()),
    )
