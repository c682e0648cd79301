"""Judging asset types by advisories: bounds, trains, contradictions, conditions, links, and the words of the reason."""

from typing import Any

import pytest

from patching.rules.advisories import NamedProduct, advisory
from patching.rules.csaf import read
from patching.rules.index import Index
from patching.rules.matching import AssetType, judge, product_key, type_key
from patching.rules.verdicts import Judgement
from tests.patching.rules.plant import Product, document, judged


def found(asset: AssetType, *products: Product, **more: Any) -> Judgement | None:
    """Give what judging the pair and looking it up in the index both say."""
    return judged(asset, advisory(read(document(*products, **more))))


def said(asset: AssetType, *products: Product, **more: Any) -> str:
    """Give the verdict, or "no" where the advisory does not name the asset."""
    judgement = found(asset, *products, **more)
    return judgement.verdict.value if judgement else "no"


def verdict(version: str, *texts: str, **more: Any) -> str:
    judgement = found(
        AssetType("Merewater Drives", "MD 400", version=version), *(("MD 400", text) for text in texts), **more
    )
    assert judgement is not None
    return judgement.verdict.value


def test_reason_is_a_sentence_for_a_plant_engineer() -> None:
    judgement = found(AssetType("Merewater Drives", "MD400", version="2.2"), ("MD 400 Series", "<= 2.2"))
    assert judgement
    assert judgement.reason == 'Named "MD 400 Series", versions "<= 2.2"; this asset runs 2.2.'
    assert (judgement.clause, judgement.product_id, judgement.cves) == ("<= 2.2", "P0", ("CVE-2026-0001",))


@pytest.mark.parametrize(
    ("version", "texts", "expected"),
    [
        ("2.2", ["<= 2.2"], "AFFECTED"),
        ("2.3", ["<= 2.2"], "FIXED"),
        ("1.0", [">= 2.0 | < 3.0"], "NOT_AFFECTED"),
        ("", ["<= 2.2"], "REVIEW"),
        ("", ["vers:all/*"], "AFFECTED"),
        ("4.6.5", ["< 4.5.4", "< 4.6.3", "< 4.8.1"], "FIXED"),
        ("4.6.2", ["< 4.5.4", "< 4.6.3", "< 4.8.1"], "AFFECTED"),
        ("4.1", ["< 4.5.4", "< 4.6.3", "< 4.8.1"], "AFFECTED"),
        ("4.7.9", ["< 4.5.4", "< 4.6.3", "< 4.8.1"], "REVIEW"),
        ("R400-V2", [">=R101-V0|<R302-V3", ">=R400-V0|<R400-V2"], "FIXED"),
        ("12.7.7", [">=12.6.1|<=12.6.9", ">=12.7.1|<=12.7.6", ">=13.2.1|<=13.2.6"], "FIXED"),
        ("2.1.0.4", ["2.1.0.10"], "REVIEW"),
        ("2.1.0.99", ["2.1.0.10"], "REVIEW"),
        ("2.10", ["2.1"], "REVIEW"),
        ("1.0", ["<9.0_only_if_the_web_server_is_on"], "REVIEW"),
        ("9.0", ["<9.0_only_if_the_web_server_is_on"], "FIXED"),
        ("3.2.16", ["<V3.X.17"], "AFFECTED"),
        ("3.3.17", ["<V3.X.17"], "FIXED"),
        ("6.1.4", ["> 6.1 | < 6.1.4", "< 6.3"], "REVIEW"),
        ("6.1.3", ["> 6.1 | < 6.1.4", "< 6.3"], "AFFECTED"),
        ("13.0.1", ["13.0.0", "< 14.0"], "AFFECTED"),
        ("14.4u1", ["< 6.6 (6.x series)", "< 14.4u1 (14.x series)"], "FIXED"),
        ("6.5", ["< 6.6 (6.x series)", "< 14.4u1 (14.x series)"], "AFFECTED"),
        ("SR540", ["SR540"], "AFFECTED"),
        ("1.2A Build 7", ["<= 1.2A"], "REVIEW"),
    ],
)
def test_verdict_by_ranges(version: str, texts: list[str], expected: str) -> None:
    assert verdict(version, *texts) == expected


