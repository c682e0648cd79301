"""A document within the size that is fetched must not grow in memory or time: it is refused, or read at once."""

from time import process_time
from typing import Any

import pytest

from patching.rules.advisories import advisory
from patching.rules.csaf import read
from patching.rules.nodes import Malformed
from tests.patching.rules.plant import document

MANY = 9_000


def _kept(made: dict[str, Any]) -> int:
    return len(advisory(read(made)).products)


@pytest.fixture
def many() -> dict[str, Any]:
    return document(*((f"Valve {number}", "< 2.0") for number in range(MANY)), fix="Update to 2.0")


def test_many_products_with_one_remedy_are_read(many: dict[str, Any]) -> None:
    assert _kept(many) == MANY


def test_a_long_text_for_each_of_many_products_is_refused(many: dict[str, Any]) -> None:
    many["vulnerabilities"][0]["remediations"][0]["details"] = "Update to 2.0. " * 1_000
    with pytest.raises(Malformed, match="40,000,000"):
        _kept(many)


def test_a_long_name_of_a_weakness_of_many_products_is_refused(many: dict[str, Any]) -> None:
    many["vulnerabilities"][0] |= {"cve": None, "title": "A valve opens itself. " * 1_000}
    with pytest.raises(Malformed, match="40,000,000"):
        _kept(many)


def test_groups_named_again_and_again_are_refused(many: dict[str, Any]) -> None:
    ids = many["vulnerabilities"][0]["product_status"]["known_affected"]
    many["product_tree"]["product_groups"] = [{"group_id": "all", "product_ids": ids}]
    remedy = {"category": "vendor_fix", "details": "Update", "group_ids": ["all"] * 1_000}
    many["vulnerabilities"][0]["remediations"] = [remedy] * 100
    assert _kept(many) == MANY
    many["vulnerabilities"][0]["remediations"] = [remedy] * 200
    with pytest.raises(Malformed) as refused:
        read(many)
    assert "1,000,000 times" in str(refused.value)


@pytest.mark.parametrize("place", ["title", "branch", "product", "id"])
def test_a_name_of_a_book_s_length_is_refused(place: str) -> None:
    made = document(("Valve", "< 2.0"))
    leaf = made["product_tree"]["branches"][0]["branches"][0]["branches"][0]
    where, key = {
        "title": (made["document"], "title"),
        "branch": (leaf, "name"),
        "product": (leaf["product"], "name"),
        "id": (leaf["product"], "product_id"),
    }[place]
    where[key] = "x" * 5_000
    read(made)
    where[key] = "x" * 5_001
    with pytest.raises(Malformed, match="longer than 5000"):
        read(made)


@pytest.mark.parametrize("unit", ["a", "1a", "(", " ", "SP1 ", "< 1 ", "x.", "vers:", "1.", "-"])
def test_long_names_without_a_seam_cost_little(unit: str) -> None:
    text = (unit * 5_000)[:4_990]
    made = document(
        *((f"OS {number}" if number % 2 else "OS", f"{number} {text}") for number in range(400)), title=f"a{text}b"
    )
    began = process_time()
    _kept(made)
    assert process_time() - began < 10


def test_texts_are_held_against_the_names_of_many_products_at_little_cost(many: dict[str, Any]) -> None:
    remedies = [
        {"category": "vendor_fix", "details": f"Valve {number}: update", "product_ids": [f"P{number}"]}
        for number in range(MANY)
    ]
    many["vulnerabilities"][0]["remediations"] = remedies
    began = process_time()
    products = advisory(read(many)).products
    assert process_time() - began < 10
    assert [product.texts for product in products[:2]] == [("Valve 0: update",), ("Valve 1: update",)]
