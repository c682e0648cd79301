"""Letters leave from one outbox: written with what causes them, sent later, tried again.

A worker that dies between the mail server's yes and our commit leaves a letter that is sent once more. It bears the same
Message-ID then (RFC 5322 3.6.4), by which mail servers and programs know a double.
"""

from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction

from registers.door import may, record_at
from registers.locks import taken
from registers.models import Mail

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)  # doubled at each attempt: a letter is given up after two hours
AT_ONCE = 200
SENDING = 7007  # advisory lock
# Of this one letter the mail server, or the form of letters, will not hear; whatever else fails, fails for all of them.
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, ValueError)
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
    """Send what waits, each letter in a transaction of its own, one worker at a time; return how many left.

    When the mail server does not answer, all wait for the next turn, and none of them has used up an attempt.
    """
    sent = 0
    waiting = Mail.objects.filter(sent_at=None, attempts__lt=MOST_ATTEMPTS, due_at__lte=now).order_by("due_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            letter = _taken(pk)
            if letter is None:
                continue
            if refusal := _refusal(letter):
                Mail.objects.filter(pk=pk).update(attempts=MOST_ATTEMPTS, error=refusal)
                continue
            try:
                _message(letter).send()
            except REFUSALS as refused:
                _put_off(letter, str(refused), now=now)
                continue
            except OSError as away:
                log.warning("mail server does not answer", mail=pk, why=str(away))
                Mail.objects.filter(pk=pk).update(error=str(away)[:300])
                break
            Mail.objects.filter(pk=pk).update(sent_at=now, error="")
            sent += 1
    return sent


def _taken(pk: int) -> Mail | None:
    """Lock a letter that still waits; None while another worker sends: one that hangs must not take the others with it."""
    if not taken(SENDING):
        return None
    return Mail.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()


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


def _message(letter: Mail) -> EmailMessage:
    place = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    own = {"Message-ID": f"<letter-{letter.pk}-{letter.created_at:%Y%m%d%H%M%S%f}@{place}>"}
    return EmailMessage(letter.subject, letter.text, to=letter.to, headers=own)


def _put_off(letter: Mail, why: str, *, now: datetime) -> None:
    """Try a letter again later, each time after twice as long, and no more after the last attempt."""
    letter.attempts += 1
    letter.error, letter.due_at = why[:300], now + FIRST_WAIT * 2 ** (letter.attempts - 1)
    letter.save(update_fields=["attempts", "error", "due_at"])
    given_up = letter.attempts == MOST_ATTEMPTS
    log.warning("letter given up" if given_up else "letter refused", mail=letter.pk, why=letter.error)
