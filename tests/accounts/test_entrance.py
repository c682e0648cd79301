"""Coming in and going out: an invitation works once and for a week; who is deactivated is out at once; a lost factor takes two."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts import entrance
from accounts.models import Organisation, Role, RoleGrant, Site, User
from accounts.summary import SELF_CHECKS
from registers.history.timeline import entries
from registers.models import Mail
from registers.own import CalendarFeed
from registers.workflow import NotPossible
from tests.people import person

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://localhost:\d+(/accounts/\S+/)")
GOOD = "pumps seldom sing in the rain"
_address = count(1)


def browser() -> Client:
    """A browser at an address of its own."""
    return Client(raise_request_exception=False, REMOTE_ADDR=f"203.0.113.{next(_address)}")


def link(to: str) -> str:
    """Return the path that the newest letter to this address leads to."""
    found = LINK.search(Mail.objects.filter(to=[to]).latest("pk").text)
    assert found
    return found[1]


def signs_in(email: str, password: str) -> bool:
    """Tell whether this opens the portal."""
    client = browser()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client.get("/my-work/").status_code == 200


@pytest.fixture
def invited(nils: User, north: Site, signed_in: Callable[[User], Client]) -> User:
    """Somebody whom the security manager of NORTH invited by the page."""
    sent = {
        "email": "Tomas@works.example",
        "name": "Tomas Reuter",
        "role": "engineer",
        "place": north.pk,
        "reason": "New foreman",
    }
    answer = signed_in(nils).post("/accounts/people/invite/", sent)
    made = User.objects.get(email="tomas@works.example")
    assert answer["Location"] == f"/accounts/role-grants/{made.role_grants.get().pk}/"
    return made


class TestInvitation:
    def test_they_come_in_by_their_own_password_once(self, invited: User) -> None:
        assert (invited.status, invited.has_usable_password()) == ("INVITED", False)
        assert not User.objects.filter(SELF_CHECKS[0].wrong(timezone.now().date())).exists()
        path, client = link(invited.email), browser()
        form = client.get(path)["Location"]
        assert form == "/accounts/invitation/password/"
        assert client.get(form).status_code == 200
        weak = client.post(form, {"new_password1": "password123", "new_password2": "password123"})
        assert weak.status_code == 422
        done = client.post(form, {"new_password1": GOOD, "new_password2": GOOD})
        assert (done.status_code, done["Location"]) == (302, "/accounts/login/")
        assert signs_in(invited.email, GOOD)
        for method in ("get", "post"):
            again = getattr(browser(), method)(path, {"new_password1": GOOD * 2, "new_password2": GOOD * 2})
            assert again.status_code == 404
        assert signs_in(invited.email, GOOD)
        assert [entry.step for entry in entries(invited) if entry.step] == ["Join", "Invite"]

    def test_before_nothing_lets_them_in(self, invited: User) -> None:
        Mail.objects.all().delete()
        browser().post("/accounts/password/reset/", {"email": invited.email})
        assert "/accounts/password/reset/key/" not in Mail.objects.get().text
        assert not signs_in(invited.email, GOOD)

    def test_it_is_good_for_a_week_and_a_newer_letter_voids_it(self, invited: User, admin: User) -> None:
        key = link(invited.email).split("/")[-2]
        now = timezone.now()
        assert entrance.invited(key, now=now + timedelta(days=6, hours=23)) == invited
        assert entrance.invited(key, now=now + timedelta(days=7, minutes=1)) is None
        entrance.invite_again(invited, by=admin)
        assert entrance.invited(key, now=now) is None
        assert entrance.join(key, GOOD, now=now) is None
        assert entrance.join(link(invited.email).split("/")[-2], GOOD, now=timezone.now()) == invited

    @pytest.mark.parametrize("key", ["x", "WzEsICJ4Il0:1abc:xyz", "%00", "a" * 500])
    def test_a_wrong_key_is_answered_as_an_old_one(self, invited: User, key: str) -> None:
        answer = browser().get(f"/accounts/invitation/{key}/")
        assert answer.status_code == 404
        assert invited.name not in answer.content.decode()

    def test_somebody_who_is_here_gets_the_role_and_no_letter(
        self, emil: User, south: Site, admin: User, rest: Callable[..., Any]
    ) -> None:
        sent = {
            "email": emil.email.upper(),
            "name": "E",
            "role": "auditor",
            "site": str(south.pk),
            "reason": "Helps out",
        }
        answer = rest(admin).send("post", "role-grants/invite/", sent)
        assert (answer.status_code, answer.json()["person"]) == (201, str(emil.pk))
        assert RoleGrant.objects.filter(person=emil, site=south, status="GIVEN").exists()
        assert not Mail.objects.exists()

    def test_by_rest_only_where_one_gives_roles(
        self, nils: User, emil: User, north: Site, south: Site, rest: Callable[..., Any]
    ) -> None:
        sent = {"email": "new@works.example", "name": "New", "role": "engineer", "reason": "x"}
        program = rest(nils)
        absent = program.send("post", "role-grants/invite/", {**sent, "site": "999999999"})
        theirs = program.send("post", "role-grants/invite/", {**sent, "site": str(south.pk)})
        assert (absent.status_code, absent.json()["errors"]) == (400, theirs.json()["errors"])
        assert program.send("post", "role-grants/invite/", {**sent, "site": None}).status_code == 403
        assert rest(emil).send("post", "role-grants/invite/", {**sent, "site": str(north.pk)}).status_code == 403
        assert not User.objects.filter(email="new@works.example").exists()

    def test_who_left_is_not_let_in_by_an_invitation(
        self, admin: User, nils: User, emil: User, north: Site, signed_in: Any
    ) -> None:
        entrance.deactivate(emil, by=admin, reason="Left")
        sent = {"email": emil.email, "name": "Emil", "role": "auditor", "place": north.pk, "reason": "Back"}
        assert signed_in(nils).post("/accounts/people/invite/", sent).status_code == 422
        emil.refresh_from_db()
        assert not emil.is_active


class TestDeactivation:
    def test_sessions_tokens_and_calendar_end_at_once_and_stay_ended(
        self, admin: User, emil: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
    ) -> None:
        client, program, secret = signed_in(emil), rest(emil), CalendarFeed.renew(emil)
        assert client.get("/assets/assets/").status_code == program.send("get", "assets/").status_code == 200
        path = f"/accounts/people/{emil.pk}/deactivate/"
        assert signed_in(admin).post(path, {"reason": "Left the company"})["Location"] == f"/accounts/people/{emil.pk}/"
        assert not UserSession.objects.filter(user=emil).exists()
        assert (client.get("/assets/assets/").status_code, program.send("get", "assets/").status_code) == (302, 401)
        emil.refresh_from_db()
        entrance.let_in(emil, by=admin, reason="A mistake")
        assert (client.get("/assets/assets/").status_code, program.send("get", "assets/").status_code) == (302, 401)
        assert Client().get(f"/my-work/calendar/{secret}.ics").status_code == 404
        assert [(entry.step, entry.reason) for entry in entries(emil)][:2] == [
            ("Let in again", "A mistake"), ("Deactivate", "Left the company"),
        ]  # fmt: skip
        assert {letter.subject for letter in Mail.objects.filter(to=[emil.email])} == {
            "Your account was deactivated", "Your account is active again",
        }  # fmt: skip

    def test_not_oneself_not_the_last_administrator_not_somebody_above(self, admin: User, mara: User) -> None:
        with pytest.raises(NotPossible, match="four eyes"):
            entrance.deactivate(admin, by=admin, reason="x")
        with pytest.raises(PermissionDenied):
            entrance.deactivate(admin, by=mara, reason="x")
        other = person("Olga Second", Role.ADMINISTRATOR, Organisation.objects.get())
        entrance.deactivate(admin, by=other, reason="Left")
        admin.refresh_from_db()
        with pytest.raises(PermissionDenied):
            entrance.deactivate(other, by=admin, reason="x")

    def test_whether_one_may_come_in_is_not_a_field(self, admin: User, emil: User, rest: Callable[..., Any]) -> None:
        rest(admin).send("patch", f"people/{emil.pk}/", {"is_active": False})
        emil.refresh_from_db()
        assert emil.is_active

    def test_a_manager_does_not_take_over_an_administrator_by_another_address(
        self, admin: User, mara: User, emil: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(mara)
        assert program.send("patch", f"people/{admin.pk}/", {"email": "mine@demo.example"}).status_code == 403
        assert program.send("patch", f"people/{emil.pk}/", {"title": "Foreman"}).status_code == 200


class TestSessionsAndFactor:
    def test_an_administrator_ends_the_sessions_of_another(
        self, admin: User, emil: User, signed_in: Callable[[User], Client], rest: Callable[..., Any]
    ) -> None:
        first, second = signed_in(emil), signed_in(emil)
        assert first.get("/my-work/").status_code == second.get("/my-work/").status_code == 200
        assert rest(admin).send("post", f"people/{emil.pk}/end_sessions/", {"reason": "Lost laptop"}).status_code == 200
        assert first.get("/my-work/").status_code == second.get("/my-work/").status_code == 302
        assert entries(emil)[0].reason == "Lost laptop"
        assert signs_in(emil.email, "csms-demo-2026")
        assert Mail.objects.get(to=[emil.email]).subject == "Your sessions were ended"

    def test_a_lost_second_factor_is_reset_by_two(
        self, admin: User, mara: User, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        with pytest.raises(NotPossible, match="no second factor"):
            entrance.ask_factor_reset(emil, by=mara, reason="x")
        TOTP.activate(emil, generate_totp_secret())
        client = signed_in(emil)
        assert client.get("/my-work/").status_code == 200
        with pytest.raises(NotPossible, match="cannot be done"):
            entrance.reset_factor(emil, by=admin, reason="Lost phone")
        asked = entrance.ask_factor_reset(emil, by=mara, reason="Lost phone, I saw his badge")
        with pytest.raises(NotPossible, match="four eyes"):
            entrance.reset_factor(asked, by=mara, reason="x")
        User.objects.filter(pk=emil.pk).update(reset_asked_at=timezone.now() - timedelta(hours=25))
        with pytest.raises(NotPossible, match="asks for the reset first"):
            entrance.reset_factor(asked, by=admin, reason="x")
        User.objects.filter(pk=emil.pk).update(reset_asked_at=timezone.now())
        entrance.reset_factor(asked, by=admin, reason="Confirmed by telephone")
        assert not Authenticator.objects.filter(user=emil).exists()
        assert client.get("/my-work/").status_code == 302
        assert entries(emil)[0].reason == "Confirmed by telephone"
        assert Mail.objects.get(to=[emil.email]).subject == "Your second factor was reset"

    def test_nobody_resets_his_own(self, admin: User, mara: User) -> None:
        TOTP.activate(mara, generate_totp_secret())
        entrance.ask_factor_reset(mara, by=admin, reason="x")
        with pytest.raises(NotPossible, match="four eyes"):
            entrance.reset_factor(mara, by=mara, reason="x")

    @pytest.mark.parametrize("step", ["deactivate", "end_sessions", "ask_factor_reset", "reset_factor"])
    def test_a_site_manager_does_none_of_it(self, nils: User, emil: User, rest: Callable[..., Any], step: str) -> None:
        assert rest(nils).send("post", f"people/{emil.pk}/{step}/", {"reason": "x"}).status_code == 403


class TestPasswordReset:
    def test_the_link_of_the_letter_works_once_and_ends_every_session(
        self, emil: User, signed_in: Callable[[User], Client]
    ) -> None:
        old, client = signed_in(emil), browser()
        assert old.get("/my-work/").status_code == 200
        client.post("/accounts/password/reset/", {"email": emil.email}, headers={"Host": "127.0.0.1"})
        path = link(emil.email)
        form = client.get(path)["Location"]
        assert path not in form
        done = client.post(form, {"password1": GOOD, "password2": GOOD})
        assert done.status_code == 302
        assert signs_in(emil.email, GOOD)
        assert not signs_in(emil.email, "csms-demo-2026")
        assert old.get("/my-work/").status_code == 302
        assert b"password1" not in browser().get(path, follow=True).content

    def test_it_keeps_the_second_factor(self, emil: User) -> None:
        TOTP.activate(emil, generate_totp_secret())
        client = browser()
        client.post("/accounts/password/reset/", {"email": emil.email})
        client.post(client.get(link(emil.email))["Location"], {"password1": GOOD, "password2": GOOD})
        assert Authenticator.objects.filter(user=emil).exists()
        assert not signs_in(emil.email, GOOD)

    def test_an_unknown_address_is_answered_alike(self, emil: User) -> None:
        told = []
        for email in (emil.email, "nobody@works.example"):
            answer = browser().post("/accounts/password/reset/", {"email": email})
            told.append((answer.status_code, answer["Location"], browser().get(answer["Location"]).status_code))
        assert told[0] == told[1]
        assert {tuple(letter.to) for letter in Mail.objects.all()} == {(emil.email,), ("nobody@works.example",)}
        assert "nobody@works.example" in Mail.objects.get(to=["nobody@works.example"]).text

    def test_asked_for_by_a_stranger_it_keeps_nobody_from_a_second_factor(self, emil: User, signed_in: Any) -> None:
        browser().post("/accounts/password/reset/", {"email": emil.email})
        client = signed_in(emil)
        client.post("/accounts/reauthenticate/", {"password": "csms-demo-2026"})
        assert b'name="code"' in client.get("/accounts/2fa/totp/activate/").content

    def test_a_former_address_resets_nothing(self, emil: User, admin: User, rest: Callable[..., Any]) -> None:
        browser().post("/accounts/password/reset/", {"email": emil.email})
        former, unused = emil.email, link(emil.email)
        assert rest(admin).send("patch", f"people/{emil.pk}/", {"email": "emil@new.example"}).status_code == 200
        assert b"password1" not in browser().get(unused, follow=True).content
        for email, mailed in ((former, False), ("emil@new.example", True)):
            browser().post("/accounts/password/reset/", {"email": email})
            letter = Mail.objects.filter(to=[email]).latest("pk")
            assert ("/accounts/password/reset/key/" in letter.text) is mailed

    def test_nobody_changes_his_own_address(self, emil: User, signed_in: Callable[[User], Client]) -> None:
        client = signed_in(emil)
        assert client.post("/accounts/email/", {"action_add": "", "email": "boss@works.example"}).status_code == 403
