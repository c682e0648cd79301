"""Who may do what where: the whole matrix, and the only questions asked of it.

A role is held at a site or on the organisation (everywhere), as a django-guardian grant with a period. Nothing else opens
a record: there is no superuser bypass and no model-level permission.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection, models
from django.db.models import F, Q, Value
from django.utils.functional import cached_property

from accounts.models import (
    OrganisationGroupGrant,
    OrganisationUserGrant,
    Role,
    RoleGrant,
    Site,
    SiteGroupGrant,
    SiteUserGrant,
    User,
)
from registers.door import Reach
from registers.models import Now

ANYBODY = -1  # stands for the person in a query that is put together once
VIEW = frozenset({"view"})
EDIT = VIEW | {"add", "change"}
CRUD = EDIT | {"delete"}
DECIDE = frozenset({"approve", "approve_for_less", "refuse", "ask_back"})
PATCH = frozenset({
    "start_test", "pass_test", "refuse_test", "ask_approval", "schedule", "unschedule", "install", "verify", "roll_back", "ask_deferral",
    "take_up",
})  # fmt: skip
ENTRANCE = frozenset({"invite_again", "deactivate", "let_in", "end_sessions", "ask_factor_reset", "reset_factor"})
ROLES = frozenset({"give", "countersign", "decline", "end"})
INVENTORY = frozenset({
    "accept", "apply", "ignore", "identify", "ask_visit", "check", "issue", "take_back", "report_lost", "retire_medium", "retire", "return_to_use",
    "see", "close", "take_over", "enlist", "leave",
})  # fmt: skip
ALL = CRUD | DECIDE | PATCH | INVENTORY | {
    "request", "withdraw", "reply", "judge", "ask_not_applicable", "confirm", "reject", "investigate", "reopen", "poll", "submit", "next_version", "retire", "verify",
    "report", "import", "comment", "rule_out",
    "ask_waiver", "ask_compensation", "end", "begin", "finish", "drop", "ask_acceptance", "conclude", "close", "put_in_force", "assess_again", "declare", "block", "merge",
}  # fmt: skip
WORK = EDIT | {"confirm", "reject", "reopen", "verify", "import", "request", "withdraw", "reply", "report"}

# role -> app label -> verbs; "*" stands for every app that is not named
MATRIX: Mapping[Role, Mapping[str, frozenset[str]]] = {
    Role.ADMINISTRATOR: {
        "*": ALL - DECIDE - {"judge", "confirm", "reject", "investigate"},
        "accounts": CRUD | ROLES | ENTRANCE,
    },
    Role.MANAGER: {"*": ALL, "accounts": EDIT | ROLES | ENTRANCE},
    Role.SECURITY_MANAGER: {"*": ALL, "accounts": VIEW | ROLES | {"change"}},
    Role.ENGINEER: {
        "*": VIEW | {"report"},
        "assets": WORK | INVENTORY,
        "network": EDIT | {"ask_compensation", "import", "report"},
        "risk": EDIT | {"begin", "finish", "conclude", "report"},
        "patching": VIEW | {"confirm", "reject", "investigate", "reopen"} | PATCH,
        "programme": VIEW | {"add", "request", "withdraw", "reply"},
        "scope": VIEW | {"add", "change"},
    },
    Role.APPROVER: {"*": VIEW | DECIDE | {"report"}},
    Role.AUDITOR: {"*": VIEW | {"report"}},
}

# The roles that rule or decide: they demand a second factor, and a second person when they are given.
STRONG = frozenset({Role.ADMINISTRATOR, Role.MANAGER, Role.SECURITY_MANAGER, Role.APPROVER})
HANDS_OUT: Mapping[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.MANAGER: frozenset(Role) - {Role.ADMINISTRATOR},
    Role.SECURITY_MANAGER: frozenset({Role.ENGINEER, Role.AUDITOR}),
}


@cache
def roles_granting(verb: str, app: str) -> frozenset[str]:
    """Return the roles that may do this in this app."""
    return frozenset(
        role.value for role, apps in MATRIX.items() if verb in (apps[app] if app in apps else apps.get("*", ()))
    )


class Grants:
    """What one person holds at this moment: roles everywhere, and roles by site id."""

    def __init__(self, user: User) -> None:
        self.everywhere: set[str] = set()
        self.at: dict[int, set[str]] = {}
        sql, given = _held()
        with connection.cursor() as cursor:
            cursor.execute(sql, [user.pk if one == ANYBODY else one for one in given])
            for site, role in cursor.fetchall():
                if site == 0:
                    self.everywhere.add(role)
                else:
                    self.at.setdefault(site, set()).add(role)

    @cached_property
    def all_sites(self) -> frozenset[int]:
        """The ids of all sites, for those who hold a role everywhere."""
        return frozenset(Site.objects.values_list("pk", flat=True)) if self.everywhere else frozenset()

    def sites(self, verb: str, app: str) -> frozenset[int]:
        """Return the ids of the sites where one of the held roles may do this."""
        granting = roles_granting(verb, app)
        if self.everywhere & granting:
            return self.all_sites
        return frozenset(site for site, roles in self.at.items() if roles & granting)


@cache
def _held() -> tuple[str, tuple[Any, ...]]:
    """Return the one query for what a person holds, with ANYBODY in the person's place; putting it together takes longer than asking it."""
    groups = Group.objects.filter(user=ANYBODY).values("pk")
    tables = (
        (OrganisationUserGrant, Q(user=ANYBODY)), (OrganisationGroupGrant, Q(group__in=groups)),
        (SiteUserGrant, Q(user=ANYBODY)), (SiteGroupGrant, Q(group__in=groups)),
    )  # fmt: skip
    parts = [_current(model, holder) for model, holder in tables]
    sql, given = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    return sql, tuple(given)


