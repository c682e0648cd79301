"""Names and ranges whose meaning stands elsewhere: in the title, the full name, the product's release, the order number."""

from typing import Any

import pytest

from patching.rules.advisories import advisory
from patching.rules.csaf import read
from patching.rules.matching import AssetType, judge
from patching.rules.releases import completed
from tests.patching.rules.plant import Product, document
from tests.patching.rules.test_matching import said, verdict
from tests.patching.rules.test_products import naming


def answers(assets: list[AssetType], *products: Product, **more: Any) -> list[str]:
    return [said(asset, *products, **more) for asset in assets]


def versions(product: str, *recorded: str) -> list[AssetType]:
    return [AssetType("Merewater Drives", product, version=version) for version in recorded]


@pytest.mark.parametrize(
    ("text", "product", "expected"),
    [
        ("< SP1 P01", "Quellhist 2014 R2", "< 2014 R2 SP1 P01"),
        ("<= SP1", "Quellhist 2014", "<= 2014 SP1"),
        ("< P018", "Quelldom OA 3.15", "< 3.15 P018"),
        ("SP1 P02", "Quellhist 2014 R2", "2014 R2 SP1 P02"),
        ("<= R2", "Quellhist 2014", "<= 2014 R2"),
        ("R2 SP1", "Quellhist 2014", "2014 R2 SP1"),
        ("R302-V2", "Quellhist 2014", "R302-V2"),
        ("< V2.1", "Quellhist 2014", "< V2.1"),
        ("< SP1", "Quellhist", "< SP1"),
    ],
)
def test_a_mark_alone_counts_on_from_the_release_in_the_products_name(text: str, product: str, expected: str) -> None:
    assert completed(text, product) == expected


def test_a_range_of_marks_is_judged_from_the_release_in_the_name() -> None:
    node = ("Quelldom OA 3.15", "< P018")
    assert answers(versions("Quelldom OA", "3.15 P017", "3.15 P018"), node) == ["AFFECTED", "FIXED"]
    assert answers(versions("Quelldom OA 3.15", "P017", "P018"), node) == ["AFFECTED", "FIXED"]


def test_a_list_of_products_names_the_one_its_full_name_tells() -> None:
    nodes = document(("QJ/QX-series Controllers", "<= 1.28"), ("QJ/QX-series Controllers", "<= 1.48"))
    tree = nodes["product_tree"]["branches"][0]["branches"]
    for leaf, name in zip(
        tree, ("QX7-series Controller (All Models)", "QJ-series Controller (All Models)"), strict=True
    ):
        leaf["branches"][0]["product"]["name"] = f"QJ/QX-series Controllers - {name}: versions"
    prepared = advisory(read(nodes))
    judged = {
        (product, version): judge(AssetType("Merewater Drives", product, version=version), prepared)
        for product, version in (("QX701-1600", "1.29"), ("QX701-1600", "1.28"), ("QJ501-1300", "1.48"))
    }
    assert [item.verdict.value for item in judged.values() if item] == ["FIXED", "AFFECTED", "AFFECTED"]


def test_a_release_or_system_for_a_name_takes_the_product_of_the_title() -> None:
    nodes = document(("R121", ">=V0|<=V2"), ("R126", ">=V0|<=V3"))
    nodes["document"]["title"] = "Merewater Drives MD-411L (Update B)"
    prepared = advisory(read(nodes))
    judged = [
        judge(AssetType("Merewater Drives", "MD-411L", version=text), prepared) for text in ("R121-V1", "R126-V4")
    ]
    assert [item.verdict.value for item in judged if item] == ["AFFECTED", "FIXED"]
    assert judge(AssetType("Merewater Drives", "MD-451", version="R121-V1"), prepared) is None


def test_hardware_versions_for_names_take_the_product_of_the_title() -> None:
    nodes = document(("Hardware Version 9x", "<= 5.0.149"), ("Hardware Versions 5x and prior", "<= 4.0.2"))
    nodes["document"]["title"] = "Merewater Drives Q2-ECOM100 Module"
    prepared = advisory(read(nodes))
    judged = judge(AssetType("Merewater Drives", "Q2-ECOM100", version="5.0.149"), prepared)
    assert judged
    assert judged.verdict != "NOT_AFFECTED"
    assert judged.verdict != "FIXED"


