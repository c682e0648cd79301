"""Advisory sources, the visits to them, and what is remembered between two visits."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SharedRecord
from patching.rules.timetable import next_poll
from registers.history.track import history


def _dropped(folder: Path) -> bool:
    """Tell whether a folder really lies in the drop folder, whatever links are on the way."""
    try:
        return folder.resolve().is_relative_to(settings.DROP_DIR.resolve())
    except (OSError, RuntimeError):
        return False


class Sources(models.Manager["AdvisorySource"]):
    """Reads each source together with the outcome of its last polls, in one query."""

    def get_queryset(self) -> models.QuerySet["AdvisorySource"]:
        """Annotate the last poll, the last good one, and how often it failed since."""
        polls = Poll.objects.filter(source=models.OuterRef("pk"), file_name="").order_by("-pk")
        good = polls.filter(state=Poll.State.DONE)
        since = Poll.objects.filter(source=models.OuterRef("pk"), file_name="", state=Poll.State.FAILED, started_at__gt=Coalesce(
            models.OuterRef("last_success_at"), models.Value(datetime(1970, 1, 1, tzinfo=UTC))
        ))  # fmt: skip
        count = since.order_by().values("source").annotate(n=models.Count("pk")).values("n")
        outcome: dict[str, Any] = {
            "last_state": models.Subquery(polls.values("state")[:1]),
            "last_refused": models.Subquery(polls.values("refused")[:1]),
            "last_started_at": models.Subquery(polls.values("started_at")[:1]),
            "last_finished_at": models.Subquery(polls.values("finished_at")[:1]),
            "last_success_at": models.Subquery(good.values("finished_at")[:1]),
            "retry_at": models.Subquery(polls.values("retry_at")[:1]),
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
        help_text=_("Armoured public key of the publisher. With a key, documents without its signature are refused."),
    )
    fingerprint = models.CharField(
        _("key fingerprint"),
        max_length=80,
        blank=True,
        help_text=_(
            "A key that the provider may offer itself. Then, too, documents without its signature are refused."
        ),
    )

    objects = Sources()

    last_state: str | None = None
    last_refused: int | None = None
    last_started_at: datetime | None = None
    last_finished_at: datetime | None = None
    last_success_at: datetime | None = None
    retry_at: datetime | None = None
    failures: int = 0

    class Meta(SharedRecord.Meta):
        verbose_name = _("advisory source")
        verbose_name_plural = _("advisory sources")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Hold a folder that a person names below the drop folder; what an operator polled by path may stay where it lies."""
        if self.kind != self.Kind.FOLDER:
            return
        kept = AdvisorySource.objects.filter(pk=self.pk).values_list("kind", "address").first()
        if kept != (self.kind, self.address):
            with suppress(OSError):  # a disk that is read only: the folder is the operator's to make
                settings.DROP_DIR.mkdir(parents=True, exist_ok=True)
            self.address = str(settings.DROP_DIR / self.address)
            if not _dropped(Path(self.address)):
                told = gettext(
                    "Name {folder} or a folder below it. Nothing else on the server is read, nor links out of it."
                )
                raise ValidationError({"address": told.format(folder=settings.DROP_DIR)})

    @property
    def led_away(self) -> bool:
        """Tell whether the address names a place below the drop folder and a link there leads out of it."""
        named = Path(self.address)
        return named.is_relative_to(settings.DROP_DIR) and not _dropped(named)

    @property
    def health(self) -> str:
        """The state in a word or two, for list and REST; well is what took all that it came by."""
        if self.last_state == Poll.State.DONE and self.last_refused:
            return gettext("Some refused")
        return str(Poll.State(self.last_state).label) if self.last_state else gettext("Never polled")

    @property
    def next_poll_at(self) -> datetime | None:
        """When beat polls next: the interval after the last poll, sooner and then ever later after failures in a row."""
        if not self.enabled:
            return None
        if self.last_started_at is None:
            return self.created_at
        if self.last_state == Poll.State.FAILED and self.last_finished_at is None and self.failures == 1:
            return self.last_started_at  # its worker died, for the first time: it goes on at once
        return next_poll(
            last_started=self.last_started_at, every_hours=self.every_hours, failures=self.failures, seed=self.pk or 0,
            retry_at=self.retry_at,
        )  # fmt: skip

    @property
    def trust(self) -> str:
        """What a document needs to be believed, in a sentence."""
        if self.kind in {self.Kind.KEV, self.Kind.EPSS}:
            return gettext("These lists carry no signature; they come over https only.")
        if self.public_key or self.fingerprint:
            return gettext("Hash and signature must be right; a document without signature is refused.")
        return gettext("Hashes must be right; signatures are not checked, because no key is given.")


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
    retry_at = models.DateTimeField(_("not again before"), null=True)
    file_name = models.CharField(_("file given by hand"), max_length=120, blank=True)
    scores = models.BooleanField(_("brought predictions"), default=False)
    rechecked = models.BooleanField(_("every hash compared"), default=False)
    trusted = models.CharField(max_length=64, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("asked by"), related_name="+"
    )

    class Meta(SharedRecord.Meta):
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        indexes = [models.Index(fields=["source", "-id"])]

    @property
    def came(self) -> int:
        """How many pieces were looked at."""
        return self.new + self.changed + self.unchanged + self.refused

    @property
    def seconds(self) -> int | None:
        """How long it took; None while it runs."""
        return None if self.finished_at is None else round((self.finished_at - self.started_at).total_seconds())

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
