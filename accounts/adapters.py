"""How sign-in differs from allauth's defaults: nobody signs up by themselves; sign-in mails go to the outbox."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts.guarded import GuardedSession
from accounts.middleware import VOUCHED
from accounts.rules import vouches
from registers.mail import post


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closed sign-up, and letters by way of the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: people are added by an administrator."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address in the letter: the portal's own, whatever host the request named."""
        path: str = super().get_reset_password_from_key_url(key)
        return settings.PUBLIC_URL + urlsplit(path).path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's letter into the outbox."""
        letter = self.render_mail(template_prefix, email, context)
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
        """Keep, for this session and this person alone, that the provider vouches for a second factor."""
        request.session.pop(VOUCHED, None)
        if sociallogin.is_existing and sociallogin.state.get("process") == "login":
            settings = sociallogin.provider.app.settings
            claims = sociallogin.account.extra_data.get("id_token", {})
            if vouches(claims, settings.get("second_factor", [])):
                request.session[VOUCHED] = sociallogin.user.pk
