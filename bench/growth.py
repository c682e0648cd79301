"""How lists grow: a million rows against ten thousand."""

from collections.abc import Iterator

from django.test import Client

from accounts.models import Organisation, Role, User
from bench.rest import program
from bench.rows import Row, pair
from csms.scale import fill

FEW, MANY = 10_000, 1_000_000
LISTS = ("/api/v1/assets/", "/assets/assets/", "/api/v1/assets/?q=sn00000012")


def run() -> Iterator[Row]:
    """Yield the rows; begins with `FEW` assets and fills up to `MANY`."""
    client = program(Role.MANAGER, Organisation.objects.get(), "grower")
    client.force_login(User.objects.get(email="grower@bench.example"))
    few = [_time(client, address) for address in LISTS]
    fill(MANY - FEW, 50)
    for address, before in zip(LISTS, few, strict=True):
        yield Row(f"growth: {address}", _time(client, address) / before, f"x {FEW:,} rows", 1.5)


def _time(client: Client, address: str) -> float:
    if client.get(address).status_code != 200:
        raise RuntimeError(f"{address} does not answer.")
    return pair(lambda: client.get(address), lambda: None)[0]
