"""Who is acting, through which door and why: said once, before the first write, and kept in every history row."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

SETTING = "pghistory.context_metadata"

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_request: ContextVar[Mapping[str, Any]] = ContextVar("request", default=_NOTHING)
_said: ContextVar[Mapping[str, Any]] = ContextVar("said", default=_NOTHING)


@contextmanager
def request(**facts: Any) -> Iterator[None]:
    """Remember, for everything written inside, the facts of the request or task: `request`, `door`."""
    token = _request.set({**_request.get(), **facts})
    try:
        yield
    finally:
        _request.reset(token)


@contextmanager
def because(*, by: Any = None, step: str = "", reason: str = "") -> Iterator[None]:
    """Open one transaction whose history rows carry the person, the step and the reason.

    Inside another `because` the outer person stays unless a new one is named.
    """
    facts = {**_request.get(), **_said.get()}
    if by is not None:
        facts |= {"by": by.pk, "name": str(by)}
    facts |= {key: value for key, value in (("step", step), ("reason", reason)) if value}
    with transaction.atomic():
        outer = _set(facts)
        token = _said.set(facts)
        try:
            yield
        finally:
            _said.reset(token)
            if not connection.needs_rollback:
                _restore(outer)


def _set(facts: dict[str, Any]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT current_setting(%s, true) AS facts) SELECT facts, set_config(%s, %s, true) FROM before",
            [SETTING, SETTING, json.dumps(facts)],
        )
        outer: str = cursor.fetchone()[0] or ""
    return outer


def _restore(outer: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, outer])
