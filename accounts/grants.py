"""How permission learns of a role: opened when it is given to a person or group, closed when it ends; and who holds which."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import (
    Organisation,
    OrganisationGroupGrant,
    OrganisationUserGrant,
    Role,
    RoleGrant,
    Site,
    SiteGroupGrant,
    SiteUserGrant,
    User,
)
from accounts.permissions import forget_grants
from registers.models import Now

_TABLES: dict[tuple[type, type], Any] = {
    (User, Site): SiteUserGrant,
    (Group, Site): SiteGroupGrant,
    (User, Organisation): OrganisationUserGrant,
    (Group, Organisation): OrganisationGroupGrant,
}


def grant(
    holder: User | Group, role: Role, place: Site | Organisation, *, starts_at: datetime | None = None,
    ends_at: datetime | None = None, reason: str = "Given on the machine",
) -> models.Model:  # fmt: skip
    """Give a role at a site, or everywhere when the place is the organisation, without asking who may; it ends exactly at `ends_at`.

    Set-up and commands do this; people give roles by `workflow.give`.
    """
    period = {"starts_at": starts_at} if starts_at else {}
    if isinstance(holder, Group):
        made: models.Model = _TABLES[Group, type(place)].objects.create(
            group=holder, permission=_permission(role, place), content_object=place, ends_at=ends_at, **period
        )
        return made
    site = place if isinstance(place, Site) else None
    given = RoleGrant.objects.create(person=holder, role=role, site=site, ends_at=ends_at, reason=reason, **period)
    open_role(given)
    return given


def open_role(given: RoleGrant) -> None:
    """Let a role hold from now on, as its record says."""
    place: Any = given.site or Organisation.objects.get()
    _TABLES[User, type(place)].objects.create(
        user=given.person, permission=_permission(given.role, place), content_object=place, starts_at=given.starts_at,
        ends_at=given.ends_at, given=given,
    )  # fmt: skip
    forget_grants(given.person)


def close_role(given: RoleGrant) -> None:
    """Let a role hold no longer than its record says; one that never began leaves nothing."""
    held = _TABLES[User, Site if given.site_id else Organisation].objects.filter(given=given)
    held.filter(starts_at__gte=given.ends_at).delete()
    held.update(ends_at=given.ends_at)
    forget_grants(given.person)


def _permission(role: str, place: Site | Organisation) -> Permission:
    content_type = ContentType.objects.get_for_model(type(place))
    return Permission.objects.get(codename=Role(role).value, content_type=content_type)


def holders(roles: set[str], site: int | None) -> models.QuerySet[User]:
    """Return the people who hold one of these roles at a site now, there or everywhere, by themselves or by a group; without a site, everywhere."""
    held = models.Q(pk__in=[])
    for (holder, place), table in _TABLES.items():
        if place is Site and site is None:
            continue
        at = {"content_object": site} if place is Site else {}
        column, own = ("user", "pk") if holder is User else ("group", "groups")
        lasting = table.objects.filter(models.Q(ends_at=None) | models.Q(ends_at__gt=Now()), starts_at__lte=Now(), **at)
        held |= models.Q(**{f"{own}__in": lasting.filter(permission__codename__in=roles).values(column)})
    return User.objects.filter(held, is_active=True, robot=False).distinct()


def gone_with_role() -> models.Q:
    """Return: may not sign in any more, and holds a role that has not ended."""
    lasting = models.Q(ends_at=None) | models.Q(ends_at__gt=Now())
    held = models.Q()
    for table in (SiteUserGrant, OrganisationUserGrant):
        held |= models.Q(models.Exists(table.objects.filter(lasting, user=models.OuterRef("pk"))))
    return models.Q(is_active=False, robot=False, invited_at=None) & held
