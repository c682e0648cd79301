"""Letters leave from one outbox: written with what causes them, sent later, tried again."""

from datetime import datetime

import structlog
from django.core.mail import EmailMessage
from django.db import transaction

from registers.models import Mail

MOST_ATTEMPTS = 8
log = structlog.get_logger(__name__)


def post(to: list[str], subject: str, text: str) -> Mail:
    """Put a letter into the outbox, in the transaction of what it tells of."""
    return Mail.objects.create(to=to, subject=" ".join(subject.split())[:200], text=text)


def send_waiting(*, now: datetime) -> int:
    """Send what waits, each letter in a transaction of its own; return how many left."""
    sent = 0
    for pk in list(Mail.objects.filter(sent_at=None, attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            letter = Mail.objects.select_for_update(skip_locked=True).filter(pk=pk, sent_at=None).first()
            if letter is None:
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
