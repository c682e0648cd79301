"""What an advisory says, as plain values: the form every other rule of patching works on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

AFFECTED_STATUSES = ("known_affected", "first_affected", "last_affected")
FIXED_STATUSES = ("fixed", "first_fixed")
UNSTATED = "not_stated"  # of products that a remediation names and no status does
STATUSES = (
    *AFFECTED_STATUSES,
    *FIXED_STATUSES,
    "known_not_affected",
    "recommended",
    "under_investigation",
    "unknown",  # CSAF 2.1
)


@dataclass(frozen=True, slots=True)
class Score:
    """One CVSS score of a vulnerability (0.0 to 10.0) and the products it is for (none: all)."""

    version: str
    vector: str
    base: float
    severity: str
    product_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remediation:
    """What the publisher advises for some products of one vulnerability."""

    category: str
    text: str
    url: str
    date: str
    restart: str
    product_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph of the document worth showing."""

    category: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One weakness of an advisory, with the status of each product (status name to product ids)."""

    cve: str
    title: str
    cwe: str
    scores: tuple[Score, ...]
    ssvc: str
    statuses: tuple[tuple[str, tuple[str, ...]], ...]
    remediations: tuple[Remediation, ...]
    notes: tuple[Note, ...] = ()

    @property
    def score(self) -> Score | None:
        """Give the highest score of the newest CVSS version named."""
        return max(
            self.scores,
            key=lambda score: (score.version, score.base),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Leaf:
    """One product of the product tree: what is named, and for which versions (raw text)."""

    product_id: str
    vendor: str
    product: str
    family: str
    version: str
    version_is_range: bool
    full_name: str
    order_numbers: tuple[str, ...] = ()
    serial_numbers: tuple[str, ...] = ()
    cpe: str = ""
    purls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relationship:
    """A product that arises from others, such as software installed on a device: each carrier with the category of its tie."""

    product_id: str
    full_name: str
    component: str
    carriers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AdvisoryFacts:
    """All that is read from one CSAF document."""

    csaf_version: str
    category: str
    publisher: str
    namespace: str
    tracking_id: str
    version: str
    status: str
    initial_release: datetime
    current_release: datetime
    title: str
    severity: str
    tlp: str
    notes: tuple[Note, ...]
    references: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]
    relationships: tuple[Relationship, ...]
    vulnerabilities: tuple[Vulnerability, ...]

    @property
    def cves(self) -> tuple[str, ...]:
        """Give the CVE ids of the advisory in its own order."""
        return tuple(dict.fromkeys(item.cve for item in self.vulnerabilities if item.cve))


def order_of(version: str) -> tuple[int, ...]:
    """Return what orders the versions of one document: an integer or semantic versioning, where 1 is 1.0.0 (CSAF 2.0, 3.1.11)."""
    numbers = re.match(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,2}", version)
    told = [int(number) for number in numbers[0].split(".")] if numbers else []
    return tuple(told + [0] * (3 - len(told)))
