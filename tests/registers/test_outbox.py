"""The outbox: a letter is lost neither with the mail server nor with the worker, and nobody is told twice by mistake."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.mail import EmailMessage
from django.utils import timezone

from registers import mail
from registers.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    """Return a moment after the letters of the test."""
    return timezone.now() + timedelta(minutes=1)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let the mail server answer with an error where its subject is named; returns the subjects that it was asked to take."""

    def answering(errors: dict[str, Exception]) -> list[str]:
        asked: list[str] = []

        def send(message: EmailMessage) -> None:
            asked.append(message.subject)
            if message.subject in errors:
                raise errors[message.subject]

        monkeypatch.setattr(EmailMessage, "send", send)
        return asked

    return answering


def states() -> list[tuple[Any, ...]]:
    """Return what became of the letters: subject, whether it left, attempts."""
    return [(one.subject, one.sent_at is not None, one.attempts) for one in Mail.objects.order_by("pk")]


def test_a_letter_leaves_once(now: datetime) -> None:
    mail.post(["emil@demo.example"], "One", "Text")
    assert (mail.send_waiting(now=now), mail.send_waiting(now=now)) == (1, 0)
    assert [one.subject for one in outgoing.outbox] == ["One"]


def test_a_letter_whose_worker_died_goes_again_under_the_same_id(now: datetime) -> None:
    mail.post(["emil@demo.example"], "One", "Text")
    mail.post(["emil@demo.example"], "Two", "Text")
    mail.send_waiting(now=now)
    Mail.objects.filter(subject="One").update(sent_at=None)  # as if its commit had not come about
    mail.send_waiting(now=now)
    one, two, again = (str(letter.message()["Message-ID"]) for letter in outgoing.outbox)
    assert one == again != two
    assert one.startswith("<letter-")
    assert one.endswith("@localhost>")


def test_a_mail_server_that_is_away_costs_no_attempt(now: datetime, server: Callable[..., list[str]]) -> None:
    for subject in ("One", "Two"):
        mail.post(["emil@demo.example"], subject, "Text")
    asked = server({"One": ConnectionRefusedError("refused"), "Two": SMTPServerDisconnected("gone")})
    for _minute in range(2 * mail.MOST_ATTEMPTS):
        assert mail.send_waiting(now=now) == 0
    assert asked == ["One"] * 2 * mail.MOST_ATTEMPTS
    assert states() == [("One", False, 0), ("Two", False, 0)]
    server({})
    assert mail.send_waiting(now=now) == 2


def test_a_letter_that_is_refused_keeps_no_other_waiting(now: datetime, server: Callable[..., list[str]]) -> None:
    for subject in ("Bad", "Worse", "Good"):
        mail.post(["emil@demo.example"], subject, "Text")
    server({"Bad": SMTPRecipientsRefused({}), "Worse": UnicodeEncodeError("ascii", "ü", 0, 1, "no")})
    assert mail.send_waiting(now=now) == 1
    assert states() == [("Bad", False, 1), ("Worse", False, 1), ("Good", True, 0)]


def test_a_refused_letter_is_tried_for_two_hours(now: datetime, server: Callable[..., list[str]]) -> None:
    mail.post(["emil@demo.example"], "Grey", "Text")
    asked = server({"Grey": SMTPRecipientsRefused({})})
    for minute in range(300):
        mail.send_waiting(now=now + timedelta(minutes=minute))
    assert len(asked) == mail.MOST_ATTEMPTS
    letter = Mail.objects.get()
    assert letter.due_at == now + timedelta(minutes=127 + 128)
