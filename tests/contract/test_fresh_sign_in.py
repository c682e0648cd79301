"""What opens or ends much wants a fresh sign-in: every address that should, and no other, by page and by REST."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Site, User
from accounts.reauthentication import READS, demand_of
from assets.models import Asset
from csms.catalog import REGISTERS
from registers.door import Reach
from tests.conftest import show_factor

# Beside deleting and exporting: roles and authority, an account, keys, and the other files that hold a whole site.
SENSITIVE = {
    "accounts:role-grants-add", "accounts:role-grants-countersign", "accounts:role-grants-decline", "accounts:role-grants-end",
    "accounts:invite", "accounts:people-change", "accounts:people-deactivate", "accounts:people-let_in",
    "accounts:people-ask_factor_reset", "accounts:people-reset_factor", "programme:authorities-add", "programme:authorities-change",
    "accounts:tokens", "calendar-address", "patching:plan-calendar", "patching:vex", "programme:pack",
    "assets:assets-merge",
}  # fmt: skip
FREE = {"programme:tags-delete"}
ACTIONS = {
    "role-grants": {"create", "invite", "countersign", "decline", "end"}, "authorities": {"create", "update", "partial_update", "change_many"},
    "people": {"update", "partial_update", "change_many", "deactivate", "let_in", "ask_factor_reset", "reset_factor"},
    "matches": {"vex"}, "evidence": {"packs"}, "assets": {"merge"},
}  # fmt: skip
SAID = "insufficient_user_authentication"


def pages(resolver: Any = None, space: str = "", before: str = "/") -> Iterator[tuple[str, str, Any]]:
    """Yield name, address and view of every page."""
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from pages(one, f"{space}{one.namespace}:" if one.namespace else space, path)
        elif one.name:
            yield space + one.name, path, one.callback


def declared() -> set[str]:
    """Return the names of the addresses that want a fresh sign-in."""
    return {name for name, _path, view in pages() if demand_of(view) is not None}


def address(name: str, pattern: str) -> str:
    """Return the address of this name, of a record that is not there: how fresh the sign-in is comes first."""
    return reverse(name, args=["987654321"] if "pk>" in pattern else [])


def test_deleting_exporting_roles_accounts_and_keys_want_it_and_nothing_else_does() -> None:
    kept = [one for one in REGISTERS if one.reach is not Reach.OWN]
    expected = {f"{one.app}:{one.name}-export" for one in kept} | SENSITIVE
    expected |= {f"{one.app}:{one.name}-delete" for one in kept if "delete" in one.verbs} - FREE
    expected |= {"assets:assets-merge"}
    assert declared() == expected


@pytest.mark.parametrize("register", REGISTERS, ids=lambda one: one.name)
def test_no_step_for_many_goes_round_it(register: Any) -> None:
    together = set(register.many.steps) if register.many else set()
    assert not {name for name in together if register.is_sensitive(name)}
    assert not (register.bulk and register.is_sensitive("change"))


@pytest.mark.django_db
def test_each_leads_to_signing_in_anew_and_is_open_after(mara: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(mara)
    for name, pattern, view in pages():
        if (demand := demand_of(view)) is None:
            continue
        path = address(name, pattern)
        for method in [method.lower() for method in sorted(demand.methods)]:
            show_factor(client, mara, ago=timedelta(minutes=5, seconds=1))
            answer = getattr(client, method)(path)
            assert answer.status_code == 302, (name, method)
            assert answer["Location"].startswith("/accounts/reauthenticate/?next="), (name, method)
        if demand.methods >= READS:
            show_factor(client, mara, ago=timedelta(minutes=4))
            assert "reauthenticate" not in client.get(path).headers.get("Location", ""), name


@pytest.mark.django_db
def test_what_is_read_or_taken_back_wants_none(north: Site, mara: User, signed_in: Any) -> None:
    client = signed_in(mara)
    show_factor(client, mara, ago=timedelta(hours=1))
    assert client.get("/accounts/tokens/").status_code == 200
    for path in ("/accounts/tokens/", "/my-work/calendar/", "/patching/plan/calendar/"):
        answer = client.post(path, {"revoke": "1", "site": north.pk})
        assert "reauthenticate" not in answer.headers.get("Location", ""), path


def rest_actions() -> Iterator[tuple[str, str, str, str]]:
    """Yield register, action, method and address of every REST endpoint that should want it."""
    for name, path, view in pages():
        register = getattr(getattr(view, "cls", None), "register", None)
        if name.startswith("api:") and register is not None and register.reach is not Reach.OWN:
            for method, action in list(view.actions.items()):
                asked = ACTIONS.get(register.name, set()) | (
                    {"destroy", "delete_many"} if register.name != "tags" else set()
                )
                if action in asked and method != "head":
                    yield register.name, action, method, address(name, path)


def test_every_such_step_has_its_endpoint() -> None:
    found: dict[str, set[str]] = {}
    for register, action, _method, _path in rest_actions():
        found.setdefault(register, set()).add(action)
    assert {name: found[name] - {"destroy", "delete_many"} for name in ACTIONS} == ACTIONS


@pytest.mark.django_db
def test_rest_by_session_is_refused_in_words_and_by_token_is_not(
    plc: Asset, admin: User, signed_in: Callable[[User], Client], rest: Callable[[User], Client]
) -> None:
    client, program = signed_in(admin), rest(admin)
    for register, action, method, path in rest_actions():
        show_factor(client, admin, ago=timedelta(minutes=6))
        told = client.generic(method.upper(), path, "{}", content_type="application/json")
        assert (told.status_code, told.json()["code"]) == (403, SAID), (register, action)
        assert told["Content-Type"] == "application/problem+json"
        by_token = program.generic(method.upper(), path, "{}", content_type="application/json")
        assert SAID.encode() not in by_token.content
        show_factor(client, admin)
        fresh = client.generic(method.upper(), path, "{}", content_type="application/json")
        assert SAID.encode() not in fresh.content
    assert client.get("/api/v1/assets/").status_code == 200
