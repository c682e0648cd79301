"""Ordinary rows of an inventory against what publishers leave half said: lost operators, trains in names, codes, letters."""

from typing import Any

import pytest

from patching.rules.matching import AssetType
from patching.rules.ranges import parse
from patching.rules.releases import compare, read_version
from patching.rules.versions import holds
from tests.patching.rules.test_matching import verdict
from tests.patching.rules.test_products import naming
from tests.patching.rules.test_wording import answers, versions


def named(product: str, model: str = "", version: str = "") -> AssetType:
    return AssetType("Merewater Drives", product, model, version)


@pytest.mark.parametrize(
    ("older", "newer"), [("9.2b", "9.2c"), ("9.2p", "9.2r"), ("1.265B", "1.285X"), ("2010 SP2", "2010 SP3 Update 1")]
)
def test_a_single_letter_behind_a_release_is_a_letter(older: str, newer: str) -> None:
    left, right = read_version(older), read_version(newer)
    assert left
    assert right
    assert compare(left, right) == -1


def test_a_service_pack_of_a_release_not_told_is_beyond_nothing() -> None:
    assert verdict("2010 SP2", "< SP3 Update 1") == "REVIEW"
    counted = answers(
        versions("Quell RTX 2010", "SP2", "2010 SP3 Update 1"), ("Quell RTX (F) 2010", "All versions < SP3 Update 1")
    )
    assert counted == ["AFFECTED", "FIXED"]


def test_a_train_in_the_name_is_that_of_the_assets_release() -> None:
    nodes = (("Quellcom RQG2488 V4.X", "vers:all/<V4.3.8"), ("Quellcom RQG2488 V5.X", "vers:all/<V5.6.0"))
    recorded = versions("Quellcom RQG2488", "V4.3.7", "V4.3.8", "V5.5.4", "V5.6.0")
    assert answers(recorded, *nodes) == ["AFFECTED", "FIXED", "AFFECTED", "FIXED"]
    assert answers(
        versions("Quell Q7-1200 CPU family", "4.5.1"), ("Quell Q7-1200 CPU family < V4.x", "All versions")
    ) == ["REVIEW"]


def test_series_a_is_not_all_series() -> None:
    nodes = (("Quellogix 1400 A", "<= 7.000"), ("Quellogix 1400 B/C", "<= 21.007"))
    assert answers(versions("Quellogix 1400 Series B", "21.006"), *nodes) == ["AFFECTED"]
    assert answers(versions("Quellogix 1400 Series A", "7.000"), *nodes) == ["AFFECTED"]
    assert answers(versions("Quellogix 1400", "21.006"), *nodes) == ["REVIEW"]


def test_an_operator_that_the_node_lost_stands_in_the_full_name() -> None:
    recorded = versions("MD 400", "8.31", "8.40")
    assert answers(recorded, ("MD 400", "8.40"), wording="< 8.40") == ["AFFECTED", "FIXED"]
    assert answers(recorded, ("MD 400", "8.40"), wording="<= 8.40") == ["AFFECTED", "AFFECTED"]


def test_a_release_that_the_full_name_counts_in_is_no_fix() -> None:
    texts = {
        "wording": "3.3 SP1 and earlier 3.x versions",
        "fix": "Upgrade the system to version 3.3 with the updates.",
    }
    assert verdict("3.3 SP1", "< 3.3 SP1 3.x", **texts) == "REVIEW"
    stated = parse("3.3 SP1 and earlier 3.x versions")
    assert [holds(stated, one).holds for one in ("3.3 SP1", "3.1", "2.2")] == [True, True, False]


def test_a_fix_of_the_very_release_stands_against_all_versions() -> None:
    fix = "Upgrade to firmware version 03.00.08."
    assert [verdict(one, "vers:all/*", fix=fix) for one in ("03.00.08", "03.00.07")] == ["REVIEW", "AFFECTED"]


@pytest.mark.parametrize("code", ["HQW2PER1", "H2Q2PC1M", "LQL-X4420", "Q2-LP-1501"])
def test_a_model_in_place_of_a_version_names_the_device(code: str) -> None:
    node = ("Quell Series cameras", code)
    assert answers([named(code, code), named("XQ-9999", "XQ-9999")], node) == ["AFFECTED", "no"]


@pytest.mark.parametrize("release", ["SE2021MP9", "R15SP2", "R417-V2", "V2017", "V01L053", "15.2(6)E2a"])
def test_a_release_is_no_model(release: str) -> None:
    assert parse(f"< {release}").kind == "range"
    assert parse(release).kind != "model" or release.startswith("SE")


@pytest.mark.parametrize(
    ("vendor", "leaf", "own", "product", "expected"),
    [
        ("Merewater", "QL SWITCH 3xxx 4xxx and 48xx", "Merewater", "QL SWITCH 3005", "names"),
        ("Merewater", "QL SWITCH 3xxx 4xxx and 48xx", "Merewater", "QL SWITCH 4008", "names"),
        ("Merewater", 'Video Gear "IQ series" IQ-920D', "Merewater", "IQ-920D", "names"),
        ("Merewater", 'Video Gear "IQ series" IQ-900E', "Merewater", "IQ-920D", "perhaps"),
        ("Carrier LenelS2", "Quell panel QL1501", "LenelS2", "Quell panel QL1501", "names"),
        ("Carrier LenelS2", "Quell panel QL1501", "Lenel", "Quell panel QL1501", "names"),
    ],
)
def test_rows_that_are_named(vendor: str, leaf: str, own: str, product: str, expected: str) -> None:
    assert naming(vendor, leaf, own, product) == expected


