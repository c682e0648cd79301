"""A local web server that answers well or badly, a small provider on it, and what a caller keeps between polls."""

import hashlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pysequoia import Cert, SignatureMode, Tsk, sign

from patching.feeds import provider
from patching.feeds.deliveries import Failed, Fetched, Seen

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


class Shop:
    """What a caller keeps between polls."""

    def __init__(self, site: Site) -> None:
        self.site, self.seen = site, dict[str, Seen]()

    def poll(self, address: str = "", **more: Any) -> list[Any]:
        address = address or f"{self.site.url}/.well-known/csaf/provider-metadata.json"
        self.site.forget()
        found = list(provider.poll(address, allow=[self.site.url], seen=self.seen, **more))
        self.seen |= {item.locator: item.seen for item in found if not isinstance(item, Failed)}
        return found


def of(kind: type, found: list[Any]) -> list[Any]:
    return [item for item in found if isinstance(item, kind)]


def ids(found: list[Any]) -> list[str]:
    return [item.document["document"]["tracking"]["id"] for item in of(Fetched, found)]
