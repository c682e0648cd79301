"""A small OpenID provider on this machine, for tests and to try single sign-on by hand:

.venv/bin/python -m tests.accounts.provider 8141 emil@demo.example
"""

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "csms", "a secret of the client"


class Provider:
    """Signs one person in at once and answers as OpenID Connect Core says; `twist` makes it lie."""

    def __init__(self, port: int = 0) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.person: dict[str, Any] = {
            "sub": "u-4711",
            "email": "emil@demo.example",
            "email_verified": True,
            "name": "Emil Sand",
        }
        self.twist: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.token(self)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> "Provider":
        """Answer in a thread of its own."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self.server.shutdown()
        self.server.server_close()

    def get(self, here: BaseHTTPRequestHandler) -> None:
        """Answer discovery, keys, authorization and userinfo."""
        path, given = urlsplit(here.path).path, dict(parse_qsl(urlsplit(here.path).query))
        if path == "/.well-known/openid-configuration":
            names = {
                "authorization_endpoint": "authorize",
                "token_endpoint": "token",
                "jwks_uri": "jwks",
                "userinfo_endpoint": "userinfo",
            }
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
            body = {"issuer": self.url, **{name: f"{self.url}/{at}" for name, at in names.items()}, **methods}
            _send(here, body | self.twist.get("discovery", {}))
        elif path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            _send(here, {"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]})
        elif path == "/authorize":
            self.asked, code = given, secrets.token_urlsafe(16)
            self.codes[code] = given
            back = urlencode({"code": code, "state": given["state"], "iss": self.twist.get("iss", self.url)})
            here.send_response(302)
            here.send_header("Location", f"{given['redirect_uri']}?{back}")
            here.end_headers()
        elif path == "/userinfo":
            assert here.headers["Authorization"] == "Bearer good"
            _send(here, self.person | self.twist.get("userinfo", {}))

    def token(self, here: BaseHTTPRequestHandler) -> None:
        """Exchange a code, once, for whoever asked for it: client, address and PKCE must fit."""
        given = {
            name: values[0]
            for name, values in parse_qs(here.rfile.read(int(here.headers["Content-Length"])).decode()).items()
        }
        asked = self.codes.pop(given["code"], None)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
            .rstrip(b"=")
            .decode()
        )
        client = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
        fits = asked is not None and (asked["code_challenge"], asked["code_challenge_method"], asked["redirect_uri"]) == (
            challenge, "S256", given["redirect_uri"],
        )  # fmt: skip
        if not fits or here.headers["Authorization"] != f"Basic {client}":
            _send(here, {"error": "invalid_grant"}, 400)
            return
        assert asked is not None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked.get("nonce"),
            "auth_time": now if "max_age" in asked else None,
            **self.person,
        }
        claims = {name: value for name, value in (claims | self.twist.get("claims", {})).items() if value is not None}
        key, algorithm = self.twist.get("key", self.key), self.twist.get("algorithm", "RS256")
        signed = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k1"})
        _send(here, {"access_token": "good", "token_type": "Bearer", "expires_in": 300, "id_token": signed})


def _send(here: BaseHTTPRequestHandler, body: dict[str, Any], status: int = 200) -> None:
    text = json.dumps(body).encode()
    here.send_response(status)
    here.send_header("Content-Type", "application/json")
    here.send_header("Content-Length", str(len(text)))
    here.end_headers()
    here.wfile.write(text)


if __name__ == "__main__":
    running = Provider(int(sys.argv[1]))
    running.person |= {"email": sys.argv[2]}
    print(f"{running.url}  client {CLIENT}, secret '{SECRET}', signs in {sys.argv[2]}")
    running.server.serve_forever()
