"""Signing in: guessing is slowed and tells nothing; the second factor is demanded by role and cannot be walked round."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.grants import grant
from accounts.middleware import over
from accounts.models import Role, Site, User
from registers.models import Installation
from tests.people import person

PASSWORD = "csms-demo-2026"
_address = count(1)


def browser() -> Client:
    """A browser at an address of its own, so that no test uses up the tries of another."""
    return Client(raise_request_exception=False, REMOTE_ADDR=f"198.51.100.{next(_address)}")


def try_password(client: Client, email: str, password: str) -> Any:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": email, "password": password})


@pytest.fixture
def real_portal(north: Site) -> None:
    """A portal that is no demo, so that second factors are demanded."""
    Installation.objects.update(demo=False)


@pytest.mark.django_db
class TestPassword:
    def test_the_right_one_opens_the_portal(self, emil: User) -> None:
        client = browser()
        answer = try_password(client, "Emil@Demo.Example", PASSWORD)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/assets/assets/").status_code == 200

    def test_a_wrong_password_and_an_unknown_person_are_answered_alike(self, emil: User) -> None:
        wrong = try_password(browser(), emil.email, "not-the-password")
        unknown = try_password(browser(), "nobody@demo.example", "not-the-password")
        assert wrong.status_code == unknown.status_code == 200
        said = [answer.context["form"].non_field_errors() for answer in (wrong, unknown)]
        assert said[0]
        assert said[0] == said[1]

    def test_guessing_at_one_account_is_stopped_from_every_address(self, north: Site) -> None:
        guessed = person("Guessed Person", Role.ENGINEER, north)
        for _try in range(5):
            try_password(browser(), guessed.email, "guess")
        client = browser()
        assert "Too many" in str(try_password(client, guessed.email, PASSWORD).context["form"].errors)
        assert client.get("/assets/assets/").status_code == 302

    def test_guessing_from_one_address_is_stopped_at_every_account(self, emil: User) -> None:
        client = browser()
        for number in range(10):
            try_password(client, f"person{number}@demo.example", "guess")
        try_password(client, emil.email, PASSWORD)
        assert client.get("/assets/assets/").status_code == 302
        elsewhere = browser()
        try_password(elsewhere, emil.email, PASSWORD)
        assert elsewhere.get("/assets/assets/").status_code == 200

    def test_who_may_not_sign_in_any_more_is_out_at_once(self, emil: User, rest: Callable[..., Any]) -> None:
        client, program = browser(), rest(emil)
        try_password(client, emil.email, PASSWORD)
        assert program.send("get", "assets/").status_code == 200
        emil.is_active = False
        emil.save()
        assert client.get("/assets/assets/").status_code == 302
        assert program.send("get", "assets/").status_code == 401
        again = browser()
        assert try_password(again, emil.email, PASSWORD)["Location"] == "/accounts/inactive/"
        assert again.get("/assets/assets/").status_code == 302

    @pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_sign_in_leads_nowhere_else(self, emil: User, next_page: str) -> None:
        answer = browser().post(f"/accounts/login/?next={next_page}", {"login": emil.email, "password": PASSWORD})
        assert answer["Location"] == "/"

    @pytest.mark.parametrize(
        "path", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/login/", "/accounts/login/code/"]
    )
    def test_nobody_lets_themselves_in(self, organisation: Any, path: str) -> None:
        answer = browser().get(path)
        assert b'name="password1"' not in answer.content
        assert answer.status_code in {200, 302, 404}


@pytest.mark.django_db
@pytest.mark.usefixtures("real_portal")
class TestSecondFactor:
    @pytest.mark.parametrize(
        "path",
        ["/", "/assets/assets/", "/accounts/tokens/", "/accounts/people/", "/accounts/people/invite/", "/accounts/sites/",
         "/accounts/matrix/", "/accounts/sessions/", "/accounts/email/", "/accounts/3rdparty/"],
    )  # fmt: skip
    def test_a_manager_without_one_is_led_to_setting_it_up(
        self, mara: User, signed_in: Callable[[User], Client], path: str
    ) -> None:
        answer = signed_in(mara).get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/accounts/2fa/")

    def test_no_token_is_made_round_it(self, mara: User, signed_in: Callable[[User], Client]) -> None:
        signed_in(mara).post("/accounts/tokens/", {"name": "round it", "scopes": ["write"], "days": 30})
        assert not mara.tokens.exists()

    def test_rest_by_the_browser_is_refused_in_words(self, mara: User, signed_in: Callable[[User], Client]) -> None:
        answer = signed_in(mara).get("/api/v1/assets/")
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert "second factor" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/logout/"]
    )
    def test_the_pages_of_setting_it_up_are_open(self, mara: User, path: str) -> None:
        client = browser()
        try_password(client, mara.email, PASSWORD)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get(path).status_code == 200

    def test_setting_it_up_wants_the_password_once_more(self, mara: User) -> None:
        client = browser()
        try_password(client, mara.email, PASSWORD)
        assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")

    def test_a_code_of_the_app_sets_it_up_and_opens_the_portal(self, mara: User) -> None:
        client = browser()
        try_password(client, mara.email, PASSWORD)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        client.post("/accounts/2fa/totp/activate/", {"code": code})
        assert is_mfa_enabled(mara)
        assert client.get("/assets/assets/").status_code == 200
        other = browser()
        try_password(other, mara.email, PASSWORD)
        other.post("/accounts/2fa/authenticate/", {"code": code})
        assert other.get("/assets/assets/").status_code == 302, "the code that set it up is used up"

    def test_with_one_the_portal_is_open_until_it_is_taken_away(
        self, mara: User, signed_in: Callable[[User], Client]
    ) -> None:
        factor = TOTP.activate(mara, generate_totp_secret())
        client = signed_in(mara)
        assert client.get("/assets/assets/").status_code == 200
        factor.instance.delete()
        client.get("/accounts/2fa/")
        assert client.get("/assets/assets/").status_code == 302

    def test_an_engineer_needs_none_until_made_a_manager(
        self, emil: User, north: Site, signed_in: Callable[[User], Client]
    ) -> None:
        emil.set_password("long enough to stand alone")
        emil.save()
        client = signed_in(emil)
        assert client.get("/assets/assets/").status_code == 200
        grant(emil, Role.SECURITY_MANAGER, north)
        assert client.get("/assets/assets/").status_code == 302

    def test_a_password_that_is_too_short_alone_keeps_its_factor(
        self, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        factor = TOTP.activate(emil, generate_totp_secret())
        emil.set_password("zwölfZeichen")
        emil.save()
        client = signed_in(emil)
        assert client.get("/assets/assets/").status_code == 200
        factor.instance.delete()
        client.get("/accounts/2fa/")
        assert client.get("/assets/assets/")["Location"] == "/accounts/2fa/"

    def test_the_password_alone_does_not_open_an_account_that_has_one(self, mara: User) -> None:
        TOTP.activate(mara, generate_totp_secret())
        codes = RecoveryCodes.activate(mara).get_unused_codes()
        client = browser()
        answer = try_password(client, mara.email, PASSWORD)
        assert answer["Location"] == "/accounts/2fa/authenticate/"
        assert client.get("/assets/assets/").status_code == 302
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert client.get("/assets/assets/").status_code == 302
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/assets/assets/").status_code == 200

    def test_a_recovery_code_works_once(self, mara: User) -> None:
        TOTP.activate(mara, generate_totp_secret())
        code = RecoveryCodes.activate(mara).get_unused_codes()[0]
        for expected in (200, 302):
            client = browser()
            try_password(client, mara.email, PASSWORD)
            client.post("/accounts/2fa/authenticate/", {"code": code})
            assert client.get("/assets/assets/").status_code == expected


@pytest.mark.django_db
def test_the_demo_demands_none(mara: User, north: Site, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(mara).get("/assets/assets/").status_code == 200


@pytest.mark.parametrize(
    ("began", "seen", "ended"),
    [(0, 0, False), (11 * 60, 29, False), (31, 31, True), (12 * 60 + 1, 1, True), (12 * 60, 30, False)],
)
def test_a_session_left_alone_or_grown_old_has_ended(began: int, seen: int, ended: bool) -> None:
    now = timezone.now()
    assert over(began=now - timedelta(minutes=began), seen=now - timedelta(minutes=seen), now=now) is ended


@pytest.mark.django_db
def test_a_session_left_alone_leads_to_sign_in(emil: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(emil)
    assert client.get("/assets/assets/").status_code == 200
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=31))
    assert client.get("/assets/assets/")["Location"].startswith("/accounts/login/")
    assert client.get("/assets/assets/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("vierzehnZeiche", False), ("drei Wörter für Emils Anlage und noch viel mehr davon, ganz lang", True), ("Password123456789", False),
        ("Merewater2026-Merewater", False), ("x" * 1025, False), ("correct horse battery staple", True), ("emil@demo.example12", False),
    ],
)  # fmt: skip
def test_a_password_is_long_and_not_of_this_place(emil: User, organisation: Any, password: str, good: bool) -> None:
    if good:
        validate_password(password, emil)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, emil)


@pytest.mark.django_db
@pytest.mark.parametrize(("password", "alone", "beside"), [
    ("elfZeichen!", False, False), ("zwölfZeichen", False, True), ("vierzehnZeiche", False, True), ("fünfzehnZeichen", True, True),
])  # fmt: skip
def test_how_long_a_password_must_be(emil: User, organisation: Any, password: str, alone: bool, beside: bool) -> None:
    def good() -> bool:
        try:
            validate_password(password, emil)
        except ValidationError:
            return False
        return True

    assert good() is alone
    TOTP.activate(emil, generate_totp_secret())
    assert good() is beside


@pytest.mark.django_db
def test_signing_out_clears_the_browser(emil: User, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(emil).post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'


def test_whom_to_tell_of_a_weakness_stands_where_it_is_looked_for(client: Client, settings: Any) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@works.example"
    told = client.get("/.well-known/security.txt").content.decode().splitlines()
    assert told[0] == "Contact: mailto:security@works.example"
    assert (
        timezone.now().isoformat()
        < told[1].removeprefix("Expires: ")
        < (timezone.now() + timedelta(days=365)).isoformat()
    )
