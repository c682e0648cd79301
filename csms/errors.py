"""Pages for what goes wrong; under /api/ the same as problem documents."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from redis.exceptions import RedisError

from registers.api.problems import BROKEN_OFF, RETRY_AFTER, TITLES, problem
from registers.storage import NoSpace, filled

WORDS = {
    400: _("The request was not understood. Go back and try again."),
    403: _("You may see this but not do that here. Ask your CSMS manager if you should."),
    404: _("There is no such page or record."),
    408: BROKEN_OFF,
    500: _("Something broke on our side. The log has the details under the id below."),
    503: _("Part of the portal does not answer. Try again in a minute."),
}


def answer(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """Answer an error as a page, or under /api/ as a problem document."""
    detail = detail or gettext(WORDS[status])
    if request.path.startswith("/api/"):
        return problem(request, status, detail)
    given = {"title": gettext(TITLES[status]), "detail": detail, "request_id": getattr(request, "request_id", "")}
    if status >= 500:
        return HttpResponse(render_to_string("500.html", given), status=status)
    return render(request, "error.html", given, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the reason where one was given."""
    return answer(request, 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404; the same bytes for what is not there and what is not yours."""
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a word of the inside; 503 when the database or the broker does not answer, 507 when a disk is full. The page needs nothing that may be gone."""
    error = sys.exc_info()[1]
    if isinstance(error, UnreadablePostError):
        return answer(request, 408)
    if error and filled(error):
        return answer(request, 507, str(NoSpace()))
    if not isinstance(error, OperationalError | InterfaceError | RedisError):
        return answer(request, 500)
    response = answer(request, 503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    """403 for a form that was not ours or is too old."""
    return answer(request, 403, gettext("This form is too old. Load the page again and send it once more."))
