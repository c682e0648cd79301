"""Pages speak the person's language; programs are always answered in English."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from django.test import Client
from django.utils import translation

from accounts.models import User
from assets.models import Asset
from csms.catalog import REGISTERS
from stack.messages import BadCatalogue, compiled, missing, read

GERMAN = Path(__file__).resolve().parents[2] / "locale" / "de" / "LC_MESSAGES" / "django.po"


@pytest.fixture
def german(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> Client:
    """Emil's browser, after he chose German."""
    browser = signed_in(emil)
    browser.post("/preferences/", {"language": "de", "next": "/"})
    return browser


@pytest.mark.django_db
class TestPages:
    def test_list_form_and_record_are_german(self, german: Client, plc: Asset) -> None:
        listed = german.get("/assets/assets/").content.decode()
        for words in (
            '<html lang="de"',
            ">Hersteller<",
            "Spalten",
            "Meine Aufgaben",
            "Zonen und Netz",
            "Asset hinzufügen",
            "SPS",
        ):
            assert words in listed, words
        form = german.get("/assets/assets/add/").content.decode()
        assert "Seriennummer" in form
        assert german.post("/assets/assets/add/", {}).context["form"].errors["name"] == ["Bitte angeben: Name."]
        record = german.get(f"/assets/assets/{plc.pk}/").content.decode()
        assert "Seriennummer" in record
        assert "Bearbeiten" in record

    def test_another_person_is_still_answered_in_english(
        self, german: Client, ada: User, signed_in: Callable[[User], Client]
    ) -> None:
        german.get("/assets/assets/")
        page = signed_in(ada).get("/assets/assets/").content.decode()
        assert '<html lang="en"' in page
        assert ">Vendor<" in page
        assert "Hersteller" not in page

    def test_a_browser_that_asks_for_german_gets_it_before_anyone_signed_in(self, db: None) -> None:
        page = Client().get("/accounts/login/", headers={"Accept-Language": "de"}).content.decode()
        assert "Anmelden" in page

    def test_a_language_that_there_is_not_is_left_out(self, german: Client, emil: User) -> None:
        german.post("/preferences/", {"language": "tlh"})
        emil.refresh_from_db()
        assert emil.preferences["language"] == "de"


@pytest.mark.django_db
def test_rest_stays_english(german: Client, emil: User, plc: Asset, rest: Callable[..., Any]) -> None:
    program = rest(emil)
    one = program.send("get", f"assets/{plc.pk}/", Accept_Language="de").json()
    assert {"vendor", "serial_number", "kind"} <= set(one)
    assert one["kind"] == "PLC"
    wrong = program.send("post", "assets/", {}, Accept_Language="de").json()["errors"]
    assert {entry["detail"] for entry in wrong} == {"This field is required."}


@pytest.mark.parametrize(("name", "title"), [
    ("zones", "Zonen"), ("networks", "Netze"), ("flows", "Datenflüsse"), ("matches", "Treffer"), ("decisions", "Entscheidungen"), ("sites", "Standorte"),
    ("evidence", "Nachweise"), ("requirements", "Anforderungen"), ("judgements", "Beurteilungen"), ("people", "Personen"), ("reports", "Berichte"),
])  # fmt: skip
def test_the_main_registers_have_german_names(name: str, title: str) -> None:
    with translation.override("de"):
        assert next(register for register in REGISTERS if register.name == name).title == title


def test_every_marked_text_has_german_words_and_the_compiled_ones_are_fresh() -> None:
    entries = read(GERMAN)
    assert missing(entries) == []
    assert GERMAN.with_suffix(".mo").read_bytes() == compiled(entries)


def test_registers_and_steps_have_german_words() -> None:
    known = {text for entry in read(GERMAN) for text in ([entry.id] if isinstance(entry.id, str) else entry.id)}
    with translation.override(None):
        told = [text for register in REGISTERS for text in (register.title, register.description)]
        told += [text for register in REGISTERS for step in register.transitions for text in (step.title, step.explain)]
    names = {text for text in told if text}
    assert {text for text in names if not {text, text[0].lower() + text[1:]} & known} == set()


def test_what_has_no_words_is_named_with_its_place() -> None:
    told = "\n".join(missing(Catalog(locale="de")))
    assert re.search(r"templates/registers/list\.html:\d+: de has no words for 'Keep this list under a name'", told)
    assert re.search(r"accounts/models/\w+\.py:\d+: de has no words for 'site'", told)
    assert "'{count} asset decided.'" in told  # with a plural


@pytest.mark.parametrize("body", [
    'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 'msgid "%(a)s"\nmsgstr "x"\n', "nonsense\n",
    'msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} Zeile"\nmsgstr[1] "Zeilen"\n',
])  # fmt: skip
def test_what_is_wrong_in_a_catalogue_is_said(body: str, tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(body)
    with pytest.raises(BadCatalogue, match=r"django\.po"):
        read(path)
