"""Single sign-on against a real provider on this machine: who is let in, and everything that lies is not."""

import re
import time
from html import unescape
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from accounts import entrance
from accounts.models import User
from accounts.rules import vouches
from registers.models import Installation
from tests.accounts.provider import Provider

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/company/login/"
OTHER_KEY = rsa.generate_private_key(65537, 2048)
_address = count(1)


def link_by_email(settings: Any) -> None:
    """Configure that a verified address is enough the first time."""
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["email_authentication"] = True


def browser() -> Client:
    """A browser at an address of its own."""
    return Client(raise_request_exception=False, REMOTE_ADDR=f"192.0.2.{next(_address)}")


class Stay(HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


def led(client: Client, query: str = "") -> str:
    """Press the button; return the address that the page leads to."""
    page = client.post(START + query)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'href="(http[^"]+/authorize[^"]+)"', page.content.decode())
    assert found
    address = unescape(found[1])
    assert page["Refresh"] == f"0; url={address}"
    return address


def come_back(address: str) -> str:
    """Be signed in at the provider; return the path, with its query, that it leads back to."""
    try:
        build_opener(Stay).open(address)
    except HTTPError as redirect:
        back = urlsplit(redirect.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider did not lead back")


def sign_in(client: Client) -> Any:
    """Run the whole sign-in; return the portal's last answer."""
    return client.get(come_back(led(client)))


def inside(client: Client) -> bool:
    """Tell whether the portal is open."""
    return client.get("/my-work/").status_code == 200


class TestSigningIn:
    def test_who_is_known_by_issuer_and_subject_comes_in(self, provider: Provider, known: User) -> None:
        provider.person |= {"email": "new.address@works.example"}
        client = browser()
        answer = sign_in(client)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/my-work/").context["user"] == known

    def test_the_request_is_bound_by_state_nonce_and_pkce(self, provider: Provider, known: User) -> None:
        addresses = [parse_qs(urlsplit(led(browser())).query) for _ in range(2)]
        for name in ("state", "nonce", "code_challenge"):
            assert len({one[name][0] for one in addresses}) == 2
            assert len(addresses[0][name][0]) >= 16
        assert addresses[0]["code_challenge_method"] == ["S256"]
        assert addresses[0]["redirect_uri"][0].endswith("/accounts/oidc/company/login/callback/")
        strange = parse_qs(urlsplit(led(browser(), "?scope=admin&auth_params=nonce%3Dmine%26prompt%3Dnone")).query)
        assert set(strange["scope"][0].split()) == {"openid", "profile", "email"}
        assert "prompt" not in strange
        assert strange["nonce"] != ["mine"]

    def test_the_button_stands_on_the_sign_in_page(self, provider: Provider, organisation: Any) -> None:
        page = browser().get("/accounts/login/?next=/my-work/").content.decode()
        assert re.search(r'<form[^>]* method="post" action="/accounts/oidc/company/login/\?', page)
        assert "Company sign-in" in page

    def test_the_answer_counts_once_and_for_the_browser_that_asked(self, provider: Provider, known: User) -> None:
        client, thief = browser(), browser()
        path = come_back(led(client))
        thief.get(path)
        assert not inside(thief)
        client.get(path)
        assert inside(client)
        client.post("/accounts/logout/")
        client.get(path)
        assert not inside(client)


class TestLies:
    @pytest.mark.parametrize(
        "twist",
        [
            {"claims": {"nonce": "of another request"}}, {"claims": {"nonce": None}}, {"claims": {"aud": "another"}},
            {"claims": {"iss": "https://evil.example"}}, {"claims": {"exp": 1}}, {"claims": {"sub": None}}, {"claims": {"azp": "another"}},
            {"claims": {"iat": int(time.time()) + 9999}}, {"key": OTHER_KEY}, {"key": "x" * 40, "algorithm": "HS256"},
            {"key": None, "algorithm": "none"}, {"userinfo": {"sub": "u-1"}}, {"iss": "https://evil.example"},
            {"discovery": {"issuer": "https://evil.example"}},
        ],
    )  # fmt: skip
    def test_none_of_them_opens_the_portal(self, provider: Provider, known: User, twist: dict[str, Any]) -> None:
        client = browser()
        address = led(client)
        provider.twist = twist
        answer = client.get(come_back(address))
        assert answer.status_code == 401
        assert not inside(client)

    @pytest.mark.parametrize(
        "discovery",
        [
            {"token_endpoint": None},
            {"issuer": "https://other.example"},
            {"jwks_uri": 5},
            {"authorization_endpoint": None},
        ],
    )
    def test_a_wrong_discovery_document_leads_nowhere(self, provider: Provider, known: User, discovery: Any) -> None:
        provider.twist = {"discovery": discovery}
        answer = browser().post(START)
        assert answer.status_code == 401
        assert "Refresh" not in answer

    def test_the_provider_is_reached_by_the_guarded_client_alone(
        self, provider: Provider, known: User, settings: Any
    ) -> None:
        settings.OUTBOUND_ALLOW = []
        assert browser().post(START).status_code == 401
        settings.OUTBOUND_ALLOW = [provider.url]
        provider.twist = {"discovery": {"token_endpoint": "http://127.0.0.2:9/token"}}
        client = browser()
        assert client.get(come_back(led(client))).status_code == 401

    def test_a_provider_that_is_down_is_said(self, provider: Provider, known: User) -> None:
        provider.stop()
        assert browser().post(START).status_code == 401


class TestWhoIsLetIn:
    def test_an_unknown_identity_makes_no_account_and_takes_none_over(self, provider: Provider, emil: User) -> None:
        client = browser()
        answer = sign_in(client)
        assert answer.status_code in {200, 302}
        assert not inside(client)
        assert not SocialAccount.objects.exists()
        assert User.objects.filter(robot=False).count() == 1

    def test_the_same_subject_of_another_issuer_is_somebody_else(self, provider: Provider, emil: User) -> None:
        SocialAccount.objects.create(user=emil, provider="company", uid="https://old.example u-4711")
        SocialAccount.objects.create(user=emil, provider="company", uid="u-4711")
        client = browser()
        sign_in(client)
        assert not inside(client)

    def test_by_configuration_a_verified_address_links_the_first_time_and_the_subject_counts_from_then(
        self, provider: Provider, emil: User, settings: Any
    ) -> None:
        link_by_email(settings)
        first, again, other = browser(), browser(), browser()
        sign_in(first)
        assert inside(first)
        assert SocialAccount.objects.get().uid == f"{provider.url} u-4711"
        provider.person |= {"email": "married@works.example"}
        sign_in(again)
        assert inside(again)
        provider.person |= {"sub": "u-2", "email": "nobody@works.example"}
        sign_in(other)
        assert not inside(other)

    @pytest.mark.parametrize("verified", [False, "false", "true", None, 1])
    def test_an_address_that_is_not_verified_links_never(
        self, provider: Provider, emil: User, settings: Any, verified: Any
    ) -> None:
        link_by_email(settings)
        provider.person |= {"email_verified": verified}
        client = browser()
        sign_in(client)
        assert not inside(client)
        assert not SocialAccount.objects.exists()

    def test_a_former_address_links_never(self, provider: Provider, emil: User, settings: Any) -> None:
        link_by_email(settings)
        EmailAddress.objects.create(user=emil, email=emil.email, verified=True)
        emil.email = "emil@new.example"
        emil.save()
        client = browser()
        sign_in(client)
        assert not inside(client)
        assert not SocialAccount.objects.exists()

    def test_who_was_deactivated_stays_outside(
        self, provider: Provider, known: User, admin: User, settings: Any
    ) -> None:
        link_by_email(settings)
        entrance.deactivate(known, by=admin, reason="Left")
        client = browser()
        sign_in(client)
        assert not inside(client)


class TestSecondFactor:
    @pytest.mark.parametrize(
        ("amr", "open_"), [(["pwd", "mfa"], True), (["pwd"], False), ("mfa", False), (None, False)]
    )
    def test_a_role_that_demands_one_takes_the_word_of_the_provider_if_configured(
        self, provider: Provider, mara: User, rest: Any, amr: Any, open_: bool
    ) -> None:
        Installation.objects.update(demo=False)
        SocialAccount.objects.create(user=mara, provider="company", uid=f"{provider.url} u-4711")
        provider.person |= {"amr": amr}
        client = browser()
        sign_in(client)
        answer = client.get("/my-work/")
        assert (answer.status_code, answer.headers.get("Location")) == (
            (200, None) if open_ else (302, "/accounts/2fa/")
        )
        assert rest(mara).send("get", "jobs/").status_code == (200 if open_ else 403)

    def test_one_that_is_set_up_here_is_asked_for_all_the_same(self, provider: Provider, known: User) -> None:
        TOTP.activate(known, generate_totp_secret())
        provider.person |= {"amr": ["mfa"]}
        client = browser()
        assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"
        assert not inside(client)

    def test_the_word_counts_for_that_person_alone(self, provider: Provider, known: User, mara: User) -> None:
        Installation.objects.update(demo=False)
        provider.person |= {"amr": ["mfa"]}
        client = browser()
        sign_in(client)
        client.post("/accounts/logout/")
        client.post("/accounts/login/", {"login": mara.email, "password": "csms-demo-2026"})
        assert client.get("/my-work/")["Location"] == "/accounts/2fa/"


class TestSigningInAnew:
    FILE, WAY = "/assets/assets/export/?format=csv", "/accounts/oidc/company/again/"

    @pytest.fixture
    def client(self, provider: Provider, known: User) -> Client:
        """The browser of somebody whom only the provider knows, and who was led in by it."""
        known.set_unusable_password()
        known.save()
        client = browser()
        sign_in(client)
        return client

    def answered(self, client: Client) -> Any:
        """Ask for a file, go to the provider and come back."""
        asked = client.get(self.FILE)
        assert asked["Location"].startswith(self.WAY)
        assert "Company sign-in" in client.get(asked["Location"]).content.decode()
        page = client.post(asked["Location"])
        address = unescape(page["Refresh"].partition("url=")[2])
        told = parse_qs(urlsplit(address).query)
        assert (told["prompt"], told["max_age"]) == (["login"], ["0"])
        return client.get(come_back(address))

    def test_being_led_in_is_not_fresh_and_signing_in_there_anew_is(self, provider: Provider, client: Client) -> None:
        page = client.get(self.answered(client)["Location"])
        assert page["Refresh"] == f"0; url={self.FILE}"
        assert client.get(self.FILE).status_code == 200
        assert inside(client)

    def test_a_provider_that_says_when_is_believed_at_sign_in(self, provider: Provider, known: User) -> None:
        for ago, status in ((0, 200), (400, 302)):
            provider.person["auth_time"] = int(time.time()) - ago
            client = browser()
            sign_in(client)
            assert client.get(self.FILE).status_code == status

    @pytest.mark.parametrize(
        "claims",
        [
            {"auth_time": None},
            {"auth_time": 1},
            {"auth_time": "soon"},
            {"auth_time": True},
            {"sub": "u-2"},
        ],
    )
    def test_an_old_sign_in_there_or_that_of_another_person_counts_for_nothing(
        self, provider: Provider, client: Client, mara: User, claims: dict[str, Any]
    ) -> None:
        SocialAccount.objects.create(user=mara, provider="company", uid=f"{provider.url} u-2")
        provider.twist = {"claims": claims, "userinfo": {"sub": claims.get("sub", "u-4711")}}
        assert self.answered(client)["Location"].startswith("/accounts/reauthenticate/?next=%2Faccounts%2Fgo-on%2F")
        assert client.get(self.FILE).status_code == 302
        assert client.get("/my-work/").context["user"].email == "emil@demo.example"

    def test_the_way_is_for_those_whom_the_provider_knows(self, client: Client, mara: User) -> None:
        stranger = browser()
        stranger.force_login(mara)
        assert stranger.get(self.WAY).status_code == stranger.post(self.WAY).status_code == 404

    def test_nobody_comes_back_by_it_who_was_not_sent(self, provider: Provider, client: Client) -> None:
        answer = client.get(come_back(led(client, "?process=again")))
        assert answer["Location"] == "/accounts/reauthenticate/?next=%2F"
        assert client.get(self.FILE).status_code == 302


@pytest.mark.parametrize(
    ("claims", "accepted", "told"),
    [
        ({"amr": ["otp"]}, ["otp", "hwk"], True), ({"acr": "urn:mfa"}, ["urn:mfa"], True), ({"amr": ["mfa"]}, [], False),
        ({"amr": [["mfa"]]}, ["mfa"], False), ({"amr": {"mfa": 1}}, ["mfa"], False), ({}, ["mfa"], False), ({"acr": None}, ["None"], False),
    ],
)  # fmt: skip
def test_when_a_provider_vouches_for_a_second_factor(claims: dict[str, Any], accepted: list[str], told: bool) -> None:
    assert vouches(claims, accepted) is told
