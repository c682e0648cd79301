"""Holds that an id of another site and one that does not exist are answered alike: the same queries, the same bytes."""

import re
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from csms.catalog import REGISTERS
from registers.models import Job

ABSENT = 999_999_999
FAR = 987_650_000
PASSING = re.compile(rb'(?:csrf-token" content|(?:csrfmiddlewaretoken|once)" value|nonce)="[^"]*"|go-on%2F[\w-]+')
UNTOLD = {"X-Request-Id", "Content-Length", "RateLimit", "Content-Security-Policy"}


def count_from_far() -> None:
    """Let new records have ids that stand nowhere else in an answer."""
    with connection.cursor() as cursor:
        for number, model in enumerate([Job, *(register.model for register in REGISTERS)]):
            ids = f"pg_get_serial_sequence('{model._meta.db_table}', 'id')"
            cursor.execute(f"SELECT setval({ids}, greatest(%s, nextval({ids})))", [FAR + 1000 * number])


def assert_alike(call: Callable[[Any], Any], theirs: Any, absent: Any = ABSENT, *, what: Any) -> int:
    """Hold that the ids of others are answered as absent ones are, and return the status of the answer."""
    found, nothing = (
        _asked(call, keys, [str(one) for one in (keys.values() if isinstance(keys, dict) else [keys])])
        for keys in (theirs, absent)
    )
    assert found == nothing, what
    return int(found[0])


def _asked(call: Callable[[Any], Any], keys: Any, words: Collection[str]) -> tuple[Any, ...]:
    """Return status, headers, body and queries of an answer, without the ids and what differs with each request."""
    with CaptureQueriesContext(connection) as captured:
        answer = call(keys)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    body = PASSING.sub(b"", body).replace(answer.headers.get("X-Request-Id", "-").encode(), b"")
    headers = {name: PASSING.sub(b"", value.encode()) for name, value in answer.headers.items() if name not in UNTOLD}
    queries = [re.sub(r"'(?:[^']|'')*'|\d+", "?", one["sql"]) for one in captured.captured_queries]
    named = re.compile("|".join(sorted(words, key=len, reverse=True)).encode())
    plain = {name: named.sub(b"KEY", value) for name, value in headers.items()}
    return answer.status_code, plain, named.sub(b"KEY", body), queries
