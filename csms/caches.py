"""The cache by one client: Django makes a client for each question, which takes longer than the question."""

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis


class OneClient(RedisCacheClient):
    """Asks its one server by a client that is kept; whoever asks at the same time gets a connection of their own from it."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return the client."""
        return self._kept

    @cached_property
    def _kept(self) -> Redis:
        client: Redis = super().get_client(write=True)
        return client


class KeptCache(RedisCache):
    """Django's cache in the broker."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OneClient
