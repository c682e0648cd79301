"""A fresh sign-in before a step that opens much (step-up, ASVS 7.5.3): which steps want it, and the way there and back.

A register names such steps in `sensitive`; a page beside the registers is marked by `@sensitive`. One middleware asks for
the pages and one permission for REST, so no view does.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken
from accounts.rules import fresh

if TYPE_CHECKING:
    from rest_framework.views import APIView

V = TypeVar("V", bound=Callable[..., Any])
READS, WRITES = frozenset({"GET", "HEAD"}), frozenset({"POST"})
WAITING, MOST_WAITING, LONGEST = "waits_for_sign_in", 5, 100_000
ACTS = {
    "create": "add", "update": "change", "partial_update": "change", "change_many": "change", "destroy": "delete",
    "delete_many": "delete",
}  # fmt: skip


@dataclass(frozen=True)
class Demand:
    """When a page wants a fresh sign-in: for which methods, unless the form sends this field; `file` where it answers a file."""

    methods: frozenset[str]
    unless: str = ""
    file: bool = False

    def holds(self, request: HttpRequest) -> bool:
        """Tell whether this request is one of those."""
        return request.method in self.methods and not (self.unless and request.POST.get(self.unless))


def sensitive(*, methods: frozenset[str] = WRITES, unless: str = "", file: bool = False) -> Callable[[V], V]:
    """Mark a page beside the registers; `unless` is the field of its form by which something is only taken back."""

    def mark(view: V) -> V:
        view.demand = Demand(methods, unless, file)  # type: ignore[attr-defined]
        return view

    return mark


def demand_of(view: Any) -> Demand | None:
    """Return what a page wants, by the declaration of its register or by its mark."""
    given = getattr(view, "view_initkwargs", {})
    register = given.get("register")
    act = given.get("verb") or getattr(getattr(view, "view_class", None), "verb", "")
    if register is not None and register.is_sensitive(act):
        return Demand(READS | WRITES, file=act == "export")
    found: Demand | None = getattr(view, "demand", None)
    return found


def is_fresh(request: Any, *, now: datetime) -> bool:
    """Tell whether the person of this session proved a factor a moment ago."""
    records = get_authentication_records(request, request.user)
    return fresh(records, now=now.timestamp(), within=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


class FreshSignInMiddleware:
    """Leads to signing in anew before a page that wants it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let the page answer, or lead to signing in anew; who is not signed in was led away before."""
        demand = demand_of(view)
        if demand is None or not demand.holds(request) or is_fresh(request, now=timezone.now()):
            return None
        return lead(request, demand)


def lead(request: HttpRequest, demand: Demand) -> HttpResponse:
    """Lead to signing in anew, and from there back to here; what was sent waits meanwhile."""
    here, htmx = request.get_full_path(), getattr(request, "htmx", None)
    if htmx and not htmx.boosted:
        here = htmx.current_url_abs_path or "/"
    elif request.method == "POST":
        sent = request.POST.urlencode()
        here = came_from(request) if request.FILES or len(sent) > LONGEST else put_by(request, here, sent=sent)
    elif demand.file:
        here = put_by(request, here)
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    address = f"{ways[0]['url'] if ways else reverse('account_reauthenticate')}?{urlencode({'next': here})}"
    return HttpResponseClientRedirect(address) if htmx else redirect(address)


def put_by(request: HttpRequest, path: str, *, sent: str | None = None) -> str:
    """Keep in the session a form that was sent, or a file that was asked for; return the page that goes on with it."""
    key = secrets.token_urlsafe(9)
    waiting = {**request.session.get(WAITING, {}), key: {"path": path, "sent": sent, "back": came_from(request)}}
    request.session[WAITING] = dict(list(waiting.items())[-MOST_WAITING:])
    return reverse("accounts:go-on", args=[key])


def take(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """Return what waits under this key, this once."""
    waiting = dict(request.session.get(WAITING, {}))
    found: dict[str, Any] | None = waiting.pop(key, None)
    if found is not None:
        request.session[WAITING] = waiting
    return found


def came_from(request: HttpRequest) -> str:
    """Return the page of the portal from which this was asked, else the overview."""
    told = request.headers.get("Referer", "")
    page = urlsplit(told)._replace(scheme="", netloc="", fragment="").geturl()
    known = url_has_allowed_host_and_scheme(told, {request.get_host()}) and url_has_allowed_host_and_scheme(page, None)
    return page if known and page.startswith("/") else "/"


class FreshSignInNeeded(APIException):
    """A session does this only after a fresh sign-in; a token carries its own right (the code is that of RFC 9470)."""

    status_code = 403
    default_code = "insufficient_user_authentication"
    default_detail = "Show anew that it is you, at /accounts/reauthenticate/ in this browser, or use a token."


class FreshSignInAllows(BasePermission):
    """Refuses the steps that want a fresh sign-in to a session that has none."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Ask the register of the endpoint whether it wants one."""
        register, action = getattr(view, "register", None), str(getattr(view, "action", ""))
        wanted = register is not None and register.is_sensitive(ACTS.get(action, action))
        if wanted and not isinstance(request.auth, ApiToken) and not is_fresh(request, now=timezone.now()):
            raise FreshSignInNeeded
        return True
