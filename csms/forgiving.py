"""A cache that people need not notice is away: what is not found there is read from the database, or counted anew.

For sessions, the count of My work, the rate of REST and the tasks that wait. Sign-in limits and used-up codes stay with the strict cache: without
it nobody signs in. Deleting is strict too, since a session that was ended must not come back.
"""

import time
from typing import Any

import structlog
from redis.exceptions import RedisError

from csms.caches import KeptCache

PAUSE = 2.0  # seconds in which a cache that did not answer is left alone
log = structlog.get_logger(__name__)


class ForgivingCache(KeptCache):
    """Finds nothing, and keeps nothing, while the server does not answer."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.away_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, else the default."""
        return self._tried(super().get, default, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Return those of the keys that are kept, with what is kept; asked at once."""
        found: dict[Any, Any] = self._tried(super().get_many, {}, keys, version)
        return found

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Keep a value, if that can be done."""
        self._tried(super().set, None, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Keep a value where none is kept; return whether there was none, which is also said while the server is away."""
        return bool(self._tried(super().add, True, key, value, timeout, version))

    def _tried(self, ask: Any, otherwise: Any, *given: Any) -> Any:
        if time.monotonic() < self.away_until:
            return otherwise
        try:
            return ask(*given)
        except (RedisError, OSError) as away:
            self.away_until = time.monotonic() + PAUSE
            log.warning("cache does not answer", why=str(away))
            return otherwise
