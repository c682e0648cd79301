"""What the sign-in library says is said in the portal's plain words: no title case in English, no familiar form in German."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
OUTSIDE = ("login/", "password/reset/", "password/reset/done/", "password/reset/key/x-y/", "inactive/", "signup/")
AGAIN = ("reauthenticate/", "2fa/reauthenticate/", "2fa/webauthn/reauthenticate/")
FACTORS = (
    "2fa/totp/activate/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/webauthn/add/",
)
OWN = ("sessions/", "tokens/", "email/", "matrix/")
INSIDE = ("2fa/", "2fa/webauthn/", "password/change/", "logout/", "3rdparty/")
TITLE_CASE = re.compile(r"\b[A-Z][a-z]+ (?:[A-Z][a-z]+\b)")
FAMILIAR = re.compile(r"\b(?:[Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir|[Bb]ist)\b")


def said(client: Client, path: str, language: str) -> list[str]:
    """Return what stands in heads, paragraphs, labels and buttons of a page."""
    page = client.get(f"/accounts/{path}", headers={"accept-language": language}).content.decode()
    main = page.partition("<h1")[2].partition("</main>")[0]
    return [
        " ".join(re.sub(r"<[^>]+>", "", one).split())
        for one in re.split(r"</(?:h1|h2|p|label|button|a)>", f"<h1{main}")
    ]


@pytest.mark.parametrize("path", [*OUTSIDE, *INSIDE])
def test_each_page_speaks_plainly(path: str, emil: User, signed_in: Callable[[User], Client]) -> None:
    client = Client() if path in OUTSIDE else signed_in(emil)
    english, german = said(client, path, "en"), said(client, path, "de")
    assert english[0]
    assert english[0] != german[0]
    assert not [words for words in english if TITLE_CASE.search(words)]
    assert not [words for words in german if FAMILIAR.search(words)]


@pytest.fixture
def holder(emil: User) -> User:
    """Emil with an authenticator app, recovery codes and a passkey."""
    TOTP.activate(emil, generate_totp_secret())
    RecoveryCodes.activate(emil)
    Authenticator.objects.create(user=emil, type=Authenticator.Type.WEBAUTHN, data={"name": "N", "credential": {}})
    return emil


@pytest.mark.parametrize("path", [*AGAIN, *FACTORS, *OWN])
def test_nothing_of_one_language_is_left_in_the_other(
    path: str, holder: User, signed_in: Callable[[User], Client]
) -> None:
    if path == "2fa/totp/activate/":
        Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    client = signed_in(holder)
    english, german = said(client, path, "en"), said(client, path, "de")
    assert english[0]
    assert not [words for words in english if TITLE_CASE.search(words)]
    assert not [words for words in german if FAMILIAR.search(words)]
    assert not {words for words in english if " " in words} & set(german)
