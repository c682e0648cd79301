"""Letters leave from one outbox: written with what causes them, sent later, tried again.

A worker that dies between the mail server's yes and our commit leaves a letter that is sent once more. It bears the same
Message-ID then (RFC 5322 3.6.4), by which mail servers and programs know a double.
"""

from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction

from registers.models import Mail

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=1)  # doubled at each attempt: a letter is given up after two hours
AT_ONCE = 200
SENDING = 7007  # advisory lock
# Of this one letter the mail server, or the form of letters, will not hear; whatever else fails, fails for all of them.
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError, ValueError)
log = structlog.get_logger(__name__)


def post(to: list[str], subject: str, text: str) -> Mail:
    """Put a letter into the outbox, in the transaction of what it tells of."""
    return Mail.objects.create(to=to, subject=" ".join(subject.split())[:200], text=text)


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
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SENDING])
        if not cursor.fetchone()[0]:
            return None
    return Mail.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()


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
