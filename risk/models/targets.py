"""Target levels that are set lower than the risk of a place proposes, each with its reason (N6)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Conduit, Zone
from assets.models.network import LevelVectorField
from registers.constraints import SameSite
from registers.history.track import history
from risk.models.methods import in_force
from risk.models.risks import Risk
from risk.rules.standing import proposed_target


def proposed(place: Zone | Conduit) -> int:
    """Return the target level that the worst open risk of a zone or conduit proposes; 0 where none is rated."""
    chosen = in_force()
    field = str(place._meta.model_name)
    rated = Risk.objects.filter(**{field: place.pk}).exclude(status=Risk.Status.CLOSED)
    worst = rated.aggregate(worst=models.Max("unmitigated"))["worst"]
    return proposed_target(worst, len(chosen.rules.levels)) if chosen and worst else 0


@history()
class TargetOverride(SiteRecord):
    """A target level below the one that the risk of a zone or conduit proposes, let stand by a second person for a time."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        IN_FORCE = "IN_FORCE", _("In force")
        ENDED = "ENDED", _("Ended")

    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, verbose_name=_("zone"), related_name="overrides"
    )
    conduit = models.ForeignKey(
        Conduit, models.CASCADE, null=True, blank=True, verbose_name=_("conduit"), related_name="overrides"
    )
    sl_t = LevelVectorField(_("SL-T instead"), null=False, blank=False, help_text=_("Target level for FR 1 to FR 7."))
    reason = models.TextField(_("reason"), help_text=_("Why less is enough, and what makes up for it."))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SiteRecord.Meta):
        verbose_name = _("target override")
        verbose_name_plural = _("target overrides")
        indexes = [models.Index(fields=["site", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(zone=None, conduit__isnull=False) | Q(zone__isnull=False, conduit=None), name="override_of_one_place",
                violation_error_message=_("Choose a zone or a conduit."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[place], condition=Q(status__in=["SUBMITTED", "IN_FORCE"]), name=f"override_{place}_running",
                    violation_error_message=_("There is one in force for this place, or waiting for it."),
                )
                for place in ("zone", "conduit")
            ),
            SameSite(field="zone", name="override_zone_same_site"),
            SameSite(field="conduit", name="override_conduit_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"SL-T of {self.place}"

    @property
    def place(self) -> Zone | Conduit | None:
        """The zone or conduit whose target it is."""
        return self.zone or self.conduit

    @property
    def title(self) -> str:
        """What the override is called."""
        return str(self)

    def clean(self) -> None:
        """Refuse what is no less than the risk proposes: that is set without asking."""
        if (
            self.place is not None
            and self.sl_t
            and self.status == self.Status.DRAFT
            and min(self.sl_t) >= proposed(self.place)
        ):
            raise ValidationError({"sl_t": _("This is no less than the risk proposes. Set it on the place itself.")})

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes; it lapses when the risk proposes another level."""
        return {
            "place": str(self.place), "site": self.site.code, "risk proposes": proposed(self.place) if self.place else 0,
            "SL-T instead": list(self.sl_t), "reason": self.reason,
        }  # fmt: skip


def aims_low() -> Q:
    """Return: a zone whose target is below what its worst risk proposes, without an override in force."""
    chosen = in_force()
    found = Q(pk__in=[])
    if chosen is None:
        return found
    levels = len(chosen.rules.levels)
    live = Risk.objects.filter(zone=OuterRef("pk")).exclude(status=Risk.Status.CLOSED)
    for worst in range(1, levels + 1):
        target = proposed_target(worst, levels)
        short = Q(pk__in=[])
        for fr in range(7):
            short |= Q(**{f"sl_t__{fr}__lt": target})
        found |= short & Q(Exists(live.filter(unmitigated=worst)))
    return found & ~Q(Exists(TargetOverride.objects.filter(zone=OuterRef("pk"), status=TargetOverride.Status.IN_FORCE)))
