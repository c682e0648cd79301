"""Two states of an advisory are compared by product, vulnerability, remediation and wording."""

from copy import deepcopy
from typing import Any

from patching.rules.csaf import read
from patching.rules.revisions import Change, compare
from tests.patching.test_teaching import PUMP


def text(parts: tuple[tuple[str, bool], ...]) -> str:
    """Return the text with what differs in brackets."""
    return "".join(f"[{part}]" if differs else part for part, differs in parts)


def changed(edit: Any) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    """Edit a copy and compare it."""
    made = deepcopy(PUMP)
    edit(made)
    return compare(read(PUMP), read(made)).sections


def product(document: dict[str, Any]) -> dict[str, Any]:
    """The one product_name branch."""
    found: dict[str, Any] = document["product_tree"]["branches"][0]["branches"][0]
    return found


def test_the_same_differs_in_nothing() -> None:
    assert compare(read(PUMP), read(PUMP)).count == 0


def test_a_range_that_changed_shows_what_in_it() -> None:
    def edit(made: dict[str, Any]) -> None:
        product(made)["branches"][0]["name"] = "<2.5 | >=3.0 <3.2"

    ((title, (change,)),) = changed(edit)
    assert (title, change.kind, change.name) == ("Products and versions", "changed", "Quellwerk Flowmaster 300")
    assert (text(change.older), text(change.newer)) == ("[<2.5]", "[<2.5 | >=3.0 <3.2]")


def test_a_product_that_came_and_one_that_went() -> None:
    def edit(made: dict[str, Any]) -> None:
        product(made)["name"] = "Flowmaster 400"

    ((_title, changes),) = changed(edit)
    assert [(change.kind, change.name) for change in changes] == [
        ("removed", "Quellwerk Flowmaster 300"),
        ("added", "Quellwerk Flowmaster 400"),
    ]


def test_an_edited_remediation_is_one_change_and_others_come_and_go() -> None:
    def edit(made: dict[str, Any]) -> None:
        remedies = made["vulnerabilities"][0]["remediations"]
        remedies[0]["details"] = "Update to 2.6."
        remedies.append({"category": "workaround", "details": "Turn the web server off.", "product_ids": ["P1"]})

    ((title, changes),) = changed(edit)
    assert title == "Remediations"
    assert [(change.kind, change.name, text(change.newer)) for change in changes] == [
        ("changed", "vendor fix", "Update to [2.6.]"),
        ("added", "workaround", "[Turn the web server off.]"),
    ]


def test_a_status_that_changed_is_said() -> None:
    def edit(made: dict[str, Any]) -> None:
        made["vulnerabilities"][0]["product_status"] = {"known_not_affected": ["P1"]}

    sections = dict(changed(edit))
    (change,) = sections["Products and versions"]
    assert text(change.newer) == "[<2.5 (known not affected)]"
    (change,) = sections["Vulnerabilities"]
    assert text(change.newer) == "no score, [0 ]products"
