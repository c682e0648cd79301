"""A site's verdicts as a CSAF 2.0 document of the profile VEX (CSAF 2.0, 4.5), for those who must be told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
# Where two advisories differ on one CVE and asset, the graver word stands (mandatory test 6.1.6).
GRAVEST = ("known_affected", "under_investigation", "fixed", "known_not_affected")
STATUS = {
    "AFFECTED": "known_affected",
    "REVIEW": "under_investigation",
    "FIXED": "fixed",
    "NOT_AFFECTED": "known_not_affected",
    "EXAMINING": "under_investigation",
}


@dataclass(frozen=True, slots=True)
class Product:
    """One asset as a product of the document."""

    key: str
    name: str
    vendor: str
    product: str
    version: str
    model_number: str = ""
    serial_number: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of one vulnerability on one asset, with the reason and, when affected, what is done about it."""

    product: Product
    cve: str
    verdict: str
    reason: str
    action: str
    justification: str
    advisory: str

    @property
    def status(self) -> str:
        """The product status of CSAF."""
        return STATUS[self.verdict]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who speaks, for which site, and when."""

    name: str
    namespace: str
    site: str
    site_name: str
    at: datetime


@dataclass
class _Weakness:
    said: dict[str, Statement] = field(default_factory=dict)

    def add(self, statement: Statement) -> None:
        """Keep the graver of two statements on one asset."""
        kept = self.said.get(statement.product.key)
        if kept is None or GRAVEST.index(statement.status) < GRAVEST.index(kept.status):
            self.said[statement.product.key] = statement


def document(statements: Iterable[Statement], *, issuer: Issuer) -> dict[str, Any]:
    """Build the document; an empty list of statements gives none that would be valid, so ask first."""
    weaknesses: dict[str, _Weakness] = {}
    products: dict[str, Product] = {}
    for statement in statements:
        weaknesses.setdefault(statement.cve, _Weakness()).add(statement)
        products[statement.product.key] = statement.product
    return {
        "document": _head(issuer),
        "product_tree": {"branches": _branches(products.values())},
        "vulnerabilities": [_vulnerability(cve, list(one.said.values())) for cve, one in sorted(weaknesses.items())],
    }


def tracking_id(issuer: Issuer) -> str:
    """Give the document's id: one for each site and moment."""
    return f"{issuer.site}-VEX-{issuer.at:%Y%m%dT%H%M%SZ}"


def file_name(issuer: Issuer) -> str:
    """Give the only name its file may have (CSAF 2.0, 5.1)."""
    return re.sub(r"[^+\-a-z0-9]+", "_", tracking_id(issuer).lower()) + ".json"


def _head(issuer: Issuer) -> dict[str, Any]:
    moment = issuer.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "category": "csaf_vex",
        "csaf_version": "2.0",
        "distribution": {"tlp": {"label": "AMBER"}},
        "lang": "en",
        "notes": [{
            "category": "summary", "title": "Scope",
            "text": f"What advisories mean for assets of {issuer.site_name}, as decided there.",
        }],
        "publisher": {"category": "user", "name": issuer.name, "namespace": issuer.namespace},
        "title": f"Vulnerability status of assets of {issuer.site_name}",
        "tracking": {
            "id": tracking_id(issuer), "status": "final", "version": "1",
            "initial_release_date": moment, "current_release_date": moment,
            "revision_history": [{"date": moment, "number": "1", "summary": "First issue."}],
            "generator": {"date": moment, "engine": {"name": "CSMS Portal"}},
        },
    }  # fmt: skip


def _branches(products: Iterable[Product]) -> list[dict[str, Any]]:
    """Nest vendor, product and version; every asset is a leaf of its own."""
    tree: dict[str, dict[str, list[Product]]] = {}
    for one in products:
        tree.setdefault(one.vendor.strip() or "unknown vendor", {}).setdefault(
            one.product.strip() or "unknown product", []
        ).append(one)
    return [
        {"category": "vendor", "name": vendor, "branches": [
            {"category": "product_name", "name": name, "branches": [_leaf(one) for one in found]}
            for name, found in sorted(names.items())
        ]}
        for vendor, names in sorted(tree.items())
    ]  # fmt: skip


def _leaf(one: Product) -> dict[str, Any]:
    product: dict[str, Any] = {"name": one.name, "product_id": one.key}
    helper = {
        key: [value.strip()]
        for key, value in (("model_numbers", one.model_number), ("serial_numbers", one.serial_number)) if value.strip()
    }  # fmt: skip
    if helper:
        product["product_identification_helper"] = helper
    return {"category": "product_version", "name": one.version.strip() or "unknown", "product": product}


def _vulnerability(cve: str, said: list[Statement]) -> dict[str, Any]:
    status: dict[str, list[str]] = {}
    for one in said:
        status.setdefault(one.status, []).append(one.product.key)
    made: dict[str, Any] = (
        {"cve": cve} if _CVE.fullmatch(cve) else {"ids": [{"system_name": said[0].advisory, "text": cve}]}
    )
    named = ", ".join(sorted({one.advisory for one in said}))
    made |= {
        "notes": [{"category": "general", "title": "Advisories", "text": named}],
        "product_status": {name: sorted(keys) for name, keys in sorted(status.items())},
    }
    affected = [one for one in said if one.status == "known_affected"]
    spared = [one for one in said if one.status == "known_not_affected"]
    if affected:
        made["remediations"] = [
            {"category": "mitigation", "details": text, "product_ids": keys}
            for text, keys in _grouped(affected, "action")
        ]
    if justified := [one for one in spared if one.justification]:
        made["flags"] = [{"label": label, "product_ids": keys} for label, keys in _grouped(justified, "justification")]
    if spared:
        made["threats"] = [
            {"category": "impact", "details": text, "product_ids": keys} for text, keys in _grouped(spared, "reason")
        ]
    return made


def _grouped(said: list[Statement], name: str) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for one in said:
        found.setdefault(getattr(one, name), []).append(one.product.key)
    return [(text, sorted(keys)) for text, keys in sorted(found.items())]
