"""What pages show of risk: measures of a risk, risks of a place, the matrix of a methodology, a scenario as a bow-tie, steps of an assessment."""

from typing import Any

from assets.models import Asset, Conduit, Zone
from registers.door import may
from registers.history.past import moment
from risk.guide import steps
from risk.heatmap import heat_map, names_of
from risk.models import Risk, RiskAssessment, RiskMethodology, Scenario, in_force
from risk.models.targets import proposed
from risk.preview import moves
from risk.registers import ACCEPTANCES, OVERRIDES, REASSESSMENTS, RISKS, TREATMENTS
from scope.registers import PROCESSES


def treatment_of(risk: Risk, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a risk: where it stands, its measures and acceptances, and what raises it."""
    chosen = in_force()
    return "risk/_treatment.html", {
        "picture": heat_map([risk], chosen.rules, one=True) if chosen and risk.current else "",
        "treatments": list(TREATMENTS.queryset(user).filter(risk=risk).order_by("status", "due_on")),
        "acceptances": list(ACCEPTANCES.queryset(user).filter(risk=risk).order_by("-pk")[:5]),
        "looks": list(REASSESSMENTS.queryset(user).filter(risk=risk).order_by("-opened_at")[:5]),
    }


def risks_of(place: Zone | Conduit | Asset, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of the risks of a zone, conduit or asset, and of the processes that an asset carries (R1)."""
    field = str(place._meta.model_name)
    found = list(
        RISKS.queryset(user).filter(**{field: place}).exclude(status="CLOSED").order_by("-current", "title")[:20]
    )
    carries = list(PROCESSES.queryset(user).filter(assets=place).order_by("name")) if isinstance(place, Asset) else []
    target = _target(place, user) if not isinstance(place, Asset) else {}
    return (
        ("risk/_risks.html", {"risks": found, "carries": carries, "field": field, **target})
        if found or carries
        else None
    )


def _target(place: Zone | Conduit, user: Any) -> dict[str, Any]:
    """Return the target level that the worst risk proposes, whether the place aims lower, and who let it."""
    level = proposed(place)
    lower = level > min(place.sl_t or [0])
    running = OVERRIDES.queryset(user).filter(
        **{str(place._meta.model_name): place}, status__in=["SUBMITTED", "IN_FORCE"]
    )
    return {
        "proposed": level, "lower": lower, "override": running.first() if lower else None,
        "may_take": lower and moment() is None and may(user, "change", place),
    }  # fmt: skip


def preview(methodology: RiskMethodology, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the panel of a methodology: its matrix, and for a draft what it would move."""
    if not methodology.definition:
        return None
    told = moves(RISKS.queryset(user).exclude(status="CLOSED"), methodology) if methodology.status == "DRAFT" else None
    return "risk/_method.html", {
        "method": methodology.rules,
        "names": names_of(methodology.rules),
        "picture": heat_map((), methodology.rules),
        "moves": told,
    }


def decided_by(scenario: Scenario, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of a scenario: from threat by way of weakness and measures to consequence, with the risks that rate it."""
    risks = list(RISKS.queryset(user).filter(scenario=scenario).order_by("-current"))
    measures = list(
        TREATMENTS.queryset(user).filter(risk__in=[one.pk for one in risks]).exclude(status="DROPPED").order_by("title")
    )
    return "risk/_bowtie.html", {
        "risks": risks,
        "before": [m for m in measures if m.lowers_likelihood],
        "after": [m for m in measures if m.lowers_impact],
    }


def walk(assessment: RiskAssessment, user: Any) -> tuple[str, dict[str, Any]]:
    """Return the panel of an assessment: its steps, and which of them miss something."""
    return "risk/_walk.html", {"steps": steps(assessment, user)}


PANELS: tuple[Any, ...] = (
    (RiskAssessment, walk),
    (Risk, treatment_of), (Zone, risks_of), (Conduit, risks_of), (Asset, risks_of), (RiskMethodology, preview), (Scenario, decided_by),
)  # fmt: skip
