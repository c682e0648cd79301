"""The part of the compliance report that speaks of requirements: groups, evidence, scope statement, open decisions."""

from datetime import datetime
from itertools import groupby
from typing import Any

from programme.models import Catalogue
from programme.registers import AUTHORITIES, DECISIONS, EVIDENCE
from programme.rules import decide_by
from registers.clock import day_of
from reports import trend
from reports.compliance import Computed, EvidenceItem, Group, Requirement, SelfCheck, TrendPoint, Verdict
from reports.conformity import Row, conformity
from reports.control import Decision
from reports.selfchecks import results
from scope.registers import STATEMENTS


def catalogue_exists(edition: str) -> bool:
    """Tell whether there is a catalogue of this edition."""
    return edition in dict(Catalogue.choices())


def catalogue_choices() -> list[tuple[str, str]]:
    """Return the catalogues to choose from."""
    return Catalogue.choices()


def rows_at(user: Any, site: Any, edition: str, as_of: datetime) -> list[Row]:
    """Return the conformity of a site with a catalogue on the day that it was there."""
    return conformity(user, site, edition, day_of(as_of, site))


def months(site: Any, edition: str, as_of: datetime, rows: list[Row]) -> tuple[TrendPoint, ...]:
    """Return how conformity moved in the twelve months before."""
    on = day_of(as_of, site)
    drawn = trend.points(site, edition, on, rows)
    return tuple(TrendPoint(month=one.month, judged=one.judged, computed=one.computed) for one in drawn)


def checked(user: Any, site: Any, as_of: datetime) -> tuple[SelfCheck, ...]:
    """Return the rules of consistency with how many records of the site break each."""
    return tuple(
        SelfCheck(
            severity=one.check.severity.capitalize(),
            sentence=one.check.sentence,
            found=one.found,
            remedy=one.check.remedy,
        )
        for one in results(user, day_of(as_of, site), site)
    )


def groups(rows: list[Row], site: Any) -> tuple[Group, ...]:
    """Return the requirements of a catalogue at a site in their groups."""
    found = []
    for title, part in groupby(rows, key=lambda row: row.requirement.group):
        held = list(part)
        requirements = tuple(_requirement(row, site) for row in held)
        found.append(Group(code=held[0].requirement.group_code or "–", title=title, requirements=requirements))
    return tuple(found)


def _requirement(row: Row, site: Any) -> Requirement:
    judged, weakest = row.judgement, row.weakest
    return Requirement(
        code=row.requirement.code, title=row.requirement.title, applicable=row.applicable, status=Verdict(row.status),
        justification=judged.justification if judged and not row.applicable else "", site=site.code,
        maturity=judged.maturity if judged else None, maturity_target=judged.target_maturity if judged else None,
        computed=Computed(
            value=weakest.value or 0.0, target=float(weakest.target), numerator=weakest.numerator, denominator=weakest.denominator,
            sentence=weakest.sentence, unit=" %",
        ) if weakest else None,
        judged_by=str(judged.judged_by) if judged and judged.judged_by else "", judged_at=judged.judged_at if judged else None,
        implementation=judged.reason if judged else "", evidence=tuple(_item(one) for one in row.evidence),
    )  # fmt: skip


def _item(one: Any) -> EvidenceItem:
    return EvidenceItem(
        id=f"E-{one.pk:04}", title=one.title, on=one.effective_from, sha256=one.sha256, file=one.file_name, url=one.link,
        revision=str(one.revision), valid_until=one.effective_to,
    )  # fmt: skip


def evidence_index(user: Any, site: Any, as_of: datetime) -> tuple[EvidenceItem, ...]:
    """Return all evidence of a site."""
    return tuple(_item(one) for one in EVIDENCE.queryset(user).filter(site=site).order_by("pk"))


def decisions(user: Any, site: Any) -> tuple[Decision, ...]:
    """Return the decisions that are still asked for, each with the roles that may take it and the day by which."""
    rows = list(AUTHORITIES.queryset(user).order_by("role"))
    pending = DECISIONS.queryset(user).filter(site=site, status__in=DECISIONS.model.PENDING)
    asked = pending.select_related("requested_by").order_by("pk")
    return tuple(
        Decision(
            id=f"D-{one.pk:04}", title=one.title, note=f"asked by {one.requested_by}",
            by=" or ".join(dict.fromkeys(row.get_role_display() for row in rows if row.covers(one))),
            due_on=decide_by(day_of(one.requested_at, site), one.expires_on),
        )
        for one in asked
    )  # fmt: skip


def statement(user: Any, site: Any) -> tuple[str, Decision | None, tuple[str, ...]]:
    """Return the approved scope statement of a site, its decision and its exclusions."""
    found = STATEMENTS.queryset(user).filter(site=site, status="APPROVED").order_by("-number").first()
    if found is None:
        return "", None, ()
    taken = (
        DECISIONS.queryset(user)
        .filter(site=site, kind="SCOPE_STATEMENT", object_id=found.pk, status="APPROVED")
        .order_by("-pk")
        .first()
    )
    decision = (
        Decision(
            id=f"D-{taken.pk:04}",
            title=taken.title,
            by=str(taken.decided_by),
            at=taken.decided_at,
            due_on=taken.expires_on,
        )
        if taken
        else None
    )
    return (
        f"{found}. {found.inside}",
        decision,
        tuple(line.strip() for line in found.outside.splitlines() if line.strip()),
    )
