"""Strict JSON: what it takes, what it refuses, and that hostile bodies cost no more than honest ones."""

import time

import pytest

from registers.strict_json import BadJson, loads


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        ('{"ä": "\\ud83d\\ude00"}'.encode(), {"ä": "\U0001f600"}),
        (b'{"a": "[[[[{{{{ \\" [[["}', {"a": '[[[[{{{{ " [[['}),
        (b"[" * 64 + b"]" * 64, None),
    ],
)
def test_takes_plain_json(body: bytes, value: object) -> None:
    assert loads(body) == value or value is None


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"[" * 65 + b"]" * 65, "line 1"),
        (b"\n" + b'{"a":' * 100_000, "line 2"),
        (b'{"a": 1, "a": 2}', "'a'"),
        (b'[{"x": {"b": 1, "b": 1}}]', "'b'"),
        (b'{"a": NaN}', "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e999]", "1e999"),
        (b'["\\u0000"]', "\\x00"),
        (b'{"\\u0000": 1}', "\\x00"),
        (b'["\\ud800"]', "\\ud800"),
        (b'["x\\uDC00y"]', "\\udc00"),
        (b'["a\x00b"]', "column"),
        (b'{"a": "\xff"}', "byte 7"),
        (b'{"a": 1', "line 1"),
        (b"", "line 1"),
        (b"<html></html>", "line 1"),
        (b"[" + b"9" * 5_000 + b"]", "number"),
    ],
)
def test_refuses(body: bytes, place: str) -> None:
    with pytest.raises(BadJson) as caught:
        loads(body)
    assert place in caught.value.place
    assert caught.value.remedy


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 1_000_000, b'"' * 1_000_001, b"\\" * 2_000_000, b'["' + b"x" * 2_000_000]
)
def test_hostile_quotes_are_read_in_linear_time(body: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(BadJson):
        loads(body)
    assert time.monotonic() - begun < 5
