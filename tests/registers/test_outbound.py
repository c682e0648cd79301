"""The guarded way out, tried against real sockets that behave badly."""

import contextlib
import datetime
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from registers.outbound import Refused, Response, Unreachable, fetch, origin

Talk = Callable[[socket.socket, bytes], None]


class Speaker:
    """A server on 127.0.0.1 whose every answer is what `talk` writes; it remembers what was asked."""

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None) -> None:
        self.talk, self.context, self.asked = talk, context, list[bytes]()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=[plain], daemon=True).start()

    def _speak(self, plain: socket.socket) -> None:
        try:
            with self.context.wrap_socket(plain, server_side=True) if self.context else plain as line:
                request = line.recv(65_536)
                self.asked.append(request)
                self.talk(line, request)
        except OSError:
            pass


@pytest.fixture
def speak() -> Iterator[Callable[..., Speaker]]:
    speakers: list[Speaker] = []

    def start(talk: Talk | bytes, context: ssl.SSLContext | None = None) -> Speaker:
        told = talk if callable(talk) else lambda line, request: line.sendall(talk)
        speakers.append(Speaker(told, context))
        return speakers[-1]

    yield start
    for speaker in speakers:
        speaker.socket.close()


def get(speaker: Speaker, path: str = "/", **more: object) -> Response:
    return fetch(speaker.url + path, allow=[speaker.url], **more)  # type: ignore[arg-type]


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_returns_what_was_answered(speak: Callable[..., Speaker]) -> None:
    speaker = speak(answer(b"hello", 'ETag: "1"'))
    response = get(speaker, "/a?b=1", etag='"0"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    assert (response.status, response.body, response.headers["etag"]) == (200, b"hello", '"1"')
    assert not response.not_modified
    request = speaker.asked[0].decode()
    assert request.startswith("GET /a?b=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{speaker.port}\r\n" in request
    assert 'If-None-Match: "0"\r\n' in request
    assert "If-Modified-Since: Mon, 01 Jan 2024 00:00:00 GMT\r\n" in request
    assert "Cookie" not in request


def test_not_modified_and_errors_are_answers(speak: Callable[..., Speaker]) -> None:
    assert get(speak(b"HTTP/1.1 304 Not Modified\r\n\r\n")).not_modified
    assert get(speak(answer(b"gone", status="404 Not Found"))).status == 404


@pytest.mark.parametrize("proxy", ["http_proxy", "https_proxy", "ALL_PROXY"])
def test_proxies_of_the_environment_are_not_used(
    speak: Callable[..., Speaker], monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv(proxy, "http://127.0.0.1:1")
    assert get(speak(answer(b"direct"))).body == b"direct"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "//example.org/",
        "example.org",
        "",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://example.org\\@127.0.0.1/",
        "https://example.org:99999/",
        "https://exämple.org/",
    ],
)
def test_refuses_addresses_that_are_not_plain_https(url: str) -> None:
    with pytest.raises(Refused):
        fetch(url, allow=[])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[::1]",
        "[::]",
        "[::ffff:8.8.8.8]",
        "[::ffff:127.0.0.1]",
        "[::7f00:1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:1::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_refuses_internal_addresses_however_written(host: str) -> None:
    with pytest.raises(Refused, match="internal address"):
        fetch(f"https://{host}/", allow=["https://example.org"], timeout=2)


@pytest.mark.parametrize(
    "form", ["http://127.0.0.1:{port}", "http://127.0.0.1:{port}/", "127.0.0.1", " 127.0.0.1:{port}"]
)
def test_an_allowed_site_may_be_internal_and_plain(speak: Callable[..., Speaker], form: str) -> None:
    speaker = speak(answer(b"inside"))
    assert fetch(speaker.url, allow=[form.format(port=speaker.port)]).body == b"inside"


@pytest.mark.parametrize("form", ["http://127.0.0.1:1", "https://127.0.0.1:{port}", "127.0.0.1:1", "27.0.0.1", "*"])
def test_another_port_scheme_or_name_is_not_allowed(speak: Callable[..., Speaker], form: str) -> None:
    speaker = speak(answer(b"inside"))
    with pytest.raises(Refused):
        fetch(speaker.url, allow=[form.format(port=speaker.port)])
    assert not speaker.asked


def test_follows_three_redirects_on_the_same_site(speak: Callable[..., Speaker]) -> None:
    def talk(line: socket.socket, request: bytes) -> None:
        step = int(request.split(b" ")[1].strip(b"/") or 0)
        moved = answer(b"", f"Location: /{step + 1}", status="302 Found")
        line.sendall(answer(b"there") if step == 3 else moved)

    assert get(speak(talk), "/0").body == b"there"
    assert get(speak(talk), "/0").url.endswith("/3")

    with pytest.raises(Refused, match="more than 3"):
        get(speak(answer(b"", "Location: /again", status="301 Moved")))


@pytest.mark.parametrize(
    "there",
    [
        "http://169.254.169.254/latest/",
        "http://localhost:{port}/",
        "https://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "//x/",
    ],
)
def test_a_redirect_never_leaves_the_site(speak: Callable[..., Speaker], there: str) -> None:
    speaker = speak(lambda line, request: line.sendall(answer(b"", f"Location: {target}", status="302 Found")))
    target = there.format(port=speaker.port)
    with pytest.raises(Refused, match="another site"):
        fetch(speaker.url, allow=[speaker.url, "localhost", "169.254.169.254", "127.0.0.1"])
    assert len(speaker.asked) == 1


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_drip_ends_at_the_deadline(speak: Callable[..., Speaker], part: str) -> None:
    over = threading.Event()

    def drip(line: socket.socket, request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"X: "))
        while not over.wait(0.02):
            line.sendall(b"x")

    begun = time.monotonic()
    with pytest.raises(Unreachable, match="in time"):
        get(speak(drip), timeout=0.5)
    over.set()
    assert 0.4 < time.monotonic() - begun < 2