@pytest.mark.parametrize(
    ("version", "text", "fix", "expected"),
    [
        ("8.1.8", "< 8.1.8", "Update to version 8.1.9 or later.", "REVIEW"),
        ("8.1.9", "< 8.1.8", "Update to version 8.1.9 or later.", "FIXED"),
        ("8.1.8", "< 8.1.8", "Update to version 8.1.8 or later.", "FIXED"),
        (
            "2023 P03",
            ">=2023|<2023_P03",
            "Versions 2023 through 2023 P03 can be fixed by upgrading to 2023 P04.",
            "REVIEW",
        ),
        ("03.3.00", "03.2.00", "Update to version 03.3.00 or higher.", "FIXED"),
        ("6.1.4", "< 6.3", "MD 400 version 6.1.4 or 6.3", "REVIEW"),
        ("3.4.1", "<= 3.40", "Version 3.4.1 mends the vulnerabilities.", "REVIEW"),
        ("3.4.0", "<= 3.40", "Version 3.4.1 mends the vulnerabilities.", "AFFECTED"),
        ("4.1.7", "4.1.x", "Update version 4.1 to version 4.2.", "AFFECTED"),
        (
            "12.2.8.400",
            "<12.2.8.410",
            "Release 12.2.8.400 mends some of the CVEs, release 12.2.8.410 mends all of them.",
            "AFFECTED",
        ),
        ("2023", ">= v7.0", "The maker released MD 2023 to mitigate these vulnerabilities.", "REVIEW"),
        ("9.0", ">= v7.0", "The maker released MD 2023 to mitigate these vulnerabilities.", "AFFECTED"),
        ("2020 R2", "<= 2020 R2 SP1", "On MD 2020 R2 and all prior versions, install version 2020 R2 SP1.", "AFFECTED"),
        ("9.0.198", "8.1.20 | 9.0.110", "MD 400 9.0.198", "FIXED"),
        ("9.6.1", "<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)", "Versions 9.4.2.6, 9.5.3.2, and 9.6.1", "FIXED"),
        ("9.5.3.2", "<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)", "Versions 9.4.2.6, 9.5.3.2, and 9.6.1", "FIXED"),
        (
            "3.3 SP2",
            "3.3 SP2 (part of MDR1 2023.0)",
            "MD 400 3.3 SP2 (part of MDR2): deploy the coming update.",
            "REVIEW",
        ),
        ("14.9s2", "14.2s0", "Update to firmware version 14.9s2.", "FIXED"),
        ("14.8s9", "14.2s0", "Update to firmware version 14.9s2.", "REVIEW"),
        ("2.11", "<=v2.11_including_hotfixes", "Update to MD 400 v2.11 Hotfix 20240426.", "REVIEW"),
        ("2.11 Hotfix 20240426", "<=v2.11_including_hotfixes", "Update to MD 400 v2.11 Hotfix 20240426.", "FIXED"),
        ("3.8.0", "<=3.8.0_Feature_Pack_1", "Upgrade to 3.8.0 Feature Pack 3.", "AFFECTED"),
        ("3.8.0 Feature Pack 3", "<=3.8.0_Feature_Pack_1", "Upgrade to 3.8.0 Feature Pack 3.", "FIXED"),
        ("2020 v5.20.1", "<=MDC_2020_v5.21.x", "Update to MD 400 2020 Update 22.", "REVIEW"),
        ("8.1.10", ">= 8.1.10", "Upgrade to 8.1.10 or later.", "REVIEW"),
        ("4.9.4", "< 4.9.4", "MD 400, MD 410: QUELOS 4.9.4.p09", "REVIEW"),
        ("4.9.4.p09", "< 4.9.4", "MD 400, MD 410: QUELOS 4.9.4.p09", "FIXED"),
        ("36.011", "<=35.015", "MD 400: Versions 36.012 and later", "REVIEW"),
        ("36.012", "<=35.015", "MD 400: Versions 36.012 and later", "FIXED"),
        ("37.001", "<=35.015", "MD 400: Versions 36.012 and later", "FIXED"),
        ("8.1.10", "<= 8.1.10", "Versions 8.1.10: apply the patch.", "AFFECTED"),
        ("6.0 Build 7", "<= 6.0", "Version 6.0 users: contact the vendor for version 7.", "REVIEW"),
        ("2020 R2 SP1 P01 Build 7", "<=2020_R2_SP1_P01", "Upgrade to version v22.1 or later.", "REVIEW"),
        ("12.3.1", "<=12.1.3", "The following CVEs are still present in version 12.3.1: CVE-2026-0001.", "REVIEW"),
    ],
)
def test_remediation_text_is_compared_with_the_range(version: str, text: str, fix: str, expected: str) -> None:
    assert verdict(version, text, fix=fix) == expected


def test_node_and_full_name_that_contradict_each_other_go_to_a_person() -> None:
    assert verdict("1.7.3", "> 1.7.5", wording="versions older than 1.7.5") == "REVIEW"
    assert verdict("2016 R2", "< 2016 R2", wording="2016 R2 and earlier") == "REVIEW"
    assert verdict("5.0.27", "<= 5.0.27 | <= 6.0.16", wording="Versions 5.0.27 6.0.16 and prior;") == "AFFECTED"
    assert verdict("1.7.7", "> 1.7.5", wording="versions older than 1.7.5", fix="Update to version 1.7.7.") == "FIXED"
    assert verdict("4.2 SR1", "4.2 | 4.2 SR1 | 4.3", wording="Versions 4.2 4.2 SR1 and 4.3") == "AFFECTED"


