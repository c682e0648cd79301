"""Pages get the files they name and no others, and the icons that templates use are in one sprite."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from csms.assets import ASSETS, AssetsFinder
from stack import icons


@pytest.mark.parametrize("name", sorted(ASSETS))
def test_every_listed_file_is_installed_and_found(name: str) -> None:
    assert AssetsFinder().find(name) == str(ASSETS[name])
    assert ASSETS[name].stat().st_size > 30


@pytest.mark.parametrize("name", ["vendor/tabler.css", "package.json", "../manage.py", "vendor/../../manage.py", ""])
def test_nothing_else_is_found(name: str) -> None:
    assert AssetsFinder().find(name) == []
    assert AssetsFinder().find(name, find_all=True) == []


def test_a_missing_file_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert AssetsFinder().check() == []
    monkeypatch.setitem(ASSETS, "vendor/gone.css", tmp_path / "gone.css")
    assert [message.id for message in AssetsFinder().check()] == ["csms.W001"]
    assert "vendor/gone.css" not in dict(AssetsFinder().list(None))


def test_the_files_can_be_collected_under_names_with_a_hash(tmp_path: Path) -> None:
    collected = ManifestStaticFilesStorage(location=str(tmp_path), base_url="/static/")
    listed = {name: (storage, name) for name, storage in AssetsFinder().list(None)}
    for name, (storage, _) in listed.items():
        with storage.open(name) as file:
            collected.save(name, file)
    outcome = {name: done for name, _, done in collected.post_process(listed)}
    assert [done for done in outcome.values() if isinstance(done, Exception)] == []
    assert set(listed) <= set(outcome)
    assert "sourceMappingURL" not in (tmp_path / "vendor" / "tabler.min.css").read_text()


def test_the_sprite_holds_the_icons_that_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% icon "home" %} {% icon "star-filled" %} {% include "x.html" with icon="search" %} {% icon "no-such-thing" %}'
    )
    (tmp_path / "menu.py").write_text('MENU = [{"icon": "plus"}, entry(icon="check")]')
    monkeypatch.setattr(icons, "ROOT", tmp_path)
    monkeypatch.setattr(icons, "SPRITE", tmp_path / "var" / "icons.svg")
    assert icons.build() == ["templates/page.html: there is no icon 'no-such-thing'"]
    sprite = (tmp_path / "var" / "icons.svg").read_text()
    for name in ("home", "star-filled", "search", "plus", "check"):
        assert f'<symbol id="{name}" viewBox="0 0 24 24"' in sprite
    assert sprite.count("<symbol") == sprite.count("</symbol>") == 5
    assert "Permission is hereby granted" in sprite
