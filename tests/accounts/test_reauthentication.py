"""Signing in anew: what counts as fresh, the way there, and the way back with nothing lost."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client

from accounts.models import RoleGrant, Site, User
from accounts.rules import fresh
from assets.models import Asset
from tests.conftest import show_factor

pytestmark = pytest.mark.django_db
PASSWORD = "csms-demo-2026"
LONG_AGO = timedelta(minutes=6)


@pytest.fixture
def stale(signed_in: Callable[[User], Client]) -> Callable[[User], Client]:
    """A browser whose person signed in six minutes ago."""

    def made(user: User) -> Client:
        client = signed_in(user)
        show_factor(client, user, ago=LONG_AGO)
        return client

    return made


def sent_again(client: Client, page: Any) -> Any:
    """Send the form of the page that goes on, as the browser does by itself."""
    text = page.content.decode()
    path = re.search(r'action="([^"]+)" data-send', text)
    assert path
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return client.post(
        path[1].replace("&amp;", "&"), {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
    )


@pytest.mark.parametrize(("method", "ago", "told"), [
    ("password", 0, True), ("mfa", 299, True), ("provider", 299, True), ("password", 300, False), ("socialaccount", 0, False),
    ("code", 0, False),
])  # fmt: skip
def test_what_is_fresh(method: str, ago: int, told: bool) -> None:
    records = [{"method": method, "at": 1_000_000.0 - ago}, {"method": "password", "at": 1.0}]
    assert fresh(records, now=1_000_000.0, within=300) is told
    assert not fresh([], now=0, within=300)


class TestTheWay:
    def test_signing_in_is_fresh_enough(self, mara: User, plc: Asset) -> None:
        client = Client(REMOTE_ADDR="203.0.114.1")
        client.post("/accounts/login/", {"login": mara.email, "password": PASSWORD})
        assert client.get(f"/assets/assets/{plc.pk}/delete/").status_code == 200

    def test_a_page_is_come_back_to_by_the_password(self, stale: Any, mara: User, plc: Asset) -> None:
        client, path = stale(mara), f"/assets/assets/{plc.pk}/delete/"
        way = client.get(path)["Location"]
        page = client.get(way)
        assert "fresh sign-in" in page.content.decode()
        wrong = client.post(way, {"password": "not-this-one", "next": path})
        assert wrong.status_code == 200
        assert client.get(path).status_code == 302
        assert client.post(way, {"password": PASSWORD, "next": path})["Location"] == path
        assert client.get(path).status_code == 200

    def test_a_code_of_the_app_does_as_well(self, stale: Any, mara: User, plc: Asset) -> None:
        secret = generate_totp_secret()
        TOTP.activate(mara, secret)
        client, path = stale(mara), f"/assets/assets/{plc.pk}/delete/"
        page = client.get(client.get(path)["Location"]).content.decode()
        assert f"/accounts/2fa/reauthenticate/?next=%2Fassets%2Fassets%2F{plc.pk}%2Fdelete%2F" in page
        code = format_hotp_value(hotp_value(secret, next(counters())))
        assert client.post("/accounts/2fa/reauthenticate/", {"code": code, "next": path})["Location"] == path
        assert client.get(path).status_code == 200

    def test_it_is_asked_by_the_present_address(self, stale: Any, mara: User, plc: Asset) -> None:
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=mara, email="mara@former.example", primary=True, verified=True)
        client = stale(mara)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get(f"/assets/assets/{plc.pk}/delete/").status_code == 200

    def test_the_minutes_are_a_setting(self, stale: Any, mara: User, plc: Asset, settings: Any) -> None:
        client = stale(mara)
        settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 7 * 60
        assert client.get(f"/assets/assets/{plc.pk}/delete/").status_code == 200

    def test_htmx_is_led_there_whole_and_back_to_its_page(self, stale: Any, mara: User, plc: Asset) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver/assets/assets/{plc.pk}/?tab=1"}
        answer = stale(mara).post(f"/assets/assets/{plc.pk}/delete/", headers=headers)
        assert answer.status_code == 200
        assert answer["HX-Redirect"].endswith(f"?next=%2Fassets%2Fassets%2F{plc.pk}%2F%3Ftab%3D1")
        assert Asset.objects.filter(pk=plc.pk).exists()


class TestTheWayBack:
    def test_what_was_typed_is_sent_again(self, stale: Any, mara: User, emil: User, south: Site) -> None:
        client, path = stale(mara), f"/accounts/role-grants/add/?person={emil.pk}"
        typed = {
            "person": emil.pk,
            "role": "engineer",
            "place": south.pk,
            "last_day": "",
            "reason": 'Two\nlines & "more"',
        }
        way = client.post(path, typed)["Location"]
        assert not RoleGrant.objects.filter(person=emil, site=south).exists()
        page = client.get(client.post(way, {"password": PASSWORD})["Location"])
        assert "data-send" in page.content.decode()
        show_factor(client, mara, ago=LONG_AGO)
        assert "/accounts/reauthenticate/" in sent_again(client, page)["Location"]
        show_factor(client, mara)
        assert sent_again(client, page).status_code == 302
        given = RoleGrant.objects.get(person=emil, site=south)
        assert given.reason.replace("\r", "").startswith("Two\nlines")

    def test_each_form_waits_for_itself_and_once(self, stale: Any, mara: User, plc: Asset) -> None:
        client, path = stale(mara), f"/assets/assets/{plc.pk}/delete/"
        left = client.post(path, {"change_reason": "left behind"})["Location"]
        client.get(path)
        back = client.post(left, {"password": PASSWORD})["Location"]
        assert client.get(path).status_code == 200
        assert "left behind" in client.get(back).content.decode()
        assert client.get(back)["Location"] == "/"
        assert Asset.objects.filter(pk=plc.pk).exists()

    def test_another_session_finds_nothing_there(self, stale: Any, emil: User, mara: User, plc: Asset) -> None:
        way = stale(emil).post(f"/assets/assets/{plc.pk}/delete/", {"change_reason": "mine"})["Location"]
        key = re.search(r"go-on%2F([^%]+)%2F", way)
        assert key
        assert stale(mara).get(f"/accounts/go-on/{key[1]}/")["Location"] == "/"

    def test_a_file_comes_by_itself_and_the_list_stays_at_hand(self, stale: Any, emil: User, plc: Asset) -> None:
        client = stale(emil)
        way = client.get(
            "/assets/assets/export/?format=csv&kind=PLC",
            headers={"Referer": "http://testserver/assets/assets/?kind=PLC"},
        )["Location"]
        page = client.get(client.post(way, {"password": PASSWORD})["Location"])
        assert page["Refresh"] == "0; url=/assets/assets/export/?format=csv&kind=PLC"
        assert 'href="/assets/assets/?kind=PLC"' in page.content.decode()
        answer = client.get("/assets/assets/export/?format=csv&kind=PLC")
        assert b"N-PS1-PLC01" in b"".join(answer.streaming_content)

    @pytest.mark.parametrize(
        "told", ["https://evil.example/x", "http://testserver//evil.example/x", "javascript:alert(1)", ""]
    )
    def test_back_leads_nowhere_else(self, stale: Any, emil: User, plc: Asset, told: str) -> None:
        client = stale(emil)
        way = client.get("/assets/assets/export/?format=csv", headers={"Referer": told})["Location"]
        page = client.get(client.post(way, {"password": PASSWORD})["Location"]).content.decode()
        assert '<a class="btn" href="/">' in page

    def test_no_field_makes_a_token_under_the_name_of_revoking(self, stale: Any, emil: User) -> None:
        given = {"revoke": "x", "name": "round it", "scopes": ["write"], "days": 30}
        stale(emil).post("/accounts/tokens/", given)
        assert not emil.tokens.exists()


def test_a_session_without_any_record_is_not_fresh(emil: User, plc: Asset) -> None:
    client = Client()
    client.force_login(emil)
    assert client.get(f"/assets/assets/{plc.pk}/delete/").status_code == 302
