"""Decisions, and the table of who may take which."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, SharedRecord, Site, SiteRecord
from registers.door import Reach
from registers.history.track import history
from registers.models import Record
from registers.wording import small


@history()
class Decision(Record):
    """One approval: who asked, the frozen state it was asked for, who decided, until when (X19).

    One about a record of the whole organisation, such as a priority table, has no site.
    """

    class Kind(models.TextChoices):
        SCOPE_STATEMENT = "SCOPE_STATEMENT", _("Scope statement")
        NOT_APPLICABLE = "NOT_APPLICABLE", _("Requirement does not apply")
        PATCH_DEPLOYMENT = "PATCH_DEPLOYMENT", _("Patch on an asset")
        EXCEPTION = "EXCEPTION", _("Exception to a rule")
        COMPENSATION = "COMPENSATION", _("Compensating countermeasure")
        RISK_ACCEPTANCE = "RISK_ACCEPTANCE", _("Risk acceptance")
        RISK_ASSESSMENT = "RISK_ASSESSMENT", _("Risk assessment")
        TARGET_LEVEL = "TARGET_LEVEL", _("Target level below the risk's")
        PATCH_DEFERRAL = "PATCH_DEFERRAL", _("Deferral of a patch")
        PRIORITY_TABLE = "PRIORITY_TABLE", _("Priority table")

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", _("Asked for")
        ASKED_BACK = "ASKED_BACK", _("Asked back")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", _("Expired")
        LAPSED = "LAPSED", _("Lapsed")

    PENDING = (Status.REQUESTED, Status.ASKED_BACK)
    reach = Reach.SITE
    changed_only_by = "requested_by"

    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, verbose_name=_("site"), related_name="+",
        help_text=_("Empty: the whole organisation."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=40, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(_("level"), default=0)
    title = models.CharField(_("title"), max_length=200)
    content_type = models.ForeignKey(ContentType, models.PROTECT, editable=False)
    object_id = models.BigIntegerField(editable=False)
    about = GenericForeignKey()
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("asked by"), related_name="+"
    )
    requested_at = models.DateTimeField(_("asked"))
    reason = models.TextField(_("reason for asking"), blank=True)
    snapshot = models.JSONField(_("frozen state"), default=dict)
    digest = models.CharField(_("SHA-256 of the frozen state"), max_length=64, blank=True)
    question = models.TextField(_("question asked back"), blank=True)
    asked_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("asked back by"),
        related_name="+",
    )
    answer = models.TextField(_("answer to it"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    expires_on = models.DateField(_("ends on"), null=True, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=500, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["site", "status"]), models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("requested_by")), name="decision_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "kind"], condition=models.Q(status__in=["REQUESTED", "ASKED_BACK"]), name="decision_pending_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> str:
        """Return where it counts, in words."""
        return self.site.code if self.site else str(_("everywhere"))

    def clean(self) -> None:
        """Refuse to word a request anew once it is decided."""
        if self.pk and self.status not in self.PENDING:
            kept = Decision.objects.filter(pk=self.pk).values_list("status", "reason").first()
            if kept and kept[0] not in self.PENDING and kept[1] != self.reason:
                raise ValidationError({"reason": gettext("This is decided. Ask again to say something else.")})


@history()
class Authority(SharedRecord):
    """Which role may take which kind of decision, up to which level, where, and for how long at most (G6).

    One of a single site is read by those of that site; all are written by those whom the organisation lets.
    """

    kind = models.CharField(_("kind of decision"), max_length=40, choices=Decision.Kind.choices)
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    up_to_level = models.PositiveSmallIntegerField(
        _("up to level"), null=True, blank=True, help_text=_("Such as a security or risk level. Empty: any level.")
    )
    only_at = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("only at"),
        related_name="+",
        help_text=_("Empty: at every site."),
    )
    most_days = models.PositiveIntegerField(
        _("valid for at most, days"), default=365, validators=[MinValueValidator(1)]
    )

    class Meta(SharedRecord.Meta):
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "role", "only_at", "up_to_level"], nulls_distinct=False, name="authority_once",
                violation_error_message=_("The table says that already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {small(self.get_kind_display())}"

    @classmethod
    def read_at(cls, sites: Collection[int]) -> models.Q:
        """Return: it holds everywhere, or at one of these sites."""
        return models.Q(only_at=None) | models.Q(only_at__in=sites)

    def covers(self, decision: Decision) -> bool:
        """Tell whether it speaks of a decision: its kind, its site, its level."""
        return (
            self.kind == decision.kind
            and self.only_at_id in {None, decision.site_id}
            and (self.up_to_level is None or decision.level <= self.up_to_level)
        )
