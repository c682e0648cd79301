"""Single sign-on by OpenID Connect: allauth's provider, with what it leaves open closed (OIDC Core 3.1.3.7, RFC 9207, RFC 9700)."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import jwt
import structlog
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import entrance

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
LEEWAY = 60
LONGEST_UID = 191
AGAIN, PROVIDER = "again", "provider"
log = structlog.get_logger(__name__)


class CompanyAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """Speaks with the provider, and believes an ID token only whose signature, issuer, audience, time and nonce are right."""

    state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's discovery document; it must name as issuer the address that was configured."""
        config: Any = super().openid_config
        if not isinstance(config, dict) or not all(isinstance(config.get(name), str) for name in NEEDED):
            raise OAuth2Error("The provider's discovery document lacks an address.")
        configured = self.get_provider().app.settings["server_url"].partition("/.well-known/")[0]
        if config["issuer"].rstrip("/") != configured.rstrip("/"):
            raise OAuth2Error(f"The provider calls itself {config['issuer']}, not {configured}.")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return the address to come back to: the portal's own, whatever host the request named."""
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return f"{settings.PUBLIC_URL}{path}"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **given: Any) -> Any:
        """Return who signed in, by issuer and subject of the ID token; userinfo counts only for the same subject."""
        if request.GET.get("iss", self.openid_config["issuer"]) != self.openid_config["issuer"]:
            raise OAuth2Error("The answer comes from another issuer.")
        claims = self._believed(str(given["response"].get("id_token", "")), app)
        data = {"id_token": claims}
        if self.openid_config.get("userinfo_endpoint"):
            data["userinfo"] = self._fetch_user_info(token.token)
            if not isinstance(data["userinfo"], dict) or data["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("Userinfo speaks of another person than the ID token.")
        return self.get_provider().sociallogin_from_response(request, data)

    def _believed(self, text: str, app: Any) -> dict[str, Any]:
        claims = self.signed(text, app, needed=["iss", "sub", "aud", "exp", "iat"])
        if not hmac.compare_digest(str(claims.get("nonce", "")), str(self.state.get("nonce") or "none")):
            raise OAuth2Error("The ID token answers another request.")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The ID token was made for another client.")
        return claims

    def signed(self, text: str, app: Any, *, needed: Sequence[str]) -> dict[str, Any]:
        """Return the claims of a token that the provider signed for this client, that has those needed and whose time is not over."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            keys, head = jwt.PyJWKSet.from_dict(answer.json()).keys, jwt.get_unverified_header(text)
            usable = [
                one for one in keys if one.public_key_use in {None, "sig"} and head.get("kid") in {None, one.key_id}
            ]
            if len(usable) != 1:
                raise OAuth2Error("No one key of the provider fits the token.")
            claims: dict[str, Any] = jwt.decode(
                text, usable[0], algorithms=ALGORITHMS, audience=app.client_id, issuer=self.openid_config["issuer"],
                leeway=LEEWAY, options={"require": list(needed)},
            )  # fmt: skip
        except (jwt.PyJWTError, TypeError, AttributeError, KeyError) as wrong:
            raise OAuth2Error(f"The token is not good: {wrong}.") from wrong
        return claims


class CompanyProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """The company's provider: a person there is known by issuer and subject, not by a name or an address that can change."""

    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = CompanyAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return issuer and subject, shortened by a digest where they are too long to be kept."""
        uid = f"{data['id_token']['iss']} {data['id_token']['sub']}"
        return uid if len(uid) <= LONGEST_UID else hashlib.sha256(uid.encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the address, verified only where the provider says so and means it: JSON true, no text."""
        found: list[EmailAddress] = super().extract_email_addresses(data)
        told = data.get("userinfo") or data["id_token"]
        for one in found:
            one.verified = told.get("email_verified") is True
        return found

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Return what is configured; a link cannot add to it."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return what is configured; a link cannot add to it."""
        return list(self.get_scope())

    def redirect(self, request: HttpRequest, process: str, *args: Any, **given: Any) -> HttpResponse:
        """Lead to the provider with a nonce that is kept with the request's state."""
        nonce = secrets.token_urlsafe(32)
        given["auth_params"] = {**(given.get("auth_params") or self.get_auth_params()), "nonce": nonce}
        try:
            answer: HttpResponse = super().redirect(request, process, *args, nonce=nonce, **given)
        except OAuth2Error as failed:
            log.warning("provider not usable", why=str(failed))
            return render_authentication_error(request, self, exception=failed)  # type: ignore[no-any-return]
        return answer


class CallbackView(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """Where the provider leads back to."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        """Take the answer; what is wrong with it is logged and shown without its details."""
        try:
            answer: HttpResponse = super().dispatch(request, *args, **given)
        except OAuth2Error as failed:
            log.warning("provider not usable", why=str(failed))
            return render_authentication_error(request, self.adapter.get_provider(), exception=failed)  # type: ignore[no-any-return]
        return answer

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, refused = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, refused


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider by a page of the portal: a form may send nowhere else (CSP `form-action`), not even by a redirect."""
    return _going_on(request, _view(OAuth2LoginView, request, provider_id))


def _going_on(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if answer.status_code != 302 or answer["Location"].startswith("/"):
        return answer
    page = render(request, "accounts/going_on.html", {"address": answer["Location"]})
    page["Refresh"] = f"0; url={answer['Location']}"
    page["Cache-Control"] = "no-store"
    return page


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider to sign in there anew, whether or not one is still signed in there (OIDC Core 3.1.2.1)."""
    ways = get_account_adapter(request).get_reauthentication_methods(request.user)
    here = [one for one in ways if one["url"] == request.path]
    if not here:
        raise Http404(gettext("There is no such provider."))
    if request.method == "POST":
        provider = CompanyAdapter(request, provider_id).get_provider()
        params = {**provider.get_auth_params(), "prompt": "login", "max_age": "0"}
        back = get_next_redirect_url(request) or "/"
        return _going_on(request, provider.redirect(request, AGAIN, back, auth_params=params, asked_at=time.time()))
    others = [
        {**one, "url": passthrough_next_redirect_url(request, one["url"], "next")} for one in ways if one not in here
    ]
    given = {"way": here[0], "next": get_next_redirect_url(request), "reauthentication_alternatives": others}
    return render(request, "accounts/again.html", given)


def signed_in_again(request: HttpRequest, sociallogin: Any) -> HttpResponse:
    """Take the provider's word that this very person signed in there since they were sent; lead back to where they were."""
    state, account = sociallogin.state, sociallogin.account
    back, asked, at = state.get("next") or "/", state.get("asked_at"), signed_in_at(account.extra_data)
    own = account.pk is not None and account.user_id == request.user.pk
    if not own or asked is None or at is None or at < asked - LEEWAY:
        messages.error(request, gettext("The company's sign-in did not say that you signed in there anew."))
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    record_authentication(request, request.user, PROVIDER, reauthenticated=True)
    remember(request, account.extra_data)
    return redirect(back)


def remember(request: HttpRequest, told: Mapping[str, Any]) -> None:
    """Keep which session this is at the provider, as far as it says so: a logout token may name that alone (Back-Channel Logout 2.1)."""
    claims = told.get("id_token", {})
    if isinstance(sid := claims.get("sid"), str) and sid:
        entrance.came_from_provider(request.session.session_key, issuer=claims["iss"], sid=sid)


def signed_in_at(told: Mapping[str, Any]) -> float | None:
    """Return when the person showed at the provider who they are, as far as it says so; never a moment to come."""
    at = told.get("id_token", {}).get("auth_time")
    return min(float(at), time.time()) if isinstance(at, int) and not isinstance(at, bool) else None


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    return _view(CallbackView, request, provider_id)


def _view(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(CompanyAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404(gettext("There is no such provider.")) from None
    return answer