def _current(model: Any, holder: Q) -> Any:
    """Return (site id, or 0 for everywhere; role) of the grants that hold now, by the database's clock."""
    on_site = model._meta.get_field("content_object").related_model is Site
    place = F("content_object_id") if on_site else Value(0, output_field=models.BigIntegerField())
    held = model.objects.filter(holder, Q(ends_at=None) | Q(ends_at__gt=Now()), starts_at__lte=Now())
    return held.annotate(place=place).values_list("place", "permission__codename")


def grants_of(user: User) -> Grants:
    """Return what the user holds; asked of the database once for each request, since a request loads its own user."""
    held: Grants | None = getattr(user, "_grants", None)
    if held is None:
        held = user._grants = Grants(user)  # type: ignore[attr-defined]
    return held


def forget_grants(user: User) -> None:
    """Make the next question be asked of the database again."""
    if hasattr(user, "_grants"):
        del user._grants


def sites_where(user: User | AnonymousUser, verb: str, app: str) -> frozenset[int]:
    """Return the ids of the sites at which the user may do this in this app; nobody may nothing."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if user.robot:
        return frozenset(Site.objects.values_list("pk", flat=True))
    return grants_of(user).sites(verb, app)


def sites_seen(user: User | AnonymousUser, app: str, site: Site | None = None) -> frozenset[int]:
    """Return the ids of the sites whose records of this app the user sees: all of them, or the one asked for if it is among them."""
    seen = sites_where(user, "view", app)
    return seen if site is None else seen & {site.pk}


def everywhere(user: User | AnonymousUser, verb: str, app: str) -> bool:
    """Tell whether the user holds, on the organisation itself, a role that may do this."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.robot or bool(grants_of(user).everywhere & roles_granting(verb, app))


def may_hand_out(user: User, role: str, site: int | None) -> bool:
    """Tell whether the user holds, there or everywhere, a role that gives and ends this one."""
    if not user.is_active:
        return False
    held = grants_of(user).everywhere | grants_of(user).at.get(site or 0, set())
    return any(role in HANDS_OUT.get(Role(one), ()) for one in held)


def outranks(person: User, user: User | AnonymousUser) -> bool:
    """Tell whether a person holds a role that the user does not hand out, such as an administrator seen by a manager."""
    if not isinstance(user, User) or user.robot:
        return False
    held = Grants(person)
    places: list[tuple[int | None, set[str]]] = [(None, held.everywhere), *held.at.items()]
    return not all(may_hand_out(user, role, site) for site, roles in places for role in roles)


