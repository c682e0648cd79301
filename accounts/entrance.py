"""Who is let in: invited by letter, in by their own password, out at once, back; and what an administrator ends for them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import ApiToken, RoleGrant, Site, User
from accounts.rules import device
from accounts.workflow import REASON, give, refuse_last_administrator
from registers import clock
from registers.history.origin import because
from registers.mail import post
from registers.own import CalendarFeed
from registers.workflow import NotPossible, transition

HERE = ["ACTIVE", "RESET_ASKED"]
SALT = "accounts.invitation"
GOOD_FOR = timedelta(days=7)
RESET_WITHIN = timedelta(hours=24)


def invite(
    email: str, name: str, role: str, site: Site | None, *, by: User, reason: str, title: str = "",
    ends_at: datetime | None = None,
) -> RoleGrant:  # fmt: skip
    """Give a role to whoever has this address; somebody who is not here yet gets a letter and comes in by their own password."""
    with because(by=by, step="accounts.user.invite", reason=reason):
        person = User.objects.filter(email__iexact=email, robot=False).first()
        if person is None:
            person = User.objects.create_user(
                email, None, name=name, title=title, is_active=False, invited_at=clock.now()
            )
        elif person.status == "INACTIVE":
            raise ValidationError({"email": _("This address cannot be invited. Ask an administrator.")})
        given = give(person, role, site, by=by, reason=reason, ends_at=ends_at)
        if person.status == "INVITED":
            _write(person, by)
        return given


def _write(person: User, by: User) -> None:
    key = signing.dumps([person.pk, str(person.invited_at)], salt=SALT)
    address = f"{settings.PUBLIC_URL}/accounts/invitation/{key}/"
    with translation.override(person.language):
        text = gettext(
            "{by} invites you to the portal of the cyber security management system.\n\n"
            "Choose your password here within {days} days; the address works once:\n\n{address}\n\n"
            "If you did not expect this, do nothing: without your password nobody comes in."
        )
        post(
            [person.email],
            gettext("You are invited to the CSMS Portal"),
            text.format(by=by, days=GOOD_FOR.days, address=address),
        )


def invited(key: str, *, now: datetime) -> User | None:
    """Return the person whom this key of a letter lets in; nobody when it is wrong, used, replaced or too old."""
    try:
        pk, invited_at = signing.loads(key, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=pk, is_active=False, robot=False, invited_at__gt=now - GOOD_FOR).first()
    return person if person is not None and str(person.invited_at) == invited_at else None


def join(key: str, password: str, *, now: datetime) -> User | None:
    """Let the invited person in with the password they chose; of two who try with one key, one is let in."""
    with transaction.atomic():
        person = invited(key, now=now)
        if person is None or not User.objects.select_for_update().filter(pk=person.pk, is_active=False).exists():
            return None
        with because(by=person, step="accounts.user.join"):
            person.set_password(password)
            person.is_active, person.invited_at = True, None
            person.save()
    return person


@transition(User, ["INVITED"], "", label="Invite again")
def invite_again(person: User, *, by: User) -> None:
    """Send a new letter; the address in the old one works no more."""
    person.invited_at = clock.now()
    _write(person, by)


@transition(User, [*HERE, "INVITED"], "", asks={"reason": REASON}, label="Deactivate", danger=True)
def deactivate(person: User, *, by: User) -> None:
    """Let this person in no more; their sessions and tokens end at once."""
    if person.pk == by.pk:
        raise NotPossible(gettext("Another person has to do this: four eyes."))
    refuse_last_administrator(person)
    person.is_active, person.invited_at, person.reset_asked_by, person.reset_asked_at = False, None, None, None
    end_sessions_of(person)
    ApiToken.objects.filter(owner=person, revoked_at=None).update(revoked_at=clock.now())
    CalendarFeed.objects.filter(owner=person).delete()
    text = _("{by} deactivated your account. Your sessions and tokens have ended.")
    _tell(person, _("Your account was deactivated"), text, by=by)


@transition(User, ["INACTIVE"], "", asks={"reason": REASON}, label="Let in again")
def let_in(person: User, *, by: User) -> None:
    """Let this person in again, with the password and the roles that are still theirs; tokens stay revoked."""
    if person.robot:
        raise NotPossible(gettext("A robot signs in nowhere."))
    person.is_active = True
    _tell(person, _("Your account is active again"), _("{by} let you in again."), by=by)


@transition(User, HERE, "", asks={"reason": REASON}, label="End all sessions")
def end_sessions(person: User, *, by: User) -> None:
    """Sign this person out everywhere; tokens stay."""
    count = end_sessions_of(person)
    text = _("{by} signed you out everywhere; sessions that ended: {count}. Sign in again.")
    _tell(person, _("Your sessions were ended"), text, by=by, count=count)


@transition(User, HERE, "", asks={"reason": REASON}, label="Ask for a reset of the second factor")
def ask_factor_reset(person: User, *, by: User) -> None:
    """Say that this person lost their second factor and that you made sure who asks; a second person then resets it."""
    if not Authenticator.objects.filter(user=person).exists():
        raise NotPossible(gettext("This person has no second factor."))
    person.reset_asked_by, person.reset_asked_at = by, clock.now()


@transition(
    User,
    ["RESET_ASKED"],
    "",
    asks={"reason": REASON},
    not_by=["reset_asked_by"],
    label="Reset the second factor",
    danger=True,
)
def reset_factor(person: User, *, by: User) -> None:
    """Take away a lost second factor, asked for by another person within a day; the person sets up a new one."""
    asked: Any = person.reset_asked_at
    if person.pk == by.pk:
        raise NotPossible(gettext("Another person has to do this: four eyes."))
    if asked is None or asked < clock.now() - RESET_WITHIN:
        raise NotPossible(gettext("Another person asks for the reset first, at most a day before."))
    Authenticator.objects.filter(user=person).delete()
    person.reset_asked_by = person.reset_asked_at = None
    end_sessions_of(person)
    text = _("{by} reset your second factor and ended your sessions.")
    _tell(person, _("Your second factor was reset"), text, by=by)


def end_sessions_of(person: User, *, but: str = "") -> int:
    """End a person's sessions, all but the one with this key; return how many. The caller saves the person."""
    return _end(person, UserSession.objects.filter(user=person).exclude(session_key=but))


