"""How a role is given to a person or group, and ended."""

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
    ends_at: datetime | None = None,
) -> models.Model:  # fmt: skip
    """Give a role at a site, or everywhere when the place is the organisation; it ends exactly at `ends_at`."""
    permission = Permission.objects.get(
        codename=role.value, content_type=ContentType.objects.get_for_model(type(place))
    )
    period = {"starts_at": starts_at} if starts_at else {}
    made: models.Model = _TABLES[type(holder), type(place)].objects.create(
        **{"user" if isinstance(holder, User) else "group": holder},
        permission=permission, content_object=place, ends_at=ends_at, **period,
    )  # fmt: skip
    if isinstance(holder, User):
        forget_grants(holder)
    return made


def holders(roles: set[str], site: int) -> models.QuerySet[User]:
    """Return the people who hold one of these roles at a site now, there or everywhere, by themselves or by a group."""
    held = models.Q(pk__in=[])
    for (holder, place), table in _TABLES.items():
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
    return models.Q(is_active=False, robot=False) & held
