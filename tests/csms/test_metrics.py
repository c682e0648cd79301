"""Figures for Prometheus: who may read them, and that they are those of the portal."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from csms import metrics
from registers.history import seals
from registers.models import Job, Seal

TOKEN = "a-token-of-the-monitoring-host"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("loopback", "token", "sent", "status"),
    [
        (False, "", {}, 404),
        (False, "", {"Authorization": "Bearer "}, 404),
        (True, "", {}, 200),
        (True, "", {"REMOTE_ADDR": "10.0.0.9"}, 404),
        (True, "", {"X-Forwarded-For": "10.0.0.9"}, 404),
        (False, TOKEN, {}, 404),
        (False, TOKEN, {"Authorization": "Bearer wrong"}, 404),
        (False, TOKEN, {"Authorization": f"Bearer {TOKEN}", "REMOTE_ADDR": "10.0.0.9"}, 200),
    ],
)
def test_it_answers_only_whom_the_settings_name(
    settings: Any, loopback: bool, token: str, sent: dict[str, str], status: int
) -> None:
    settings.METRICS_LOOPBACK, settings.METRICS_TOKEN = loopback, token
    address = {"REMOTE_ADDR": sent["REMOTE_ADDR"]} if "REMOTE_ADDR" in sent else {}
    headers = {name: value for name, value in sent.items() if name != "REMOTE_ADDR"}
    assert Client().get("/metrics", headers=headers, **address).status_code == status  # type: ignore[arg-type]


def test_labels_cannot_break_the_format() -> None:
    told = metrics._family("x", "gauge", "X.", [({"source": 'a"b\\c\nd'}, 1.0)])
    assert told.splitlines()[-1] == r'x{source="a\"b\\c\nd"} 1'


@pytest.mark.django_db(transaction=True)
def test_the_figures_are_those_of_the_portal(settings: Any, mara: User) -> None:
    settings.METRICS_LOOPBACK = True
    now = timezone.now()
    cache.set("beat", (now - timedelta(seconds=40)).isoformat())
    Job.objects.create(owner=mara, kind="report", title="A report", state="FAILED")
    seals.seal()
    before = values(metrics.text(now=now))
    Client().get("/healthz")
    after = values(metrics.text(now=now))
    assert after['csms_jobs{state="FAILED"}'] == 1
    assert after['csms_jobs{state="DONE"}'] == 0
    assert after["csms_beat_age_seconds"] == 40
    assert after["csms_seals_total"] == Seal.objects.count() > 0
    assert after["csms_queue_length"] >= 0
    assert after['csms_requests_total{status="2xx"}'] == before['csms_requests_total{status="2xx"}'] + 1


def values(text: str) -> dict[str, float]:
    """Read the text format back."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"\})? \S+', line) for line in lines)
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}
