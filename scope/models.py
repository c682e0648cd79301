"""Scope statements, versioned and approved, and the industrial processes with the assets that carry them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord
from assets.models import Asset
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class ScopeStatement(SiteRecord):
    """What is in and out of the programme at a site, each exclusion with its reason (S2)."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        SUPERSEDED = "SUPERSEDED", _("Superseded")

    title = models.CharField(_("title"), max_length=200)
    number = models.PositiveIntegerField(_("version"), default=1, editable=False)
    inside = models.TextField(_("inside"), help_text=_("What the programme covers."))
    outside = models.TextField(
        _("outside, with reasons"), blank=True, help_text=_("One exclusion a line, each with its reason.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SiteRecord.Meta):
        verbose_name = _("scope statement")
        verbose_name_plural = _("scope statements")
        constraints = [
            models.UniqueConstraint(fields=["site", "title", "number"], name="scope_statement_version"),
            models.UniqueConstraint(fields=["site", "title"], condition=models.Q(status="APPROVED"), name="scope_statement_one_approved"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes."""
        return {
            "title": self.title,
            "version": self.number,
            "inside": self.inside,
            "outside": self.outside,
            "site": self.site.code,
        }


@history()
class Process(SiteRecord):
    """An essential function of the plant, with the assets that carry it (S4)."""

    class Criticality(models.TextChoices):
        LOW = "LOW", _("Low")
        MEDIUM = "MEDIUM", _("Medium")
        HIGH = "HIGH", _("High")
        SAFETY = "SAFETY", _("Safety")

    name = models.CharField(_("name"), max_length=120)
    criticality = models.CharField(
        _("criticality"), max_length=10, choices=Criticality.choices, default=Criticality.MEDIUM
    )
    description = models.TextField(_("description"), blank=True)
    owner = models.CharField(_("owner"), max_length=120, blank=True)
    assets = models.ManyToManyField(Asset, verbose_name=_("assets"), blank=True, related_name="processes")

    class Meta(SiteRecord.Meta):
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                name="process_name",
                violation_error_message=_("This site has a process of that name."),
            ),
            unique_with_site("process_with_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class ScopeMark(SiteRecord):
    """A person's word on whether an asset is in the scope, where its zone does not say so (S3)."""

    asset = models.OneToOneField(Asset, models.CASCADE, verbose_name=_("asset"), related_name="scope_mark")
    inside = models.BooleanField(_("in scope"), default=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it is left out."))

    class Meta(SiteRecord.Meta):
        verbose_name = _("scope mark")
        verbose_name_plural = _("scope marks")
        constraints = [
            SameSite(field="asset", name="scope_mark_asset_same_site"),
            models.CheckConstraint(
                condition=models.Q(inside=True) | ~models.Q(reason=""), name="scope_mark_reason",
                violation_error_message=_("Say why it is left out."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.asset}: {'in' if self.inside else 'out'}"


@history()
class Stakeholder(SiteRecord):
    """Somebody with an interest in the security of the plant, or a duty towards it (S4)."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=60, blank=True, help_text=_("Such as authority, customer, neighbour, insurer.")
    )
    interest = models.TextField(_("interest"), blank=True)
    obligation = models.TextField(_("obligation"), blank=True, help_text=_("What we owe them, or they us."))
    contact = models.CharField(_("contact"), max_length=200, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], name="stakeholder_name", violation_error_message=_("This site has a stakeholder of that name.")
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


@history()
class Dependency(SiteRecord):
    """A service or interface outside the site on which the plant depends (S4)."""

    name = models.CharField(_("name"), max_length=120)
    provider = models.CharField(_("provider"), max_length=120, blank=True)
    process = models.ForeignKey(
        Process, models.SET_NULL, null=True, blank=True, verbose_name=_("process"), related_name="dependencies"
    )
    without = models.TextField(_("what happens without it"), blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("dependency")
        verbose_name_plural = _("dependencies")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"], name="dependency_name", violation_error_message=_("This site has a dependency of that name.")
            ),
            SameSite(field="process", name="dependency_process_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
