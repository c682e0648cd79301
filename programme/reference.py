"""Reference data of the product: requirement catalogues, the usual authority table. Loading twice is loading once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accounts.models import Role
from programme.models import Authority, Catalogue, Decision, Requirement
from registers.history.past import tracked

FILE = Path(__file__).parent / "data" / "catalogue.yaml"
CROSSWALK = (
    "maps_to_2024",
    "from_2010",
    "related_sr",
    "related_2_4",
    "csf20_suggested",
    "csf20_derived",
    "iso27001_2022_suggested",
)
TITLES = {
    "IEC 62443-2-1:2024": "Security program requirements for IACS asset owners, edition 2",
    "IEC 62443-2-1:2010": "Establishing an IACS security program, edition 1",
    "IEC 62443-3-2:2020": "Security risk assessment for system design",
    "IEC 62443-3-3:2013": "System security requirements and security levels",
    "IEC 62443-2-4:2023": "Security program requirements for IACS service providers",
}
CYCLE = 12  # months; the usual period of management systems, and of Reg. (EU) 2024/2690 for policies and risk
KINDS = {"SR": "System requirement", "RE": "Requirement enhancement", "BR": "Base requirement"}
BY_LEVEL = {Decision.Kind.RISK_ACCEPTANCE.value}  # who takes these depends on a level; their own app says who
DECIDE = ((Role.APPROVER, 730), (Role.MANAGER, 365))


def load() -> tuple[int, int]:
    """Bring catalogues, requirements and the first authority table in; return how many requirements were new and changed."""
    rows = _rows()
    catalogues = {
        edition: Catalogue.objects.get_or_create(edition=edition, defaults={"title": TITLES.get(edition, edition)})[0]
        for edition in dict.fromkeys(row["edition"] for row in rows)
    }
    known = {(one.catalogue_id, one.code): one for one in Requirement.objects.all()}
    fresh, changed = [], []
    for position, row in enumerate(rows, start=1):
        values = _values(row, position)
        kept = known.get((catalogues[row["edition"]].pk, str(row["id"])))
        if kept is None:
            fresh.append(Requirement(catalogue=catalogues[row["edition"]], code=str(row["id"]), **values))
        elif any(getattr(kept, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(kept, name, value)
            changed.append(kept)
    Requirement.objects.bulk_create(fresh)
    Requirement.objects.bulk_update(changed, list(_values(rows[0], 1)))
    _authorise()
    return len(fresh), len(changed)


@cache
def _rows() -> list[dict[str, Any]]:
    """Return the requirements of the file, which takes longer to read than the database to take in."""
    rows: list[dict[str, Any]] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["requirements"]
    return rows


def _authorise() -> None:
    """Say who usually takes the kinds of decision of which the authority table never said anything."""
    event: Any = next(event for kept, event in tracked() if kept is Authority)
    told = set(event.objects.values_list("kind", flat=True))
    Authority.objects.bulk_create(
        Authority(kind=kind, role=role, most_days=days)
        for kind in Decision.Kind.values if kind not in told | BY_LEVEL
        for role, days in DECIDE
    )  # fmt: skip


def _values(row: dict[str, Any], position: int) -> dict[str, Any]:
    parent = str(row.get("parent") or "")
    return {
        "title": row["title"][:300], "parent": parent[:40], "group": str(row.get("group") or "")[:200],
        "group_code": _group_code(row, parent), "obligation": str(row.get("obligation") or "")[:20], "min_sl": row.get("min_sl"),
        "step": row.get("seed_step"), "category": _category(row), "cycle_months": CYCLE, "evidence": row.get("evidence") or [], "confidence": str(row.get("confidence") or "")[:80],
        "source": row.get("source") or [], "crosswalk": {name: row[name] for name in CROSSWALK if row.get(name)}, "position": position,
    }  # fmt: skip


def _category(row: dict[str, Any]) -> str:
    """Return the category of a requirement: its part of the programme, or what kind of requirement it is."""
    named = row.get("category") or row.get("spe_name") or KINDS.get(str(row.get("kind")), "")
    return str(named)[:100]


def _group_code(row: dict[str, Any], parent: str) -> str:
    """Return the short name of a requirement's group: its letters in 2-1:2024, its first number or word elsewhere."""
    return (parent.split()[0] if " " in parent else ".".join(parent.split(".")[:2]))[:20]
