"""The company's provider says that a person signed out there: their sessions here end (OpenID Connect Back-Channel Logout 1.0)."""

import hashlib
import time
from typing import Any

import structlog
from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import entrance
from accounts.oidc import LEEWAY, CompanyAdapter

EVENT = "http://schemas.openid.net/event/backchannel-logout"
NEEDED = ("iss", "aud", "exp", "iat", "jti", "events")
NAMED = ("sub", "sid")  # whom it means: a person, one of their sessions there, or both
FRESH = 300  # seconds after which a token is too old; its number is remembered for longer
log = structlog.get_logger(__name__)


@csrf_exempt  # the provider's server asks, and proves itself by its signature
@login_not_required
@require_POST
def signed_out(request: HttpRequest, provider_id: str) -> HttpResponse:
    """End the sessions of the subject or the session that a good logout token names, else say what is wrong with it (section 2.8)."""
    if not ratelimit.consume(request, action="logout_token"):
        return _answer(429, "Too many at once. Send it again later.")
    try:
        adapter = CompanyAdapter(request, provider_id)
        claims = _claims(adapter, request.POST.get("logout_token", ""))
    except SocialApp.DoesNotExist:
        raise Http404(gettext("There is no such provider.")) from None
    except OAuth2Error as wrong:
        log.warning("logout token refused", why=str(wrong))
        return _answer(400, str(wrong))
    known = None
    if "sub" in claims:
        uid = adapter.get_provider().extract_uid({"id_token": claims})
        known = SocialAccount.objects.filter(provider=provider_id, uid=uid).select_related("user").first()
    if known is not None or "sub" not in claims:
        person = None if known is None else known.user
        entrance.end_from_provider(person, issuer=claims["iss"], sid=claims.get("sid", ""))
    return _answer(200)


def _claims(adapter: CompanyAdapter, text: str) -> dict[str, Any]:
    """Return the claims of a logout token that is signed, fresh, no ID token, and not seen before (section 2.6)."""
    claims = adapter.signed(text, adapter.get_provider().app, needed=NEEDED)
    events = claims["events"]
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict) or "nonce" in claims:
        raise OAuth2Error("This is no logout token.")
    if not any(claims.get(name) for name in NAMED) or not all(isinstance(claims.get(name, ""), str) for name in NAMED):
        raise OAuth2Error("The logout token names nobody: neither sub nor sid.")
    if claims["iat"] < time.time() - FRESH - LEEWAY:
        raise OAuth2Error("The logout token is too old.")
    seen = hashlib.sha256(f"{claims['iss']} {claims['jti']}".encode()).hexdigest()
    if not cache.add(f"signed-out-{seen}", 1, 2 * (FRESH + LEEWAY)):
        raise OAuth2Error("The logout token was sent before.")
    return claims


def _answer(status: int, why: str = "") -> HttpResponse:
    body = {"error": "invalid_request", "error_description": why} if why else {}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
