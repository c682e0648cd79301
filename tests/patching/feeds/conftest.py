"""A real local web server that serves the stored advisories, well or badly, and small advisories of our own."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pysequoia import Cert, SignatureMode, Tsk, sign

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "advisories"
CLAIMED = b"https://csaf.test.example"
FINGERPRINT = "2E5A5D28E7E2D36574F2696B7742E082F6D6204E"
Answer = bytes | tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """Pages by path on 127.0.0.1; answers conditional requests by ETag and remembers the paths it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.statuses: list[int] = []
        self.over = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                """Keep the test output quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        page = self.pages.get(handler.path, (404, {}, b"<h1>Not found</h1>"))
        if callable(page):
            page(handler)
            return
        status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and handler.headers["If-None-Match"] == etag:
            status, body = 304, b""
        self.statuses.append(status)
        handler.send_response(status)
        for name, value in {"ETag": etag, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.asked.clear()
        self.statuses.clear()

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sites() -> Iterator[Callable[[], Site]]:
    made: list[Site] = []

    def make() -> Site:
        made.append(Site())
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(sites: Callable[[], Site]) -> Site:
    return sites()


@pytest.fixture(scope="session")
def data() -> Path:
    if not DATA.is_dir():
        pytest.skip(f"THE STORED ADVISORIES ARE MISSING: {DATA} is not there, feeds were NOT tested against real data")
    return DATA


@pytest.fixture
def stored(site: Site, data: Path) -> Site:
    """The stored provider with 250 real advisories, its addresses turned to the local server."""
    root = data / "csaf"
    for path in root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            listed = path.name.startswith(("provider-metadata", "service", "csaf-feed", "security"))
            site.pages[f"/{path.relative_to(root).as_posix()}"] = (
                body.replace(CLAIMED, site.url.encode()) if listed else body
            )
    return site


def advisory(tracking_id: str, *, title: str = "A pump opens its door", **more: Any) -> bytes:
    """A small CSAF document."""
    document = {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "publisher": {"category": "vendor", "name": "Pumps", "namespace": "https://pumps.example"},
        "title": title,
        "tracking": {"id": tracking_id, "version": "1", "status": "final", **more},
    }
    return json.dumps({"document": document}).encode()


class Maker:
    """A small provider on a Site: signs, hashes and lists the documents it is given."""

    def __init__(self, site: Site) -> None:
        self.site, self.secret = site, Tsk.generate("Pumps <csaf@pumps.example>")
        self.entries: dict[str, dict[str, Any]] = {}
        self.publish()

    @property
    def key(self) -> Cert:
        return self.secret.extract_certificate()

    @property
    def metadata(self) -> str:
        return f"{self.site.url}/.well-known/csaf/provider-metadata.json"

    @property
    def feed(self) -> str:
        return f"{self.site.url}/white/feed.json"

    def url(self, tracking_id: str) -> str:
        return f"{self.site.url}/white/2026/{tracking_id.lower()}.json"

    def add(self, tracking_id: str, *, updated: str = "2026-01-01T00:00:00Z", body: bytes | None = None) -> None:
        """Publish a document under its id, replacing an older state."""
        body = advisory(tracking_id) if body is None else body
        url, path = self.url(tracking_id), f"/white/2026/{tracking_id.lower()}.json"
        self.site.pages[path] = body
        self.site.pages[f"{path}.sha512"] = f"{hashlib.sha512(body).hexdigest()}  {tracking_id.lower()}.json\n".encode()
        self.site.pages[f"{path}.asc"] = sign(self.secret.signer(), body, mode=SignatureMode.DETACHED)
        links = [{"rel": "self", "href": url}, {"rel": "hash", "href": f"{url}.sha512"}]
        links += [{"rel": "signature", "href": f"{url}.asc"}]
        self.entries[tracking_id] = {"id": tracking_id, "updated": updated, "link": links, "content": {"src": url}}
        self.publish()

    def publish(self) -> None:
        """Write metadata and feed anew."""
        distribution = {"rolie": {"feeds": [{"tlp_label": "WHITE", "url": self.feed}]}}
        keys = [{"fingerprint": self.key.fingerprint.upper(), "url": f"{self.site.url}/key.asc"}]
        self.write(
            "/.well-known/csaf/provider-metadata.json",
            canonical_url=self.metadata,
            distributions=[distribution],
            public_openpgp_keys=keys,
        )
        self.write("/white/feed.json", feed={"id": "white", "entry": list(self.entries.values())})
        self.site.pages["/key.asc"] = str(self.key).encode()

    def write(self, path: str, **content: Any) -> None:
        self.site.pages[path] = json.dumps(content).encode()


@pytest.fixture(name="advisory")
def advisory_maker() -> Callable[..., bytes]:
    return advisory


@pytest.fixture
def pumps(site: Site) -> Maker:
    """A provider with three documents."""
    maker = Maker(site)
    for number in (1, 2, 3):
        maker.add(f"PUMP-{number}", updated=f"2026-01-0{number}T00:00:00Z")
    return maker
