"""Addresses of the broker, as those write them who read them."""

import pytest

from registers.addresses import celery_broker, own_database


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("unix:///run/a b/broker.sock", "redis+socket:///run/a b/broker.sock?virtual_host=0"),
        ("unix:///run/broker.sock?db=3", "redis+socket:///run/broker.sock?virtual_host=3"),
        ("redis://:secret@host:6379/2", "redis://:secret@host:6379/2"),
    ],
)
def test_as_kombu_reads_it(url: str, told: str) -> None:
    assert celery_broker(url) == told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("unix:///run/broker.sock", "unix:///run/broker.sock?db=5"),
        ("unix:///run/broker.sock?db=3", "unix:///run/broker.sock?db=5"),
        ("redis://:secret@host:6379", "redis://:secret@host:6379/5"),
        ("rediss://host:6379/2?ssl_cert_reqs=none", "rediss://host:6379/5?ssl_cert_reqs=none"),
    ],
)
def test_another_database_of_the_same_broker(url: str, told: str) -> None:
    assert own_database(url, 5) == told
