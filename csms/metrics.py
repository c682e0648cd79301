"""Figures of operation for Prometheus, told only to whom the settings name: nobody unless they name somebody."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from patching.models import AdvisorySource
from registers.models import Job, Seal

LOOPBACK = frozenset({"127.0.0.1", "::1"})
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
SILENT = (RedisError, OperationalError, OSError)
Sample = tuple[dict[str, str], float]


class CountMiddleware:
    """Counts answers by the first digit of their status, together for all processes; only where somebody reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer and count; without a broker the answer stands and is not counted."""
        response = self.get_response(request)
        if settings.METRICS_LOOPBACK or settings.METRICS_TOKEN:
            with suppress(*SILENT):
                _count(f"answers-{response.status_code // 100}xx")
        return response


def _count(key: str) -> None:
    cache.add(key, 0, timeout=None)
    cache.incr(key)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the text format of Prometheus; to everybody else the address does not exist."""
    if not allowed(request):
        raise Http404
    return HttpResponse(text(now=timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def allowed(request: HttpRequest) -> bool:
    """Tell whether this caller may read: by the token, or from this very machine and not through a proxy."""
    sent = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return True
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"))
    return settings.METRICS_LOOPBACK and not forwarded and request.META.get("REMOTE_ADDR") in LOOPBACK


def text(*, now: datetime) -> str:
    """Return all figures; one that cannot be read at the moment is left out."""
    states = dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))
    polls = AdvisorySource.objects.order_by("name")
    newest = Seal.objects.order_by("-pk").values_list("settled_at", flat=True).first()
    return "".join((
        _family("csms_requests_total", "counter", "Answers by class of status.", _answers()),
        _family("csms_jobs", "gauge", "Jobs by state.", [({"state": state}, states.get(state, 0)) for state in Job.State.values]),
        _family("csms_queue_length", "gauge", "Tasks that wait in the broker.", _queue()),
        _family("csms_beat_age_seconds", "gauge", "Since beat was last seen.", _beat(now)),
        _family("csms_source_poll_age_seconds", "gauge", "Since the last good poll of an advisory source.",
                [({"source": one.name}, (now - one.last_success_at).total_seconds()) for one in polls if one.last_success_at]),
        _family("csms_seals_total", "counter", "Seals of history.", [({}, Seal.objects.count())]),
        _family("csms_seal_age_seconds", "gauge", "Since the newest seal.", [({}, (now - newest).total_seconds())] if newest else []),
    ))  # fmt: skip


def _family(name: str, kind: str, told: str, samples: Iterable[Sample]) -> str:
    lines = [f"{name}{_labels(labels)} {value:.15g}\n" for labels, value in samples]
    return f"# HELP {name} {told}\n# TYPE {name} {kind}\n{''.join(lines)}" if lines else ""


def _labels(labels: dict[str, str]) -> str:
    def quoted(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return "{" + ",".join(f'{name}="{quoted(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _answers() -> list[Sample]:
    try:
        found = cache.get_many([f"answers-{name}" for name in CLASSES])
    except SILENT:
        return []
    return [({"status": name}, found.get(f"answers-{name}", 0)) for name in CLASSES]


def _queue() -> list[Sample]:
    try:
        with current_app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            return [({}, channel.client.llen(current_app.conf.task_default_queue))]
    except SILENT:
        return []


def _beat(now: datetime) -> list[Sample]:
    try:
        seen = parse_datetime(cache.get("beat") or "")
    except SILENT:
        return []
    return [({}, (now - seen).total_seconds())] if seen else []
