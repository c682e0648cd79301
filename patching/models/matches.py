"""What advisories mean for assets, and what people taught the matcher: vendor names and product links."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, Site, SiteRecord
from assets.models import Asset
from patching.models.advisories import Advisory
from registers.constraints import SameSite, SparseKey
from registers.history.track import history


@history()
class VendorAlias(SharedRecord):
    """Another way in which a vendor's name is written."""

    written = models.CharField(_("written as"), max_length=160, unique=True)
    means = models.CharField(_("means"), max_length=160)

    class Meta(SharedRecord.Meta):
        verbose_name = _("vendor alias")
        verbose_name_plural = _("vendor aliases")

    def __str__(self) -> str:
        return self.written


@history()
class ProductLink(SharedRecord):
    """A person's word that what an inventory calls one product is, or is not, what an advisory calls another."""

    vendor = models.CharField(_("vendor of the asset"), max_length=160, blank=True)
    product = models.CharField(_("product of the asset"), max_length=200, blank=True)
    model_number = models.CharField(_("order number of the asset"), max_length=120, blank=True)
    named_vendor = models.CharField(_("vendor in the advisory"), max_length=300)
    named_product = models.CharField(_("product in the advisory"), max_length=1000)
    same = models.BooleanField(_("is the same product"), default=True)
    reason = models.CharField(_("how you know"), max_length=300, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("product link")
        verbose_name_plural = _("product links")
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "product", "model_number", "named_vendor", "named_product"],
                name="product_link_once",
                violation_error_message=_("There is a link of these two already. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.product} {'is' if self.same else 'is not'} {self.named_product}".strip()


CLOSING = """
IF OLD.verdict IN ('AFFECTED', 'REVIEW') AND NEW.verdict NOT IN ('AFFECTED', 'REVIEW') THEN
    NEW.closed_on = (csms_now() AT TIME ZONE (SELECT time_zone FROM accounts_site WHERE id = NEW.site_id))::date; NEW.was_due_on = OLD.due_on;
ELSIF NEW.verdict IN ('AFFECTED', 'REVIEW') THEN
    NEW.closed_on = NULL; NEW.was_due_on = NULL;
END IF;
RETURN NEW;
"""


@history()
class Match(SiteRecord):
    """What one advisory means for one asset, with the clause that decided; a person's word stands over the computed one."""

    untold = frozenset({"facts", "inputs"})  # the reason and the priority say the same in words

    class Verdict(models.TextChoices):
        AFFECTED = "AFFECTED", _("Affected")
        REVIEW = "REVIEW", _("You decide")
        FIXED = "FIXED", _("Fixed")
        NOT_AFFECTED = "NOT_AFFECTED", _("Not affected")

    OPEN = (Verdict.AFFECTED, Verdict.REVIEW)

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Computed")
        EXAMINING = "EXAMINING", _("Under investigation")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        REJECTED = "REJECTED", _("Rejected")

    class Priority(models.TextChoices):
        ACT = "ACT", _("Act")
        ATTEND = "ATTEND", _("Attend")
        TRACK_CLOSELY = "TRACK_CLOSELY", _("Track*")
        TRACK = "TRACK", _("Track")

    class Justification(models.TextChoices):
        COMPONENT_NOT_PRESENT = "component_not_present", _("Component not present")
        CODE_NOT_PRESENT = "vulnerable_code_not_present", _("Vulnerable code not present")
        CODE_NOT_REACHED = "vulnerable_code_not_in_execute_path", _("Vulnerable code not executed")
        NOT_CONTROLLED = "vulnerable_code_cannot_be_controlled_by_adversary", _("Attacker cannot control it")
        MITIGATED = "inline_mitigations_already_exist", _("Mitigations already exist")

    # `match_asset_same_site` holds site and asset, triggers the advisory and the person, `match_once` and the indexes below find by them;
    # of half a million matches each further check and index would cost seconds.
    site = models.ForeignKey(
        Site, models.PROTECT, verbose_name=_("site"), related_name="+", db_index=False, db_constraint=False
    )
    asset = models.ForeignKey(
        Asset, models.CASCADE, verbose_name=_("asset"), related_name="matches", db_index=False, db_constraint=False
    )
    advisory = models.ForeignKey(
        Advisory,
        models.CASCADE,
        verbose_name=_("advisory"),
        related_name="matches",
        db_index=False,
        db_constraint=False,
    )
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    computed_verdict = models.CharField(_("computed verdict"), max_length=12, choices=Verdict.choices)
    reason = models.TextField(_("reason"))
    clause = models.CharField(_("deciding clause"), max_length=2000, blank=True)
    product = models.CharField(_("named product"), max_length=1000, blank=True)
    cves = ArrayField(models.CharField(max_length=120), verbose_name=_("CVEs that apply"), default=list)
    facts = models.CharField(max_length=64, editable=False)
    exploited = models.BooleanField(_("exploited"), default=False)
    priority = models.CharField(_("priority"), max_length=14, choices=Priority.choices, blank=True)
    priority_reason = models.CharField(_("why this priority"), max_length=500, blank=True)
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    was_due_on = models.DateField(_("was due on"), null=True, blank=True, editable=False)
    inputs = models.JSONField(_("what the priority follows from"), default=dict, blank=True, editable=False)
    status = models.CharField(_("decision"), max_length=12, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("decided by"),
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    justification = models.CharField(_("VEX justification"), max_length=60, choices=Justification.choices, blank=True)

    reopened_because = models.CharField(_("asked again because"), max_length=500, blank=True, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes = [
            models.Index(  # holds all that the figures count, so that they read no record
                fields=["site", "verdict", "due_on"],
                name="match_figures",
                include=["id", "asset", "priority", "exploited", "closed_on", "was_due_on"],
            ),
            models.Index(fields=["advisory", "verdict"]),
            models.Index(fields=["due_on", "id", "verdict"], name="match_due"),  # the list, and of one verdict
            models.Index(fields=["decided_by"], name="match_decided_by", condition=Q(decided_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["asset", "advisory"], name="match_once"),
            SameSite(field="asset", name="match_asset_same_site", by_statement=True),
            SparseKey(field="decided_by", name="match_decided_by_somebody"),
        ]
        triggers = [
            *SiteRecord.Meta.triggers,
            pgtrigger.Trigger(name="closing", when=pgtrigger.Before, operation=pgtrigger.Update, func=CLOSING),
        ]

    def __str__(self) -> str:
        return f"{self.advisory} on {self.asset}"

    @property
    def open(self) -> bool:
        """Whether something remains to be done."""
        return self.verdict in self.OPEN

    @property
    def examined(self) -> bool:
        """Whether somebody looks into it and has not decided yet."""
        return self.status == self.Status.EXAMINING

    @property
    def cvss(self) -> Decimal | None:
        """The base score that the advisory gives."""
        return self.advisory.cvss

    @property
    def epss(self) -> Decimal | None:
        """The likelihood that one of its CVEs is exploited within 30 days: today's where it was read along, else that of the priority."""
        told: float | None = self.__dict__.get("predicted", self.inputs.get("epss"))
        return None if told is None else Decimal(f"{told:.3f}")


def forget(match: Any) -> None:
    """Take a person's word off a match: its facts changed or they asked for it."""
    match.verdict, match.status = match.computed_verdict, Match.Status.OPEN
    match.decided_by = match.decided_at = None
    match.decision_reason = match.justification = match.reopened_because = ""
