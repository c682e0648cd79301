"""Small advisories of our own in CSAF form, for tests of reading and judging."""

from typing import Any

from patching.rules.advisories import Advisory
from patching.rules.index import Index
from patching.rules.matching import AssetType, judge
from patching.rules.verdicts import Judgement

Product = tuple[str, str]


def document(*products: Product, vendor: str = "Merewater Drives", **more: Any) -> dict[str, Any]:
    """Make a CSAF document that names products as (name, version range), all affected by one CVE unless said."""
    ids = [f"P{number}" for number in range(len(products))]
    leaves = [
        {
            "category": "product_name",
            "name": name,
            "branches": [
                {
                    "category": "product_version_range",
                    "name": text,
                    "product": {"name": full_name(name, more), "product_id": key},
                }
            ],
        }
        for key, (name, text) in zip(ids, products, strict=True)
    ]
    weaknesses = more.get("vulnerabilities") or [
        {
            "cve": "CVE-2026-0001",
            "product_status": more.get("statuses") or {"known_affected": ids},
            "remediations": remedies(ids, more),
        }
    ]
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": more.get("title", "Drives"),
            "publisher": {"category": "vendor", "name": "Merewater CERT", "namespace": "https://merewater.example"},
            "tracking": {
                "id": "MW-2026-01",
                "version": "1",
                "status": "final",
                "initial_release_date": "2026-03-01T10:00:00Z",
                "current_release_date": "2026-03-02T10:00:00+02:00",
            },
        },
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": leaves}]},
        "vulnerabilities": weaknesses,
    }


def judged(asset: AssetType, made: Advisory) -> Judgement | None:
    """Give what judging the pair and looking it up in the index both say."""
    judgement = judge(asset, made)
    assert dict(Index([made]).match(asset)) == ({made.key: judgement} if judgement else {})
    return judgement


def full_name(name: str, more: dict[str, Any]) -> str:
    """Give the full product name, with the publisher's own wording of the range where a test sets one."""
    return f"{name}: {more['wording']}" if "wording" in more else name


def remedies(ids: list[str], more: dict[str, Any]) -> list[dict[str, Any]]:
    """Give one vendor fix for all products where a test sets its text."""
    return [{"category": "vendor_fix", "details": more["fix"], "product_ids": ids}] if "fix" in more else []
