"""A client that sends drop by drop holds no thread for long, and a body that ends too early is no body."""

import socket
from collections.abc import Callable
from typing import Any

import pytest
from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import IterUnreader

from accounts.models import User
from csms.patience import FIRST, MOST, RATE, PatientUnreader, WholeReader


class Gone:
    """What is read from a client that left."""

    def read(self, *_: Any) -> bytes:
        """Break off as the web server does."""
        raise NoMoreData(b"")

    readline = read


@pytest.fixture
def pair() -> tuple[socket.socket, PatientUnreader]:
    """A client, and the web server's end of its connection."""
    client, server = socket.socketpair()
    return client, PatientUnreader(server)


class TestPatience:
    def test_who_sends_nothing_more_is_given_up(self, pair: tuple[socket.socket, PatientUnreader]) -> None:
        client, reader = pair
        client.sendall(b"GET / HTTP/1.1\r\n")
        assert reader.chunk() == b"GET / HTTP/1.1\r\n"
        reader.patience = 0.01
        with pytest.raises(NoMoreData):
            reader.chunk()
        assert reader.sock.gettimeout() is None

    def test_what_is_sent_earns_time_up_to_a_bound(self, pair: tuple[socket.socket, PatientUnreader]) -> None:
        client, reader = pair
        client.sendall(b"x" * RATE)
        reader.chunk(RATE)
        assert FIRST + 0.5 < reader.patience <= FIRST + 1
        reader.patience = MOST
        client.sendall(b"x" * RATE)
        reader.chunk(RATE)
        assert reader.patience <= MOST

    def test_a_drop_uses_up_what_is_left_whenever_it_comes(self, pair: tuple[socket.socket, PatientUnreader]) -> None:
        client, reader = pair
        reader.patience = 0.0
        client.sendall(b"x")
        assert reader.chunk() == b"x"
        with pytest.raises(NoMoreData):
            reader.chunk()


class TestWhole:
    def test_a_body_that_ends_before_its_length_is_broken_off(self) -> None:
        reader = WholeReader(IterUnreader([b"name,", b"zone"]), 20)
        assert reader.read(5) == b"name,"
        with pytest.raises(NoMoreData):
            reader.read(100)
        assert WholeReader(IterUnreader([b"name,zone"]), 9).read(100) == b"name,zone"

    @pytest.mark.django_db
    def test_half_a_request_is_told_as_such(
        self, emil: User, rest: Callable[..., Any], signed_in: Callable[[User], Any]
    ) -> None:
        body = {"site": "1", "name": "N-PS9 Pumping station 9"}
        refused = rest(emil).post("/api/v1/zones/", body, content_type="application/json", **{"wsgi.input": Gone()})
        assert (refused.status_code, refused["Content-Type"]) == (408, "application/problem+json")
        assert refused.json()["code"] == "broken_off"
        page = signed_in(emil).post("/assets/zones/add/", body, **{"wsgi.input": Gone()})
        assert (page.status_code, b"nothing of it was done" in page.content) == (408, True)