def _end(person: User, sessions: Iterable[Any]) -> int:
    person.sessions_ended_at = clock.now()
    ended = [one.end() for one in sessions]
    return len(ended)


def came_from_provider(session_key: str | None, *, issuer: str, sid: str) -> None:
    """Keep with a session which one it is at the company's provider."""
    UserSession.objects.filter(session_key=session_key).update(data={"iss": issuer, "sid": sid})


def end_from_provider(person: User | None, *, issuer: str, sid: str) -> None:
    """End what a sign-out at the company's provider means: the sessions of its session `sid`, whoever's; of a person it names, those too of which no `sid` is known."""
    theirs = UserSession.objects.filter(data__iss=issuer, data__sid=sid) if sid else UserSession.objects.none()
    if person is not None:
        own = UserSession.objects.filter(user=person)
        theirs = theirs.filter(user=person) | own.exclude(data__has_key="sid") if sid else own
    sessions = list(theirs.select_related("user"))
    for user in {one.user for one in sessions}:
        with because(by=user, step="accounts.user.sign_out_at_provider"):
            _end(user, [one for one in sessions if one.user == user])
            user.save(update_fields=["sessions_ended_at"])


def sessions_of(person: User, here: str) -> list[dict[str, Any]]:
    """Return a person's sessions that still hold, this one (by its key) first, then the last seen."""
    kept: list[Any] = UserSession.objects.purge_and_list(person)
    told = [
        {
            "pk": one.pk, "device": device(one.user_agent), "address": one.ip, "began": one.created_at, "seen": one.last_seen_at,
            "here": one.session_key == here,
        }
        for one in kept
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one["here"], one["seen"]), reverse=True)


def end_own_session(person: User, key: int, here: str) -> bool:
    """End one session of one's own, not the one that is used; tell whether there was such a one."""
    found: Any = UserSession.objects.filter(user=person, pk=key).exclude(session_key=here).first()
    if found is None:
        return False
    with because(by=person, step="accounts.user.end_own_session"):
        found.end()
        person.sessions_ended_at = clock.now()
        person.save(update_fields=["sessions_ended_at"])
    return True


def end_own_others(person: User, here: str) -> int:
    """End all sessions of one's own but the one that is used; return how many."""
    with because(by=person, step="accounts.user.end_own_sessions"):
        count = end_sessions_of(person, but=here)
        person.save(update_fields=["sessions_ended_at"])
    return count


def _tell(person: User, subject: StrOrPromise, text: StrOrPromise, **values: Any) -> None:
    """Write to a person in their language."""
    with translation.override(person.language):
        warning = gettext("If you did not expect this, tell your administrator.")
        post([person.email], str(subject), f"{str(text).format(**values)}\n\n{warning}")
