"""Advisories with every state they had, and what is known of attacks on the vulnerabilities that they name."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord
from patching.models.sources import AdvisorySource
from registers.history.track import history
from registers.models import Now

# Matches name their advisory without a foreign key: checking half a million of them one by one would cost seconds.
MATCHED_STAYS = """
IF EXISTS (SELECT 1 FROM patching_match m JOIN gone ON gone.id = m.advisory_id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'An advisory that has matches stays.';
END IF;
RETURN NULL;
"""


@history()
class Advisory(SharedRecord):
    """A security advisory, known by its publisher's namespace and its tracking id (CSAF 2.0, 3.2.1.12.4)."""

    publisher = models.CharField(_("publisher"), max_length=200)
    namespace = models.CharField(_("publisher namespace"), max_length=300)
    tracking_id = models.CharField(_("tracking id"), max_length=120)
    title = models.CharField(_("title"), max_length=500)
    version = models.CharField(_("document version"), max_length=40)
    status = models.CharField(_("status"), max_length=20)
    severity = models.CharField(_("severity"), max_length=20, blank=True)
    cvss = models.DecimalField(_("CVSS"), max_digits=3, decimal_places=1, null=True)
    initial_release_on = models.DateTimeField(_("first released"))
    current_release_on = models.DateTimeField(_("released"))
    cves = ArrayField(models.CharField(max_length=40), verbose_name=_("CVEs"), default=list)
    signature = models.CharField(_("signature"), max_length=12, default="UNCHECKED")
    source = models.ForeignKey(
        AdvisorySource, models.SET_NULL, null=True, verbose_name=_("source"), related_name="advisories"
    )
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)

    class Meta(SharedRecord.Meta):
        verbose_name = _("advisory")
        verbose_name_plural = _("advisories")
        indexes = [models.Index(fields=["-current_release_on"]), GinIndex(fields=["cves"])]
        constraints = [models.UniqueConstraint(fields=["namespace", "tracking_id"], name="advisory_once")]
        triggers = [
            *SharedRecord.Meta.triggers,
            pgtrigger.Trigger(
                name="matched_stays", when=pgtrigger.After, operation=pgtrigger.Delete, level=pgtrigger.Statement,
                referencing=pgtrigger.Referencing(old="gone"),  # type: ignore[no-untyped-call]
                func=MATCHED_STAYS,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.tracking_id


class AdvisoryState(models.Model):
    """One state that a document had, told apart by its content, never by its version or date."""

    advisory = models.ForeignKey(Advisory, models.CASCADE, related_name="states")
    sha256 = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    document = models.JSONField()
    products = models.JSONField(default=list)
    parser = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["advisory", "sha256"], name="advisory_state_once")]
        indexes = [models.Index(fields=["advisory", "-id"])]

    def __str__(self) -> str:
        return f"{self.advisory} {self.version}"


@history()
class Exploited(SharedRecord):
    """A vulnerability that attackers are known to use (CISA KEV)."""

    cve = models.CharField(_("CVE"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    added_on = models.DateField(_("listed on"))
    binding_others = frozenset({"due_on"})  # the day binds others, so nothing is late here
    due_on = models.DateField(_("due for US agencies"), null=True)
    ransomware = models.BooleanField(_("used by ransomware"), default=False)

    class Meta(SharedRecord.Meta):
        verbose_name = _("exploited vulnerability")
        verbose_name_plural = _("exploited vulnerabilities")

    def __str__(self) -> str:
        return self.cve


class Prediction(models.Model):
    """How likely a vulnerability is used within 30 days (FIRST EPSS); scores of different models do not compare."""

    cve = models.CharField(max_length=40, unique=True)
    score = models.FloatField()
    percentile = models.FloatField()
    model_version = models.CharField(max_length=40)
    scored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.cve