def test_a_node_counts_for_the_cves_that_its_wording_names() -> None:
    cves = ["CVE-2026-0001", "CVE-2026-0002"]
    weaknesses = [{"cve": cve, "product_status": {"known_affected": ["P0", "P1"]}} for cve in cves]
    nodes = document(("MD 400", "< 7.10"), ("MD 400", "< 6.90"), vulnerabilities=weaknesses)
    tree = nodes["product_tree"]["branches"][0]["branches"]
    for leaf, cve in zip(tree, cves, strict=True):
        leaf["branches"][0]["product"]["name"] = f"MD 400: All versions before are affected by {cve}"
    judgement = judge(AssetType("Merewater Drives", "MD 400", version="6.90"), advisory(read(nodes)))
    assert judgement
    assert (judgement.verdict.value, judgement.cves) == ("AFFECTED", ("CVE-2026-0001",))


def test_of_two_nodes_the_one_with_the_assets_release_in_its_name_counts() -> None:
    nodes = (("MD Server", "< V1.1"), ("MD Server V16", "vers:all/*"), ("MD Server V17", "< V17 Update 6"))
    recorded = versions("MD Server", "V17 Update 5", "V17 Update 6", "V16", "V1.0")
    assert answers(recorded, *nodes) == ["AFFECTED", "FIXED", "AFFECTED", "AFFECTED"]


def test_a_text_about_other_models_than_the_nodes_own_does_not_count() -> None:
    texts = ["Upgrade RV50, RV55 to version 4.16.0 or later.", "Upgrade ES450, GX450 to version 4.9.8 or later."]
    weaknesses = [
        {
            "cve": "CVE-2026-0001",
            "product_status": {"known_affected": ["P0"]},
            "remediations": [{"category": "vendor_fix", "details": text, "product_ids": ["P0"]} for text in texts],
        }
    ]
    asset = AssetType("Merewater Drives", "Quellink RV55", version="4.9.8")
    assert answers([asset], ("Quellink Router (RV50, RV55)", "< 4.16.0"), vulnerabilities=weaknesses) == ["AFFECTED"]


def test_models_with_open_places_where_a_version_is_expected() -> None:
    node = ("Series QFC200", "750-82xx/xxx-xxx")
    assets = [
        AssetType("Merewater Drives", "QFC200", "750-8202", "FW14"),
        AssetType("Merewater Drives", "750-8207/025-001", version="FW15"),
        AssetType("Merewater Drives", "750-352", version="FW14"),
    ]
    fix = "Update to the latest firmware, FW 15 or above."
    assert answers(assets, node, fix=fix) == ["AFFECTED", "FIXED", "no"]
    listed = AssetType("Merewater Drives", "Quellink Monitor", "24950")
    assert answers([listed], ("Quellink Monitor", "24950 | 24952")) == ["AFFECTED"]


@pytest.mark.parametrize(
    ("version", "text", "fix", "expected"),
    [
        ("14.0.0.19119", "<= 14", "Upgrade to version 14.0.0.19120 or 13.0.0.19140.", "AFFECTED"),
        ("14.0.0.19120", "<= 14", "Upgrade to version 14.0.0.19120 or 13.0.0.19140.", "FIXED"),
        ("14.0.0.19119", "<= 14", "Contact the vendor.", "REVIEW"),
        ("36.011", ">= 31.011", "Update to 32.016 for versions 32, to 34.011 and later.", "REVIEW"),
        ("33.011", ">= 31.011", "Update to 32.016 for versions 32, to 34.011 and later.", "AFFECTED"),
        ("2.10", "<=v2.11_including_hotfixes", "Update to v2.11 Hotfix 20240426.", "AFFECTED"),
        ("2020 R2 SP1", "2020 | 2020 R2 P01", "MD 2020 R2 P01 and MD 2020 R2: update to MD 2020 R2 SP1", "FIXED"),
        ("R01", "< R02 (or Software Version 1.1.13166)", "Update to version R03.", "AFFECTED"),
        ("D4.93", ">= 3.00", "Update to firmware D4.93 or later.", "REVIEW"),
    ],
)
def test_fixes_that_a_text_names(version: str, text: str, fix: str, expected: str) -> None:
    assert verdict(version, text, fix=fix) == expected


