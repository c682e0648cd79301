"""Patches, which of them a vendor qualified for its products, and how a site treats them (IEC TR 62443-2-3)."""

from collections.abc import Collection

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from patching.models.advisories import Advisory
from registers.history.timeline import events_of
from registers.history.track import history

BACKUP_DAYS = 30
STEP = "patching.patchdeployment.propose"  # the step by which the portal writes down what an asset needs


@history()
class Patch(SharedRecord):
    """A release of a vendor that mends what advisories tell of: what it is for and which version it brings.

    One that the portal proposed tells of the assets that need it, so it is read at their sites alone. Two sites may read the
    same one: what it mends on an asset stands with its deployment there, and here only what a person wrote down.
    """

    vendor = models.CharField(_("vendor"), max_length=120)
    product = models.CharField(_("product"), max_length=160)
    version = models.CharField(_("brings version"), max_length=80)
    title = models.CharField(_("title"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=300, blank=True, help_text=_("Bulletin, article or file."))
    advisories = models.ManyToManyField(Advisory, verbose_name=_("remedies"), blank=True, related_name="patches")
    released_on = models.DateField(_("released on"), null=True, blank=True)
    restart = models.BooleanField(_("needs a restart"), default=True)
    minutes = models.PositiveIntegerField(
        _("takes, minutes"), default=45, validators=[MinValueValidator(1), MaxValueValidator(10_080)]
    )

    class Meta(SharedRecord.Meta):
        verbose_name = _("patch")
        verbose_name_plural = _("patches")
        constraints = [models.UniqueConstraint(fields=["vendor", "product", "version"], name="patch_once")]

    def __str__(self) -> str:
        return f"{self.product} {self.version}"

    @classmethod
    def read_at(cls, sites: Collection[int]) -> models.Q:
        """Return: a person wrote it down, or it is for an asset at one of these sites."""
        proposed = events_of(cls).filter(pgh_obj=models.OuterRef("pk"), pgh_label="insert", pgh_context__step=STEP)
        here = cls._default_manager.filter(deployments__site__in=sites).values("pk")
        return ~models.Exists(proposed) | models.Q(pk__in=here)


@history()
class VendorQualification(SharedRecord):
    """What the vendor of a control system says of a patch under its product."""

    class Verdict(models.TextChoices):
        QUALIFIED = "QUALIFIED", _("Qualified")
        IN_TEST = "IN_TEST", _("In test")
        NOT_QUALIFIED = "NOT_QUALIFIED", _("Not qualified")

    patch = models.ForeignKey(Patch, models.CASCADE, verbose_name=_("patch"), related_name="qualifications")
    vendor = models.CharField(_("vendor"), max_length=120)
    product = models.CharField(_("for its product"), max_length=160)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict.choices)
    stated_on = models.DateField(_("stated on"))
    reference = models.CharField(_("reference"), max_length=300, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("vendor qualification")
        verbose_name_plural = _("vendor qualifications")
        constraints = [models.UniqueConstraint(fields=["patch", "vendor", "product"], name="vendor_qualification_once")]

    def __str__(self) -> str:
        return f"{self.patch} under {self.product}"

    @classmethod
    def read_at(cls, sites: Collection[int]) -> models.Q:
        """Return: its patch is read at one of these sites."""
        return models.Q(patch__in=Patch.objects.filter(Patch.read_at(sites)))


@history()
class PatchPolicy(SiteRecord):
    """How a site patches: how old a backup may be at installation, how long a deferral may last."""

    backup_days = models.PositiveSmallIntegerField(
        _("a backup may be old, days"), default=BACKUP_DAYS, validators=[MinValueValidator(0), MaxValueValidator(730)]
    )
    deferral_days = models.PositiveSmallIntegerField(
        _("a deferral lasts at most, days"), default=180, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )

    class Meta(SiteRecord.Meta):
        verbose_name = _("patch policy")
        verbose_name_plural = _("patch policies")
        constraints = [
            models.UniqueConstraint(
                fields=["site"],
                name="patch_policy_once",
                violation_error_message=_("This site has a patch policy. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return f"Patch policy of {self.site.code}"


def policy_of(site: int) -> PatchPolicy:
    """Return the policy of a site, or the usual one where none is set."""
    return PatchPolicy.objects.filter(site=site).first() or PatchPolicy(site_id=site)
