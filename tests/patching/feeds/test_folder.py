"""A folder as a source: a copied provider, loose files, and files that should not be there."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from patching.feeds import epss, files, folder, kev
from patching.feeds.deliveries import Failed, Fetched, Seen, SignatureState, Unchanged
from tests.patching.feeds.local import of

STORED_KEY = "2E5A 5D28 E7E2 D365 74F2  696B 7742 E082 F6D6 204E"


@pytest.fixture
def copied(data: Path, tmp_path: Path) -> Path:
    """A copy of the stored provider that may be spoilt."""
    shutil.copytree(data / "csaf", tmp_path / "copy", copy_function=shutil.copyfile)
    for place, folders, _ in os.walk(tmp_path / "copy"):
        for name in [".", *folders]:
            os.chmod(Path(place, name), 0o755)
    return tmp_path / "copy"


@pytest.mark.parametrize("inside", ["", ".well-known/csaf"])
def test_a_copied_provider_is_read_whole_and_verified(data: Path, inside: str) -> None:
    found = list(folder.read(data / "csaf" / inside, fingerprints=[STORED_KEY]))
    fetched = of(Fetched, found)
    assert len(fetched) == 250
    assert not of(Failed, found)
    assert Counter((item.signature_state, item.hash_verified) for item in fetched) == {
        (SignatureState.VERIFIED, True): 250
    }
    assert all(item.locator.startswith("https://csaf.test.example/.well-known/csaf/white/20") for item in fetched)


def test_a_second_reading_tells_what_is_unchanged(copied: Path) -> None:
    seen: dict[str, Seen] = {item.locator: item.seen for item in of(Fetched, list(folder.read(copied)))}
    spoilt = copied / ".well-known/csaf/white/2024/icsa-24-284-21.json"
    spoilt.write_bytes(spoilt.read_bytes() + b"\n")
    found = list(folder.read(copied, seen=seen))
    assert len(of(Unchanged, found)) == 249
    (failed,) = of(Failed, found)
    assert "published hash" in failed.reason

    spoilt.with_name(f"{spoilt.name}.sha512").unlink()
    (changed,) = of(Fetched, list(folder.read(copied, seen=seen)))
    assert changed.locator.endswith(spoilt.name)
    assert not changed.hash_verified
    (bad,) = of(Failed, list(folder.read(copied, seen=seen, fingerprints=[STORED_KEY])))
    assert bad.signature_state is SignatureState.BAD


def test_metadata_may_lie_at_the_top(copied: Path) -> None:
    shutil.move(copied / ".well-known/csaf/provider-metadata.json", copied / "provider-metadata.json")
    assert len(of(Fetched, list(folder.read(copied)))) == 250


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/feed.json",
        "https://csaf.test.example/../../secret.json",
        "https://csaf.test.example/.well-known/csaf/../../../secret.json",
        "https://csaf.test.example/%2e%2e/secret.json",
        "https://csaf.test.example//etc/passwd",
        "https://csaf.test.example/%00",
    ],
)
def test_nothing_outside_the_folder_is_opened(copied: Path, url: str) -> None:
    (copied.parent / "secret.json").write_text('{"feed": {"entry": []}}')
    metadata = copied / ".well-known/csaf/provider-metadata.json"
    content = json.loads(metadata.read_bytes())
    content["distributions"] = [{"rolie": {"feeds": [{"url": url}]}}]
    metadata.write_text(json.dumps(content))
    (failed,) = folder.read(copied)
    assert isinstance(failed, Failed)
    assert any(words in failed.reason for words in ("out of the folder", "another site", "no file", "cannot be opened"))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"canonical_url": 5}', b'{"canonical_url": "https://x/a.json"}', b"\xff"]
)
def test_broken_metadata_is_said(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "provider-metadata.json").write_bytes(body)
    (failed,) = folder.read(tmp_path)
    assert isinstance(failed, Failed)
    assert failed.locator == "provider-metadata.json"


def test_loose_files_are_known_by_their_content(data: Path, tmp_path: Path, advisory: Callable[..., bytes]) -> None:
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    (tmp_path / "deep" / ".hidden" / "any name.json").write_bytes(advisory("PUMP-1"))
    (tmp_path / "broken.json").write_bytes(b'{"document": ')
    (tmp_path / "inventory.csv").write_bytes(b"tag;vendor\n1;x\n")
    (tmp_path / "feed.json").write_bytes(b'{"feed": {"entry": []}}')
    shutil.copyfile(data / "kev/kev_extract.json", tmp_path / "a.json")
    shutil.copyfile(data / "epss/epss_scores-SYNTHETIC.csv.gz", tmp_path / "b.csv.gz")
    found = list(folder.read(tmp_path))
    assert [item.locator for item in found] == ["a.json", "b.csv.gz", "broken.json", "deep/.hidden/any name.json"]
    assert [type(item) for item in found] == [kev.Catalogue, epss.Scores, Failed, Fetched]


def test_the_stored_history_comes_in_all_its_states(data: Path) -> None:
    found = list(folder.read(data / "csaf-history"))
    assert len(of(Fetched, found)) == len(found) == 56


def test_loose_files_are_held_to_the_hash_and_signature_beside_them(data: Path, tmp_path: Path) -> None:
    place = data / "csaf/.well-known/csaf"
    for path in (place / "white/2024").glob("icsa-24-28*"):
        shutil.copyfile(path, tmp_path / path.name)
    key = next((place / "openpgp").glob("*.asc")).read_bytes()
    (one,) = folder.read(tmp_path, keys=[key])
    assert isinstance(one, Fetched)
    assert (one.signature_state, one.hash_verified) == (SignatureState.VERIFIED, True)

    document = tmp_path / one.locator
    document.write_bytes(one.body.replace(b"Delta", b"Gamma"))
    (wrong,) = folder.read(tmp_path, keys=[key])
    assert "published hash" in wrong.reason  # type: ignore[union-attr]
    document.with_name(f"{document.name}.sha512").unlink()
    (bad,) = folder.read(tmp_path, keys=[key])
    assert bad.signature_state is SignatureState.BAD  # type: ignore[union-attr]


def test_links_out_of_the_folder_and_odd_files_are_refused(tmp_path: Path, advisory: Callable[..., bytes]) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.json").write_bytes(advisory("PUMP-1"))
    (inside / "link.json").symlink_to(outside / "secret.json")
    (inside / "folder").symlink_to(outside)
    (inside / "loop.json").symlink_to(inside / "loop.json")
    os.mkfifo(inside / "pipe.json")
    (inside / "good.json").write_bytes(advisory("PUMP-2"))
    (inside / "also-good.json").symlink_to(inside / "good.json")
    found = {item.locator: type(item) for item in folder.read(inside)}  # type: ignore[union-attr]
    assert found == {
        "link.json": Failed,
        "loop.json": Failed,
        "pipe.json": Failed,
        "good.json": Fetched,
        "also-good.json": Fetched,
    }


def test_an_empty_folder_is_a_failure(tmp_path: Path) -> None:
    assert [type(item) for item in folder.read(tmp_path)] == [Failed]
    assert [type(item) for item in folder.read(tmp_path / "missing")] == [Failed]


def test_a_trusted_key_must_be_at_hand(tmp_path: Path, advisory: Callable[..., bytes]) -> None:
    (tmp_path / "a.json").write_bytes(advisory("PUMP-1"))
    assert [type(item) for item in folder.read(tmp_path, fingerprints=[STORED_KEY])] == [Failed]
    assert [type(item) for item in folder.read(tmp_path, keys=[b"no key"])] == [Failed]


def test_one_uploaded_file(advisory: Callable[..., bytes]) -> None:
    body = advisory("PUMP-1")
    assert isinstance(files.receive("upload.json", body), Fetched)
    assert isinstance(files.receive("upload.json", body, digest=b"0" * 128), Failed)
    assert isinstance(files.receive("upload.json", body, digest=b"no hash"), Failed)
    assert files.receive("provider-metadata.json", b'{"canonical_url": ""}') is None
