"""How sign-in differs from allauth's defaults: nobody signs up by themselves; sign-in mails go to the outbox."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from accounts import oidc
from accounts.guarded import GuardedSession
from accounts.middleware import VOUCHED
from accounts.models import User
from accounts.rules import device, vouches
from registers.mail import post


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closed sign-up, and letters by way of the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: people are added by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse:
        """Let in; of a sign-in by the provider keep which session it is there."""
        response: HttpResponse = super().post_login(request, user, **given)
        if sociallogin := (given["signal_kwargs"] or {}).get("sociallogin"):
            oidc.remember(request, sociallogin.account.extra_data)
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address in the letter: the portal's own, whatever host the request named."""
        path: str = super().get_reset_password_from_key_url(key)
        return settings.PUBLIC_URL + urlsplit(path).path

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password by the address that one has now; allauth would take a former one."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return the ways to show anew who one is: password, app, key, and the company's sign-in for whom it knows."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for app in get_social_adapter(self.request).list_apps(self.request):
            if SocialAccount.objects.filter(user=user.pk, provider=app.provider_id).exists():
                url = reverse("accounts:oidc-again", args=[app.provider_id])
                ways.append({"id": app.provider_id, "description": app.name, "url": url})
        return ways

    def format_email_subject(self, subject: str) -> str:
        """Return the subject with the portal's name before it, whatever host the request named."""
        return f"CSMS Portal: {subject}"

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell of a change at the account, at the address and in the language that the person has now."""
        where = {"device": device(self.get_http_user_agent(self.request)), "portal": settings.PUBLIC_URL}
        with translation.override(user.language):
            super().send_notification_mail(template_prefix, user, where | (context or {}), email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's letter into the outbox, in the language of the person, whoever asked for it."""
        person = context.get("user")
        with translation.override(person.language if isinstance(person, User) else translation.get_language()):
            letter = self.render_mail(template_prefix, email, {"request": self.request, "email": email} | context)
        post([email], letter.subject, str(letter.body))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Single sign-on opens only for people who are already known by their provider identity or were added here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Answer no, for the same reason."""
        return False

    def get_requests_session(self) -> GuardedSession:
        """Return the one client for every way out, in the shape that allauth asks."""
        return GuardedSession()

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        """Return who has a verified address now; a former one lets nobody in."""
        found = super().authenticate_by_email(sociallogin)
        return found if found and found[0].email.lower() == found[1].lower() else None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Keep, for this session and this person alone, when they signed in there and that it vouches for a second factor."""
        if sociallogin.state.get("process") == oidc.AGAIN:
            raise ImmediateHttpResponse(oidc.signed_in_again(request, sociallogin))
        request.session.pop(VOUCHED, None)
        if sociallogin.is_existing and sociallogin.state.get("process") == "login":
            settings = sociallogin.provider.app.settings
            claims = sociallogin.account.extra_data.get("id_token", {})
            if vouches(claims, settings.get("second_factor", [])):
                request.session[VOUCHED] = sociallogin.user.pk
            if at := oidc.signed_in_at(sociallogin.account.extra_data):
                record_authentication(request, sociallogin.user, oidc.PROVIDER, at=at)
