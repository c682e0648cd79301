"""Sven of SOUTH names records of NORTH, in every address and body that takes an id: it is as if they did not exist."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import Site, User
from csms.catalog import REGISTERS
from tests.contract.alike import assert_alike, count_from_far
from tests.contract.test_registers import BY_NAME, SITE_BOUND, make

SENT = {"next": "/", "confirm": "1", "name": "N", "text": "N", "seen_revision": "1"}
MODELS = {BY_NAME[name].model: name for name in SITE_BOUND}


def of_other_records(register: Any) -> Iterator[tuple[str, str]]:
    """Yield the filters of a register that name records of a site, each with the register of those."""
    for field, one in register.rest_filterset_class.base_filters.items():
        model = getattr(getattr(one, "queryset", None), "model", None)
        if model in MODELS:
            yield field, MODELS[model]


REFERENCES = [(register.name, *pair) for register in REGISTERS for pair in of_other_records(register)]


@pytest.fixture
def key(name: str, db: None, north: Site, sven: User) -> int:
    """The id of a record of NORTH."""
    count_from_far()
    return int(make(BY_NAME[name], north).pk)


def paths(name: str) -> Iterator[str]:
    """Yield the addresses of the pages of a record, and of what is said and kept on it, with {} for its id."""
    register = BY_NAME[name]
    for page in register.urls():
        if "<int:pk>" in str(page.pattern):
            yield f"/{register.app}/{page.pattern}".replace("<int:pk>", "{}")
    for page in ("comment", "tag", "prove"):
        yield f"/programme/{page}/{name}/{{}}/"


@pytest.mark.parametrize("name", SITE_BOUND)
class TestRecord:
    def test_on_pages(self, name: str, key: int, sven: User, signed_in: Callable[[User], Client]) -> None:
        client = signed_in(sven)
        client.get("/nowhere/")  # what stands on every page is counted and kept
        for path in paths(name):
            assert assert_alike(lambda one, path=path: client.get(path.format(one)), key, what=path) >= 300
            assert assert_alike(lambda one, path=path: client.post(path.format(one), SENT), key, what=path) >= 300

    def test_in_rest(self, name: str, key: int, sven: User, rest: Callable[..., Any]) -> None:
        program = rest(sven)
        program.send("get", f"{name}/")
        asked = [
            ("get", "", None),
            *((method, "", {"nothing": "of the kind"}) for method in ("put", "patch", "delete")),
        ]
        asked += [("post", f"{step.name}/", {}) for step in BY_NAME[name].transitions]
        for given in asked:
            status = assert_alike(
                lambda one, given=given: program.send(given[0], f"{name}/{one}/{given[1]}", given[2]), key, what=given
            )
            assert status >= 400

    def test_among_many(
        self, name: str, key: int, sven: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
    ) -> None:
        register, program, client = BY_NAME[name], rest(sven), signed_in(sven)
        client.get("/nowhere/")
        program.send("get", f"{name}/")
        for method in ("patch", "delete"):
            assert_alike(
                lambda one, method=method: program.send(method, f"{name}/", [{"id": str(one)}]), key, what=method
            )
        for page in ("bulk", "together"):
            address = f"/{register.app}/{name}/{page}/"
            assert_alike(
                lambda one, address=address: client.post(address, {"ids": one, "confirm": "1"}), key, what=page
            )
        for step in register.many.steps if register.many else ():
            given = {"step": step, "answers": {}}
            assert_alike(
                lambda one, given=given: program.send("post", f"{name}/together/", {**given, "ids": [str(one)]}),
                key, what=step,
            )  # fmt: skip


@pytest.mark.parametrize(("of", "field", "name"), REFERENCES)
def test_a_reference(
    of: str, field: str, name: str, key: int, sven: User, rest: Callable[..., Any], signed_in: Callable[[User], Client]
) -> None:
    register, program, client = BY_NAME[of], rest(sven), signed_in(sven)
    client.get("/nowhere/")
    program.send("get", f"{of}/")
    assert assert_alike(lambda one: program.send("get", f"{of}/?{field}={one}"), key, what="filter") == 400
    for page in ("", "export/"):
        assert_alike(lambda one, page=page: client.get(f"/{register.app}/{of}/{page}?{field}={one}"), key, what=page)
    if field in register.fields and "add" in register.verbs:
        many = register.field(field).many_to_many  # type: ignore[union-attr]
        for wrap in (lambda body: body, lambda body: [body]):
            status = assert_alike(
                lambda one, wrap=wrap: program.send("post", f"{of}/", wrap({field: [str(one)] if many else str(one)})),
                key, what="body",
            )  # fmt: skip
            assert status in {400, 403}
        for method in ("get", "post"):
            address = f"/{register.app}/{of}/add/"
            assert_alike(
                lambda one, method=method, address=address: getattr(client, method)(address, {field: one}),
                key, what=method,
            )  # fmt: skip
