"""Hardening baselines by class of asset, how each asset stands to them, and how retired ones lost their data (A5, A9)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from assets.models.asset import Asset
from registers.constraints import SameSite
from registers.history.track import history


@history()
class HardeningBaseline(SharedRecord):
    """What assets of a class are to be set to; vendor and product narrow the class where they are given."""

    title = models.CharField(_("title"), max_length=160, unique=True)
    kind = models.CharField(_("kind of asset"), max_length=30, choices=Asset.Kind.choices)
    vendor = models.CharField(_("vendor"), max_length=120, blank=True)
    product = models.CharField(
        _("product"), max_length=160, blank=True, help_text=_("The beginning of its name; empty: any.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("hardening baseline")
        verbose_name_plural = _("hardening baselines")

    def __str__(self) -> str:
        return self.title


@history()
class BaselineItem(SharedRecord):
    """One setting of a baseline."""

    class Severity(models.TextChoices):
        HIGH = "HIGH", _("High")
        MEDIUM = "MEDIUM", _("Medium")
        LOW = "LOW", _("Low")

    baseline = models.ForeignKey(HardeningBaseline, models.CASCADE, verbose_name=_("baseline"), related_name="items")
    code = models.CharField(_("id"), max_length=20)
    title = models.CharField(_("setting"), max_length=200)
    expected = models.CharField(_("expected"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=6, choices=Severity.choices, default=Severity.MEDIUM)

    class Meta(SharedRecord.Meta):
        verbose_name = _("baseline item")
        verbose_name_plural = _("baseline items")
        constraints = [
            models.UniqueConstraint(fields=["baseline", "code"], name="baseline_item_code", violation_error_message=_("The baseline has an item of that id."))
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@history()
class BaselineAnswer(SiteRecord):
    """How one asset stands to one item: met, deviating with reason and day, or not applicable."""

    class Answer(models.TextChoices):
        MET = "MET", _("Met")
        DEVIATES = "DEVIATES", _("Deviates")
        NOT_APPLICABLE = "NOT_APPLICABLE", _("Does not apply")

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="baseline_answers")
    item = models.ForeignKey(BaselineItem, models.CASCADE, verbose_name=_("item"), related_name="answers")
    answer = models.CharField(_("answer"), max_length=14, choices=Answer.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    due_on = models.DateField(_("to be mended by"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"))

    class Meta(SiteRecord.Meta):
        verbose_name = _("answer to a baseline item")
        verbose_name_plural = _("answers to baseline items")
        indexes = [models.Index(fields=["site", "answer"])]
        constraints = [
            SameSite(field="asset", name="baseline_answer_asset_same_site"),
            models.UniqueConstraint(fields=["asset", "item"], name="baseline_answer_once", violation_error_message=_("This asset has an answer to that item.")),
            models.CheckConstraint(
                condition=~Q(answer="DEVIATES") | ~Q(reason=""), name="baseline_answer_reason", violation_error_message=_("Say why it deviates."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item} on {self.asset}"


@history()
class SanitisationRecord(SiteRecord):
    """How the data of a retired asset was removed (methods after NIST SP 800-88)."""

    class Method(models.TextChoices):
        CLEAR = "CLEAR", _("Cleared: overwritten or reset")
        PURGE = "PURGE", _("Purged: cannot be recovered in a laboratory")
        DESTROY = "DESTROY", _("Destroyed")
        NONE = "NONE", _("Held no data")

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="sanitisations")
    method = models.CharField(_("method"), max_length=7, choices=Method.choices)
    done_on = models.DateField(_("done on"))
    done_by = models.CharField(_("done by"), max_length=120)
    certificate = models.CharField(_("certificate"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("sanitisation record")
        verbose_name_plural = _("sanitisation records")
        constraints = [
            SameSite(field="asset", name="sanitisation_asset_same_site"),
            models.CheckConstraint(condition=~Q(method="NONE") | ~Q(note=""), name="sanitisation_none_note", violation_error_message=_("Say why it held no data.")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.asset}, {self.get_method_display()}"
