"""Letters leave from one outbox: written with what causes them, sent later, tried again."""

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction

from registers.door import may, record_at
from registers.models import Mail

MOST_ATTEMPTS = 8
log = structlog.get_logger(__name__)


def post(to: list[str], subject: str, text: str) -> Mail:
    """Put a letter about an account into the outbox, in the transaction of what it tells of."""
    return Mail.objects.create(to=to, subject=_one_line(subject), text=text)


def write(person: Any, subject: str, text: str, *, about: models.Model) -> Mail:
    """Put a letter about a record into the outbox, with the way there; it leaves only while the person may see the record."""
    path: str = about.get_absolute_url()  # type: ignore[attr-defined]
    told = f"{text}\n\n{settings.PUBLIC_URL}{path}"
    return Mail.objects.create(to=[person.email], subject=_one_line(subject), text=told, person=person, about=path)


def _one_line(subject: str) -> str:
    return " ".join(subject.split())[:200]


def send_waiting(*, now: datetime) -> int:
    """Send what waits, each letter in a transaction of its own; return how many left."""
    sent = 0
    for pk in list(Mail.objects.filter(sent_at=None, attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            letter = Mail.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()
            if letter is None:
                continue
            if refusal := _refusal(letter):
                letter.attempts, letter.error = MOST_ATTEMPTS, refusal
                letter.save()
                continue
            letter.attempts += 1
            try:
                EmailMessage(letter.subject, letter.text, to=letter.to).send()
                letter.sent_at, letter.error = now, ""
                sent += 1
            except OSError as failed:
                letter.error = str(failed)[:300]
                log.warning("letter not sent", mail=letter.pk, why=letter.error)
            letter.save()
    return sent


def _refusal(letter: Mail) -> str:
    """Say why a letter about a record does not leave any more, or nothing."""
    person = letter.person
    if person is None:
        return ""
    if not person.is_active:
        return "Not sent: the person may not sign in any more."
    record = record_at(letter.about)
    seen = record is not None and may(person, "view", record)
    return "" if seen else "Not sent: the person does not see the record any more."
