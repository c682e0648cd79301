"""The VEX document holds what CSAF 2.0 demands of the profile (sections 4.5 and 6.1.27)."""

import re
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from patching.rules.csaf import read
from patching.rules.vex import Issuer, Product, Statement, document, file_name, tracking_id

ISSUER = Issuer(
    "Merewater", "https://csms.example/", "NORTH", "Northern waterworks", datetime(2026, 3, 31, 12, tzinfo=UTC)
)
SWITCH = Product(
    "CSMSPID-1", "NORTH N-SW01", "Rockwell Automation", "Stratix 5800", "17.04.01", "1783-MMS10EA", "193567E7"
)
NAMELESS = Product("CSMSPID-2", "NORTH N-X", "", "", "")


def say(product: Product, cve: str, verdict: str, advisory: str = "ICSA-1", **more: str) -> Statement:
    """Make a statement."""
    given = {"reason": "The web server is off", "action": "Act: by 2026-04-03.", "justification": "", **more}
    return Statement(product, cve, verdict, advisory=advisory, **given)


def made() -> dict[str, Any]:
    return document(
        [
            say(SWITCH, "CVE-2023-20198", "NOT_AFFECTED", justification="vulnerable_code_not_in_execute_path"),
            say(NAMELESS, "CVE-2023-20198", "AFFECTED"),
            say(SWITCH, "CVE-2023-20273", "FIXED"),
            say(SWITCH, "CVE-2023-20273", "REVIEW", advisory="ICSA-2"),
            say(SWITCH, "ICSA-3", "NOT_AFFECTED", advisory="ICSA-3"),
        ],
        issuer=ISSUER,
    )


def test_head_and_file_name() -> None:
    head = made()["document"]
    assert (head["category"], head["csaf_version"]) == ("csaf_vex", "2.0")
    tracking = head["tracking"]
    assert tracking["revision_history"][-1]["number"] == tracking["version"]
    assert tracking["revision_history"][-1]["date"] == tracking["current_release_date"] == "2026-03-31T12:00:00Z"
    assert tracking_id(ISSUER) == tracking["id"] == "NORTH-VEX-20260331T120000Z"
    assert file_name(ISSUER) == "north-vex-20260331t120000z.json"


def test_every_product_named_is_defined_once() -> None:
    whole = made()
    facts = read(whole)
    defined = [leaf.product_id for leaf in facts.leaves]
    assert sorted(defined) == ["CSMSPID-1", "CSMSPID-2"]
    used = {key for one in whole["vulnerabilities"] for keys in one["product_status"].values() for key in keys}
    assert used <= set(defined)
    assert {leaf.product_id: leaf.order_numbers for leaf in facts.leaves}["CSMSPID-1"] == ("1783-MMS10EA",)


def test_each_vulnerability_is_named_once_and_has_a_status_of_the_profile() -> None:
    weaknesses = made()["vulnerabilities"]
    names = [one.get("cve") or one["ids"][0]["text"] for one in weaknesses]
    assert len(set(names)) == len(names) == 3
    for one in weaknesses:
        assert one["notes"]
        assert set(one["product_status"]) <= {"fixed", "known_affected", "known_not_affected", "under_investigation"}
        assert all(re.fullmatch(r"CVE-\d{4}-\d{4,}", one["cve"]) for _ in [0] if "cve" in one)


def test_no_product_has_two_statuses_of_one_vulnerability_and_the_graver_stands() -> None:
    for one in made()["vulnerabilities"]:
        keys = list(chain(*one["product_status"].values()))
        assert len(set(keys)) == len(keys)
    disputed = next(one for one in made()["vulnerabilities"] if one.get("cve") == "CVE-2023-20273")
    assert disputed["product_status"] == {"under_investigation": ["CSMSPID-1"]}


def test_what_is_not_affected_says_why_and_what_is_affected_says_what_is_done() -> None:
    for one in made()["vulnerabilities"]:
        impact = {key for item in [*one.get("flags", ()), *one.get("threats", ())] for key in item["product_ids"]}
        assert set(one["product_status"].get("known_not_affected", ())) <= impact
        acted = {key for item in one.get("remediations", ()) for key in item["product_ids"]}
        assert set(one["product_status"].get("known_affected", ())) <= acted
    first = next(one for one in made()["vulnerabilities"] if one.get("cve") == "CVE-2023-20198")
    assert first["flags"] == [{"label": "vulnerable_code_not_in_execute_path", "product_ids": ["CSMSPID-1"]}]
