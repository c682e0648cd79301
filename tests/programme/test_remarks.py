"""Comments: whoever sees a record may speak on it, nobody else learns of it, and words stay words (X15)."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts.models import User
from assets.models import Asset
from programme.models import Comment
from programme.remarks import misplaced, rendered, say
from registers.models import Mail


class Drawn(HTMLParser):
    """Gathers the tags of a text with what they carry, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))


def speak(program: Any, record: Any, text: str) -> Any:
    """Comment on an asset over REST."""
    return program.send("post", "comments/", {"register": "assets", "record": str(record.pk), "text": text})


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[go](javascript:alert(1))", "![x](https://elsewhere.example/x.png)",
        "<a href='data:text/html,1' style='x'>go</a>", "[go](data:text/html;base64,PHNjcmlwdD4=)", "<svg onload=alert(1)>",
    ],
)  # fmt: skip
def test_nothing_of_what_is_written_runs(hostile: str) -> None:
    drawn = Drawn()
    drawn.feed(rendered(hostile))
    assert {tag for tag, _given in drawn.tags} <= {"p", "a"}
    assert {name for _tag, given in drawn.tags for name in given} <= {"href", "rel"}
    assert all(given.get("href", "https://").startswith("https://") for _tag, given in drawn.tags)  # type: ignore[union-attr]


def test_markdown_is_understood() -> None:
    assert rendered("**Check** the [list](https://plant.example/list)") == (
        '<p><strong>Check</strong> the <a href="https://plant.example/list" rel="noopener noreferrer">list</a></p>\n'
    )


@pytest.mark.django_db
class TestSpeaking:
    def test_an_auditor_speaks_on_what_she_sees(self, plc: Asset, ada: User, rest: Callable[..., Any]) -> None:
        answer = speak(rest(ada), plc, "Who verified this?")
        assert answer.status_code == 201, answer.json()
        body = answer.json()
        assert (body["text"], body["site"], body["about"]) == (
            "Who verified this?",
            str(plc.site_id),
            {"register": "assets", "id": str(plc.pk)},
        )
        assert misplaced() == []

    def test_a_record_of_another_plant_is_one_that_does_not_exist(
        self, rtu: Asset, nils: User, rest: Callable[..., Any]
    ) -> None:
        program = rest(nils)
        theirs, absent = (
            speak(program, rtu, "Hm."),
            program.send("post", "comments/", {"register": "assets", "record": "999999", "text": "Hm."}),
        )
        assert (
            (theirs.status_code, theirs.json()["detail"])
            == (absent.status_code, absent.json()["detail"])
            == (404, "There is no such record.")
        )
        assert not Comment.objects.exists()

    @pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
    def test_nothing_and_too_much_are_refused(
        self, text: str, plc: Asset, ada: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        assert speak(rest(ada), plc, text).status_code == 400
        assert signed_in(ada).post(f"/programme/comment/assets/{plc.pk}/", {"text": text}).status_code == 302
        assert not Comment.objects.exists()

    def test_only_those_who_see_the_record_get_a_letter(self, plc: Asset, nils: User, emil: User, sven: User) -> None:
        say(plc, by=nils, text="@emil@demo.example and @SVEN@demo.example, please look. @nobody@demo.example")
        assert [letter.to for letter in Mail.objects.all()] == [["emil@demo.example"]]

    def test_what_was_said_stands_on_the_page_as_words(
        self, plc: Asset, nils: User, ada: User, sven: User, signed_in: Callable[[User], Any]
    ) -> None:
        browser = signed_in(nils)
        browser.post(f"/programme/comment/assets/{plc.pk}/", {"text": "**Seen** <script>alert(1)</script>"})
        page = signed_in(ada).get(plc.get_absolute_url()).content.decode()
        assert "<strong>Seen</strong>" in page
        assert "<script>alert" not in page
        assert signed_in(sven).post(f"/programme/comment/assets/{plc.pk}/", {"text": "Hm."}).status_code == 404

    def test_a_comment_at_the_wrong_site_is_found(self, plc: Asset, rtu: Asset, nils: User) -> None:
        Comment.objects.create(site=rtu.site, about=plc, author=nils, text="Astray.")
        (told,) = misplaced()
        assert told.endswith("is kept at another site than N-PS1-PLC01")
