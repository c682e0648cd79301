"""What the demo's people judged, proved, asked for, approved and said in the year."""

from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Site, User
from assets.models import Asset, Conduit, Zone
from csms.demo.files import Row, document, plant
from csms.demo.telling import Year
from programme.judging import judge, request_not_applicable
from programme.models import Decision, Evidence, Judgement, Requirement
from programme.remarks import say
from programme.workflow import approve, refuse
from scope.models import Process, ScopeStatement
from scope.workflow import revise, submit

PLACES: dict[str, Any] = {"asset": Asset, "zone": Zone, "conduit": Conduit}
PROCEDURES = frozenset({"DRAWING", "CONTRACT"})


def _requirement(code: str) -> Requirement:
    return Requirement.objects.get(catalogue__edition=document("history.yaml")["catalogue"], code=code)


def _judgement(site: Site, code: str) -> Judgement:
    return Judgement.objects.get_or_create(site=site, requirement=_requirement(code))[0]


def _statement(site: Site, title: str) -> ScopeStatement:
    return ScopeStatement.objects.filter(site=site, title=title).latest("number")


def judge_requirement(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Judge one requirement at a site."""
    judgement = _judgement(site, event["code"])
    judge(
        judgement,
        by=by,
        revision=judgement.revision,
        verdict=event["status"],
        maturity=str(event.get("maturity", "")),
        why=event["reason"],
    )


def ask_not_applicable(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Ask that a requirement does not apply at a site."""
    request_not_applicable(_judgement(site, event["code"]), by=by, justification=event["reason"])


def decide(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Approve or refuse what was asked for on a requirement or a scope statement."""
    about: Any = _judgement(site, event["code"]) if "code" in event else _statement(site, event["title"])
    asked = Decision.objects.filter(site=site, object_id=about.pk, status=Decision.Status.REQUESTED)
    (decision,) = [one for one in asked if one.about == about]
    (approve if event["do"].startswith("approve") else refuse)(decision, by=by, decision_reason=event["reason"])


def draft_scope(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Write the first version of a scope statement."""
    ScopeStatement.objects.create(site=site, title=event["title"], inside=event["inside"], outside=event["outside"])


def revise_scope(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Write the next version; one that was refused is a draft again and is changed itself."""
    kept = _statement(site, event["title"])
    if kept.status == ScopeStatement.Status.DRAFT:
        kept.inside, kept.outside = event["inside"], event["outside"]
        kept.save()
    else:
        revise(kept, by=by, inside=event["inside"], outside=event["outside"])


def submit_scope(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Ask for the approval of the newest version."""
    submit(_statement(site, event["title"]), by=by, because_of="Ready for the director.")


def name_processes(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Name the essential functions of a site with the assets that carry them."""
    for row in plant("processes", site.code):
        known = {name: row[name] for name in ("name", "criticality", "owner", "description")}
        made = Process.objects.create(site=site, **known)
        made.assets.set(Asset.objects.filter(site=site, zone__name__in=row["zones"]))


def add_evidence(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Keep a file as evidence for some requirements, on a record or as the next revision where that is told."""
    kind = Evidence.Kind.WRITTEN_PROCEDURE if event["kind"] in PROCEDURES else Evidence.Kind.RECORD_OF_PRACTICE
    made = Evidence(
        site=site, title=event["title"], kind=kind, file=ContentFile(event["text"].encode(), name=event["file"]),
        effective_from=_day(event["effective_from"], year),
        effective_to=_day(event["effective_to"], year) if event.get("effective_to") is not None else None,
    )  # fmt: skip
    if "on" in event:
        made.about = _about(event, site)
    if "supersedes" in event:
        made.supersedes = Evidence.objects.get(site=site, title=event["supersedes"])
    made.clean()
    made.save()
    made.requirements.set(_requirement(code) for code in event["codes"])


def comment(event: Row, *, site: Site, by: User, year: Year) -> None:
    """Say something on a record."""
    say(_about(event, site), by=by, text=event["text"])


def _about(event: Row, site: Site) -> Any:
    """Return the record that an event is about."""
    name = event["about"]
    if event["on"] == "requirement":
        return _judgement(site, name)
    return _statement(site, name) if event["on"] == "scope" else PLACES[event["on"]].objects.get(site=site, name=name)


def _day(offset: int, year: Year) -> date:
    return year.today + timedelta(days=offset)
