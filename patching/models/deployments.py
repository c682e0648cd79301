"""A patch on an asset, from available to verified (IEC TR 62443-2-3)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Asset
from patching.models.advisories import Advisory
from patching.models.patches import Patch
from patching.models.windows import MaintenanceWindow
from programme.models import Evidence
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=label, related_name="+"
    )


@history()
class PatchDeployment(SiteRecord):
    """One patch on one asset: where it stands, how it was tested, when it is installed, what followed."""

    class Status(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        IN_TEST = "IN_TEST", _("In test")
        TESTED = "TESTED", _("Tested")
        APPROVED = "APPROVED", _("Approved")
        SCHEDULED = "SCHEDULED", _("Scheduled")
        INSTALLED = "INSTALLED", _("Installed")
        VERIFIED = "VERIFIED", _("Verified")
        NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")
        DEFERRED = "DEFERRED", _("Deferred")
        ROLLED_BACK = "ROLLED_BACK", _("Rolled back")

    SETTLED = frozenset({Status.INSTALLED, Status.VERIFIED, Status.NOT_APPLICABLE, Status.DEFERRED, Status.ROLLED_BACK})

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="deployments")
    patch = models.ForeignKey(Patch, models.PROTECT, verbose_name=_("patch"), related_name="deployments")
    remedies = models.ManyToManyField(
        Advisory, through="DeploymentRemedy", verbose_name=_("remedies"), blank=True, related_name="deployments"
    )
    status = models.CharField(_("state"), max_length=14, choices=Status.choices, default=Status.AVAILABLE)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("takes, minutes"), default=45)
    after = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, verbose_name=_("only after"), related_name="followed_by"
    )
    rollback_plan = models.TextField(_("way back"), blank=True, help_text=_("How the asset returns to what it was."))
    reason = models.CharField(_("reason of the last step"), max_length=500, blank=True)

    test_environment = models.CharField(_("tested on"), max_length=200, blank=True)
    test_steps = models.TextField(_("test steps"), blank=True)
    test_result = models.CharField(_("test result"), max_length=500, blank=True)
    test_passed = models.BooleanField(_("test passed"), null=True, blank=True)
    test_proofs = models.ManyToManyField(
        Evidence,
        through="DeploymentProof",
        verbose_name=_("test evidence"),
        blank=True,
        related_name="tested_deployments",
    )
    test_evidence = models.CharField(_("remark on the evidence"), max_length=300, blank=True)
    tested_by = _person(_("tested by"))
    tested_at = models.DateTimeField(_("tested"), null=True, blank=True)

    window = models.ForeignKey(
        MaintenanceWindow, models.PROTECT, null=True, blank=True, verbose_name=_("window"), related_name="deployments"
    )
    starts_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    scheduled_by = _person(_("scheduled by"))

    countermeasure = models.TextField(_("compensating countermeasure"), blank=True)
    deferred_until = models.DateField(_("deferred until"), null=True, blank=True)

    version_before = models.CharField(_("version before"), max_length=80, blank=True)
    installed_at = models.DateTimeField(_("installed"), null=True, blank=True)
    installed_by = _person(_("installed by"))
    version_read = models.CharField(_("version read afterwards"), max_length=80, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = _person(_("verified by"))

    class Meta(SiteRecord.Meta):
        verbose_name = _("patch deployment")
        verbose_name_plural = _("patch deployments")
        indexes = [models.Index(fields=["site", "status", "due_on"]), models.Index(fields=["window", "starts_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "patch"], name="deployment_once",
                violation_error_message=_("This patch is planned for that asset already."),
            ),
            unique_with_site("deployment_with_site"),
            SameSite(field="asset", name="deployment_asset_same_site"),
            SameSite(field="after", name="deployment_after_same_site"),
            SameSite(field="window", name="deployment_window_same_site"),
            models.CheckConstraint(
                condition=~models.Q(status="SCHEDULED") | models.Q(window__isnull=False, starts_at__isnull=False),
                name="deployment_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="DEFERRED") | (models.Q(deferred_until__isnull=False) & ~models.Q(countermeasure="")),
                name="deployment_deferred_has_end",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.patch} on {self.asset}"

    @property
    def advisories(self) -> models.QuerySet[Advisory]:
        """Return what it mends on its asset: what the portal found for this asset, and what a person wrote down of the patch."""
        found, told = self.remedies.values("pk"), self.patch.advisories.values("pk")
        return Advisory.objects.filter(models.Q(pk__in=found) | models.Q(pk__in=told))

    @classmethod
    def mending(cls, advisory: int) -> models.Q:
        """Return: it mends this advisory on its asset."""
        found = DeploymentRemedy.objects.filter(advisory=advisory).values("deployment")
        return models.Q(pk__in=found) | models.Q(patch__in=Patch.objects.filter(advisories=advisory).values("pk"))

    @property
    def ends_at(self) -> datetime | None:
        """Return when the work on this asset is over, if it is scheduled."""
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def under_way(self) -> bool:
        """Whether somebody began with it and it is not verified yet."""
        return self.status in {*WAY, self.Status.IN_TEST} - {self.Status.AVAILABLE, self.Status.VERIFIED}

    @property
    def way(self) -> list[tuple[str, str, datetime | None]]:
        """Return the steps to a verified patch: label; done, now or ahead; and when, where that is recorded."""
        moments = (self.created_at, self.tested_at, None, self.starts_at, self.installed_at, self.verified_at)
        here = self.Status.TESTED if self.status == self.Status.IN_TEST else self.status
        at = WAY.index(here)
        waits = self.status in {self.Status.IN_TEST, self.Status.SCHEDULED}
        return [
            (str(self.Status(one).label), "now" if waits and step == at else "done" if step <= at else "ahead", when if step <= at else None)
            for step, (one, when) in enumerate(zip(WAY, moments, strict=True))
        ]  # fmt: skip

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes."""
        return {
            "asset": self.asset.name, "patch": str(self.patch), "site": self.site.code, "tested on": self.test_environment,
            "test result": self.test_result, "way back": self.rollback_plan,
        }  # fmt: skip


S = PatchDeployment.Status
WAY = (S.AVAILABLE, S.TESTED, S.APPROVED, S.SCHEDULED, S.INSTALLED, S.VERIFIED)


@history()
class DeploymentProof(models.Model):
    """That a piece of evidence proves the test of a patch; one log of a day on the bench may prove many."""

    deployment = models.ForeignKey(PatchDeployment, models.CASCADE, related_name="+")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deployment", "evidence"], name="deployment_proof_once")]

    def __str__(self) -> str:
        return f"{self.evidence} proves {self.deployment}"


@history()
class DeploymentRemedy(models.Model):
    """That a patch mends an advisory on one asset, as the portal found; of the patch itself, which other sites read, this says nothing.

    `asked` marks the advisory that named the release when it was proposed.
    """

    deployment = models.ForeignKey(PatchDeployment, models.CASCADE, related_name="+")
    advisory = models.ForeignKey(Advisory, models.CASCADE, related_name="+")
    asked = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deployment", "advisory"], name="deployment_remedy_once")]

    def __str__(self) -> str:
        return f"{self.deployment} mends {self.advisory}"