def test_a_product_and_its_short_name_are_one_product_of_two_trains() -> None:
    nodes = (("Quell for Main Plants (QSMP)", "< 4.01"), ("QSMP", "5"))
    answers = [
        said(AssetType("Merewater Drives", "QSMP", version=version), *nodes) for version in ("4.00", "4.01", "5.00")
    ]
    assert answers == ["AFFECTED", "FIXED", "AFFECTED"]


def test_text_that_spares_a_listed_product_goes_to_a_person() -> None:
    assert verdict("1.0", "< 2.0", fix="MD 400: This product is not affected by the vulnerability.") == "REVIEW"
    assert verdict("1.0", "< 2.0", fix="MX 900: This product is not affected by the vulnerability.") == "AFFECTED"


def test_product_without_a_version_that_the_text_takes_back_is_not_affected() -> None:
    assert (
        verdict("3.1", "No version", fix="This product is not affected by any vulnerability listed.") == "NOT_AFFECTED"
    )
    assert verdict("3.1", "No version", fix="Update to version 3.2.") == "REVIEW"


def test_a_text_about_another_product_does_not_count_for_this_one() -> None:
    weaknesses = [
        {
            "cve": "CVE-2026-0001",
            "product_status": {"known_affected": ["P0"]},
            "remediations": [
                {"category": "mitigation", "details": "MD 9.1.0.30", "product_ids": ["P0"]},
                {"category": "vendor_fix", "details": "MD Guard 9.1.0.10", "product_ids": ["P0"]},
            ],
        }
    ]
    asset = AssetType("Merewater Drives", "MD Guard", version="9.1.0.10")
    judgement = found(asset, ("MD Guard", "8.0.1 | 9.0.5"), vulnerabilities=weaknesses)
    assert judgement
    assert judgement.verdict == "FIXED"


def test_a_named_model_is_affected_until_the_named_fix_is_reached() -> None:
    node = ("MD switch", "1783-SAD4T0SBK9")
    fix = "Update to firmware version 6.4.0."
    verdicts = [
        found(AssetType("Merewater Drives", "MD switch", "1783-SAD4T0SBK9", version), node, fix=fix)
        for version in ("6.3.0", "6.4.0", "")
    ]
    assert [item.verdict.value for item in verdicts if item] == ["AFFECTED", "FIXED", "AFFECTED"]
    told = "MD switch: article number 2700988, firmware 6.4.0."
    switched_off = found(AssetType("Merewater Drives", "MD switch", "1783-SAD4T0SBK9", "6.4.0"), node, fix=told)
    assert switched_off
    assert switched_off.verdict == "AFFECTED"


def test_serial_number_in_the_name_of_the_product_makes_the_bound_one() -> None:
    node = ("MD 400 The first 5 digits of serial No.", "<=23121")
    verdicts = [
        found(AssetType("Merewater Drives", "MD 400", version="1.0", serial_number=number), node)
        for number in ("231210001", "231220001", "")
    ]
    assert [item.verdict.value for item in verdicts if item] == ["AFFECTED", "FIXED", "REVIEW"]


def test_what_an_older_parser_kept_is_read_anew_with_the_name_of_the_product() -> None:
    prepared = advisory(read(document(("MD 400 The first 5 digits of serial No.", "<=23121"))))
    kept = prepared.products[0].to_json()
    kept["constraint"] |= {"kind": "range", "raw": "<=23121", "parser": 1}
    assert NamedProduct.from_json(kept).constraint.kind == "serial"


def test_same_name_with_other_order_numbers_needs_the_order_number() -> None:
    nodes = [("CPU 15 (6ES7511-1AK00-0AB0)", "vers:all/*"), ("CPU 15 (6ES7511-1AL03-0AB0)", "<V3.1.0")]
    bare = found(AssetType("Merewater Drives", "CPU 15", version="V3.1.0"), *nodes)
    exact = found(AssetType("Merewater Drives", "CPU 15", "6ES7 511-1AL03-0AB0", "V3.1.0"), *nodes)
    assert bare
    assert bare.verdict == "REVIEW"
    assert "order number" in bare.reason
    assert exact
    assert exact.verdict == "FIXED"


def test_serial_number_decides_where_it_is_recorded() -> None:
    node = ("MD 400", "<=with_the_first_5_digits_of_serial_number_24051")
    verdicts = [
        found(AssetType("Merewater Drives", "MD 400", serial_number=number), node)
        for number in ("240500012", "240520012", "")
    ]
    assert [item.verdict.value for item in verdicts if item] == ["AFFECTED", "FIXED", "REVIEW"]