def test_a_zero_that_the_range_lost_stands_in_the_full_name() -> None:
    assert verdict("7.40", "7.4", wording="v7.40") == "AFFECTED"
    assert verdict("7.40", "7.4", wording="7.4") == "REVIEW"


def test_perhaps_named_is_closed_only_beyond_all_that_is_told() -> None:
    node = ("Quellport MX", "<= 3.2 R1 Build 7")
    fix = "Update to version 3.4."
    assert answers(versions("Quellport MX Lite 2", "3.3", "3.4"), node, fix=fix) == ["REVIEW", "FIXED"]
    assert answers(versions("Quellport MX Lite 2", "2023"), ("Quellport MX", "<= 3.2")) == ["REVIEW"]


@pytest.mark.parametrize(
    ("vendor", "leaf", "own", "product", "model", "expected"),
    [
        ("Schneider Electric", "Modicon Q221", "Schneider Electric", "TQ221CE24R", "TQ221CE24R", "perhaps"),
        ("Emerson", "QPE330", "Emerson", "Quellsystems", "IC695QPE330", "perhaps"),
        ("Merewater", "RX1500", "Merewater", "RX1500X", "", "no"),
        ("Merewater", "Quellair WDM", "Merewater", "Quellair Wireless Device Manager", "", "names"),
        ("Merewater", "Quellparts Workbench", "Merewater", "QWB Quellparts Workbench", "", "perhaps"),
        ("Merewater", "Connected Quell Workbench", "Merewater", "CQW Connected Quell Workbench", "", "names"),
        ("Merewater", "Quellasys QDS/QDX/QAS Servers", "Merewater", "Quellasys QDX", "", "names"),
        ("Merewater", "Quellink Router (MP70, LX 40)", "Merewater", "Quellink LX40", "", "names"),
        ("Merewater", "Quelltouch Edge HMI", "Merewater", "Quelltouch", "", "perhaps"),
        ("Merewater", "Quelltouch HMI", "Merewater", "Quelltouch", "", "names"),
        ("Merewater", "QLC 1x1", "Merewater", "QLC 131 ETH", "", "names"),
        ("Merewater", "Quell Control Professional", "Merewater", "Quell Control Pro", "", "names"),
        ("Hirschmann", "Classic Platform Switches RS", "Hirschmann", "RS20-0800T1T1SDAEHC", "", "perhaps"),
        ("Omron", "Automation Software Sysmac Studio", "Omron", "Sysmac Studio", "", "names"),
    ],
)
def test_names_as_plants_write_them(vendor: str, leaf: str, own: str, product: str, model: str, expected: str) -> None:
    assert naming(vendor, leaf, own, product, model) == expected


@pytest.mark.parametrize(
    ("vendor", "leaf", "product"),
    [
        ("PTC", "Kepware QuellServerEX", "QuellServerEX"),
        ("PTC", "Kepware QuellServerEX", "KepwareQuellServerEX"),
        ("Baxter", "Welch Allyn Quell Monitor (QM)", "Quell Monitor"),
        ("AVEVA Software, LLC", "Citect SCADA", "CitectSCADA"),
    ],
)
def test_another_name_of_the_vendor_before_the_product_tells_nothing(vendor: str, leaf: str, product: str) -> None:
    prepared = advisory(read(document((leaf, "<= 2.2"), vendor=vendor)))
    judgement = judge(AssetType(vendor, product, version="2.2"), prepared)
    assert judgement
    assert judgement.verdict == "AFFECTED"


def test_a_release_that_is_listed_and_named_as_the_fix_goes_to_a_person() -> None:
    assert verdict("8.8.12", "8.8.12", wording="Release 7 Dec 2017", fix="MD 400 8.8.12 Release 7") == "REVIEW"
