"""The organisation's decision table for priorities, version by version."""

from itertools import product
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord
from patching.rules.priority import (
    EXPLOITED_AND_EXPOSED,
    STANDARD,
    Criticality,
    Exploitation,
    Exposure,
    Priority,
    Table,
    Unsound,
)
from registers.history.track import history


def standard_decisions() -> dict[str, Any]:
    """Return the cells that the product proposes."""
    return STANDARD.to_json()["decisions"]  # type: ignore[no-any-return]


def standard_intervals() -> dict[str, Any]:
    """Return the intervals that the product proposes."""
    return STANDARD.to_json()["intervals"]  # type: ignore[no-any-return]


@history()
class PriorityTable(SharedRecord):
    """One version of the decision table: what outcome follows from exploitation, exposure and criticality, and by when."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        IN_REVIEW = "IN_REVIEW", _("In review")
        EFFECTIVE = "EFFECTIVE", _("Effective")
        SUPERSEDED = "SUPERSEDED", _("Superseded")
        ENDED = "ENDED", _("Ended")

    title = models.CharField(_("title"), max_length=120)
    why = models.TextField(_("why it differs from the one before"), blank=True)
    decisions = models.JSONField(_("outcomes"), default=standard_decisions)
    intervals = models.JSONField(_("days for each outcome"), default=standard_intervals)
    epss_threshold = models.FloatField(
        _("EPSS from which an exploit counts as likely"), default=0.1, help_text=_("From 0 to 1.")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("drafted by"), related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("approved by"),
        related_name="+",
    )
    # Of versions that were approved before their approval was a decision of its own.
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    effective_on = models.DateField(_("effective since"), null=True, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("priority table")
        verbose_name_plural = _("priority tables")
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="EFFECTIVE"), name="priority_table_one_effective"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> tuple[Any, ...]:
        """What a decision on this version is about."""
        return self.title, self.why, self.decisions, self.intervals, self.epss_threshold

    @property
    def table(self) -> Table:
        """The table as the rules read it."""
        return Table.from_json(self.decisions, self.intervals, name=self.title, epss_threshold=self.epss_threshold)

    def snapshot(self) -> dict[str, Any]:
        """Return the facts that its approval freezes: every row of the table, and the days with their sources."""
        cells, names = self.decisions, {EXPLOITED_AND_EXPOSED: "Act, exploited and openly exposed"}
        rows = {
            f"exploitation {attack.lower()}, exposure {place.lower()}": ", ".join(
                f"{level.lower()} {Priority(cells[f'{attack}/{place}/{level}']).label}" for level in Criticality
            )
            for attack, place in product(Exploitation, Exposure)
        }
        days = {
            f"days for {names.get(key) or Priority(key).label}": f"{one['days']} ({one['source']})"
            for key, one in self.intervals.items()
        }
        return {"title": self.title, "why": self.why, "EPSS from": self.epss_threshold, **rows, **days}

    def clean(self) -> None:
        """Refuse a table with a missing cell or a number of days that makes no sense, and any change of one in force."""
        kept = PriorityTable.objects.filter(pk=self.pk).first() if self.pk else None
        if kept and kept.status not in {self.Status.DRAFT, self.Status.IN_REVIEW} and kept.content != self.content:
            raise ValidationError(gettext("This version is or was in force. Add a new one and change that."))
        if not 0 <= self.epss_threshold <= 1:
            raise ValidationError({"epss_threshold": gettext("Give a number from 0 to 1.")})
        try:
            _checked = self.table
        except Unsound as wrong:
            raise ValidationError({wrong.part: str(wrong)}) from wrong
