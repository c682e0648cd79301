"""What is no HTTP, or too long, the web server refuses by itself; it answers as REST does."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from stack.places import ROOT

LONG = "a" * 9000


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a web server that is set up as the portal's, before the smallest page there is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen([*command, "wsgiref.simple_server:demo_app"], cwd=ROOT)
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                break
    yield port
    server.terminate()
    server.wait(15)


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (414, f"GET /api/v1/assets/?q={LONG} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (431, f"GET /api/v1/assets/ HTTP/1.1\r\nHost: localhost\r\nX-Long: {LONG}\r\n\r\n"),
        (400, "GET /api/v1/assets/\r\nHost: localhost\r\n\r\n"),
        (400, "GET /api/v1/assets/ HTTP/1.1\r\nHost: localhost\r\nno header: 1\r\n\r\n"),
        (400, "POST /api/v1/assets/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n"),
        (501, "POST /api/v1/assets/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: rot13\r\n\r\n"),
    ],
    ids=["address", "header", "line", "name", "length", "coding"],
)
def test_it_is_told_as_a_problem(port: int, status: int, sent: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
        caller.sendall(sent.encode())
        answer = b"".join(iter(lambda: caller.recv(65_536), b""))
    head, _, body = answer.decode().partition("\r\n\r\n")
    told = json.loads(body)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: application/problem+json\r\n" in head + "\r\n"
    assert (told["status"], told["errors"]) == (status, [])
    assert told["title"]
    assert told["detail"]


def test_four_clients_that_stall_within_a_request_leave_the_threads_to_others(port: int) -> None:
    stalled = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(4)]
    for one in stalled:
        one.sendall(b"GET / HTTP/1.1\r\nHost: local")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
        caller.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert caller.recv(65_536).startswith(b"HTTP/1.1 200 ")
    assert [one.recv(1) for one in stalled] == [b""] * 4
    for one in stalled:
        one.close()
