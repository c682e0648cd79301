"""What the web server answers by itself to a request that no page or endpoint ever sees: a problem document (RFC 9457)."""

import json
from socket import socket

from gunicorn import util


def refuse(client: socket, status: int, reason: str, detail: str) -> None:
    """Answer what is no HTTP, or longer than is read, in place of gunicorn's HTML: whoever sends that is a program."""
    told = {"type": "about:blank", "title": reason, "status": status, "detail": detail, "instance": "", "errors": []}
    body = json.dumps(told).encode()
    head = (
        f"HTTP/1.1 {status} {reason}", "Connection: close", "Content-Type: application/problem+json",
        "Cache-Control: no-store", "X-Content-Type-Options: nosniff", f"Content-Length: {len(body)}", "", "",
    )  # fmt: skip
    util.write_nonblock(client, "\r\n".join(head).encode("latin1") + body)
