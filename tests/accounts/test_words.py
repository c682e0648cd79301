"""What the sign-in library says is said in the portal's plain words: no title case in English, no familiar form in German."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db
OUTSIDE = ("login/", "password/reset/", "password/reset/done/", "password/reset/key/x-y/", "inactive/", "signup/")
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
