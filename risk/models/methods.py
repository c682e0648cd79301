"""The methodology by which risks are rated, in versions, and the catalogue of threats."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord
from registers.history.track import history
from risk.rules.methodology import BadMethodology, Methodology, read


def validate_definition(definition: Any) -> None:
    """Refuse a definition that cannot be used, each problem with its place."""
    try:
        read(definition)
    except BadMethodology as wrong:
        raise ValidationError([f"{place}: {what}." for place, what in wrong.problems[:20]]) from wrong


@history()
class RiskMethodology(SharedRecord):
    """Scales, matrix, levels and what is tolerable, in one version; one version is in force (R4)."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        IN_FORCE = "IN_FORCE", _("In force")
        SUPERSEDED = "SUPERSEDED", _("Superseded")

    title = models.CharField(_("title"), max_length=120)
    number = models.PositiveIntegerField(_("version"), default=1)
    definition = models.JSONField(
        _("definition"), validators=[validate_definition], default=dict,
        help_text=_("likelihoods, impacts, thresholds, matrix, levels, tolerable; the page of a draft shows what it would change."),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(SharedRecord.Meta):
        verbose_name = _("risk methodology")
        verbose_name_plural = _("risk methodologies")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "number"], name="methodology_version", violation_error_message=_("There is such a version.")
            ),
            models.UniqueConstraint(fields=["status"], condition=models.Q(status="IN_FORCE"), name="methodology_one_in_force"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def clean(self) -> None:
        """Refuse to change a version that is or was in force: risks were rated by it."""
        if self.pk:
            kept = RiskMethodology.objects.filter(pk=self.pk).values_list("status", "definition").first()
            if kept and kept[0] != self.Status.DRAFT and kept[1] != self.definition:
                raise ValidationError({"definition": gettext("Risks were rated by this version. Draft the next one.")})

    @property
    def rules(self) -> Methodology:
        """The methodology in the form that the rules take; BadMethodology where the definition is not usable."""
        return read(self.definition)


def in_force() -> RiskMethodology | None:
    """Return the version in force; None before the first."""
    return RiskMethodology.objects.filter(status=RiskMethodology.Status.IN_FORCE).first()


def level_names() -> Subquery:
    """Return the levels of the version in force as part of another query."""
    return Subquery(
        RiskMethodology.objects.filter(status=RiskMethodology.Status.IN_FORCE).values("definition__levels")[:1]
    )
