"""What every register is made of, and the rows that the machinery keeps for itself."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pghistory.models
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registers.door import Reach, register_of


class Now(models.Func):
    """The database's clock: the true time, except for the owner while the demo's past is loaded."""

    function = "csms_now"
    arity = 0
    output_field = models.DateTimeField()


class CurrentEpoch(models.Func):
    """The number of the history epoch that is open now."""

    function = "csms_epoch"
    arity = 0
    output_field = models.BigIntegerField()


class HistoryEvent(pghistory.models.Event):
    """One row of history; written by trigger, never changed, sealed with its epoch."""

    pgh_epoch = models.BigIntegerField(db_default=CurrentEpoch(), editable=False)

    class Meta:
        abstract = True


class RevisionTrigger(pgtrigger.Trigger):
    """Counts the revision up whenever a column really changes; generated columns are not known before the write."""

    name = "revision"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = "NEW.revision = OLD.revision + 1; NEW.updated_at = csms_now(); RETURN NEW;"

    def get_condition(self, model: Any) -> pgtrigger.Condition:
        """Return: any stored column differs."""
        stored = [field.name for field in model._meta.fields if not isinstance(field, models.GeneratedField)]
        return pgtrigger.AnyChange(*stored)


@cache  # a list asks in every row
def _page_around(model: type[models.Model]) -> tuple[str, ...]:
    """Return what stands before and after the key in the address of a record's page; one empty text where it has none."""
    register, mark = register_of(model), 10**15
    return tuple(reverse(f"{register.app}:{register.name}-detail", args=[mark]).split(str(mark))) if register else ("",)


def _once_a_site(constraint: Any) -> bool:
    """Tell whether a constraint holds a value, such as a name, to one record of a site."""
    one = isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    return one and len(constraint.fields) == 2 and constraint.fields[0] == "site"


class Record(models.Model):
    """Something a register lists: it has a revision, a history, and room for the organisation's own fields."""

    reach: Reach
    known_by = ""  # the field, if any, by which an address may name the record as well as by its id

    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    custom = models.JSONField(_("own fields"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("last changed"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
        triggers: list[pgtrigger.Trigger] = [RevisionTrigger()]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row and read back what the database set: revision and times, which a new row is answered with at once."""
        new = self._state.adding
        super().save(*args, **kwargs)
        if not new:
            self.refresh_from_db(fields=("revision", "created_at", "updated_at"))

    def get_absolute_url(self) -> str:
        """Return the record's page."""
        return str(self.pk).join(_page_around(type(self)))

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Ask the constraints; what only one record of a site may have is said at that field."""
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as wrong:
            constraints: Any = self._meta.constraints
            fields = {one.violation_error_message: one.fields[1] for one in constraints if _once_a_site(one)}
            said: dict[str, list[ValidationError]] = {}
            for name, errors in wrong.error_dict.items():
                for error in errors:
                    place = fields.get(error.message, name) if name == NON_FIELD_ERRORS else name
                    said.setdefault(place, []).append(error)
            raise ValidationError(said) from wrong

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """Say of a value that only one record may have what to do about it."""
        error = super().unique_error_message(model_class, unique_check)
        if len(unique_check) == 1:
            told = gettext("Another {what} has the same “{field}”. Write something else, or change that one.")
            field = model_class._meta.get_field(unique_check[0])
            error.message = told.format(
                what=model_class._meta.verbose_name, field=getattr(field, "verbose_name", field.name)
            )
        return error

    @property
    def etag(self) -> str:
        """The strong entity tag of this state, RFC 9110 8.8.3."""
        return f'"{self.pk}-{self.revision}"'


class Job(models.Model):
    """Work that a person started and that runs in the background; the row is its outbox."""

    reach = Reach.OWN

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", verbose_name=_("started by")
    )
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress, %"), default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    errors = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    result = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True)
    spent: tuple[Path, ...] = ()
    """Files that go when the job has ended, and not before: if its worker dies, the next one reads them again."""

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [models.CheckConstraint(condition=models.Q(progress__lte=100), name="job_progress_percent")]
        indexes = [
            models.Index(fields=["owner", "-id"], name="job_owner"),
            models.Index(fields=["state"], condition=models.Q(state__in=["QUEUED", "RUNNING"]), name="job_open"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page that shows the progress."""
        return reverse("registers:job", args=[self.pk])


class StagedRow(models.Model):
    """One row of a file that is being imported: what it says, and what will become of it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10)
    name = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    errors = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="staged_row_once")]

    def __str__(self) -> str:
        return f"row {self.number}"


class IdempotencyKey(models.Model):
    """An answer kept so that a repeated POST is answered, not done, again."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class Seal(models.Model):
    """The fingerprint of all history rows of closed epochs, chained to the one before."""

    first_epoch = models.BigIntegerField()
    last_epoch = models.BigIntegerField(unique=True)
    rows = models.PositiveIntegerField()
    settled_at = models.DateTimeField()
    tables = models.JSONField(default=list)
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"seal {self.pk} {self.digest[:16]}"


class Installation(models.Model):
    """The one row that says what this database is."""

    demo = models.BooleanField(default=False)
    demo_loaded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "demo" if self.demo else "installation"


class Mail(models.Model):
    """A letter that waits to be sent; written in the transaction that causes it."""

    to = ArrayField(models.EmailField())
    subject = models.CharField(max_length=200)
    text = models.TextField()
    # Of a letter about a record: to whom it goes, and the record's page. What is about an account itself has neither.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    about = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(sent_at=None), name="mail_waiting")]

    def __str__(self) -> str:
        return self.subject


class Watermark(models.Model):
    """How far a follower has read the history."""

    follower = models.CharField(max_length=60, unique=True)
    snapshot = models.TextField()
    epoch = models.BigIntegerField()

    def __str__(self) -> str:
        return self.follower


from registers import own  # noqa: E402, F401  # the models that stand on these, known to Django by this import
