"""Roles: who was given which, where, by whom and why; and the rows that permission is read from."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models.people import Organisation, Role, Site, User
from registers import clock
from registers.door import Reach
from registers.history.track import history
from registers.models import Now, Record


@history()
class RoleGrant(Record):
    """A role that a person was given at one site or everywhere: by whom, why, from when to when."""

    reach = Reach.SITE
    verbs_here: ClassVar[dict[str, str]] = {"add": "give"}

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", _("Waits for a second person")
        GIVEN = "GIVEN", _("Given")
        REFUSED = "REFUSED", _("Refused")
        ENDED = "ENDED", _("Ended early")
        EXPIRED = "EXPIRED", _("Over")

    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="role_grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, verbose_name=_("site"), related_name="+",
        help_text=_("Empty: everywhere."),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("from"), db_default=Now(), editable=False)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.GIVEN, editable=False)
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, verbose_name=_("given by"), related_name="+"
    )
    second = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, verbose_name=_("second person"), related_name="+"
    )

    class Meta(Record.Meta):
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        indexes = [models.Index(fields=["site", "status"]), models.Index(fields=["person", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(given_by=None) | ~models.Q(given_by=models.F("person")), name="role_not_given_to_oneself",
                violation_error_message=_("Nobody gives a role to himself."),
            ),
            models.CheckConstraint(
                condition=models.Q(second=None)
                | (~models.Q(second=models.F("person")) & ~models.Q(second=models.F("given_by"))),
                name="role_four_eyes",
                violation_error_message=_("Another person has to do this: four eyes."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.place}"

    @property
    def place(self) -> str:
        """Return where it holds, in words."""
        return self.site.code if self.site else str(_("everywhere"))

    def clean(self) -> None:
        """Refuse what cannot be given: to oneself, to a robot, to somebody who left, twice, or for a time that is over."""
        if self.pk or self.person_id is None:
            return
        if self.given_by_id == self.person_id:
            raise ValidationError({"person": _("Nobody gives a role to himself.")})
        if self.person.robot or self.person.status == "INACTIVE":
            raise ValidationError({"person": _("This person may not sign in. Let them in first.")})
        if self.ends_at and self.ends_at <= clock.now():
            raise ValidationError({"ends_at": _("The end has passed. Choose a later one.")})
        if self.taken():
            raise ValidationError(
                {"role": _("This person holds this role there already, or it waits for a second person.")}
            )

    def taken(self) -> bool:
        """Tell whether another record says that the person holds, or is to hold, this role there now."""
        same = RoleGrant.objects.filter(person=self.person_id, role=self.role, site=self.site_id).exclude(pk=self.pk)
        lasting = models.Q(ends_at=None) | models.Q(ends_at__gt=Now())
        return same.filter(lasting, status__in=[self.Status.GIVEN, self.Status.REQUESTED]).exists()


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


def _told(name: str) -> models.CheckConstraint:
    """Return the rule that each such row has a record; rows of history from before records were kept have none."""
    return models.CheckConstraint(condition=models.Q(given__isnull=False), name=name)


class Period(models.Model):
    """From when to when a grant holds; it ends exactly at `ends_at`."""

    starts_at = models.DateTimeField(_("from"), db_default=Now())
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True


@history()
class SiteUserGrant(UserObjectPermissionBase, Period):
    """A role of a person at a site, as permission reads it; `given` says who gave it and why."""

    content_object = models.ForeignKey(Site, models.CASCADE)
    given = models.OneToOneField(RoleGrant, models.CASCADE, null=True, related_name="at_site")

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = [*_grant_constraints("user", "site_user_grant_period"), _told("site_user_grant_told")]

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
    """A role of a person everywhere, as permission reads it; `given` says who gave it and why."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)
    given = models.OneToOneField(RoleGrant, models.CASCADE, null=True, related_name="everywhere")

    class Meta:
        unique_together: ClassVar[list[str]] = []
        constraints = [
            *_grant_constraints("user", "organisation_user_grant_period"),
            _told("organisation_user_grant_told"),
        ]

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
