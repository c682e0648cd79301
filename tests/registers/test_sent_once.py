"""A form that makes a record makes one, however often it is sent as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Site, User
from patching.models import Blackout
from programme.models import Evidence

ADD = "/patching/blackouts/add/"


@pytest.fixture
def sent(north: Site) -> dict[str, Any]:
    return {"site": north.pk, "title": "Flood", "first_on": "2027-01-01", "last_on": "2027-01-02"}


def test_sent_twice_it_makes_one_and_leads_there(
    nils: User, signed_in: Callable[[User], Any], sent: dict[str, Any]
) -> None:
    browser = signed_in(nils)
    marked = sent | {"once": browser.get(ADD).context["once"]}
    first, second = browser.post(ADD, marked), browser.post(ADD, marked, follow=True)
    made = Blackout.objects.get()
    assert first["Location"] == made.get_absolute_url()
    assert second.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "sent before" in second.content.decode()


def test_changed_after_back_it_is_another(nils: User, signed_in: Callable[[User], Any], sent: dict[str, Any]) -> None:
    browser = signed_in(nils)
    marked = sent | {"once": browser.get(ADD).context["once"]}
    browser.post(ADD, marked)
    browser.post(ADD, marked | {"title": "Frost"})
    assert sorted(Blackout.objects.values_list("title", flat=True)) == ["Flood", "Frost"]


def test_two_forms_with_the_same_words_make_two(
    nils: User, signed_in: Callable[[User], Any], sent: dict[str, Any]
) -> None:
    browser = signed_in(nils)
    for _time in range(2):
        browser.post(ADD, sent | {"once": browser.get(ADD).context["once"]})
    assert Blackout.objects.count() == 2


def test_a_form_with_a_fault_is_sent_again_when_mended(
    nils: User, signed_in: Callable[[User], Any], sent: dict[str, Any]
) -> None:
    browser = signed_in(nils)
    wrong = browser.post(ADD, sent | {"last_on": "2026-01-01", "once": browser.get(ADD).context["once"]})
    assert wrong.status_code == 422
    again = browser.post(ADD, sent | {"last_on": "2026-01-01", "once": wrong.context["once"]})
    assert again.status_code == 422
    assert browser.post(ADD, sent | {"once": again.context["once"]}).status_code == 302
    assert Blackout.objects.count() == 1


def test_what_one_person_sent_is_nothing_to_another(
    nils: User, mara: User, signed_in: Callable[[User], Any], sent: dict[str, Any]
) -> None:
    marked = sent | {"once": "0" * 32}
    for person in (nils, mara):
        assert signed_in(person).post(ADD, marked).status_code == 302
    assert Blackout.objects.count() == 2


def test_another_file_under_the_same_name_is_another(nils: User, north: Site, signed_in: Callable[[User], Any]) -> None:
    add, browser = "/programme/evidence/add/", signed_in(nils)
    given = {
        "site": north.pk,
        "title": "Log",
        "kind": "WRITTEN_PROCEDURE",
        "effective_from": "2026-01-01",
        "once": "0" * 32,
    }
    for words in (b"first", b"other", b"other"):
        answer = browser.post(add, given | {"file": SimpleUploadedFile("log.txt", words)})
        assert answer.status_code == 302, answer.context["form"].errors
    assert Evidence.objects.count() == 2
