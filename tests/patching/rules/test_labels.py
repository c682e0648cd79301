"""The judged pairs, the whole corpus against a plant, and how long matching takes."""

import csv
from collections import Counter
from functools import lru_cache

from patching.rules.advisories import Advisory, advisory
from patching.rules.csaf import read
from patching.rules.index import Index
from patching.rules.matching import AssetType, Matcher
from tests.patching.rules.corpus import DATA, documents, labels, needed


@lru_cache(maxsize=1)
def advisories() -> tuple[Advisory, ...]:
    return tuple(advisory(read(document)) for document in documents().values())


def plant() -> list[AssetType]:
    with needed(DATA / "inventory" / "plant_demo.csv").open(encoding="utf-8", newline="") as file:
        fields = ("vendor", "product", "model_number", "firmware_version", "serial_number")
        return [AssetType(*(row[field] for field in fields)) for row in csv.DictReader(file)]


def test_judged_pairs() -> None:
    matcher, by_key = Matcher(), {item.key: item for item in advisories()}
    wrong, missed, false_alarms, review = [], [], [], 0
    judged = labels()
    for label in judged:
        asset = label["asset"]
        kind = AssetType(
            asset["vendor"], asset["product"], asset.get("model_number", ""), asset.get("firmware_version", "")
        )
        judgement = matcher.judge(kind, by_key[label["advisory_id"]])
        answer = judgement.verdict.value.casefold() if judgement else "not_affected"
        review += answer == "review"
        if answer not in label["acceptable"]:
            wrong.append((label["id"], answer, judgement and judgement.reason))
        if label["expected"] == "affected" and answer in ("fixed", "not_affected"):
            missed.append(label["id"])
        if label["expected"] in ("fixed", "not_affected") and answer == "affected":
            false_alarms.append(label["id"])
    right = len(judged) - len(wrong)
    share = review / len(judged)
    print(f"\n{right} of {len(judged)} right, {len(missed)} missed, {len(false_alarms)} false, {share:.0%} review")
    assert right >= len(judged) * 55 / 60, wrong
    assert not missed
    assert len(false_alarms) <= 2
    assert review <= 0.25 * len(judged)


def test_index_finds_what_judging_pair_by_pair_finds() -> None:
    some = advisories()[::25]
    index, matcher = Index(some), Matcher()
    for asset in plant()[:120]:
        expected = {item.key: judgement for item in some if (judgement := matcher.judge(asset, item))}
        assert dict(index.match(asset)) == expected, asset


def test_a_type_is_named_exactly_where_it_is_judged() -> None:
    """Matching one advisory asks only whether a type is named before it judges the few that are."""
    for item in advisories()[::200]:
        index = Index([item])
        for asset in plant():
            assert index.names(asset) is any(True for _ in index.match(asset)), (item.key, asset)


def test_other_products_of_the_same_vendor_are_left_alone() -> None:
    """Cross pairs: an asset that really exists in one advisory, judged by the vendor's other advisories."""
    verdicts: Counter[str] = Counter()
    index = Index(advisories())
    invented = [
        AssetType(vendor, f"{word} {number}", version="1.0")
        for vendor in ("Siemens", "Moxa", "Rockwell Automation", "Delta Electronics", "ABB", "Omron")
        for number, word in (
            (4711, "Quellwerk"),
            (88, "Server"),
            (9, "Controller"),
            (7300, "Panel"),
            (12, "Switch Module"),
        )
    ]
    for asset in invented:
        verdicts.update(judgement.verdict.value for _, judgement in index.match(asset))
    assert verdicts["AFFECTED"] == 0, verdicts
