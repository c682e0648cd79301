"""Fills the risk chapters of a report from the registers, through the one door."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Site, User
from assets.registers import CONDUITS, ZONES
from network.models.answers import EDITION, foundational
from network.registers import ANSWERS
from network.rules.levels import HOLDS, Answer
from programme.registers import DECISIONS, REQUIREMENTS
from reports.compliance import Figure
from reports.risks import Assessment, Measure, RatedRisk, RiskMethod, Specified
from risk.models import Risk, in_force
from risk.registers import ASSESSMENTS, RISKS, TREATMENTS
from risk.rules.methodology import Methodology


def read(user: User, site: Site) -> dict[str, Any]:
    """Return method, risks, measures and assessments of a site, named as the report's fields; call it inside `as_of` for a past moment."""
    chosen = in_force()
    if chosen is None:
        return {"method": None, "risks": (), "measures": (), "assessments": ()}
    rules = chosen.rules
    found = list(
        RISKS.queryset(user)
        .filter(site=site)
        .select_related("scenario__threat")
        .order_by("-current", "-residual", "title")
    )
    ends = _decided(user, site, "RISK_ACCEPTANCE")
    risks = tuple(_risk(one, rules, ends) for one in found)
    treatments = (
        TREATMENTS.queryset(user).filter(site=site).exclude(status="DROPPED").order_by("status", "due_on", "title")
    )
    return {
        "method": RiskMethod(
            title=str(chosen), tolerable=rules.named(rules.tolerable), definition=json.dumps(chosen.definition, sort_keys=True),
            levels=tuple((level.name, level.accepted_days, level.reassess_months) for level in rules.levels),
        ),
        "risks": risks,
        "measures": tuple(_measure(one) for one in treatments),
        "assessments": tuple(_assessment(one, _decided(user, site, "RISK_ASSESSMENT")) for one in ASSESSMENTS.queryset(user).filter(site=site).order_by("pk")),
    }  # fmt: skip


def _decided(user: User, site: Site, kind: str) -> dict[int, str]:
    """Return by record who approved it and until when, where that still holds."""
    held, zone = DECISIONS.queryset(user).filter(site=site, kind=kind, status="APPROVED"), ZoneInfo(site.time_zone)
    return {
        one.object_id: f"by {one.decided_by}, {one.decided_at.astimezone(zone):%Y-%m-%d}{f', until {one.expires_on}' if one.expires_on else ''}"
        for one in held
    }


def _risk(one: Risk, rules: Methodology, ends: dict[int, str]) -> RatedRisk:
    scenario = one.scenario
    accepted = next(
        (ends[key] for key in one.acceptances.filter(status="ACCEPTED").values_list("pk", flat=True) if key in ends), ""
    )
    return RatedRisk(
        site=one.site.code, title=one.title, place=str(one.asset or one.zone or one.conduit or "whole site"), owner=one.owner, status=one.get_status_display(),
        threat=str(scenario.threat or "") if scenario else "", weakness=scenario.weakness if scenario else "", consequence=scenario.consequence if scenario else "",
        above=one.above, likelihood=one.likelihood, impact=one.impact, current_likelihood=one.current_likelihood, current_impact=one.current_impact,
        residual_likelihood=one.residual_likelihood, residual_impact=one.residual_impact, pressed_by=one.pressed_by, review_on=one.review_on,
        levels=(rules.named(one.unmitigated), rules.named(one.current), rules.named(one.residual)), accepted=accepted,
    )  # fmt: skip


def _measure(one: Any) -> Measure:
    return Measure(
        site=one.site.code, title=one.title, risk=one.risk.title, owner=one.owner, status=one.get_status_display(), due_on=one.due_on,
        cost="" if one.cost is None else f"{one.cost:,.2f}", lowers_likelihood=one.lowers_likelihood, lowers_impact=one.lowers_impact,
    )  # fmt: skip


def _assessment(one: Any, approvals: dict[int, str]) -> Assessment:
    notes = tuple((key.upper().replace("-", " "), text) for key, text in sorted(one.notes.items()) if text)
    return Assessment(
        site=one.site.code, title=one.title, system=str(one.suc or "whole site"), participants=tuple(line.strip() for line in one.participants.splitlines() if line.strip()),
        methodology=str(one.methodology or ""), status=one.get_status_display(), approved=approvals.get(one.pk, ""), notes=notes,
    )  # fmt: skip


def figures(told: dict[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of a risk register's summary."""
    live = [one for one in told["risks"] if one.status != "Closed"]
    above = [one for one in live if one.above]
    accepted = [one for one in live if one.status == "Accepted"]
    running = [one for one in told["measures"] if one.status in {"Planned", "Under way"}]
    return (
        Figure(label="Risks", value=str(len(live)), numerator=len(live), denominator=len(told["risks"]), note="open or accepted"),
        Figure(label="Above what is tolerable", value=str(len(above)), numerator=len(above), denominator=len(live), note="by their current level"),
        Figure(label="Accepted", value=str(len(accepted)), numerator=len(accepted), denominator=len(live), note="by somebody who may, until a day"),
        Figure(label="Raised by vulnerabilities", value=str(sum(bool(one.pressed_by) for one in live)), numerator=sum(bool(one.pressed_by) for one in live), denominator=len(live)),
        Figure(label="Measures to come", value=str(len(running)), numerator=len(running), denominator=len(told["measures"]), note="planned or under way"),
    )  # fmt: skip


def specification(user: User, site: Site) -> tuple[Specified, ...]:
    """Return what each zone and conduit of a site has to fulfil for its target level, and how it stands to that."""
    asked = list(REQUIREMENTS.queryset(user).filter(catalogue__edition=EDITION).order_by("position"))
    places = [
        *ZONES.queryset(user).filter(site=site, external=False).order_by("-level", "name"),
        *CONDUITS.queryset(user).filter(site=site).order_by("name"),
    ]
    given: dict[tuple[str, int], dict[int, Any]] = {}
    for one in ANSWERS.queryset(user).filter(site=site):
        key = ("zone", one.zone_id) if one.zone_id else ("conduit", one.conduit_id)
        given.setdefault(key, {})[one.requirement_id] = one
    return tuple(
        _specified(place, asked, given.get((str(place._meta.model_name), place.pk), {}))
        for place in places
        if place.sl_t
    )


def _specified(place: Any, asked: list[Any], given: dict[int, Any]) -> Specified:
    wanted = [one for one in asked if (one.min_sl or 1) <= place.sl_t[foundational(one.code) - 1]]
    rows = tuple(_row(one, given.get(one.pk)) for one in wanted)
    met = sum(one.pk in given and _counts(given[one.pk]) for one in wanted)
    return Specified(
        site=place.site.code, name=place.name, target=" ".join(map(str, place.sl_t)), achieved=" ".join(map(str, place.sl_a)) if place.sl_a else "not assessed",
        met=met, asked=len(wanted), rows=rows,
    )  # fmt: skip


def _counts(answer: Any) -> bool:
    return Answer(answer.answer) in HOLDS and (answer.answer != Answer.COMPENSATED or answer.approved)


def _row(requirement: Any, answer: Any) -> tuple[str, str, str, str]:
    if answer is None:
        return requirement.code, requirement.title, "Not answered", ""
    waits = " (not approved)" if answer.answer == Answer.COMPENSATED and not answer.approved else ""
    return (
        requirement.code,
        requirement.title,
        f"{answer.get_answer_display()}{waits}",
        " ".join(filter(None, (answer.reason, answer.countermeasure))),
    )
