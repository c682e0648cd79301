"""Advisory sources, advisories with every state they had, and what they mean for each asset."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord, SiteRecord
from assets.models import Asset
from registers.constraints import SameSite
from registers.history.track import history
from registers.models import Now

BACK_OFF = (1, 2, 4, 8, 24)


class Sources(models.Manager["AdvisorySource"]):
    """Reads each source together with the outcome of its last polls, in one query."""

    def get_queryset(self) -> models.QuerySet["AdvisorySource"]:
        """Annotate the last poll, the last good one, and how often it failed since."""
        polls = Poll.objects.filter(source=models.OuterRef("pk")).order_by("-pk")
        good = polls.filter(state=Poll.State.DONE)
        since = Poll.objects.filter(source=models.OuterRef("pk"), state=Poll.State.FAILED, started_at__gt=Coalesce(
            models.OuterRef("last_success_at"), models.Value(datetime(1970, 1, 1, tzinfo=UTC))
        ))  # fmt: skip
        count = since.order_by().values("source").annotate(n=models.Count("pk")).values("n")
        outcome: dict[str, Any] = {
            "last_state": models.Subquery(polls.values("state")[:1]),
            "last_started_at": models.Subquery(polls.values("started_at")[:1]),
            "last_success_at": models.Subquery(good.values("finished_at")[:1]),
        }
        failed: dict[str, Any] = {"failures": Coalesce(models.Subquery(count), 0)}
        return super().get_queryset().annotate(**outcome).annotate(**failed)


@history()
class AdvisorySource(SharedRecord):
    """A place that advisories, exploited vulnerabilities or exploit predictions come from."""

    class Kind(models.TextChoices):
        CSAF = "CSAF", _("CSAF provider")
        KEV = "KEV", _("Known exploited vulnerabilities")
        EPSS = "EPSS", _("Exploit prediction scores")
        FOLDER = "FOLDER", _("Folder on the server")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    address = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("A provider's domain or provider-metadata.json, the file's address, or a folder."),
    )
    enabled = models.BooleanField(_("polled by itself"), default=True)
    every_hours = models.PositiveSmallIntegerField(
        _("polled every, hours"), default=6, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    public_key = models.TextField(
        _("OpenPGP key"),
        blank=True,
        help_text=_("Armoured public key of the publisher. With a key, unsigned documents are refused."),
    )
    fingerprint = models.CharField(
        _("key fingerprint"), max_length=80, blank=True, help_text=_("A key that the provider may offer itself.")
    )

    objects = Sources()

    last_state: str | None = None
    last_started_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0

    class Meta(SharedRecord.Meta):
        verbose_name = _("advisory source")
        verbose_name_plural = _("advisory sources")

    def __str__(self) -> str:
        return self.name

    @property
    def health(self) -> str:
        """The state in one word, for list and REST."""
        return str(Poll.State(self.last_state).label) if self.last_state else "Never polled"

    @property
    def next_poll_at(self) -> datetime | None:
        """When beat polls next: the interval after the last poll, sooner and then ever later after failures in a row."""
        if not self.enabled:
            return None
        if self.last_started_at is None:
            return self.created_at
        hours = BACK_OFF[min(self.failures, len(BACK_OFF)) - 1] if self.failures else self.every_hours
        return self.last_started_at + timedelta(hours=hours)


@history()
class Poll(SharedRecord):
    """One visit to a source: what came, what failed and why."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Well")
        FAILED = "FAILED", _("Failed")

    source = models.ForeignKey(AdvisorySource, models.CASCADE, verbose_name=_("source"), related_name="polls")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RUNNING)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    problems = models.JSONField(_("problems"), default=list, blank=True)

    class Meta(SharedRecord.Meta):
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"


class SeenAddress(models.Model):
    """What to remember of an address between two polls: entity tag, time, hash."""

    source = models.ForeignKey(AdvisorySource, models.CASCADE, related_name="seen")
    locator = models.CharField(max_length=1000)
    seen = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "locator"], name="seen_address_once")]

    def __str__(self) -> str:
        return self.locator


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
class Match(SiteRecord):
    """What one advisory means for one asset, with the clause that decided; a person's word stands over the computed one."""

    class Verdict(models.TextChoices):
        AFFECTED = "AFFECTED", _("Affected")
        REVIEW = "REVIEW", _("You decide")
        FIXED = "FIXED", _("Fixed")
        NOT_AFFECTED = "NOT_AFFECTED", _("Not affected")

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Computed")
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

    asset = models.ForeignKey(Asset, models.CASCADE, verbose_name=_("asset"), related_name="matches")
    advisory = models.ForeignKey(Advisory, models.CASCADE, verbose_name=_("advisory"), related_name="matches")
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
    status = models.CharField(_("decision"), max_length=12, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    justification = models.CharField(_("VEX justification"), max_length=60, choices=Justification.choices, blank=True)

    class Meta(SiteRecord.Meta):
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        indexes = [
            models.Index(fields=["site", "verdict", "due_on"]),
            models.Index(fields=["advisory", "verdict"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["asset", "advisory"], name="match_once"),
            SameSite(field="asset", name="match_asset_same_site"),
        ]

    def __str__(self) -> str:
        return f"{self.advisory} on {self.asset}"

    @property
    def open(self) -> bool:
        """Whether something remains to be done."""
        return self.verdict in {self.Verdict.AFFECTED, self.Verdict.REVIEW}


def forget(match: Any) -> None:
    """Take a person's word off a match: its facts changed or they asked for it."""
    match.verdict, match.status = match.computed_verdict, Match.Status.OPEN
    match.decided_by = match.decided_at = None
    match.decision_reason = match.justification = ""
