"""What a sensor saw on the network, told by zone, protocol and port, and what was decided about it (N5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteRecord, User
from assets.models import Flow, Zone
from network.rules.observed import service
from policies.models import PolicyException
from registers.constraints import SameSite, unique_with_site
from registers.history.track import history


@history()
class FlowCapture(SiteRecord):
    """A log of connections that was read: from which sensor, over which time, how its connections stand."""

    name = models.CharField(_("name"), max_length=160)
    sensor = models.CharField(_("sensor"), max_length=120, blank=True, help_text=_("Where it was seen."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    read_at = models.DateTimeField(_("read"), editable=False)
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, verbose_name=_("brought in by"), related_name="+"
    )
    lines = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    not_understood = models.PositiveIntegerField(_("lines not understood"), default=0, editable=False)
    reasons = models.JSONField(_("why not understood"), default=list, blank=True, editable=False)
    counts = models.JSONField(_("connections by standing"), default=dict, blank=True, editable=False)
    first_seen_at = models.DateTimeField(_("from"), null=True, editable=False)
    last_seen_at = models.DateTimeField(_("to"), null=True, editable=False)
    note = models.TextField(_("note"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("log of connections")
        verbose_name_plural = _("logs of connections")
        constraints = [
            models.UniqueConstraint(fields=["site", "sha256"], name="flow_capture_once"),
            unique_with_site("flow_capture_with_site"),
        ]

    def __str__(self) -> str:
        return self.name


@history()
class ObservedFlow(SiteRecord):
    """Connections from one zone to another by one protocol and port, seen by a sensor."""

    class Verdict(models.TextChoices):
        UNDECLARED = "UNDECLARED", _("Undeclared")
        UNKNOWN = "UNKNOWN", _("Unknown address")
        DECLARED = "DECLARED", _("Declared")

    class Status(models.TextChoices):
        NEW = "NEW", _("To decide")
        DECLARED = "DECLARED", _("Declared")
        BLOCKED = "BLOCKED", _("To be blocked")
        WAIVED = "WAIVED", _("Let stand")

    capture = models.ForeignKey(
        FlowCapture, models.SET_NULL, null=True, blank=True, verbose_name=_("last seen in"), related_name="flows"
    )
    source_zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, verbose_name=_("from zone"), related_name="+"
    )
    destination_zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, verbose_name=_("to zone"), related_name="+"
    )
    protocol = models.PositiveSmallIntegerField(_("IP protocol"))
    port = models.PositiveIntegerField(_("port"))
    service = models.CharField(_("spoken"), max_length=40, blank=True)
    connections = models.BigIntegerField(_("connections"), default=0)
    answered = models.BigIntegerField(_("answered"), default=0)
    bytes = models.BigIntegerField(_("bytes"), default=0)
    first_seen_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    pairs = models.JSONField(_("addresses"), default=list, blank=True, editable=False)  # [source, destination, count]
    pair_count = models.PositiveIntegerField(_("pairs of addresses"), default=0)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.UNDECLARED)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.NEW)
    flow = models.ForeignKey(
        Flow, models.SET_NULL, null=True, blank=True, verbose_name=_("declared flow"), related_name="observed"
    )
    exception = models.ForeignKey(
        PolicyException, models.SET_NULL, null=True, blank=True, verbose_name=_("exception"), related_name="observed"
    )
    owner = models.CharField(_("who blocks it"), max_length=120, blank=True)
    due_on = models.DateField(_("blocked until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("observed flow")
        verbose_name_plural = _("observed flows")
        indexes = [models.Index(fields=["site", "status", "verdict"], name="observed_flow_by_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "source_zone", "destination_zone", "protocol", "port"], name="observed_flow_once",
                nulls_distinct=False,
            ),
            SameSite(field="capture", name="observed_flow_capture_same_site"),
            SameSite(field="source_zone", name="observed_flow_source_same_site"),
            SameSite(field="destination_zone", name="observed_flow_dest_same_site"),
            SameSite(field="flow", name="observed_flow_flow_same_site"),
            SameSite(field="exception", name="observed_flow_exception_same_site"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source_zone or 'unknown'} to {self.destination_zone or 'unknown'}: {self.words}"[:200]

    @property
    def words(self) -> str:
        """Protocol and port, such as TCP 502, with what was spoken there."""
        told = service(self.protocol, self.port)
        return f"{told} ({self.service})" if self.service else told
