"""Who changes an address, a password or a factor is told by letter, at the address and in the language they have now."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from registers.models import Mail

pytestmark = pytest.mark.django_db
PASSWORD = "csms-demo-2026"
BETTER = "pumps seldom sing in the rain"
_address = count(1)


@pytest.fixture
def browser(mara: User) -> Client:
    """A browser in which Mara signed in and showed anew who she is."""
    client = Client(raise_request_exception=False, REMOTE_ADDR=f"198.51.101.{next(_address)}")
    client.post("/accounts/login/", {"login": mara.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def letters(to: str) -> list[Mail]:
    """Return what waits for an address, oldest first."""
    return list(Mail.objects.filter(to=[to]).order_by("pk"))


def code(secret: str) -> str:
    """Return what the app shows now."""
    return format_hotp_value(hotp_value(secret, next(counters())))


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Any:
    """What allauth does after a commit is done at once, as if each request had one."""

    def post(client: Client, path: str, data: Any = None, **given: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(path, data, **given)

    return post


class TestFactors:
    def test_an_app_that_is_added_and_taken_away(self, browser: Client, mara: User, sent: Any) -> None:
        secret = browser.get("/accounts/2fa/totp/activate/").context["form"].secret
        sent(browser, "/accounts/2fa/totp/activate/", {"code": code(secret)})
        sent(browser, "/accounts/2fa/totp/deactivate/")
        subjects = [one.subject for one in letters(mara.email)]
        assert subjects[0] == "CSMS Portal: Authenticator app activated"
        assert subjects[-1] == "CSMS Portal: Authenticator app deactivated"

    def test_recovery_codes_made_anew(self, browser: Client, mara: User, sent: Any) -> None:
        TOTP.activate(mara, generate_totp_secret())
        sent(browser, "/accounts/2fa/recovery-codes/generate/")
        assert [one.subject for one in letters(mara.email)] == ["CSMS Portal: New recovery codes made"]

    def test_a_passkey_that_is_taken_away(self, browser: Client, mara: User, sent: Any) -> None:
        key = Authenticator.objects.create(
            user=mara, type="webauthn", data={"name": "Notebook", "credential": {"clientExtensionResults": {}}}
        )
        sent(browser, f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
        assert [one.subject for one in letters(mara.email)] == ["CSMS Portal: Security key removed"]

    def test_the_letter_names_when_where_and_what_to_do_and_nothing_secret(
        self, browser: Client, mara: User, sent: Any
    ) -> None:
        TOTP.activate(mara, generate_totp_secret())
        headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0"}
        sent(browser, "/accounts/2fa/recovery-codes/generate/", headers=headers)
        (letter,) = letters(mara.email)
        for part in ("Firefox 140, Linux", "198.51.101.", f"{settings.PUBLIC_URL}/accounts/sessions/", "administrator"):
            assert part in letter.text
        assert "testserver" not in letter.text
        codes = Authenticator.objects.get(user=mara, type="recovery_codes").wrap().get_unused_codes()
        assert not [one for one in codes if one in letter.text]


class TestPassword:
    def test_one_that_is_changed(self, browser: Client, mara: User) -> None:
        sent = {"oldpassword": PASSWORD, "password1": BETTER, "password2": BETTER}
        browser.post("/accounts/password/change/", sent)
        (letter,) = letters(mara.email)
        assert letter.subject == "CSMS Portal: Password changed"
        assert BETTER not in letter.text

    def test_one_that_is_reset(self, mara: User) -> None:
        client = Client(REMOTE_ADDR=f"198.51.101.{next(_address)}")
        client.post("/accounts/password/reset/", {"email": mara.email})
        path = letters(mara.email)[0].text.partition(settings.PUBLIC_URL)[2].split()[0]
        form = client.get(path)["Location"]
        client.post(form, {"password1": BETTER, "password2": BETTER})
        assert letters(mara.email)[1].subject == "CSMS Portal: Your password was reset"

    @pytest.mark.parametrize(
        ("language", "subject"), [("en", "Choose a new password"), ("de", "Neues Passwort wählen")]
    )
    def test_who_asks_for_a_new_one_does_not_choose_the_language(self, mara: User, language: str, subject: str) -> None:
        mara.preferences = {"language": language}
        mara.save()
        Client(headers={"Accept-Language": "de" if language == "en" else "en"}).post(
            "/accounts/password/reset/", {"email": mara.email}
        )
        (letter,) = letters(mara.email)
        assert letter.subject == f"CSMS Portal: {subject}"
        assert f"{settings.PUBLIC_URL}/accounts/password/reset/key/" in letter.text

    def test_an_address_without_account_is_not_invited_to_sign_up(self, organisation: Any) -> None:
        Client().post("/accounts/password/reset/", {"email": "nobody@works.example"})
        (letter,) = letters("nobody@works.example")
        assert "There is no account with this address." in letter.text
        assert "signup" not in letter.text

    def test_it_goes_to_the_present_address_in_the_language_of_the_person(self, browser: Client, mara: User) -> None:
        EmailAddress.objects.create(user=mara, email="mara@former.example", primary=True, verified=True)
        mara.preferences = {"language": "de"}
        mara.save()
        sent = {"oldpassword": PASSWORD, "password1": BETTER, "password2": BETTER}
        browser.post("/accounts/password/change/", sent)
        (letter,) = Mail.objects.all()
        assert letter.to == [mara.email]
        assert letter.subject == "CSMS Portal: Passwort geändert"
        assert "Ihr Passwort wurde geändert." in letter.text
        assert "Wenn Sie das nicht waren" in letter.text


class TestAddress:
    NEW = "emil.sand@works.example"

    def test_a_change_by_page_is_told_at_both(
        self, emil: User, admin: User, signed_in: Callable[[User], Client]
    ) -> None:
        old, path = emil.email, f"/accounts/people/{emil.pk}/change/"
        sent = {"email": self.NEW, "name": emil.name, "title": "", "seen_revision": emil.revision}
        assert signed_in(admin).post(path, sent).status_code == 302
        for address in (old, self.NEW):
            (letter,) = letters(address)
            assert old in letter.text
            assert self.NEW in letter.text

    def test_a_change_of_many_by_rest_is_told_as_well(
        self, emil: User, sven: User, admin: User, rest: Callable[..., Any]
    ) -> None:
        changes = [
            {"id": str(one.pk), "revision": one.revision, "email": f"{one.pk}@works.example"} for one in (emil, sven)
        ]
        answer = rest(admin).send("patch", "people/", changes)
        assert answer.status_code == 200, answer.content
        assert sorted(one.to[0] for one in Mail.objects.all()) == sorted(
            [emil.email, sven.email, *(one["email"] for one in changes)]
        )

    def test_another_change_is_not(self, emil: User) -> None:
        emil.title = "Foreman"
        emil.save()
        assert not Mail.objects.exists()

    def test_in_the_language_of_the_person(self, emil: User) -> None:
        emil.preferences, emil.email = {"language": "de"}, self.NEW
        emil.save()
        assert {one.subject for one in Mail.objects.all()} == {"Ihre E-Mail-Adresse wurde geändert"}

    def test_a_change_that_is_undone_is_not_told(self, emil: User, sven: User) -> None:
        emil.email = sven.email
        with pytest.raises(IntegrityError), transaction.atomic():
            emil.save()
        assert not Mail.objects.exists()
