"""The guarded client in the shape of `requests`, which allauth speaks: what the provider is asked leaves by the one door out."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote_plus, urlencode

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings

from registers import outbound

MOST = 1_000_000
SECONDS = 10.0


class Answer:
    """What allauth reads of an answer."""

    def __init__(self, got: outbound.Response) -> None:
        self.status_code, self.content, self.url = got.status, got.body, got.url
        self.headers = {"content-type": "", **got.headers}
        self.text = got.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as wrong:
            raise OAuth2Error(f"{self.url} answered with something else than JSON.") from wrong

    def raise_for_status(self) -> None:
        """Refuse an answer that is an error."""
        if self.status_code != 200:
            raise OAuth2Error(f"{self.url} answered {self.status_code}.")


class GuardedSession:
    """Asks by `registers.outbound`: https, no inner address that is not allowed, limits of bytes and time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Read an address."""
        return self._ask(url, None, dict(headers or {}))

    def request(
        self, method: str, url: str, *, params: Any = None, data: Any = None, headers: Any = None, auth: Any = None
    ) -> Answer:
        """Post a form, with name and password of the client in the head where the provider wants them there (RFC 6749 2.3.1)."""
        if method != "POST" or params:
            raise OAuth2Error("Only a form is posted to a provider.")
        sent = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if auth is not None:
            pair = f"{quote_plus(auth.username)}:{quote_plus(auth.password)}"
            sent["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return self._ask(url, urlencode(data or {}).encode(), sent)

    def _ask(self, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            got = outbound.fetch(
                url, allow=settings.OUTBOUND_ALLOW, body=body, headers=headers, max_bytes=MOST, timeout=SECONDS
            )
        except (outbound.Refused, outbound.Unreachable) as failed:
            raise OAuth2Error(str(failed)) from failed
        return Answer(got)