def test_a_name_that_another_only_begins_with_is_its_own_product() -> None:
    nodes = (("Quellquantum", "<= R3.02.00"), ("Quellquantum/Batch", "<= R2.50.40"))
    assert answers(versions("Quellquantum", "R3.02.00"), *nodes) == ["AFFECTED"]
    assert answers(versions("Quellquantum/Batch", "R2.50.41"), *nodes) == ["FIXED"]


def test_a_fix_told_for_a_list_of_other_products_does_not_count() -> None:
    texts = [
        "Quellogix 5380, Quellogix 5580: upgrade to v33.011.",
        "Old Quellogix 5370, Quellogix 5570: upgrade to v34.011.",
    ]
    asset = named("Quellogix 5570", version="33.011")
    assert answers([asset], ("Quellogix 5570 controllers", "<= 33.013"), vulnerabilities=[weakness(texts)]) == [
        "AFFECTED"
    ]


def weakness(
    texts: list[str], affected: tuple[str, ...] = ("P0",), advised: tuple[str, ...] = ("P0",)
) -> dict[str, Any]:
    return {
        "cve": "CVE-2026-0001",
        "product_status": {"known_affected": [*affected]},
        "remediations": [{"category": "vendor_fix", "details": text, "product_ids": [*advised]} for text in texts],
    }


def test_a_product_with_a_remedy_but_no_status_goes_to_a_person() -> None:
    nodes = (("Quelldesk 400", "< 2.0"), ("Quelldesk 500", "< 3.0"), ("Quelldesk 600", "< 3.0"))
    assets = [
        named("Quelldesk 400", version="1.0"),
        named("Quelldesk 500", version="2.9"),
        named("Quelldesk 500", version="3.0"),
        named("Quelldesk 600", version="2.9"),
    ]
    told = [weakness(["Update to the newest version."], advised=("P0", "P1"))]
    assert answers(assets, *nodes, vulnerabilities=told) == ["AFFECTED", "REVIEW", "FIXED", "no"]


def test_a_name_of_general_words_is_told_by_the_codes_of_the_title() -> None:
    def judged(*products: tuple[str, str]) -> list[str]:
        return answers(
            [named("QEL-3620 Security Gateway", "QEL-3620", "R203-V1")], *products, title="QEL-3620 and QEL-3622"
        )

    assert judged(("Security Gateway", "R203 | R203-V1")) == ["AFFECTED"]
    assert judged(("Security Gateway", "R203 | R203-V1"), ("Quelldesk", "R203-V1")) == ["no"]


@pytest.mark.parametrize(
    ("vendor", "leaf", "own", "product", "expected"),
    [
        ("Merewater Drives AG", "T1 Quellator", "Merewater", "MEREWATER-T1", "names"),
        ("Merewater Drives AG", "T1 Quellator", "Merewater", "MEREWATER-C1", "no"),
        ("Merewater", "Ultrasound QUIQ/Quellniti", "Merewater", "QUIQ 7", "perhaps"),
        ("Merewater", "Quell Link", "Merewater", "Quell Link Gateway", "perhaps"),
        ("Merewater", "QC-8580 with Debian 9 System Image", "Merewater", "QC-8580-LX", "perhaps"),
        ("Merewater", "Quell Historian 2020", "Merewater", "Moorvideo Player 2020", "no"),
    ],
)
def test_names_with_a_vendor_a_list_or_a_system_in_them(
    vendor: str, leaf: str, own: str, product: str, expected: str
) -> None:
    assert naming(vendor, leaf, own, product) == expected


def test_the_initials_before_a_year_only_repeat_the_name() -> None:
    nodes = (("Quell Edge QE2022", "< V222.0 Update 3"), ("Quell Edge QE2023", "< V223.0 Update 7"))
    assert answers(versions("Quell Edge 2023", "V223.0 Update 6", "V223.0 Update 7"), *nodes) == ["AFFECTED", "FIXED"]


def test_one_of_a_list_of_models_is_named_as_surely_as_by_its_own_node() -> None:
    nodes = (("Quellion 670", "2.0"), ("Quellion 670/650", "2.2.4"), ("Quellion 670/650/QAM600-IO", "2.2.5"))
    assert answers(versions("Quellion 670", "2.2.5", "2.2.4", "2.0"), *nodes) == ["AFFECTED"] * 3
    assert answers(versions("Quellion 630", "2.2.5"), *nodes) == ["no"]


def test_a_fix_told_for_another_product_of_the_advisory_does_not_count() -> None:
    nodes = (("Quellion 670", "2.1"), ("QSM", "<= 2.2.3"), ("Quellion 670 Process", "2.1"))
    texts = ["QSM Server update to version 2.2.5", "Quellion 670: update to version 2.2.6"]
    for told, expected in ((texts[:1], "REVIEW"), (texts, "REVIEW"), (texts[1:], "FIXED")):
        told_of_all = [weakness(told, ("P0", "P1", "P2"), ("P0", "P1", "P2"))]
        recorded = versions("Quellion 670", "2.2.6" if expected == "FIXED" else "2.2.5")
        assert answers(recorded, *nodes, vulnerabilities=told_of_all) == [expected]
        assert answers(versions("QSM", "2.2.5"), *nodes, vulnerabilities=told_of_all) == ["FIXED"]


def test_the_products_own_words_before_a_release_are_no_part_of_it() -> None:
    node = ("All QASP SRM Quellinel QASP and Quellinel LQK", "<  quellinel lqk rte 7.55")
    fix = "Users with Version 2.10 through Version 7.54 update to the newest component."
    recorded = versions("Quellinel QASP and Quellinel LQK", "7.50", "7.55")
    assert answers(recorded, node, fix=fix) == ["REVIEW", "FIXED"]
    assert answers(versions("Quellinel", "Edition 7"), ("Quellinel", "< Standard Edition 7")) == ["REVIEW"]
