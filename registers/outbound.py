"""The one door out: every HTTP request the portal makes goes through `fetch`, which no address can lead astray."""

import io
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urljoin, urlsplit

REDIRECTS = 3
_CHUNK = 65_536
# Ways to write another address: IPv4-mapped, -compatible and NAT64 (all in ::/8), Teredo, 6to4; and site-local.
_NEVER = [ipaddress.ip_network(t) for t in ("::/8", "2001::/23", "2002::/16", "192.88.99.0/24", "fec0::/10")]


class Refused(Exception):
    """The portal will not make this request; the text says why and is fit for the user."""


class Unreachable(Exception):
    """The other side did not answer, or not properly; trying again later may help."""


@dataclass(frozen=True)
class Response:
    """An answer: any status, header names in lower case, the body unpacked, the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    not_modified: bool


def fetch(
    url: str,
    *,
    allow: Collection[str],
    max_bytes: int = 5_000_000,
    etag: str | None = None,
    last_modified: str | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    connect_timeout: float = 10.0,
) -> Response:
    """GET `url`, or POST `body` to it, within `timeout` seconds in all; `allow` holds origins or hosts that may be internal or http.

    What is posted follows no redirect.
    """
    until = time.monotonic() + timeout
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    sent, here = {**(headers or {}), **{name: value for name, value in asked.items() if value}}, url
    for _ in range(REDIRECTS + 1):
        parts = _checked(here, allow)
        try:
            with _connect(parts, allow, until, connect_timeout) as plain:
                answer = _ask(plain, until, parts, sent, body)
                if answer.status not in (301, 302, 303, 307, 308):
                    return _read(answer, here, max_bytes)
                there = urljoin(here, answer.getheader("Location", ""))
        except TimeoutError:
            raise Unreachable(f"{parts.netloc} did not answer in time (limit {timeout:g} s).") from None
        except (OSError, ValueError, HTTPException, zlib.error) as error:
            why = getattr(error, "strerror", None) or error or type(error).__name__
            raise Unreachable(f"{parts.netloc} could not be read: {why}.") from None
        if body is not None:
            raise Refused(f"{here} answers what was posted there with a redirect, which is not followed.")
        if origin(there) != origin(here):
            raise Refused(f"{here} leads to another site: {there[:200]}. Enter that address if you trust it.")
        here = there
    raise Refused(f"{url} redirects more than {REDIRECTS} times.")


def origin(url: str) -> str:
    """Return scheme, host and port of an absolute address, e.g. `https://example.org:443`; empty if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else ""


def _checked(url: str, allow: Collection[str]) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Refused(f"{url[:200]!a} is not a web address: it holds blanks or special characters.")
    if not origin(url):
        raise Refused(f"{url[:200]} is not a web address; it must begin with https://.")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise Refused("An address with a user name or password in it is not used.")
    if parts.scheme != "https" and not _allowed(parts, allow):
        raise Refused(f"{url[:200]} is not encrypted; use https or have the administrator allow this site.")
    return parts


def _allowed(parts: SplitResult, allow: Collection[str]) -> bool:
    here = origin(parts.geturl())
    names = {parts.hostname, here.partition("://")[2]}
    entries = (entry.strip().lower() for entry in allow)
    return any(origin(entry) == here if "://" in entry else entry in names for entry in entries)


def _connect(parts: SplitResult, allow: Collection[str], until: float, connect_timeout: float) -> socket.socket:
    """Connect to an address that was checked: the name is resolved once, so it cannot change its mind in between.

    All its addresses share one time; one that hangs leaves each of those after it an equal part.
    """
    host, port = str(parts.hostname), int(origin(parts.geturl()).rpartition(":")[2])
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not _allowed(parts, allow):
        for *_, address in found:
            if _internal(str(address[0])):
                raise Refused(f"{host} is an internal address ({address[0]}); the administrator has not allowed it.")
    last: OSError = OSError("the name has no address")
    until = min(until, time.monotonic() + connect_timeout)
    for number, (family, kind, protocol, _, address) in enumerate(found):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(_left(until) / (len(found) - number))
            plain.connect(address)
            if parts.scheme == "https":
                plain.settimeout(_left(until))
                return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            return plain
        except OSError as error:
            plain.close()
            last = error
    raise last


def _internal(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    never = any(address in network for network in _NEVER if network.version == address.version)
    return never or address.is_multicast or not address.is_global


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """What http.client reads from: every step must end before one moment, however slowly the bytes drip."""

    def __init__(self, plain: socket.socket, until: float) -> None:
        self.plain, self.until = plain, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self.plain.settimeout(_left(self.until))
        return self.plain.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, _CHUNK)


def _ask(
    plain: socket.socket, until: float, parts: SplitResult, headers: Mapping[str, str], body: bytes | None
) -> HTTPResponse:
    connection = HTTPConnection(str(parts.hostname))
    connection.sock = plain
    plain.settimeout(_left(until))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    always = {"Host": parts.netloc, "User-Agent": "csms-portal", "Accept-Encoding": "gzip", "Connection": "close"}
    method = "GET" if body is None else "POST"
    connection.request(method, target, body, headers=always | dict(headers))
    answer = HTTPResponse(_Timed(plain, until), method=method)  # type: ignore[arg-type]
    answer.begin()
    return answer


def _read(answer: HTTPResponse, url: str, max_bytes: int) -> Response:
    coding = answer.getheader("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip"):
        raise Refused(f"{url} is packed in a way that was not asked for ({coding[:40]}).")
    unpack = zlib.decompressobj(31) if "gzip" in coding else None
    body, received = bytearray(), 0
    while chunk := answer.read(_CHUNK):
        received += len(chunk)
        body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if max(received, len(body)) > max_bytes:
            raise Refused(f"{url} is larger than {max_bytes:,} bytes.")
    if (unpack and received and (not unpack.eof or unpack.unused_data)) or answer.length:
        raise Unreachable(f"{url} broke off before its end.")
    named = {name.lower(): value for name, value in answer.getheaders()}
    return Response(answer.status, named, bytes(body), url, answer.status == 304)
