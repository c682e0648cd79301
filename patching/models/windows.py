"""When a site may be worked on: recurring maintenance windows, blackouts, and calendars that show them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, SiteRecord
from assets.models import Zone
from patching.rules.repeating import in_words
from patching.rules.windows import Recurrence, UnreadableRule, days_in
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class MaintenanceWindow(SiteRecord):
    """Time in which assets of a site, a zone or a line may be worked on, in the site's time zone."""

    name = models.CharField(_("name"), max_length=120)
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, verbose_name=_("zone"), related_name="windows",
        help_text=_("Empty: every zone of the site."),
    )  # fmt: skip
    line = models.CharField(
        pgettext_lazy("of a plant", "line"),
        max_length=120,
        blank=True,
        help_text=_("A part of the place of its assets. Empty: every place."),
    )
    starts_on = models.DateField(_("first day"))
    starts_time = models.TimeField(_("begins at"), help_text=_("By the clock on the wall of the site."))
    rule = models.CharField(
        _("repeats"), max_length=200, blank=True,
        help_text=_("An RRULE of RFC 5545, such as FREQ=MONTHLY;BYDAY=1SU. Empty: once."),
    )  # fmt: skip
    minutes = models.PositiveIntegerField(
        _("lasts, minutes"), default=240, validators=[MinValueValidator(15), MaxValueValidator(10_080)]
    )
    capacity_minutes = models.PositiveIntegerField(
        _("room, minutes of work"), null=True, blank=True, help_text=_("Empty: as long as it lasts.")
    )
    capacity_assets = models.PositiveIntegerField(_("room, assets"), null=True, blank=True)
    exceptions = models.CharField(
        _("not on"), max_length=1000, blank=True, help_text=_("Days that are left out: 2026-12-27, 2027-01-03.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], name="window_name", violation_error_message=_("This site has a window of that name.")
            ),
            unique_with_site("window_with_site"),
            SameSite(field="zone", name="window_zone_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def recurrence(self) -> Recurrence:
        """Return when it takes place, as the rules compute it."""
        return Recurrence(
            self.starts_on, self.starts_time, self.minutes, self.site.time_zone, self.rule, days_in(self.exceptions)
        )

    @property
    def repeats(self) -> str:
        """Return in words how often it takes place."""
        return in_words(self.rule, self.starts_on)

    @property
    def room(self) -> int:
        """Return how many minutes of work fit into it."""
        return self.minutes if self.capacity_minutes is None else self.capacity_minutes

    def clean(self) -> None:
        """Refuse a rule or a day that cannot be read."""
        try:
            days_in(self.exceptions)
        except ValueError as wrong:
            raise ValidationError(
                {"exceptions": gettext("Write days such as 2026-12-27, with commas between them.")}
            ) from wrong
        try:
            if self.site_id and self.starts_on and self.starts_time:
                self.recurrence.check()
        except UnreadableRule as wrong:
            raise ValidationError({"rule": str(wrong)}) from wrong


@history()
class Blackout(SiteRecord):
    """Days on which nothing is patched at a site, whatever its windows say."""

    title = models.CharField(_("why"), max_length=160)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))

    class Meta(SiteRecord.Meta):
        verbose_name = _("blackout")
        verbose_name_plural = _("blackouts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="blackout_period",
                violation_error_message=_("It cannot end before it begins."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class CalendarAddress(models.Model):
    """A secret address at which a person's calendar reads the windows of a site; only its digest is kept."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "owner"], name="calendar_address_once")]

    def __str__(self) -> str:
        return f"{self.site} for {self.owner}"
