"""A template that a browser would refuse in part, or that Django cannot compile, is found before it is shipped."""

from pathlib import Path

import pytest

from stack import templates


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<p>\n<script>alert(1)</script>", "page.html:2: an inline script"),
        ("<style>p {}</style>", "page.html:1: an inline style sheet"),
        ('<p class="a" style="color: red">', "page.html:1: a style attribute"),
        ("<button onclick='go()'>", "page.html:1: an inline handler"),
        ("<a href='javascript:go()'>", "page.html:1: a script in an address"),
        ('<div hx-on:click="go()">', "page.html:1: htmx code that needs eval"),
        ("{% if %}", "page.html: Unexpected end of expression in if tag."),
    ],
)
def test_what_is_blocked_is_named_with_its_line(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    (tmp_path / "page.html").write_text(text)
    assert list(templates.problems_in(tmp_path / "page.html")) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="/static/portal.js" defer></script>',
        '<script type="application/json" id="figures">{}</script>',
        '<p class="style" data-on="1">{# style="" #}</p>',
        '<button hx-post="/x/" hx-vals=\'{"a": 1}\'>',
    ],
)
def test_what_a_browser_takes_is_left_alone(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    (tmp_path / "page.html").write_text(text)
    assert list(templates.problems_in(tmp_path / "page.html")) == []


def test_templates_for_pdf_may_carry_their_styles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "report.html").write_text("<style>@page { size: A4 }</style>")
    assert list(templates.problems_in(tmp_path / "pdf" / "report.html")) == []
