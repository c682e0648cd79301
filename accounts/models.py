"""People, the organisation, its sites, and the grants that connect them."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.zones import validate_time_zone
from registers.door import Reach
from registers.history.track import history
from registers.models import Now, Record


class Role(models.TextChoices):
    """What a person may be at a site or everywhere; what each may do is in permissions.MATRIX."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("CSMS manager")
    SECURITY_MANAGER = "security_manager", _("Site security manager")
    ENGINEER = "engineer", _("Engineer")
    APPROVER = "approver", _("Approver")
    AUDITOR = "auditor", _("Auditor")


class People(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name they sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who may sign in; without a password only single sign-on or a reset lets them in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make the first administrator: a grant on the whole organisation, no hidden bypass."""
        from accounts.grants import grant

        user = self.create_user(email, password, **fields)
        grant(user, Role.ADMINISTRATOR, Organisation.objects.get_or_create(defaults={"name": "Organisation"})[0])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail, whatever its case."""
        return self.get(email__iexact=username)


@history(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin, Record):
    """A person or a robot. What they may do is in their grants; there is no superuser bypass."""

    reach = Reach.ORGANISATION

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("function"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    robot = models.BooleanField(_("robot"), default=False, editable=False)
    preferences = models.JSONField(default=dict, blank=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta(Record.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as written on lists."""
        return self.name

    @property
    def initials(self) -> str:
        """Return at most two letters for the corner of the page."""
        return "".join(part[0] for part in self.name.split()[:2]).upper() or "?"


@history()
class Organisation(Record):
    """The company whose management system this is; there is one."""

    reach = Reach.SHARED

    name = models.CharField(_("name"), max_length=120)
    classification = models.CharField(_("classification of documents"), max_length=60, default="Confidential")
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        permissions = [(role.value, role.label) for role in Role]

    def __str__(self) -> str:
        return self.name


@history()
class Site(Record):
    """A plant or location; everything that is bound to a place is bound to one of these."""

    reach = Reach.SITE

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC", validators=[validate_time_zone])
    address = models.CharField(_("address"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    owner = models.CharField(_("responsible person"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        permissions = [(role.value, role.label) for role in Role]

    def __str__(self) -> str:
        return self.code


class SiteRecord(Record):
    """A record that belongs to one site for good."""

    reach = Reach.SITE

    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), related_name="+")

    class Meta(Record.Meta):
        abstract = True
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="site_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("site_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__site__df=pgtrigger.F("new__site")),
                func="RAISE EXCEPTION 'A record never changes its site' USING ERRCODE = '23514';",
            ),
        ]


class SharedRecord(Record):
    """Reference data that everyone who signs in may read."""

    reach = Reach.SHARED

    class Meta(Record.Meta):
        abstract = True


class OrganisationRecord(Record):
    """A record of the whole organisation, for those with a grant on it."""

    reach = Reach.ORGANISATION

    class Meta(Record.Meta):
        abstract = True


def _grant_constraints(holder: str, name: str) -> list[models.BaseConstraint]:
    """Return the rule that one role of one holder at one place never has two overlapping periods."""
    period = models.Func(
        "starts_at", "ends_at", models.Value("[)"), function="tstzrange", output_field=DateTimeRangeField()
    )
    return [
        ExclusionConstraint(
            name=name,
            expressions=[
                (holder, RangeOperators.EQUAL),
                ("permission", RangeOperators.EQUAL),
                ("content_object", RangeOperators.EQUAL),
                (period, RangeOperators.OVERLAPS),
            ],
        ),
        models.CheckConstraint(
            condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")), name=f"{name}_ends_later"
        ),
    ]


class Period(models.Model):
    """From when to when a grant holds; it ends exactly at `ends_at`."""

    starts_at = models.DateTimeField(_("from"), db_default=Now())
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True


@history()
class SiteUserGrant(UserObjectPermissionBase, Period):
    """A role of a person at a site."""

    content_object = models.ForeignKey(Site, models.CASCADE)

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = _grant_constraints("user", "site_user_grant_period")

    def __str__(self) -> str:
        return f"{self.user}: {self.permission.name}, {self.content_object}"


@history()
class SiteGroupGrant(GroupObjectPermissionBase, Period):
    """A role of a group at a site, so that groups of single sign-on work."""

    content_object = models.ForeignKey(Site, models.CASCADE)

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = _grant_constraints("group", "site_group_grant_period")

    def __str__(self) -> str:
        return f"{self.group}: {self.permission.name}, {self.content_object}"


@history()
class OrganisationUserGrant(UserObjectPermissionBase, Period):
    """A role of a person everywhere."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = _grant_constraints("user", "organisation_user_grant_period")

    def __str__(self) -> str:
        return f"{self.user}: {self.permission.name}, {self.content_object}"


@history()
class OrganisationGroupGrant(GroupObjectPermissionBase, Period):
    """A role of a group everywhere."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = _grant_constraints("group", "organisation_group_grant_period")

    def __str__(self) -> str:
        return f"{self.group}: {self.permission.name}, {self.content_object}"


class ApiToken(models.Model):
    """A key for programs: kept as a keyed hash, shown once, never wider than its owner is now."""

    reach = Reach.OWN

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("write")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.name
