"""Removable media and transient devices, and the malware checks they pass (A8)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models.network import Zone
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history

CHECKED_FOR = 30  # days; own default, in the range that ENISA names for portable devices


@history()
class RemovableMedium(SiteRecord):
    """A stick, disk, card or service laptop that comes near the plant: who holds it, when it was checked, where it may go."""

    class Kind(models.TextChoices):
        STICK = "STICK", _("USB stick")
        DISK = "DISK", _("External disk")
        CARD = "CARD", _("Memory card")
        LAPTOP = "LAPTOP", _("Service laptop")
        OTHER = "OTHER", _("Other")

    class Status(models.TextChoices):
        IN_STORE = "IN_STORE", _("In store")
        ISSUED = "ISSUED", _("Handed out")
        LOST = "LOST", _("Lost")
        RETIRED = "RETIRED", _("Retired")

    class Result(models.TextChoices):
        CLEAN = "CLEAN", _("Clean")
        FOUND = "FOUND", _("Malware found")

    name = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.STICK)
    serial_number = models.CharField(_("serial number"), max_length=80, blank=True)
    company = models.CharField(_("belongs to"), max_length=120, blank=True, help_text=_("Empty: to us."))
    encrypted = models.BooleanField(_("encrypted"), default=False)
    zones = models.ManyToManyField(Zone, verbose_name=_("may be used in"), blank=True, related_name="media")
    holder = models.CharField(_("held by"), max_length=120, blank=True, editable=False)
    return_by = models.DateField(_("back by"), null=True, blank=True, editable=False)
    checked_on = models.DateField(_("last malware check"), null=True, blank=True, editable=False)
    result = models.CharField(
        _("result of the check"), max_length=5, choices=Result.choices, blank=True, editable=False
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.IN_STORE)
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("removable medium")
        verbose_name_plural = _("removable media")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], name="medium_name", violation_error_message=_("This site has a medium of that label.")
            ),
            unique_with_site("medium_with_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


@history()
class MalwareCheck(SiteRecord):
    """One look for malware on a medium: when, with what, what came out."""

    medium = models.ForeignKey(RemovableMedium, models.CASCADE, verbose_name=_("medium"), related_name="checks")
    checked_on = models.DateField(_("checked on"))
    tool = models.CharField(_("checked with"), max_length=120)
    result = models.CharField(_("result"), max_length=5, choices=RemovableMedium.Result.choices)
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("malware check")
        verbose_name_plural = _("malware checks")
        constraints = [SameSite(field="medium", name="malware_check_medium_same_site")]

    def __str__(self) -> str:
        return f"{self.medium}, {self.checked_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; the medium shows its newest check."""
        super().save(*args, **kwargs)
        newest = MalwareCheck.objects.filter(medium=self.medium_id).order_by("-checked_on", "-pk").first()
        if newest is not None:
            RemovableMedium.objects.filter(pk=self.medium_id).update(checked_on=newest.checked_on, result=newest.result)
