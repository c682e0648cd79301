"""Decisions: asked for, approved or refused by somebody else, ended when they no longer hold."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.grants import holders
from accounts.models import User
from accounts.permissions import grants_of, may
from accounts.robots import robot
from programme.models import Authority, Decision
from programme.rules import differences, digest
from registers import clock
from registers.history.origin import because
from registers.mail import write
from registers.workflow import NotPossible, sentences, transition

S = Decision.Status
REASON = sentences(_("Reason"))
GONE = [("record", "there", "gone")]
Change = tuple[str, str, str]


@dataclass(frozen=True)
class DecisionKind:
    """What a kind of decision freezes, what follows from its approval and its end, how grave it is, and which changes it does not outlast."""

    snapshot: Callable[[Any], dict[str, Any]]
    approved: Callable[[Any, User], None]
    ended: Callable[[Any], None]
    level: Callable[[Any], int] = lambda record: 0
    material: Callable[[Change], bool] = lambda change: True


def declared(kind: str) -> DecisionKind:
    """Return what the app that such records belong to declared for a kind."""
    found: DecisionKind = import_module(settings.REGISTERS_CATALOG).DECISIONS[kind]
    return found


def facts(record: Any, kind: str) -> dict[str, Any]:
    """Return what a decision freezes of a record, in the same words whatever language the person reads."""
    with translation.override("en"):
        return declared(kind).snapshot(record)


def request(record: Any, kind: str, *, by: User, title: str, reason: str, until: date | None = None) -> Decision:
    """Ask for a decision on a record as it stands; the frozen state and its digest are kept.

    `until` is the day on which what is asked for ends, where the request itself names it.
    """
    site = getattr(record, "site", None)
    frozen = facts(record, kind)
    with because(by=by, step="programme.decision.request", reason=reason):
        if not may(by, "request", Decision(site=site)):
            raise PermissionDenied(gettext("You may not ask for a decision here."))
        content_type = ContentType.objects.get_for_model(type(record))
        if Decision.objects.filter(
            content_type=content_type, object_id=record.pk, kind=kind, status__in=Decision.PENDING
        ).exists():
            raise NotPossible(gettext("This is asked for already. Wait for the decision or withdraw the request."))
        made = Decision.objects.create(
            site=site, kind=kind, level=declared(kind).level(record), title=title[:200], content_type=content_type, object_id=record.pk, requested_by=by,
            requested_at=clock.now(), reason=reason, snapshot=frozen, digest=digest(frozen), expires_on=until,
        )  # fmt: skip
        for one in deciders_of(made):
            if one != by:
                _tell(one, made)
    return made


def _tell(one: User, made: Decision) -> None:
    """Write to a person who may decide, in their language."""
    with translation.override(one.language):
        title = gettext("Decision asked for: {title}").format(title=made.title)
        text = gettext("{by} asks for a decision ({place}): {title}").format(
            by=made.requested_by, place=made.place, title=made.title
        )
        write(one, title, f"{text}\n\n{made.reason}", about=made)


def deciders_of(decision: Decision) -> list[User]:
    """Return the people whose role at the site the authority table allows to take this decision, by name."""
    roles = {one.role for one in authorities(decision)}
    return list(holders(roles, decision.site_id).order_by("name"))


def authorities(decision: Decision) -> list[Authority]:
    """Return the rows of the authority table that speak of this decision, the longest first."""
    rows = Authority.objects.filter(kind=decision.kind).order_by("-most_days", "pk")
    return [row for row in rows if row.covers(decision)]


def difference(decision: Decision) -> list[Change]:
    """Return (fact, frozen, live) for each fact in which the record differs from what was asked for; GONE if it is gone."""
    if decision.about is None:
        return GONE
    return differences(decision.snapshot, facts(decision.about, decision.kind))


def material(decision: Decision, changed: list[Change]) -> list[Change]:
    """Return those of its differences that a decision does not outlast; GONE if the record is gone."""
    kind = declared(decision.kind)
    return changed if changed == GONE else [change for change in changed if kind.material(change)]


def roles_at(user: User, site: int | None) -> set[str]:
    """Return the roles that a person holds at a site now; without a site, everywhere."""
    held = grants_of(user)
    return held.everywhere | held.at.get(site or 0, set())


def authorised(decision: Decision, by: User) -> Authority:
    """Return the row of the authority table that lets this person decide; NotPossible names who may."""
    rows, held = authorities(decision), roles_at(by, decision.site_id)
    row = next((row for row in rows if row.role in held), None)
    if row is None:
        allowed = list(dict.fromkeys(row.get_role_display() for row in rows))
        raise NotPossible(
            gettext("By the authority table this is decided by: {roles}.").format(
                roles=", ".join(allowed) or gettext("nobody yet")
            )
        )
    return row


@transition(
    Decision, [S.REQUESTED], S.APPROVED, not_by=["requested_by"], label="Approve", main=True,
    asks={"decision_reason": REASON, "expires_on": forms.DateField(label=_("Valid until"), required=False, help_text=_("Empty: the day that was asked for, or else as long as your authority reaches."), widget=forms.DateInput(attrs={"type": "date"}))},
)  # fmt: skip
def approve(decision: Decision, *, by: User, decision_reason: str, expires_on: date | None = None) -> None:
    """Approve the frozen state; it holds until it ends or the record changes materially."""
    give(decision, by=by, reason=decision_reason, until=expires_on)


def give(decision: Decision, *, by: User, reason: str, until: date | None = None) -> None:
    """Approve the frozen state by right of the authority table, until a day where one is given."""
    authority = authorised(decision, by)
    changed = material(decision, difference(decision))
    if changed == GONE:
        raise NotPossible(gettext("The record is gone. There is nothing left to decide."))
    if changed:
        raise NotPossible(
            gettext("The record changed since it was asked for: {field}. Ask again for the new state.").format(
                field=changed[0][0]
            )
        )
    now = clock.now()
    decision.decided_by, decision.decided_at, decision.decision_reason = by, now, reason
    decision.expires_on = _end_of(decision, until, clock.day_of(now, decision.site), authority.most_days)
    declared(decision.kind).approved(decision.about, by)


def _end_of(decision: Decision, chosen: date | None, today: date, most_days: int) -> date:
    """Return the day on which the approval ends: the one that was asked for, or else chosen, or else the latest allowed."""
    asked, latest = decision.expires_on, today + timedelta(days=most_days)
    if asked and chosen not in {None, asked}:
        raise NotPossible(
            gettext(
                "What is asked for ends on {asked}. Leave the day empty, approve it for less, or refuse it."
            ).format(asked=asked)
        )
    ends = asked or chosen or latest
    if ends <= today:
        told = gettext("An approval until {day} would not hold for a day. Choose or ask for a later one.")
        raise NotPossible(told.format(day=ends))
    if ends > latest:
        again = gettext(
            "It may hold until {latest} at most. Approve it for less, or have it asked for again with a day up to then."
        )
        choose = gettext("It may hold until {latest} at most. Choose a day up to then.")
        raise NotPossible((again if asked else choose).format(latest=latest))
    return ends


@transition(
    Decision,
    Decision.PENDING,
    S.REFUSED,
    not_by=["requested_by"],
    asks={"decision_reason": REASON},
    label="Refuse",
    danger=True,
)
def refuse(decision: Decision, *, by: User, decision_reason: str) -> None:
    """Refuse what was asked for, with the reason."""
    authorised(decision, by)
    decision.decided_by, decision.decided_at, decision.decision_reason = by, clock.now(), decision_reason
    _let_go(decision)


@transition(Decision, Decision.PENDING, S.WITHDRAWN, label="Withdraw the request")
def withdraw(decision: Decision, *, by: User) -> None:
    """Take the request back; only the person who asked can."""
    if decision.requested_by_id != by.pk:
        raise NotPossible(gettext("Only the person who asked can withdraw it."))
    _let_go(decision)


def _let_go(decision: Decision) -> None:
    """Tell the record that it is not decided so any more, unless another approved decision says it still."""
    same = Decision.objects.filter(
        content_type=decision.content_type_id, object_id=decision.object_id, kind=decision.kind
    )
    if decision.about is not None and not same.filter(status=S.APPROVED).exclude(pk=decision.pk).exists():
        declared(decision.kind).ended(decision.about)


def end_what_lapsed(*, now: datetime) -> int:
    """End approved decisions whose day has passed where they hold, or whose record changed materially; return how many."""
    ended = 0
    for decision in Decision.objects.filter(status=S.APPROVED).select_related("site"):
        changed = material(decision, difference(decision))
        if decision.expires_on and decision.expires_on < clock.day_of(now, decision.site):
            _end(decision, S.EXPIRED, f"It held until {decision.expires_on}.")
        elif changed == GONE:
            _end(decision, S.LAPSED, "The record is gone.")
        elif changed:
            _end(
                decision,
                S.LAPSED,
                "Changed: " + "; ".join(f"{name} from '{old}' to '{new}'" for name, old, new in changed),
            )
        else:
            continue
        ended += 1
    return ended


def end_early(record: Any, kind: str, *, by: User, why: str) -> None:
    """End what is approved or asked for on a record before its day, and read what follows from it into the record."""
    content_type = ContentType.objects.get_for_model(type(record))
    for decision in Decision.objects.filter(
        content_type=content_type, object_id=record.pk, kind=kind, status__in=[*Decision.PENDING, S.APPROVED]
    ):
        _end(decision, S.LAPSED, why, by=by)
    record.refresh_from_db(fields=["status", "revision"])


def _end(decision: Decision, status: str, why: str, *, by: User | None = None) -> None:
    with because(by=by or robot("decisions"), step="programme.decision.lapse", reason=why[:300]):
        locked = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        if locked.status not in {*Decision.PENDING, S.APPROVED}:
            return
        locked.status, locked.ended_because = status, why[:500]
        locked.save()
        _let_go(locked)
