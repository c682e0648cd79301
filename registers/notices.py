"""Telling people what happened: a notice for the bell, in the transaction of what it tells of."""

from typing import Any

from registers.own import Notice


def tell(person: Any, title: str, url: str) -> None:
    """Leave a notice for a person; robots need none."""
    if not person.robot:
        Notice.objects.create(owner=person, title=title[:200], url=url[:300])
