"""Headers that every answer carries beyond Django's own; REST says what is left of the rate (draft-ietf-httpapi-ratelimit-headers)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registers.api.problems import problem

POLICY = "accelerometer=(), camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware:
    """Switches off what the pages do not use, and keeps private pages out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        if counted := getattr(request, "rate_limit", None):
            most, seconds, left, reset = counted
            response["RateLimit-Policy"] = f'"requests";q={most};w={seconds}'
            response["RateLimit"] = f'"requests";r={left};t={reset}'
        return response


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
        return render(request, "error.html", {"title": "Not understood", "detail": detail}, status=400)
