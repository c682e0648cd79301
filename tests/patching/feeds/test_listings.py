"""Lists of documents: both path styles, both time forms, quoted or not, in any order."""

import pytest

from patching.feeds import listings
from patching.feeds.documents import NotAccepted, file_name, published_digest

BASE = "https://raw.example/cisagov/CSAF/develop/csaf_files/OT/white/"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("2024/a.json", f"{BASE}2024/a.json"),
        ("a.json", f"{BASE}a.json"),
        ("./2024/a.json", f"{BASE}2024/a.json"),
        ("csaf_files/OT/white/2024/a.json", f"{BASE}2024/a.json"),
        ("white/2024/a.json", f"{BASE}2024/a.json"),
        ("csaf_files/IT/white/2024/a.json", "https://raw.example/cisagov/CSAF/develop/csaf_files/IT/white/2024/a.json"),
        ("repository/files/white/2024/a.json", f"{BASE}2024/a.json"),
        ("/elsewhere/a.json", "https://raw.example/elsewhere/a.json"),
        ("https://other.example/a.json", "https://other.example/a.json"),
    ],
)
def test_paths_count_from_the_folder_or_from_the_repository(path: str, url: str) -> None:
    assert [entry.url for entry in listings.directory(BASE, index=path.encode(), changes=None)] == [url]
    row = f'"{path}","2024-10-10T06:00:00Z"\r\n'
    assert [entry.url for entry in listings.directory(BASE, index=None, changes=row.encode())] == [url]


def test_rows_may_be_quoted_or_not_in_any_order_and_partly_broken() -> None:
    changes = b"\n".join(
        [
            b"2023/old.json,2023-01-01T00:00:00Z",
            b'"2024/new.json","2024-10-10T06:00:00.000000Z"\r',
            b'2024/unclosed.json,"2024-01-01',
            b"2024/twice.json, 2024-03-01T00:00:00.5+01:00",
            b"2024/twice.json,2024-01-01T00:00:00Z",
            b"no comma",
            b"",
            b"path,date",
            b'"2024/timeless.json",yesterday',
            b"2024/other.txt,2024-01-01T00:00:00Z",
        ]
    )
    entries = listings.directory(
        "https://p.example/w/", index=b"2024/only-in-index.json\n2023/old.json\n", changes=changes
    )
    assert [(entry.url.rpartition("/")[2], entry.updated[:19]) for entry in entries] == [
        ("new.json", "2024-10-10T06:00:00"),
        ("twice.json", "2024-02-29T23:00:00"),
        ("unclosed.json", "2024-01-01T00:00:00"),
        ("old.json", "2023-01-01T00:00:00"),
        ("timeless.json", ""),
        ("only-in-index.json", ""),
    ]
    assert entries[0].hashes == ("https://p.example/w/2024/new.json.sha512", "https://p.example/w/2024/new.json.sha256")


def test_binary_lists_are_refused() -> None:
    with pytest.raises(NotAccepted):
        listings.directory(BASE, index=b"\xff\xfe\x00", changes=None)


def test_times_of_both_forms_compare() -> None:
    assert listings.moment("2024-03-05T07:00:00.000000Z") == listings.moment("2024-03-05T07:00:00Z")
    assert listings.moment("2024-03-05T08:00:00+01:00") == listings.moment("2024-03-05T07:00:00.000Z")
    assert listings.moment("soon") == listings.moment(None) == ""


def test_rolie_prefers_the_stronger_hash() -> None:
    links = (
        b'{"rel":"hash","href":"/a.json.sha256"},{"rel":"hash","href":"/a.json.sha512"},{"rel":"self","href":"/a.json"}'
    )
    (entry,) = listings.rolie(b'{"feed":{"entry":[{"link":[' + links + b"]}]}}", "https://p.example/f.json")[0]
    assert entry == listings.Entry(
        "https://p.example/a.json", "", ("https://p.example/a.json.sha512", "https://p.example/a.json.sha256"), None
    )
    assert listings.rolie(b'{"feed":{}}', "https://p.example/") == ([], "")


@pytest.mark.parametrize("text", ["A" * 128, f"{'a' * 128}  a.json\n", f"\n{'0' * 64} *a.json", f"{'f' * 64}\r\n"])
def test_hash_files(text: str) -> None:
    kind, _, value = published_digest(text.encode()).partition(":")
    assert (kind, value) in {("sha512", "a" * 128), ("sha256", "0" * 64), ("sha256", "f" * 64)}


@pytest.mark.parametrize("text", [b"", b"<html>", b"a" * 100, b"g" * 64, b"a" * 129, b"\xff" * 200])
def test_what_is_no_hash_file(text: bytes) -> None:
    with pytest.raises(NotAccepted):
        published_digest(text)


@pytest.mark.parametrize(
    ("tracking_id", "name"),
    [("ICSA-24-284-21", "icsa-24-284-21.json"), ("ABB 2024/07 (A)", "abb_2024_07_a_.json"), ("x+y", "x+y.json")],
)
def test_file_names_follow_from_ids(tracking_id: str, name: str) -> None:
    assert file_name(tracking_id) == name
