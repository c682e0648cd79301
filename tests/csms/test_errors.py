"""What goes wrong is said without the database, and can be found in the log."""

import errno
import io
import json
import logging
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from accounts.models import User
from assets.models import Asset
from csms import errors, search
from csms.logs import LOGGING_CONFIGURATION
from registers.api import problems


def test_the_page_for_what_broke_needs_no_database() -> None:
    answer = errors.server_error(RequestFactory().get("/"))
    assert (answer.status_code, b"Something broke" in answer.content) == (500, True)


def test_a_database_that_does_not_answer_is_said() -> None:
    for path, kind in (("/", "text/html"), ("/api/v1/assets/", "application/problem+json")):
        try:
            raise OperationalError("connection refused")
        except OperationalError:
            answer = errors.server_error(RequestFactory().get(path))
        assert answer.status_code == 503
        assert answer["Content-Type"].startswith(kind)
        assert b"refused" not in answer.content
        assert int(answer["Retry-After"]) > 0


def test_an_endpoint_whose_database_goes_away_says_so() -> None:
    answer = problems.handle(OperationalError("the database system is starting up"), {})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "starting up" not in str(answer.data)


def test_a_database_without_room_is_said() -> None:
    error, cause = OperationalError("could not extend file"), psycopg2.OperationalError()
    cause.__setstate__({"pgcode": "53100"})
    error.__cause__ = cause
    answer = problems.handle(error, {})
    assert answer is not None
    assert answer.status_code == 507


def test_a_disk_that_fills_up_is_said() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/var/lib/portal/files/x")
    answer = problems.handle(error, {})
    assert answer is not None
    assert answer.status_code == 507
    for path in ("/", "/api/v1/assets/"):
        try:
            raise error
        except OSError:
            page = errors.server_error(RequestFactory().get(path))
        assert page.status_code == 507
        assert b"There is not enough room on the server." in page.content
        assert b"/var/lib" not in page.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/my-work/", "/accounts/tokens/", "/api/v1/assets/"])
def test_trace_is_answered_nowhere(path: str, emil: User, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(emil).generic("TRACE", path).status_code == 405


class Sent(io.BytesIO):
    """A body of blanks that is made as it is read, and says how much of it was."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.left, self.most = length, 0

    def read(self, size: int | None = -1) -> bytes:
        """Return the next blanks."""
        part = self.left if size is None or size < 0 else min(size, self.left)
        self.left, self.most = self.left - part, max(self.most, part)
        return b" " * part


def send(client: Client, path: str, body: Sent, kind: str) -> Any:
    """Post a body that is not held in memory."""
    given = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(body.left), "wsgi.input": body}
    return client.request(PATH_INFO=path, **given)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "kind", "length", "media_type"),
    [
        ("/api/v1/assets/", "application/json", 5_000_001, problems.MEDIA_TYPE), ("/api/v1/assets/", "application/json", 200_000_000, problems.MEDIA_TYPE),
        ("/api/v1/imports/", "multipart/form-data; boundary=x", 51_000_001, problems.MEDIA_TYPE),
        ("/programme/evidence/add/", "multipart/form-data; boundary=x", 51_000_001, "text/html; charset=utf-8"),
    ],
)  # fmt: skip
def test_a_body_that_is_too_large_is_heard_to_its_end_and_never_held(
    path: str, kind: str, length: int, media_type: str, emil: User, signed_in: Callable[[User], Client], rest: Any
) -> None:
    body = Sent(length)
    answer = send(rest(emil) if path.startswith("/api") else signed_in(emil), path, body, kind)
    assert (answer.status_code, answer["Content-Type"]) == (413, media_type)
    assert body.left == 0
    assert body.most <= 5_000_001


@pytest.mark.django_db
def test_a_body_in_chunks_is_refused_and_not_taken_for_none(emil: User, rest: Any) -> None:
    body = Sent(3_000_000)
    given = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = rest(emil).request(PATH_INFO="/api/v1/assets/", **given, **{"wsgi.input": body})
    assert (answer.status_code, answer["Content-Type"]) == (411, problems.MEDIA_TYPE)
    assert body.left == 0


@pytest.mark.django_db
def test_who_is_refused_for_another_reason_is_heard_to_the_end_too(client: Client) -> None:
    body = Sent(3_000_000)
    assert send(client, "/api/v1/assets/", body, "application/json").status_code == 401
    assert body.left == 0


@pytest.mark.django_db
def test_a_line_about_a_refused_request_has_its_id(emil: User, signed_in: Callable[[User], Client]) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    made: Any = LOGGING_CONFIGURATION["formatters"]["json"]
    handler.setFormatter(made["()"](**{name: value for name, value in made.items() if name != "()"}))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        answer = signed_in(emil).get("/assets/assets/999999999/")
    finally:
        logger.removeHandler(handler)
    assert json.loads(stream.getvalue().splitlines()[-1])["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize(("name", "place"), [("PLC01", 0), ("plc01-B", 1), ("N-PLC01", 2), ("HMI", 3)])
def test_the_nearest_name_comes_first(name: str, place: int) -> None:
    assert search.closeness(name, " plc01 ") == place


@pytest.mark.django_db
def test_hits_are_said_in_words(emil: User, plc: Asset, signed_in: Callable[[User], Client]) -> None:
    Asset.objects.create(
        site=plc.site, name="N-OTHER", note="", kind="ENGINEERING_WORKSTATION", location=f"beside {plc.name}"
    )
    page = signed_in(emil).get(f"/search/?q={plc.name}").content.decode()
    assert "Engineering workstation" in page
    assert "ENGINEERING_WORKSTATION" not in page
    assert page.index(f">{plc.name}<") < page.index(">N-OTHER<")
