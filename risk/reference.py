"""Reference data of risk: the methodology a new portal starts with, the catalogue of threats. Loading twice is loading once."""

from pathlib import Path
from typing import Any

import yaml

from accounts.models import Role
from programme.models import Authority, Decision
from registers.history.past import tracked
from risk.models import RiskMethodology, Threat

DATA = Path(__file__).parent / "data"
FIRST = "Plant risk matrix"
ACCEPT = ((Role.SECURITY_MANAGER, 2, 365), (Role.MANAGER, 3, 365), (Role.APPROVER, None, 365))


def load() -> int:
    """Bring methodology, threats and the usual authority over acceptances in; return how many threats are new."""
    if not RiskMethodology.objects.exists():
        RiskMethodology.objects.create(
            title=FIRST, definition=_read("methodology.yaml"), status=RiskMethodology.Status.IN_FORCE
        )
    known = set(Threat.objects.values_list("code", flat=True))
    fresh = Threat.objects.bulk_create(Threat(**row) for row in _read("threats.yaml") if row["code"] not in known)
    event: Any = next(event for kept, event in tracked() if kept is Authority)
    kind = Decision.Kind.RISK_ACCEPTANCE
    if not event.objects.filter(kind=kind).exists():
        Authority.objects.bulk_create(
            Authority(kind=kind, role=role, up_to_level=level, most_days=days) for role, level, days in ACCEPT
        )
    if not event.objects.filter(kind=Decision.Kind.TARGET_LEVEL).exists():
        Authority.objects.create(kind=Decision.Kind.TARGET_LEVEL, role=Role.APPROVER, most_days=365)
    return len(fresh)


def _read(name: str) -> Any:
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
