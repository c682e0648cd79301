"""Errors as RFC 9457 problem documents, one shape for everything that goes wrong."""

from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, models
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from django.utils.translation import gettext_noop as _
from redis.exceptions import RedisError
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from registers.history.past import NotSettled
from registers.saving import Stale
from registers.storage import NoSpace, filled
from registers.workflow import NotPossible

MEDIA_TYPE = "application/problem+json"
BROKEN_OFF = _("The request broke off before its end, and nothing of it was done. Send it again.")
RETRY_AFTER = 10  # seconds: a database that was killed is back by then
TITLES = {
    400: _("Not understood"), 401: _("Not signed in"), 403: _("Not allowed"), 404: _("Not found"), 405: _("Not possible here"),
    406: _("Wrong format"), 408: _("Not heard to the end"), 409: _("Conflict"), 411: _("Say how long it is"), 412: _("Changed in between"), 413: _("Too large"), 415: _("Wrong format"), 422: _("Cannot be done"),
    428: _("Say which revision"), 429: _("Too many requests"), 500: _("Something broke"), 503: _("Not available"), 507: _("No room"),
}  # fmt: skip


class Conflict(exceptions.APIException):
    """The record is not in a state in which this can be done."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class PreconditionFailed(exceptions.APIException):
    """If-Match names a revision that is gone (RFC 9110 13.1.1)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "The record was changed in between. Read it again."
    default_code = "precondition_failed"


class PreconditionRequired(exceptions.APIException):
    """This kind of record is only changed by those who say which revision they saw (RFC 6585)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag that you read."
    default_code = "precondition_required"


class HalfABody(exceptions.APIException):
    """The client stopped sending before the end of its body (RFC 9110 15.5.9)."""

    status_code = status.HTTP_408_REQUEST_TIMEOUT
    default_detail = BROKEN_OFF
    default_code = "broken_off"


class TooLarge(exceptions.APIException):
    """The body is longer than anything that is taken here (RFC 9110 15.5.14)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class InsufficientStorage(exceptions.APIException):
    """The disk is nearly full (RFC 4918 11.5)."""

    status_code = status.HTTP_507_INSUFFICIENT_STORAGE
    default_code = "insufficient_storage"


class Unavailable(exceptions.APIException):
    """Database or broker do not answer, or another's work held it up for too long (RFC 9110 15.6.4)."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Part of the portal does not answer. Try again in a minute."
    default_code = "unavailable"
    wait = RETRY_AFTER - 1


def _translated(error: Exception) -> Exception:
    """Return the REST error for one of ours, Django's or the database's."""
    if isinstance(error, Http404):
        return exceptions.NotFound("There is no such record.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, NotPossible | NotSettled):
        return Conflict(str(error))
    if filled(error):
        return InsufficientStorage(str(NoSpace()))
    if isinstance(error, RequestDataTooBig):
        return TooLarge("The fields of a form hold at most 5 MB beside its files.")
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError("The request has more parts than anything here asks for.")
    if isinstance(error, UnreadablePostError):
        return HalfABody()
    if isinstance(error, Stale):
        return PreconditionFailed()
    if isinstance(error, models.ProtectedError | models.RestrictedError):
        return Conflict("Other records still need this one.")
    if isinstance(error, ValidationError):
        details = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        return exceptions.ValidationError(
            {("non_field_errors" if name == "__all__" else name): text for name, text in details.items()}
        )
    if isinstance(error, IntegrityError):
        return Conflict("That contradicts another record.")
    if isinstance(error, OperationalError | InterfaceError | RedisError):
        structlog.get_logger(__name__).warning("database or broker does not answer", why=str(error))
        return Unavailable()
    if isinstance(error, DataError | RecursionError | UnicodeError):
        return exceptions.ParseError("A value cannot be stored.")
    return error


def problem(request: HttpRequest, code: int, detail: str) -> JsonResponse:
    """Return the problem document for what goes wrong under /api/ before or beside an endpoint."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": TITLES[code], "status": code, "detail": detail, "instance": request.path,
        "request_id": getattr(request, "request_id", ""), "errors": [],
    }  # fmt: skip
    return JsonResponse(body, status=code, content_type=MEDIA_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception as a problem document; anything unforeseen is logged and says nothing of the inside."""
    error = _translated(error)
    request: Any = context.get("request")
    if not isinstance(error, exceptions.APIException):
        structlog.get_logger(__name__).exception("unforeseen error in REST")
        error = exceptions.APIException("Something broke on our side. The log has the details.")
    code = error.status_code
    body: dict[str, Any] = {
        "type": "about:blank", "title": TITLES.get(code, "Error"), "status": code,
        "instance": getattr(request, "path", ""), "request_id": getattr(request, "request_id", ""),
        "code": str(getattr(error, "default_code", "error")),
    }  # fmt: skip
    entries = list(_entries(error.detail))
    field_errors = [entry for entry in entries if entry["pointer"]]
    body["detail"] = "Some values are not right." if field_errors else " ".join(entry["detail"] for entry in entries)
    body["errors"] = entries if isinstance(error, exceptions.ValidationError) else []
    if request is not None:
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), MEDIA_TYPE
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Response(body, status=code, headers=headers, content_type=MEDIA_TYPE)


def _entries(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Yield one entry for each wrong value, with a JSON pointer (RFC 6901) to it."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            step = (
                "" if name in {"non_field_errors", "__all__"} else "/" + str(name).replace("~", "~0").replace("/", "~1")
            )
            yield from _entries(inner, pointer + step)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _entries(inner, f"{pointer}/{index}" if isinstance(inner, dict | list) else pointer)
    else:
        yield {"pointer": pointer, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}
