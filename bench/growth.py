"""How lists grow: a million rows against ten thousand; and what a search among a million takes."""

from collections.abc import Iterator

from django.test import Client

from accounts.models import Organisation, Role, User
from bench.rest import program
from bench.rows import Row, pair
from csms.scale import fill

FEW, MANY = 10_000, 1_000_000
LISTS = ("/api/v1/assets/", "/assets/assets/")
SEARCH = "/api/v1/assets/?q=sn00000012"


def run() -> Iterator[Row]:
    """Yield the rows; begins with `FEW` assets and fills up to `MANY`.

    A search is held to its time, not to its growth: a trigram index reads as many entries as share the text's rarest three signs.
    """
    client = program(Role.MANAGER, Organisation.objects.get(), "grower")
    client.force_login(User.objects.get(email="grower@bench.example"))
    few = [_time(client, address) for address in LISTS]
    fill(MANY - FEW, 50)
    for address, before in zip(LISTS, few, strict=True):
        yield Row(f"growth: {address}", _time(client, address) / before, f"x {FEW:,} rows", 1.5)
    yield Row(f"growth: {SEARCH}", _time(client, SEARCH) * 1000, "ms", 100)


def _time(client: Client, address: str) -> float:
    if client.get(address).status_code != 200:
        raise RuntimeError(f"{address} does not answer.")
    return pair(lambda: client.get(address), lambda: None)[0]
