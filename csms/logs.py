"""Structured logs: one JSON line for each event, with the id of the request it belongs to."""

import re
import uuid
from collections.abc import Callable
from logging import LogRecord
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

PLAIN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def of_request(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Add the id of the request that a line of Django's is about; such lines are written after the request has left."""
    request = getattr(event.get("_record"), "request", None)
    if known := getattr(request, "request_id", ""):
        event.setdefault("request_id", known)
    return event


def is_event(record: LogRecord) -> bool:
    """Whether a line belongs into the log: what /readyz finds is its answer, and it is asked again and again."""
    return getattr(getattr(record, "request", None), "path", "") != "/readyz"


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]

LOGGING_CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
            "foreign_pre_chain": [*SHARED, of_request],
        }
    },
    "filters": {"events": {"()": "django.utils.log.CallbackFilter", "callback": is_event}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["events"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}, "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"}, "django.security.DisallowedHost": {"level": "ERROR"},
    },
}  # fmt: skip

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


class RequestIdMiddleware:
    """Gives each request an id, keeps the caller's if it is a plain one, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the id in the log lines and in the answer."""
        sent = request.headers.get("X-Request-Id", "")
        request.request_id = sent if PLAIN_ID.fullmatch(sent) else uuid.uuid4().hex  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response
