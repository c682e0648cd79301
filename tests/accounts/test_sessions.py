"""One's own sessions: seen with device and address, ended one by one or all others, never those of another person."""

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import User
from accounts.rules import device
from registers.history.timeline import entries


@pytest.mark.django_db
class TestOwnSessions:
    def test_one_is_ended_and_all_others(self, emil: User, sven: User, signed_in: Callable[[User], Client]) -> None:
        here, tablet, phone, theirs = signed_in(emil), signed_in(emil), signed_in(emil), signed_in(sven)
        for client in (here, tablet, phone, theirs):
            client.get(
                "/my-work/", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0"}
            )
        page = here.get("/accounts/sessions/").content.decode()
        assert page.count("Firefox 140, Linux") == 5
        assert "this one" in page
        key = UserSession.objects.get(session_key=tablet.session.session_key).pk
        assert here.post("/accounts/sessions/", {"end": key}).status_code == 302
        assert [client.get("/my-work/").status_code for client in (here, tablet, phone)] == [200, 302, 200]
        here.post("/accounts/sessions/", {"end": "others"})
        assert [client.get("/my-work/").status_code for client in (here, phone, theirs)] == [200, 302, 200]
        assert [entry.step for entry in entries(emil)[:2]] == ["End own sessions", "End own session"]

    def test_of_another_person_or_this_one_or_nonsense_is_not_there(
        self, emil: User, sven: User, signed_in: Callable[[User], Client]
    ) -> None:
        here, theirs = signed_in(emil), signed_in(sven)
        keys = []
        for client in (here, theirs):
            client.get("/my-work/")
            keys.append(UserSession.objects.get(session_key=client.session.session_key).pk)
        for key in (*keys, "999999", "x", "9" * 30, ""):
            assert here.post("/accounts/sessions/", {"end": key}).status_code == 404
        assert theirs.get("/my-work/").status_code == here.get("/my-work/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge 141, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome 141, Android"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari 18, iPad"),
        ("curl/8.5.0", "curl/8.5.0"), ("", "unknown"), ("<b>x</b>", "<b>x</b>"),
    ],
)  # fmt: skip
def test_a_device_in_words(sent: str, words: str) -> None:
    assert device(sent) == words
