"""What is asked of a signed-in person's request: when the session was last seen, and a second factor where the role demands one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from accounts.factors import demands_second_factor
from accounts.models import User
from registers.api.problems import problem

EVERY, IDLE, LONGEST = timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=12)
SET_UP = "/accounts/2fa/"
VOUCHED = "second_factor_by_provider"
FREE = (
    SET_UP,
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/password/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
)


def over(*, began: datetime, seen: datetime, now: datetime) -> bool:
    """Tell whether a session has ended: nobody used it for half an hour, or it is twelve hours old (ASVS V7.3)."""
    return now - seen > IDLE or now - began > LONGEST


class LastSeenMiddleware:
    """Notes when a session was last seen, once a minute, and ends one that was left alone or is too old."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, after the note; a write for every page would cost more than the page."""
        key = request.session.session_key
        if key and request.user.is_authenticated:
            now = timezone.now()
            kept = UserSession.objects.filter(session_key=key, user=request.user.pk)
            times = kept.values_list("created_at", "last_seen_at").first()
            if times and over(began=times[0], seen=times[1], now=now):
                logout(request)
                messages.warning(request, gettext("Your session ended. Sign in again."))
            elif times is None or now - times[1] > EVERY:
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


class LanguageMiddleware:
    """Speaks the language that the person chose, else the browser's; programs are always answered in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language."""
        if request.path.startswith("/api/"):
            code = settings.LANGUAGE_CODE
        else:
            user: Any = request.user
            chosen = user.preferences.get("language") if isinstance(user, User) else None
            code = chosen or translation.get_language_from_request(request)
        with translation.override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        if not request.path.startswith("/api/"):
            patch_vary_headers(response, ("Accept-Language",))
        return response


class SecondFactorMiddleware:
    """Leads a person whose role demands a second factor to setting one up, whatever page was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the set-up page. That the factor is there is kept in the session until it may have changed.

        Only the pages that setting up needs are free: a token or a person made without the factor would get round it.
        """
        user = request.user
        if request.path.startswith(SET_UP):
            request.session.pop("second_factor", None)
        if not isinstance(user, User) or request.path.startswith(FREE) or request.session.get("second_factor"):
            return self.get_response(request)
        if not demands_second_factor(user):
            return self.get_response(request)
        if is_mfa_enabled(user) or request.session.get(VOUCHED) == user.pk:
            request.session["second_factor"] = True
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return problem(
                request, 403, "Your role or a short password demands a second factor. Set one up in the portal first."
            )
        messages.warning(
            request, gettext("Your role or a short password demands a second factor. Set one up to go on.")
        )
        return redirect(reverse("mfa_index"))
