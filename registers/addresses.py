"""How a broker address is written for those who read it."""

from urllib.parse import parse_qs, urlsplit


def celery_broker(url: str) -> str:
    """Return the form of a Redis address that kombu reads; `unix:///path?db=1` becomes `redis+socket:///path?virtual_host=1`."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def own_database(url: str, number: int) -> str:
    """Return the address of another database of the same broker: `unix:///path?db=1`, `redis://host:6379/1`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return parts._replace(path=f"/{number}").geturl()