def test_each_cve_is_judged_for_itself() -> None:
    weaknesses = [
        {"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P0"]}},
        {"cve": "CVE-2026-0002", "product_status": {"known_affected": ["P0", "P1"]}},
        {"cve": "CVE-2026-0003", "product_status": {"known_affected": ["P1"]}},
    ]
    judgement = found(
        AssetType("Merewater Drives", "MD 400", version="9.90 SP7"),
        ("MD 400", "<= 9.90 SP6"),
        ("MD 400", "<= 9.90 SP7"),
        vulnerabilities=weaknesses,
    )
    assert judgement
    assert judgement.verdict == "AFFECTED"
    assert judgement.cves == ("CVE-2026-0002", "CVE-2026-0003")
    assert "2 of 3 CVEs" in judgement.reason
    assert [detail.verdict.value for detail in judgement.details] == ["FIXED", "AFFECTED", "AFFECTED"]


def test_bounds_for_different_cves_are_not_taken_for_release_trains() -> None:
    weaknesses = [
        {"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P0", "P1"]}},
        {"cve": "CVE-2026-0002", "product_status": {"known_affected": ["P0"]}},
    ]
    judgement = found(
        AssetType("Merewater Drives", "MD 400", version="2.5"),
        ("MD 400", "< 2.0"),
        ("MD 400", "< 3.0"),
        vulnerabilities=weaknesses,
    )
    assert judgement
    assert judgement.verdict == "REVIEW"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({"known_not_affected": ["P0"]}, "NOT_AFFECTED"),
        ({"fixed": ["P0"]}, "FIXED"),
        ({"under_investigation": ["P0"]}, "REVIEW"),
        ({"unknown": ["P0"]}, "REVIEW"),
        ({"known_affected": ["P0"], "known_not_affected": ["P0"]}, "REVIEW"),
    ],
)
def test_other_statuses(statuses: dict[str, list[str]], expected: str) -> None:
    assert verdict("1.0", "vers:all/*", statuses=statuses) == expected


def test_a_code_that_lost_its_first_letter_is_told_in_full() -> None:
    made = document(("QC-HD5600P", "2.03-06"))
    made["product_tree"]["branches"][0]["branches"][0]["branches"][0]["product"]["name"] = "VQC-HD5600P version 2.03-06"
    told = {code: judged(AssetType("Merewater Drives", code, version="2.03-06"), advisory(read(made))) for code in ("VQC-HD5600P", "XQC-HD5600P")}  # fmt: skip
    assert {code: found and found.verdict.value for code, found in told.items()} == {"VQC-HD5600P": "AFFECTED", "XQC-HD5600P": None}  # fmt: skip


@pytest.mark.parametrize(("version", "expected"), [("5.7.4 (96)", "REVIEW"), ("5.7.4 (95)", "AFFECTED"), ("5.7.5", "FIXED")])  # fmt: skip
def test_a_full_name_contradicts_its_range_behind_the_name_too(version: str, expected: str) -> None:
    made = document(("MD Server", "< 5.7.4 (96)"))
    made["product_tree"]["branches"][0]["branches"][0]["branches"][0]["product"]["name"] = (
        "MD Server v5.7.4 (96) and prior"
    )
    judgement = judged(AssetType("Merewater Drives", "MD Server", version=version), advisory(read(made)))
    assert judgement
    assert judgement.verdict == expected


def test_not_named_is_no_match() -> None:
    assert found(AssetType("Merewater Drives", "MX 900"), ("MD 400", "vers:all/*")) is None
    assert found(AssetType("Other Works", "MD 400"), ("MD 400", "vers:all/*")) is None


def test_a_confirmed_link_makes_a_match_and_a_refused_one_ends_it() -> None:
    asset, node = AssetType("Merewater Drives", "Pump head", version="1.0"), product_key("Merewater Drives", "MD 400")
    prepared = advisory(read(document(("MD 400", "< 2.0"))))
    assert judge(asset, prepared) is None
    linked = judge(asset, prepared, links={(type_key(asset), node): True})
    assert linked
    assert linked.verdict == "AFFECTED"
    assert [key for key, _ in Index([prepared], links={(type_key(asset), node): True}).match(asset)] == ["MW-2026-01"]
    same = AssetType("Merewater Drives", "MD 400", version="1.0")
    assert judge(same, prepared, links={(type_key(same), node): False}) is None


def test_an_alias_of_the_users_makes_a_match() -> None:
    prepared = advisory(read(document(("MD 400", "< 2.0"))))
    asset = AssetType("Nordfluss", "MD 400", version="1.0")
    assert judge(asset, prepared) is None
    assert judge(asset, prepared, aliases={"Nordfluss GmbH": "Merewater Drives"})
