"""Reading CSAF documents: what is taken from them, and that hostile ones are refused with place and remedy."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patching.rules.advisories import NamedProduct, advisory
from patching.rules.csaf import read
from patching.rules.matching import AssetType, judge
from patching.rules.nodes import Malformed
from tests.patching.rules.corpus import documents
from tests.patching.rules.plant import document


def test_facts_of_a_small_document() -> None:
    facts = read(document(("MD 400 (6ES7511-1AL03-0AB0)", "< 2.0"), fix="Update to 2.1"))
    assert (facts.publisher, facts.namespace, facts.tracking_id) == (
        "Merewater CERT",
        "https://merewater.example",
        "MW-2026-01",
    )
    assert facts.current_release.isoformat() == "2026-03-02T08:00:00+00:00"
    assert facts.cves == ("CVE-2026-0001",)
    leaf = facts.leaves[0]
    assert (leaf.vendor, leaf.version, leaf.order_numbers) == ("Merewater Drives", "< 2.0", ("6ES7511-1AL03-0AB0",))
    assert facts.vulnerabilities[0].remediations[0].text == "Update to 2.1"
    assert dict(facts.vulnerabilities[0].statuses) == {"known_affected": ("P0",)}


def test_cvss_4_is_scored_from_the_calculator_address() -> None:
    made = document(("MD 400", "< 2.0"))
    vector = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    made["vulnerabilities"][0]["references"] = [
        {"summary": "x", "url": f"https://www.first.org/cvss/calculator/4.0#{vector}"}
    ]
    score = read(made).vulnerabilities[0].score
    assert score
    assert (score.version, score.base, score.severity) == ("4.0", 9.3, "CRITICAL")


@pytest.mark.parametrize(("told", "version"), [("3.1", "3.1"), ("", "3.0"), ("\u00b2", "3.0"), ("three", "3.0")])
def test_a_score_of_no_version_has_that_of_its_name(told: str, version: str) -> None:
    made = document(("MD 400", "< 2.0"))
    cvss = {"version": told, "baseScore": 7.5, "baseSeverity": "HIGH", "vectorString": "x"}
    made["vulnerabilities"][0]["scores"] = [{"products": ["P0"], "cvss_v3": cvss}]
    score = read(made).vulnerabilities[0].score
    assert score
    assert score.version == version


@pytest.mark.parametrize(("part", "key", "longest"), [("publisher", "namespace", 300), ("tracking", "id", 120)])
def test_what_names_a_document_is_never_cut(part: str, key: str, longest: int) -> None:
    made = document(("MD 400", "< 2.0"))
    made["document"][part][key] = "x" * longest
    read(made)
    made["document"][part][key] = "x" * (longest + 1)
    with pytest.raises(Malformed, match=f"/document/{part}/{key}: this text is longer"):
        read(made)


def test_csaf_2_1_metrics_and_order_numbers_are_read() -> None:
    made = document(("MD 400", "< 2.0"))
    made["document"]["csaf_version"] = "2.1"
    made["vulnerabilities"][0]["metrics"] = [
        {"content": {"cvss_v3": {"version": "3.1", "baseScore": 7.5, "baseSeverity": "HIGH", "vectorString": "x"}}}
    ]
    leaf = made["product_tree"]["branches"][0]["branches"][0]["branches"][0]["product"]
    leaf["product_identification_helper"] = {
        "skus": ["MD 4-00"],
        "cpe": "cpe:2.3:h:m:md:-",
        "purls": ["pkg:generic/md"],
        "serial_numbers": ["7"],
    }
    facts = read(made)
    assert facts.vulnerabilities[0].score
    assert facts.vulnerabilities[0].score.base == 7.5
    assert (facts.leaves[0].order_numbers, facts.leaves[0].cpe, facts.leaves[0].purls) == (
        ("MD4-00",),
        "cpe:2.3:h:m:md:-",
        ("pkg:generic/md",),
    )


@pytest.mark.parametrize(
    ("full_name", "product", "version"),
    [
        ("Merewater Plant View: < 2.0", "Merewater Plant View", " < 2.0"),
        ("Merewater Plant View < 2.0", "Merewater Plant View", "< 2.0"),
        ("Merewater Plant View, versions prior to 2.0", "Merewater Plant View", "versions prior to 2.0"),
        ("Merewater Plant View 4.9.04053 and prior", "Merewater Plant View", "4.9.04053 and prior"),
        ("Merewater Plant View 7", "Merewater Plant View 7", ""),
        ("Merewater MD 400", "Merewater MD 400", ""),
    ],
)
def test_a_product_in_no_branch_is_told_by_its_full_name(full_name: str, product: str, version: str) -> None:
    made = document()
    made["product_tree"] = {"full_product_names": [{"name": full_name, "product_id": "P1"}]}
    leaf = read(made).leaves[0]
    assert (leaf.product, leaf.version) == (product, version)


@pytest.mark.parametrize(
    ("branches", "version"),
    [
        ([("product_version", "7.5"), ("service_pack", "SP2"), ("patch_level", "Update 3")], "7.5 SP2 Update 3"),
        ([("product_version", "15.0SE"), ("service_pack", "15.0(2)SE10a")], "15.0(2)SE10a"),
        ([("product_version", "7.5"), ("architecture", "arm64")], "7.5"),
        ([("product_version", "Plant View 7.5")], "7.5"),
        ([("product_version_range", "merewater plant view < 7.5")], "< 7.5"),
        ([("product_version", "Plant View Pro")], "Plant View Pro"),
        ([("product_version", "Plant View (until 2018)")], "Plant View (until 2018)"),
    ],
)
def test_a_release_is_told_by_all_its_branches(branches: list[tuple[str, str]], version: str) -> None:
    made = document()
    top: dict[str, Any] = {"category": "vendor", "name": "Merewater"}
    place = top
    for category, name in [("product_name", "Plant View"), *branches]:
        inner: dict[str, Any] = {"category": category, "name": name}
        place["branches"] = [inner]
        place = inner
    place["product"] = {"name": "Plant View", "product_id": "P1"}
    made["product_tree"] = {"branches": [top]}
    assert [leaf.version for leaf in read(made).leaves] == [version]


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (["document"], None, "/document"),
        (["document", "tracking", "id"], None, "/document/tracking/id"),
        (["document", "tracking", "id"], 7, "/document/tracking/id"),
        (["document", "tracking", "current_release_date"], "yesterday", "/document/tracking/current_release_date"),
        (["document", "csaf_version"], "1.2", "/document/csaf_version"),
        (["document", "publisher"], [], "/document/publisher"),
        (["product_tree", "branches"], {}, "/product_tree/branches"),
        (["product_tree", "branches", 0, "name"], 5, "/product_tree/branches/0/name"),
        (["vulnerabilities", 0], "x", "/vulnerabilities/0"),
        (
            ["vulnerabilities", 0, "product_status", "known_affected"],
            [1],
            "/vulnerabilities/0/product_status/known_affected/0",
        ),
        (
            ["vulnerabilities", 0, "scores"],
            [{"products": [], "cvss_v3": {"baseScore": "9"}}],
            "/vulnerabilities/0/scores/0/cvss_v3/baseScore",
        ),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(path: list[Any], value: Any, pointer: str) -> None:
    made = document(("MD 400", "< 2.0"))
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Malformed) as refused:
        read(made)
    assert refused.value.pointer == pointer
    assert str(refused.value).startswith(pointer)
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize("made", [None, [], "x", 7, {}, {"document": []}])
def test_what_is_no_document_at_all(made: Any) -> None:
    with pytest.raises(Malformed):
        read(made)


def test_an_absurdly_deep_tree_is_refused() -> None:
    made = document(("MD 400", "< 2.0"))
    made["product_tree"] = tree = {}
    for _ in range(50_000):
        tree["branches"] = [{"category": "vendor", "name": "x"}]
        tree = tree["branches"][0]
    with pytest.raises(Malformed, match="deeper than"):
        read(made)


JUNK: list[Any] = [
    None,
    True,
    -1,
    1e400,
    "",
    " ",
    "x" * 300,
    [],
    {},
    [[]],
    [None],
    {"a": 1},
    "\x00",
    "\ud800",
    "9" * 500,
    "2024-99-99",
    "< " * 90,
]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_mutated_document_is_read_or_refused(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    real = documents()
    made = copy.deepcopy(real[chance.choice(SMALL or _small(real))])
    for _ in range(changes):
        place, key = chance.choice(list(_places(made)))
        place[key] = copy.deepcopy(chance.choice(JUNK))
    try:
        facts = read(made)
        named = advisory(facts).products
    except Malformed:
        return
    assert len([weakness.score for weakness in facts.vulnerabilities]) == len(facts.vulnerabilities)
    for product in named[:2]:
        judge(AssetType(product.leaf.vendor, product.leaf.product, version="V9 SP1"), advisory(read(made)))


SMALL: list[str] = []


def _small(real: dict[str, dict[str, Any]]) -> list[str]:
    SMALL.extend(
        key for key in real if len(real[key]["product_tree"]["branches"]) == 1 and len(real[key]["vulnerabilities"]) < 3
    )
    return SMALL


def test_product_nodes_survive_the_database() -> None:
    for key in list(documents())[:200]:
        for product in advisory(read(documents()[key])).products:
            assert NamedProduct.from_json(product.to_json()) == product