def needs_two(role: str, site: int | None) -> bool:
    """Tell whether a second person has to confirm that this role is given: it rules or decides, or holds everywhere."""
    return role in STRONG or site is None


def _owner_is(user: User | AnonymousUser) -> Q:
    return Q(owner=user.pk) if isinstance(user, User) and user.is_active else Q(pk__in=[])


def visible(queryset: models.QuerySet[Any], user: User | AnonymousUser, verb: str = "view") -> models.QuerySet[Any]:
    """Narrow a queryset to the records on which the user may do this, by the reach of their type.

    Shared reference data of which some tells of sites says by `read_at` what those of some sites read. Who gives roles at a
    site sees the people who hold or held one there.
    """
    model = queryset.model
    app = model._meta.app_label
    reach = model.reach
    if reach == Reach.OWN:
        return queryset.filter(_owner_is(user))
    if reach == Reach.SHARED and verb == "view":
        if hasattr(model, "read_at") and not everywhere(user, verb, app):
            queryset = queryset.filter(model.read_at(sites_where(user, verb, app)))
        return queryset if isinstance(user, User) and user.is_active else queryset.none()
    if model is User and verb == "view" and not everywhere(user, verb, app):
        return queryset.filter(
            pk__in=RoleGrant.objects.filter(site__in=sites_where(user, "give", app)).values("person")
        )
    if reach in {Reach.SHARED, Reach.ORGANISATION}:
        return queryset if everywhere(user, verb, app) else queryset.none()
    if everywhere(user, verb, app):
        return queryset
    sites = sites_where(user, verb, app)
    if not sites:
        return queryset.none()
    if reach == Reach.SITES:
        return queryset.filter(pk__in=model.sites.through.objects.filter(site__in=sites).values(model._meta.model_name))
    column = "pk" if model is Site else "site_id"
    return queryset.filter(**{f"{column}__in": sites})


def _sees(user: User | AnonymousUser, record: Any) -> bool:
    return visible(type(record)._default_manager.filter(pk=record.pk), user).exists()


def may(user: User | AnonymousUser, verb: str, record: Any) -> bool:
    """Tell whether the user may do this to this one record."""
    reach, app = record.reach, record._meta.app_label
    verb = getattr(record, "verbs_here", {}).get(verb, verb)
    if reach == Reach.OWN:
        return isinstance(user, User) and user.is_active and record.owner_id == user.pk
    if reach in {Reach.SHARED, Reach.ORGANISATION}:
        if reach == Reach.SHARED and verb == "view":
            known = isinstance(user, User) and user.is_active
            return known and (not hasattr(record, "read_at") or _sees(user, record))
        if isinstance(record, User) and verb == "view":
            return _sees(user, record)
        if isinstance(record, User):
            return everywhere(user, verb, app) and not outranks(record, user)
        return everywhere(user, verb, app)
    if isinstance(record, Site):
        return everywhere(user, verb, app) if verb in {"add", "delete"} else record.pk in sites_where(user, verb, app)
    allowed = sites_where(user, verb, app)
    if reach == Reach.SITES:
        return allowed >= set(record.sites.values_list("pk", flat=True))
    near = everywhere(user, verb, app) if record.site_id is None else record.site_id in allowed
    only = getattr(record, "changed_only_by", "") if verb == "change" else ""
    return near and (not only or getattr(record, f"{only}_id") == user.pk)


def may_anywhere(user: User | AnonymousUser, verb: str, model: type[models.Model]) -> bool:
    """Tell whether there is any place where the user may do this to a record of this type."""
    reach, app = model.reach, model._meta.app_label  # type: ignore[attr-defined]
    verb = getattr(model, "verbs_here", {}).get(verb, verb)
    if reach == Reach.OWN:
        return isinstance(user, User) and user.is_active
    if reach in {Reach.SHARED, Reach.ORGANISATION}:
        if reach == Reach.SHARED and verb == "view":
            return isinstance(user, User) and user.is_active
        return everywhere(user, verb, app) or (
            model is User and verb == "view" and bool(sites_where(user, "give", app))
        )
    if model is Site and verb in {"add", "delete"}:
        return everywhere(user, verb, app)
    return bool(sites_where(user, verb, app))
