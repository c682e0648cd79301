"""Tags: put on and taken off by those who may change the record, found by filter, never seen from another site."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from assets.models import Asset
from programme.remarks import misplaced
from programme.tags import Tag, put
from registers.history.timeline import entries


@pytest.mark.django_db
class TestRest:
    def test_a_tag_is_put_on_found_by_and_taken_off(self, emil: User, plc: Asset, rest: Callable[..., Any]) -> None:
        program = rest(emil)
        made = program.send("post", "tags/", {"register": "assets", "record": str(plc.pk), "name": " Weekend  stop "})
        assert made.status_code == 201, made.content
        assert (
            made.json()
            | {"about": {"register": "assets", "id": str(plc.pk)}, "name": "Weekend stop", "site": str(plc.site_id)}
            == made.json()
        )
        again = program.send("post", "tags/", {"register": "assets", "record": str(plc.pk), "name": "weekend stop"})
        assert again.json()["id"] == made.json()["id"]
        Asset.objects.create(site=plc.site, name="N-OTHER")
        assert [row["name"] for row in program.send("get", "assets/?tag=WEEKEND+STOP").json()["results"]] == [plc.name]
        assert program.send("get", "assets/?tag=weekend").json()["count"] == 0
        key = made.json()["id"]
        assert program.send("delete", f"tags/{key}/").status_code == 204
        assert not Tag.objects.exists()

    def test_who_only_reads_puts_none_and_takes_none_off(
        self, ada: User, emil: User, plc: Asset, rest: Callable[..., Any]
    ) -> None:
        tag = put(plc, by=emil, name="pump")
        body = {"register": "assets", "record": str(plc.pk), "name": "mine"}
        assert rest(ada).send("post", "tags/", body).status_code == 403
        assert rest(ada).send("delete", f"tags/{tag.pk}/").status_code == 403

    def test_a_stranger_learns_no_word(
        self,
        sven: User,
        emil: User,
        plc: Asset,
        rtu: Asset,
        rest: Callable[..., Any],
        signed_in: Callable[[User], Client],
    ) -> None:
        put(plc, by=emil, name="Zwanzig")
        program = rest(sven)
        assert program.send("get", "tags/").json()["count"] == 0
        assert (
            program.send("get", "assets/?tag=Zwanzig").json()["count"]
            == program.send("get", "assets/?tag=none").json()["count"]
            == 0
        )
        body = {"register": "assets", "record": str(plc.pk), "name": "x"}
        assert (
            program.send("post", "tags/", body).status_code
            == program.send("post", "tags/", body | {"record": "99999999"}).status_code
            == 404
        )
        for page in (f"/assets/assets/{rtu.pk}/", "/assets/assets/", "/programme/tags/"):
            assert b"Zwanzig" not in signed_in(sven).get(page).content


@pytest.mark.django_db
class TestPage:
    def test_it_shows_adds_and_takes_off(self, emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
        browser = signed_in(emil)
        put_on = browser.post(f"/programme/tag/assets/{plc.pk}/", {"name": "spare on site"})
        assert put_on["Location"] == f"/assets/assets/{plc.pk}/#tags"
        page = browser.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert '<a href="/assets/assets/?tag=spare%20on%20site">spare on site</a>' in page
        assert plc.name in browser.get("/assets/assets/?tag=spare%20on%20site").content.decode()
        browser.post(f"/programme/untag/{Tag.objects.get().pk}/")
        assert not Tag.objects.exists()

    def test_who_only_reads_sees_them_without_buttons(
        self, ada: User, emil: User, plc: Asset, signed_in: Callable[[User], Client]
    ) -> None:
        tag = put(plc, by=emil, name="spare")
        browser = signed_in(ada)
        page = browser.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert ">spare</a>" in page
        assert "untag" not in page
        assert browser.post(f"/programme/untag/{tag.pk}/").status_code == 403


@pytest.mark.django_db
def test_words_have_a_length_and_no_comma(emil: User, plc: Asset) -> None:
    for word in ("", "  ", "x" * 41, "a,b"):
        with pytest.raises(ValidationError):
            put(plc, by=emil, name=word)


@pytest.mark.django_db
def test_history_says_who_put_it_there(emil: User, plc: Asset) -> None:
    told = entries(put(plc, by=emil, name="spare"))[0]
    assert (told.actor, told.step) == ("Emil Sand", "Put")


@pytest.mark.django_db
def test_one_at_another_site_than_its_record_is_found(emil: User, plc: Asset, rtu: Asset) -> None:
    put(plc, by=emil, name="right")
    assert misplaced() == []
    Tag.objects.create(site=rtu.site, about=plc, name="wrong")
    assert len(misplaced()) == 1
