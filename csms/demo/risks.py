"""The demo's risks: rated in workshops, treated, accepted, and moved by what the advisories brought."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accounts.models import Site, User
from assets.models import Zone
from csms.demo.files import document
from csms.demo.telling import Year
from programme.models import Decision
from programme.workflow import approve
from registers import clock
from risk import targets, workflow
from risk.models import Risk, RiskAssessment, Scenario, TargetOverride, Threat, Treatment
from scope.models import Process


def events() -> Iterator[dict[str, Any]]:
    """Yield what happened, as events of the year."""
    told = document("risks.yaml")
    for row in told["risks"]:
        at = {"do": "risk", "site": row["site"], "row": row, "by": row["by"]}
        yield {**at, "day": row["day"], "step": "rate"}
        for number, measure in enumerate(row.get("measures", ())):
            if "done" in measure:
                yield {**at, "day": measure["done"], "step": "finish", "number": number}
        if accept := row.get("accept"):
            yield {**at, "day": accept["day"], "by": accept["by"], "step": "ask"}
            yield {**at, "day": accept["decided"], "by": accept["decider"], "step": "accept"}
        for step in ("worse", "close"):
            if step in row:
                yield {**at, "day": row[step], "step": step}
    for row in told["overrides"]:
        at = {"do": "risk", "site": row["site"], "row": row}
        yield {**at, "day": row["day"], "by": row["by"], "step": "aim_lower"}
        yield {**at, "day": row["decided"], "by": row["decider"], "step": "let_aim_lower"}
    for row in told["assessments"]:
        at = {"do": "risk", "site": row["site"], "row": row, "by": row["by"]}
        yield {**at, "day": row["day"], "step": "assess"}
        if "submitted" in row:
            yield {**at, "day": row["submitted"], "step": "submit"}
            yield {**at, "day": row["decided"], "by": row["decider"], "step": "approve"}


def tell(event: dict[str, Any], *, site: Site, by: User, year: Year) -> None:
    """Carry out one of them."""
    row, step = event["row"], event["step"]
    if step == "rate":
        _rate(row, site, year)
    elif step == "aim_lower":
        zone = Zone.objects.get(site=site, name=row["zone"])
        targets.submit(
            TargetOverride.objects.create(site=site, zone=zone, sl_t=zone.sl_t, reason=row["because"]), by=by
        )
    elif step == "let_aim_lower":
        ends = year.today + timedelta(days=row["ends"])
        approve(_asked(site, Decision.Kind.TARGET_LEVEL), by=by, decision_reason=row["reason"], expires_on=ends)
    elif step == "assess":
        RiskAssessment.objects.create(
            site=site,
            title=row["title"],
            participants=row["participants"],
            notes=row["notes"],
            started_on=clock.now().date(),
        )
    elif step in {"submit", "approve"}:
        _assessed(RiskAssessment.objects.get(site=site, title=row["title"]), by, step)
    else:
        _moved(Risk.objects.get(site=site, title=row["title"]), event, by)


def _rate(row: dict[str, Any], site: Site, year: Year) -> None:
    zone = Zone.objects.get(site=site, name=row["zone"])
    threat = Threat.objects.get(code=row["threat"]) if "threat" in row else None
    scenario = Scenario.objects.create(
        site=site, title=row["title"], threat=threat, weakness=row.get("weakness", ""), consequence=row["consequence"], zone=zone,
        process=Process.objects.filter(site=site, name=row.get("process")).first(),
    )  # fmt: skip
    risk = Risk.objects.create(
        site=site, title=row["title"], scenario=scenario, zone=zone, owner=row["owner"], likelihood=row["likelihood"], impacts=row["impacts"]
    )  # fmt: skip
    looked = workflow.next_look(risk, clock.now().date())
    again = looked if looked > year.today else year.today + timedelta(days=11 * (len(risk.title) % 13) - 8)
    Risk.objects.filter(pk=risk.pk).update(review_on=again)
    for measure in row.get("measures", ()):
        Treatment.objects.create(
            site=site, risk=risk, title=measure["title"], owner=row["owner"], cost=measure["cost"], lowers_likelihood=measure.get("lowers_likelihood", 0),
            lowers_impact=measure.get("lowers_impact", 0), due_on=year.today + timedelta(days=measure.get("due", measure.get("done", 0))),
        )  # fmt: skip


def _moved(risk: Risk, event: dict[str, Any], by: User) -> None:
    row, step = event["row"], event["step"]
    if step == "finish":
        measure = row["measures"][event["number"]]
        workflow.finish(
            Treatment.objects.get(risk=risk, title=measure["title"]),
            by=by,
            proof="Tried on the round and found in effect.",
        )
    elif step == "ask":
        workflow.ask_acceptance(risk, by=by, because_of=row["accept"]["because"])
    elif step == "accept":
        approve(_asked(risk.site, Decision.Kind.RISK_ACCEPTANCE), by=by, decision_reason=row["accept"]["reason"])
    elif step == "worse":
        risk.likelihood, risk.reason = risk.likelihood + 1, "Two false commands were seen on the radio this month."
        risk.save()
    else:
        workflow.close(risk, by=by, because_of="The store has new spares with certificates.")


def _assessed(assessment: RiskAssessment, by: User, step: str) -> None:
    if step == "submit":
        workflow.ask_approval(assessment, by=by)
    else:
        approve(
            _asked(assessment.site, Decision.Kind.RISK_ASSESSMENT),
            by=by,
            decision_reason="Read with process safety; agreed.",
        )


def _asked(site: Site, kind: str) -> Decision:
    return Decision.objects.get(site=site, kind=kind, status=Decision.Status.REQUESTED)
