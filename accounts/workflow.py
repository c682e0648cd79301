"""Roles: given with a reason, confirmed by a second person where they rule or decide, ended early or on their day."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.grants import close_role, holders, open_role
from accounts.models import Role, RoleGrant, Site, User
from accounts.permissions import may, may_hand_out, needs_two
from accounts.robots import robot
from registers import clock
from registers.history.origin import because
from registers.mail import write
from registers.notices import tell
from registers.workflow import NotPossible, sentences, transition

S = RoleGrant.Status
REASON = sentences(_("Reason"), most=300)


def give(
    person: User, role: str, site: Site | None, *, by: User, reason: str, ends_at: datetime | None = None
) -> RoleGrant:
    """Give a role at a site or, without one, everywhere; one that rules or decides waits for a second person."""
    two = needs_two(role, site.pk if site else None)
    given = RoleGrant(
        person=person, role=role, site=site, ends_at=ends_at, reason=reason, given_by=by,
        status=S.REQUESTED if two else S.GIVEN,
    )  # fmt: skip
    with because(by=by, step="accounts.rolegrant.give", reason=reason):
        _refuse_without_right(given, "add", by)
        given.full_clean()
        given.save()
        if two:
            _ask_second(given, by)
        else:
            open_role(given)
            _tell_given(given)
    return given


def _tell_given(given: RoleGrant) -> None:
    with translation.override(given.person.language):
        told = gettext("You were given a role: {role}, {place}")
        tell(given.person, told.format(role=given.get_role_display(), place=given.place), given.get_absolute_url())


def _refuse_without_right(given: RoleGrant, verb: str, by: User) -> None:
    if not may(by, verb, given) or not may_hand_out(by, given.role, given.site_id):
        raise PermissionDenied(gettext("You may not give or end this role here."))


def confirmers(given: RoleGrant) -> list[User]:
    """Return who may confirm that a role is given, by name: neither who gave it nor who gets it."""
    found = holders(set(Role.values), given.site_id).exclude(pk__in=[given.given_by_id, given.person_id])
    return [
        one for one in found.order_by("name")
        if may(one, "countersign", given) and may_hand_out(one, given.role, given.site_id)
    ]  # fmt: skip


def _ask_second(given: RoleGrant, by: User) -> None:
    for one in confirmers(given):
        with translation.override(one.language):
            title = gettext("A role waits for a second person: {role}").format(role=given)
            text = gettext("{by} gives a role: {role}\n\n{reason}\n\nConfirm or refuse it in the portal.")
            write(one, title, text.format(by=by, role=given, reason=given.reason), about=given)
            tell(one, title, given.get_absolute_url())


@transition(RoleGrant, [S.REQUESTED], S.GIVEN, not_by=["given_by", "person"], label="Confirm", main=True)
def countersign(given: RoleGrant, *, by: User) -> None:
    """Confirm the role as a second person; it holds from now on."""
    _refuse_without_right(given, "countersign", by)
    now = clock.now()
    if given.ends_at and given.ends_at <= now:
        raise NotPossible(gettext("Its end has passed. Give the role anew."))
    if given.taken():
        raise NotPossible(gettext("This person holds this role there already."))
    given.second, given.starts_at = by, now
    open_role(given)
    _tell_given(given)


@transition(RoleGrant, [S.REQUESTED], S.REFUSED, asks={"reason": REASON}, label="Refuse", danger=True)
def decline(given: RoleGrant, *, by: User) -> None:
    """Refuse the role, or take it back before it is confirmed."""
    _refuse_without_right(given, "decline", by)


@transition(RoleGrant, [S.GIVEN], S.ENDED, asks={"reason": REASON}, label="End the role", danger=True)
def end(given: RoleGrant, *, by: User) -> None:
    """End the role now; what it opened is closed at once."""
    _refuse_without_right(given, "end", by)
    refuse_last_administrator(given.person, given)
    given.ends_at = clock.now()
    close_role(given)
    with translation.override(given.person.language):
        told = gettext("A role of yours was ended: {role}, {place}")
        tell(given.person, told.format(role=given.get_role_display(), place=given.place), "")


def refuse_last_administrator(person: User, given: RoleGrant | None = None) -> None:
    """Raise when nobody would be left who may administer everything; `given` is the role that would end, else the person goes."""
    if given is not None and (given.role != Role.ADMINISTRATOR or given.site_id is not None):
        return
    left: Any = holders({Role.ADMINISTRATOR.value}, None)
    if left.filter(pk=person.pk).exists() and not left.exclude(pk=person.pk).exists():
        raise NotPossible(gettext("This is the last administrator. Give that role to somebody else first."))


def close_what_is_over(*, now: datetime) -> int:
    """Say of each role whose end has passed that it is over; permission ended by itself. Return how many."""
    over = RoleGrant.objects.filter(status__in=[S.GIVEN, S.REQUESTED], ends_at__lte=now)
    for given in over:
        with because(by=robot("roles"), step="accounts.rolegrant.expire"):
            RoleGrant.objects.filter(pk=given.pk, status=given.status).update(status=S.EXPIRED)
    return len(over)
