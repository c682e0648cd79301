"""Who signs out at the company's provider is signed out here, by a logout token that nobody else can make or send twice."""

import time
from html import unescape
from typing import Any
from uuid import uuid4

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from accounts.models import User
from accounts.signing_out import EVENT
from tests.accounts.provider import CLIENT, Provider
from tests.accounts.test_oidc import browser, come_back, inside, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/accounts/oidc/company/logout/"


def token(provider: Provider, *, key: Any = None, algorithm: str = "RS256", **changed: Any) -> str:
    """Make a logout token of the provider; a claim that is changed to None is left out."""
    now = int(time.time())
    claims = {
        "iss": provider.url, "aud": CLIENT, "sub": "u-4711", "iat": now, "exp": now + 120, "jti": uuid4().hex, "events": {EVENT: {}},
    } | changed  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(
        kept, provider.key if key is None else key, algorithm=algorithm, headers={"kid": "k1", "typ": "logout+jwt"}
    )


def send(text: str) -> Any:
    """Send it as the provider's server does: with no cookie."""
    return Client(enforce_csrf_checks=True).post(ADDRESS, {"logout_token": text})


@pytest.fixture
def browsers(provider: Provider, known: User) -> list[Client]:
    """Two browsers in which Emil is signed in."""
    made = [browser(), browser()]
    for one in made:
        sign_in(one)
        assert inside(one)
    return made


def test_all_sessions_of_the_person_end(provider: Provider, browsers: list[Client]) -> None:
    answer = send(token(provider))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert not any(inside(one) for one in browsers)
    sign_in(browsers[0])
    assert inside(browsers[0])


def test_nobody_else_is_signed_out(provider: Provider, browsers: list[Client]) -> None:
    assert send(token(provider, sub="u-another")).status_code == 200
    assert all(inside(one) for one in browsers)


@pytest.fixture
def two(provider: Provider, known: User) -> list[Client]:
    """Two browsers in which Emil is signed in, by two sessions at the provider."""
    made = [browser(), browser()]
    for number, one in enumerate(made, start=1):
        provider.twist["claims"] = {"sid": f"s-{number}"}
        sign_in(one)
        assert inside(one)
    return made


@pytest.mark.parametrize("named", [{"sub": None, "sid": "s-1"}, {"sid": "s-1"}], ids=["session", "both"])
def test_one_session_there_is_one_session_here(
    provider: Provider, two: list[Client], known: User, named: dict[str, Any]
) -> None:
    assert send(token(provider, **named)).status_code == 200
    assert [inside(one) for one in two] == [False, True]
    known.refresh_from_db()
    assert known.sessions_ended_at is not None


def test_the_subject_alone_means_all(provider: Provider, two: list[Client]) -> None:
    assert send(token(provider)).status_code == 200
    assert not any(inside(one) for one in two)


@pytest.mark.parametrize("named", [{"sub": None, "sid": "s-3"}, {"sub": "u-another", "sid": "s-1"}], ids="-".join)
def test_a_session_that_is_not_there_ends_nothing(provider: Provider, two: list[Client], named: dict[str, Any]) -> None:
    assert send(token(provider, **named)).status_code == 200
    assert all(inside(one) for one in two)


def test_a_session_of_which_no_number_is_known_ends_with_its_person(provider: Provider, browsers: list[Client]) -> None:
    assert send(token(provider, sub=None, sid="s-1")).status_code == 200
    assert all(inside(one) for one in browsers)
    assert send(token(provider, sid="s-1")).status_code == 200
    assert not any(inside(one) for one in browsers)


def test_the_number_is_kept_while_the_own_second_factor_is_asked(provider: Provider, known: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(known, secret)
    provider.twist["claims"] = {"sid": "s-1"}
    here = browser()
    sign_in(here)
    code = format_hotp_value(hotp_value(secret, next(iter(counters()))))
    here.post("/accounts/2fa/authenticate/", {"code": code})
    assert inside(here)
    send(token(provider, sub=None, sid="s-1"))
    assert not inside(here)


def test_signing_in_anew_there_may_be_another_session(provider: Provider, two: list[Client]) -> None:
    provider.twist["claims"] = {"sid": "s-9"}
    page = two[0].post("/accounts/oidc/company/again/", {"next": "/my-work/"})
    two[0].get(come_back(unescape(page["Refresh"].partition("url=")[2])))
    send(token(provider, sub=None, sid="s-9"))
    assert [inside(one) for one in two] == [False, True]


def test_a_token_counts_once(provider: Provider, browsers: list[Client]) -> None:
    text = token(provider)
    assert send(text).status_code == 200
    sign_in(browsers[0])
    again = send(text)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
    assert inside(browsers[0])


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://another.example"}, {"aud": "another"}, {"sub": None}, {"sub": None, "sid": ""}, {"sid": 7}, {"jti": None}, {"iat": None}, {"exp": None}, {"events": None},
        {"events": {}}, {"events": EVENT}, {"events": {EVENT: "yes"}}, {"nonce": "n"}, {"iat": 1, "exp": 2}, {"iat": int(time.time()) - 3600},
        {"key": rsa.generate_private_key(65537, 2048)}, {"key": "a secret of the client, long enough for it", "algorithm": "HS256"},
        {"key": "", "algorithm": "none"},
    ],
    ids=lambda lie: "-".join(lie),
)  # fmt: skip
def test_any_other_token_ends_nothing(provider: Provider, browsers: list[Client], lie: dict[str, Any]) -> None:
    answer = send(token(provider, **lie))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert all(inside(one) for one in browsers)


@pytest.mark.parametrize("body", [{}, {"logout_token": ""}, {"logout_token": "a.b.c"}])
def test_what_is_no_token_is_refused(provider: Provider, body: dict[str, str]) -> None:
    assert Client().post(ADDRESS, body).status_code == 400


def test_another_provider_is_not_there(provider: Provider) -> None:
    assert Client().post("/accounts/oidc/other/logout/", {"logout_token": token(provider)}).status_code == 404
