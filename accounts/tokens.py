"""Tokens for programs: `csms_<key>.<secret>`, kept as a keyed hash, with scopes and an end; and how REST knows who asks."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as DRFSession
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.factors import lacks_second_factor
from accounts.models import ApiToken, User
from registers.history.past import moment

if TYPE_CHECKING:
    from rest_framework.views import APIView

PREFIX = "csms_"
LONGEST = timedelta(days=366)
SEEN_EVERY = timedelta(minutes=1)
NO_FACTOR = "The role or a short password of this token's owner demands a second factor. The owner sets one up in the portal first."


def _digest(secret: str, pepper: str) -> str:
    return hmac.new(f"token:{pepper}".encode(), secret.encode(), hashlib.sha256).hexdigest()


def issue(owner: User, name: str, scopes: list[str], *, expires_at: datetime, now: datetime) -> tuple[ApiToken, str]:
    """Make a token; return its row and the text, which is shown once. ValueError when it would live over a year."""
    if not now < expires_at <= now + LONGEST:
        raise ValueError("A token lives at most one year. Choose an earlier day.")
    key, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        key=key,
        digest=_digest(secret, settings.SECRET_KEY),
        scopes=scopes,
        expires_at=expires_at,
    )
    return token, f"{PREFIX}{key}.{secret}"


def find(text: str, *, now: datetime) -> ApiToken | None:
    """Return the token of this text if it is good now; old pepper keys of a rotation still hold."""
    key, _dot, secret = text.removeprefix(PREFIX).partition(".")
    good = Q(revoked_at=None, expires_at__gt=now, owner__is_active=True)
    token = ApiToken.objects.select_related("owner").filter(good, key=key).first()
    peppers = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if token is None or not any(hmac.compare_digest(_digest(secret, pepper), token.digest) for pepper in peppers):
        return None
    return token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer csms_...`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return who asks and with which token; a bad token is refused, never passed over, and so is one round the second factor."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        now = timezone.now()
        token = find(words[1].decode("ascii", "replace"), now=now) if len(words) == 2 else None
        if token is None:
            raise exceptions.AuthenticationFailed("This token is not good: unknown, ended or revoked.")
        if lacks_second_factor(token.owner):
            raise exceptions.PermissionDenied(NO_FACTOR)
        if moment() is None and (token.last_used_at is None or token.last_used_at < now - SEEN_EVERY):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme for 401."""
        return 'Bearer realm="csms"'


class SessionAuthentication(DRFSession):
    """The signed-in browser, for the portal's own pages; CSRF-checked."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme for 401."""
        return 'Bearer realm="csms"'


class ScopeAllows(BasePermission):
    """A token writes only with the scope for it."""

    message = "This token may only read."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Compare the method with the token's scopes."""
        token: Any = request.auth
        if not isinstance(token, ApiToken):
            return True
        return ("read" if request.method in SAFE_METHODS else "write") in token.scopes


class TokenThrottle(SimpleRateThrottle):
    """At most CSMS_RATE_LIMIT requests for each token or person; 0 lifts it on a loop-back portal."""

    scope = "token"
    cache = caches["forgiving"]

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request, and tell the answer how many are left."""
        allowed = super().allow_request(request, view)
        most, seconds = getattr(self, "num_requests", None), getattr(self, "duration", None)
        if self.rate is not None and most and seconds:
            reset = int(seconds - (self.now - self.history[-1])) + 1 if self.history else seconds
            request._request.rate_limit = (most, int(seconds), max(0, most - len(self.history)), reset)  # type: ignore[attr-defined]
        return allowed

    def get_rate(self) -> str | None:
        """Return the configured rate, or None for no limit."""
        return None if settings.RATE_LIMIT in {"0", ""} else settings.RATE_LIMIT

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        """Count by token, else by person."""
        token = request.auth
        ident = f"token-{token.pk}" if isinstance(token, ApiToken) else f"user-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": ident}
