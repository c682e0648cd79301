"""The demo advisories are CSAF documents of our own that meet the demo plant with a mix of verdicts."""

import csv
import json
from collections import Counter
from datetime import datetime
from functools import lru_cache

from cvss import CVSS3

from patching.rules.advisories import advisory
from patching.rules.csaf import read
from patching.rules.index import Index
from patching.rules.matching import AssetType
from tests.demo.plant import DATA, Row, advisories, events, table


def _leaves(branches: list[Row]) -> list[Row]:
    return [
        leaf
        for branch in branches
        for leaf in ([branch["product"]] if "product" in branch else _leaves(branch["branches"]))
    ]


def test_advisories_are_csaf_documents_of_our_own() -> None:
    for key, one in advisories().items():
        head, tracking = one["document"], one["document"]["tracking"]
        assert (head["category"], head["csaf_version"]) == ("csaf_security_advisory", "2.0")
        assert head["publisher"]["namespace"] == "https://demo.example/csaf"
        assert head["publisher"]["category"] == "other"
        assert "public facts" in head["notes"][1]["text"]
        assert len(key) == len("MW-2026-001")
        revisions = tracking["revision_history"]
        assert [entry["number"] for entry in revisions] == [str(n + 1) for n in range(len(revisions))]
        assert tracking["version"] == revisions[-1]["number"]
        assert tracking["current_release_date"] == revisions[-1]["date"] >= tracking["initial_release_date"]
        assert all(datetime.fromisoformat(entry["date"]) and entry["summary"] for entry in revisions)


def test_vulnerabilities_name_products_of_the_tree_with_true_scores() -> None:
    for key, one in advisories().items():
        ids = [leaf["product_id"] for leaf in _leaves(one["product_tree"]["branches"])]
        assert len(ids) == len(set(ids)), key
        assert one["vulnerabilities"], key
        for weakness in one["vulnerabilities"]:
            status = weakness["product_status"]
            named = {product for products in status.values() for product in products}
            assert named <= set(ids), key
            assert not set(status["known_affected"]) & set(status.get("fixed", [])), key
            assert weakness["remediations"]
            assert all(set(fix["product_ids"]) <= set(ids) for fix in weakness["remediations"])
            for score in (entry["cvss_v3"] for entry in weakness["scores"]):
                computed = CVSS3(score["vectorString"])
                assert float(computed.base_score) == score["baseScore"], (key, weakness["cve"])
                assert computed.severities()[0].upper() == score["baseSeverity"], (key, weakness["cve"])


def test_exploited_and_predicted_vulnerabilities_are_those_of_the_advisories() -> None:
    cves = {weakness["cve"] for one in advisories().values() for weakness in one["vulnerabilities"]}
    kev = json.loads((DATA / "kev.json").read_text(encoding="utf-8"))
    listed = [entry["cveID"] for entry in kev["vulnerabilities"]]
    assert kev["count"] == len(listed) == len(set(listed)) >= 12
    assert set(listed) <= cves
    comment, *lines = (DATA / "epss.csv").read_text(encoding="utf-8").splitlines()
    assert comment.startswith("#model_version:synthetic")
    rows = list(csv.DictReader(lines))
    assert {row["cve"] for row in rows} == cves
    assert all(0 <= float(row["epss"]) <= 1 and 0 <= float(row["percentile"]) <= 1 for row in rows)


@lru_cache
def verdicts() -> dict[tuple[str, str], str]:
    """Judge every asset that is not retired by every demo advisory."""
    index = Index(advisory(read(one)) for one in advisories().values())
    found = {}
    for row in table("assets.csv"):
        if row["lifecycle"] != "RETIRED":
            kind = AssetType(
                vendor=row["vendor"], product=row["product"], model_number=row["model_number"], version=row["version"]
            )
            for key, judgement in index.match(kind):
                found[row["name"], key] = judgement.verdict.value
    return found


def test_advisories_meet_the_plant_with_a_mix_of_verdicts() -> None:
    counts = Counter(verdicts().values())
    affected = {asset for (asset, _), verdict in verdicts().items() if verdict == "AFFECTED"}
    assert 110 <= len(affected) <= 170
    assert counts["FIXED"] >= 60
    assert counts["REVIEW"] >= 30
    assert counts["NOT_AFFECTED"] >= 1
    decided = [(event["asset"], event["advisory"]) for event in events("decide_match")]
    assert decided
    assert set(decided) <= verdicts().keys()