def test_a_silent_server_ends_at_the_deadline(speak: Callable[..., Speaker]) -> None:
    over = threading.Event()
    with pytest.raises(Unreachable, match="in time"):
        get(speak(lambda line, request: over.wait(5) or None), timeout=0.3)
    over.set()


def resolved(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """Let every name stand for these ports of this machine, in this order."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.fixture
def hanging() -> Iterator[int]:
    """A port that takes no more connections and says so to nobody."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as waiting:
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def test_the_addresses_of_a_name_share_the_time_to_connect(hanging: int, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved(monkeypatch, *[hanging] * 6)
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="in time"):
        fetch("http://plant.example/", allow=["plant.example"], connect_timeout=0.6)
    assert 0.5 < time.monotonic() - begun < 1.5


def test_an_address_that_hangs_leaves_time_for_the_next(
    hanging: int, speak: Callable[..., Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved(monkeypatch, hanging, speak(answer(b"there")).port)
    assert fetch("http://plant.example/", allow=["plant.example"], connect_timeout=0.6).body == b"there"


def test_an_endless_body_is_cut(speak: Callable[..., Speaker]) -> None:
    def pour(line: socket.socket, request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65_536)

    with pytest.raises(Refused, match="larger than 1,000,000 bytes"):
        get(speak(pour), max_bytes=1_000_000)


def test_the_limit_is_exact(speak: Callable[..., Speaker]) -> None:
    assert len(get(speak(answer(b"x" * 1_000)), max_bytes=1_000).body) == 1_000
    with pytest.raises(Refused):
        get(speak(answer(b"x" * 1_001)), max_bytes=1_000)


def test_gzip_is_unpacked_within_the_limit(speak: Callable[..., Speaker]) -> None:
    packed = "Content-Encoding: gzip"
    assert get(speak(answer(gzip.compress(b"hello"), packed))).body == b"hello"
    bomb = gzip.compress(b"\0" * 200_000_000)
    assert len(bomb) < 1_000_000
    speaker = speak(answer(bomb, packed))
    tracemalloc.start()
    with pytest.raises(Refused, match="larger"):
        get(speaker, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"hello" * 100)[:-9], b"not gzip at all", gzip.compress(b"a") + b"more"],
    ids=["cut", "not gzip", "something behind"],
)
def test_damaged_gzip_is_unreachable(speak: Callable[..., Speaker], body: bytes) -> None:
    with pytest.raises(Unreachable):
        get(speak(answer(body, "Content-Encoding: gzip")))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "not http", "cut off", "cut chunk", "many headers", "long header"],
)
def test_broken_answers_are_unreachable(speak: Callable[..., Speaker], said: bytes) -> None:
    with pytest.raises(Unreachable):
        get(speak(said), timeout=5)


def test_unasked_encodings_are_refused(speak: Callable[..., Speaker]) -> None:
    with pytest.raises(Refused, match="packed"):
        get(speak(answer(b"x", "Content-Encoding: br")))


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable):
        fetch(f"http://127.0.0.1:{port}/", allow=["127.0.0.1"])
    with pytest.raises(Unreachable):
        fetch("https://nowhere.invalid/", allow=[])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the name `localhost` alone, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "localhost.pem"
    path.write_bytes(signed.public_bytes(pem) + private)
    return path


def test_tls_is_checked_against_the_name(
    speak: Callable[..., Speaker], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    speaker = speak(answer(b"secret"), context)
    named = f"https://localhost:{speaker.port}/"
    with pytest.raises(Unreachable, match="certificate"):
        fetch(named, allow=["localhost"])

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetch(named, allow=["localhost"]).body == b"secret"
    with pytest.raises(Unreachable, match="certificate"):
        fetch(f"https://127.0.0.1:{speaker.port}/", allow=["127.0.0.1"])


def test_origins_compare_scheme_host_and_port() -> None:
    assert origin("HTTPS://Example.org/a") == origin("https://example.org:443/b") == "https://example.org:443"
    assert origin("http://example.org") != origin("https://example.org")
    assert origin("javascript:alert(1)") == origin("https://[::1") == ""
