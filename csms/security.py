"""Headers that every answer carries beyond Django's own; REST says what is left of the rate (draft-ietf-httpapi-ratelimit-headers)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from csms.errors import answer
from registers.api.problems import problem

VALID_FOR = timedelta(days=180)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
BESIDE_THE_FILE = 1_000_000  # bytes of a form around its file
HEARD, HEARD_FOR = 300_000_000, 30.0  # bytes and seconds that are read of what is refused
POLICY = "accelerometer=(), camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


@login_not_required
def contact(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); there is no such file while no contact is set."""
    if not settings.SECURITY_CONTACT:
        return HttpResponseNotFound("No contact is set.", content_type="text/plain; charset=utf-8")
    ends = (timezone.now() + VALID_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends}",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


class HeadersMiddleware:
    """Switches off what the pages do not use, keeps private pages out of shared caches, and clears a browser at sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path == "/accounts/logout/" and request.method == "POST":
            response.setdefault("Clear-Site-Data", '"cache", "storage"')
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        if counted := getattr(request, "rate_limit", None):
            most, seconds, left, reset = counted
            response["RateLimit-Policy"] = f'"requests";q={most};w={seconds}'
            response["RateLimit"] = f'"requests";r={left};t={reset}'
        return response


class KnownMethodsMiddleware:
    """Refuses every method that no page or endpoint has, TRACE above all, before anything else is asked (ASVS 13.4.4)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or name the methods that there are."""
        if request.method in METHODS:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            refused: HttpResponse = problem(request, 405, "There is no such method here.")
        else:
            refused = HttpResponse(
                "There is no such method here.", status=405, content_type="text/plain; charset=utf-8"
            )
        refused["Allow"] = ", ".join(METHODS)
        return refused


class PlainQueryMiddleware:
    """Refuses NUL in an address: no value of the portal has one, and the database takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say what is wrong with the address."""
        wrong = next(
            (name for name, texts in request.GET.lists() if any("\0" in text for text in (name, *texts))), None
        )
        if wrong is None:
            return self.get_response(request)
        detail = "Leave out NUL (%00) in the address."
        if request.path.startswith("/api/"):
            return problem(request, 400, detail)
        return render(request, "error.html", {"title": gettext("Not understood"), "detail": detail}, status=400)


class BodyMiddleware:
    """Refuses a body that nothing here takes before it is parsed, and hears to its end whoever is refused, so that they read why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a connection that is closed on somebody who still sends is a broken one to them."""
        length = request.headers.get("Content-Length", "")
        most = settings.UPLOAD_MAX_BYTES + BESIDE_THE_FILE
        if not length and "Transfer-Encoding" in request.headers:
            response = answer(
                request, 411, gettext("Send the body with its Content-Length; in chunks it is not taken.")
            )
        elif length.isdigit() and int(length) > most:
            detail = gettext("This is over {limit} MB. Split it.").format(limit=settings.UPLOAD_MAX_BYTES // 1_000_000)
            response = answer(request, 413, detail)
        else:
            response = self.get_response(request)
        _hear_out(request)
        return response


def _hear_out(request: HttpRequest) -> None:
    body = request.META["wsgi.input"] if "Transfer-Encoding" in request.headers else request
    until, left = monotonic() + HEARD_FOR, HEARD
    with suppress(OSError):
        while left > 0 and monotonic() < until and (part := body.read(65_536)):
            left -= len(part)
