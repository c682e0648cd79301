"""What the programme tells My work and conformity: decisions that wait, requirements judged, evidence that is fresh."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.permissions import grants_of
from programme.models import Authority
from programme.registers import DECISIONS, EVIDENCE, JUDGEMENTS
from registers.figures import Check, Waiting


def waiting(user: Any, on: date) -> list[Waiting]:
    """Return the decisions that this person may take, and evidence that goes stale within 30 days."""
    held = grants_of(user)
    kinds: dict[str, set[str]] = {}
    for kind, role in Authority._default_manager.values_list("kind", "role"):
        kinds.setdefault(kind, set()).add(role)
    asked = (
        DECISIONS.queryset(user, "approve").filter(status="REQUESTED").exclude(requested_by=user.pk).order_by("pk")[:50]
    )
    found = [
        Waiting(
            one.title,
            f"{one.site.code} · asked by {one.requested_by} · needs your decision",
            one.get_absolute_url(),
            on,
            "decision",
        )
        for one in asked
        if kinds.get(one.kind, set()) & (held.everywhere | held.at.get(one.site_id, set()))
    ]
    stale = (
        EVIDENCE.queryset(user, "change")
        .filter(effective_to__lte=on + timedelta(days=30))
        .order_by("effective_to")[:20]
    )
    return found + [
        Waiting(
            f"Evidence goes stale: {one.title}", one.site.code, one.get_absolute_url(), one.effective_to, "evidence"
        )
        for one in stale
    ]


def checks(user: Any, site: Any, on: date) -> list[Check]:
    """Return how much of the programme is judged and how fresh its evidence is."""
    j = JUDGEMENTS.queryset(user).filter(site=site, requirement__catalogue__edition="IEC 62443-2-1:2024", applicable=True).aggregate(
        all=Count("pk"), judged=Count("pk", filter=~Q(status="NOT_ASSESSED")), fresh=Count("pk", filter=Q(judged_at__date__gte=on - timedelta(days=365))),
    )  # fmt: skip
    e = (
        EVIDENCE.queryset(user)
        .filter(site=site)
        .aggregate(all=Count("pk"), good=Count("pk", filter=Q(effective_to=None) | Q(effective_to__gte=on)))
    )
    at = f"?site={site.pk}"
    return [
        Check("requirements judged", ("ORG 2.1", "ORG 2.3"), "judged requirements judged within 12 months", j["fresh"], j["all"], 95,
              f"/programme/judgements/{at}", f"/api/v1/judgements/{at}"),
        Check("evidence fresh", ("ORG 2.4",), "pieces of evidence that are still good", e["good"], e["all"], 90, f"/programme/evidence/{at}", f"/api/v1/evidence/{at}"),
    ]  # fmt: skip
