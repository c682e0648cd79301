"""Rule sets of firewalls as they were read, each rule with what it is, measured by the declared flows (N4)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord, User
from assets.models import Asset
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class FirewallRuleset(SiteRecord):
    """The rules of one firewall as a file told them on a day."""

    class Format(models.TextChoices):
        TABLE = "TABLE", _("Table")
        IPTABLES = "IPTABLES", "iptables-save"
        ASA = "ASA", "Cisco ASA"

    name = models.CharField(_("name"), max_length=160)
    device = models.ForeignKey(
        Asset, models.SET_NULL, null=True, blank=True, verbose_name=_("firewall"), related_name="rulesets"
    )
    format = models.CharField(_("format"), max_length=8, choices=Format.choices, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    read_at = models.DateTimeField(_("read"), editable=False)
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, verbose_name=_("brought in by"), related_name="+"
    )
    judged_at = models.DateTimeField(_("last judged"), null=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("firewall rule set")
        verbose_name_plural = _("firewall rule sets")
        constraints = [
            models.UniqueConstraint(fields=["site", "sha256"], name="ruleset_once"),
            unique_with_site("ruleset_with_site"),
            SameSite(field="device", name="ruleset_device_same_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class FirewallRule(SiteRecord):
    """A line of a rule set: what it lets pass or blocks, and what the declared flows say to it."""

    class Verdict(models.TextChoices):
        UNDECLARED = "UNDECLARED", _("Undeclared")
        TOO_WIDE = "TOO_WIDE", _("Too wide")
        SHADOWED = "SHADOWED", _("Shadowed")
        NEVER_SEEN = "NEVER_SEEN", _("Never seen")
        COVERED = "COVERED", _("Covered")
        BLOCKS = "BLOCKS", _("Blocks")
        OFF = "OFF", _("Switched off")
        UNREAD = "UNREAD", _("Not judged")

    ruleset = models.ForeignKey(FirewallRuleset, models.CASCADE, verbose_name=_("rule set"), related_name="rules")
    number = models.PositiveIntegerField(_("order"), default=0)
    line = models.PositiveIntegerField(_("line"))
    text = models.TextField(_("as written"))
    chain = models.CharField(_("list"), max_length=80, blank=True)
    permits = models.BooleanField(_("permits"), default=False)
    active = models.BooleanField(_("active"), default=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    destination = models.CharField(_("destination"), max_length=300, blank=True)
    service = models.CharField(_("service"), max_length=300, blank=True)
    hits = models.BigIntegerField(_("packets met"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    traffic = models.JSONField(_("traffic"), default=list, blank=True, editable=False)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.UNREAD)
    words = models.TextField(_("why"), blank=True)
    flows = ArrayField(models.BigIntegerField(), verbose_name=_("flows touched"), default=list, editable=False)

    class Meta(SiteRecord.Meta):
        verbose_name = _("firewall rule")
        verbose_name_plural = _("firewall rules")
        indexes = [
            models.Index(fields=["ruleset", "verdict", "number"], name="firewall_rule_by_set"),
            models.Index(fields=["site", "verdict"], name="firewall_rule_by_site"),
        ]
        constraints = [SameSite(field="ruleset", name="firewall_rule_same_site")]

    def __str__(self) -> str:
        return f"{self.ruleset}, line {self.line}"
