"""Products that an advisory and an inventory call by different names: order numbers, former names, names borne since."""

import pytest

from patching.rules.matching import AssetType
from patching.rules.othernames import families
from tests.patching.rules.test_matching import said


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("1756-L61", "ControlLogix 5560"),
        ("1756-L73", "ControlLogix 5570"),
        ("1756-L73S", "GuardLogix 5570"),
        ("1756-L85E", "ControlLogix 5580"),
        ("1769-L24ER-QBFC1B", "CompactLogix 5370 L2"),
        ("1769-L33ERMS", "Compact GuardLogix 5370"),
        ("5069-L320ERM", "CompactLogix 5380"),
        ("5069-L306ERS2", "Compact GuardLogix 5380"),
        ("2080-LC50-24QWB", "Micro850"),
        ("6ES7 214-1AG40-0XB0", "SIMATIC S7-1200 CPU"),
        ("6ES7315-2EH14-0AB0", "SIMATIC S7-300 CPU"),
        ("BMXP342020", "Modicon M340"),
        ("BMEH584040C", "Modicon M580"),
        ("750-8206/025-001", "PFC200"),
        ("T60", "UR family"),
        ("T600", ""),
        ("6ES7214-1AD23-0XB0", ""),
        ("1769-L35E", ""),
    ],
)
def test_an_order_number_tells_the_family(model: str, family: str) -> None:
    assert families("PLC 3", model) == ((family,) if family else ())


def test_a_row_that_only_gives_the_order_number_is_found_by_its_family() -> None:
    nodes = (("ControlLogix 5570 controllers", "<= 33.013"), ("CompactLogix 5380", "< 32.011"))
    rows = [("1756-L73", "33.011"), ("1756-L73", "34.011"), ("1756-L85E", "32.011"), ("1769-L33ER", "31.011")]
    for product in ("", "PLC crane 3"):
        answers = [
            said(AssetType("Allen-Bradley", product, model, version), *nodes, vendor="Rockwell Automation")
            for model, version in rows
        ]
        assert answers == ["AFFECTED", "FIXED", "no", "no"]


def test_an_order_number_of_another_family_is_none_of_the_node() -> None:
    node = ("SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AK00-0AB0)", "< V3.1.0")
    row = AssetType("Siemens", "CPU 1511-1 PN", "6ES7511-1AL03-0AB0", "V2.9")
    assert said(row, node, vendor="Siemens") == "no"


@pytest.mark.parametrize(
    ("leaf", "vendor", "product"),
    [
        ("FactoryTalk Linx", "Rockwell Automation", "RSLinx Enterprise"),
        ("Unity Pro", "Schneider Electric", "EcoStruxure Control Expert"),
        ("EcoStruxure Control Expert", "Schneider Electric", "Unity Pro"),
        ("AVEVA Edge", "InduSoft", "Web Studio"),
        ("Quelldesk Links software (Previously called QLinks Enterprise)", "Rockwell Automation", "QLinks Enterprise"),
        ("Quell Anywhere (formerly known as Moor Anywhere and Mere Anywhere)", "AVEVA", "Mere Anywhere"),
    ],
)
def test_a_product_is_found_by_a_name_it_had_or_bears_since(leaf: str, vendor: str, product: str) -> None:
    maker = "AVEVA Software, LLC" if vendor == "InduSoft" else vendor
    assert said(AssetType(vendor, product, version="2.0"), (leaf, "<= 2.0"), vendor=maker) == "AFFECTED"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("QuellOS 7.15.3", "AFFECTED"),
        ("QuellOS 7.16", "FIXED"),
        ("Firmware 7.15.3", "no"),
        ("Build 7.15", "no"),
        ("7.15.3", "no"),
    ],
)
def test_a_device_is_found_by_the_system_that_stands_before_its_version(version: str, expected: str) -> None:
    device = AssetType("Merewater Drives", "RB 4011", version=version)
    assert said(device, ("QuellOS", "< 7.16"), ("Firmware", "< 9.0")) == expected


def test_a_system_whose_name_ends_in_a_number_is_no_part_of_the_version() -> None:
    device = AssetType("Merewater Drives", "AK 8050", version="QPCI85 V06.19")
    assert said(device, ("QPCI85 Central Processing", "vers:intdot/<6.20")) == "AFFECTED"


def test_one_of_a_list_of_names_is_found_and_doubted() -> None:
    node = ("All QASP SRM Quellinel QASP and Quellinel LQK", "< 7.55")
    answers = [
        said(AssetType("Thales", product, version="7.50"), node, vendor="Gemalto")
        for product in ("Quellinel LQK RTE", "Quellinel LQK", "Quellinel Fit")
    ]
    assert answers == ["REVIEW", "REVIEW", "no"]


def test_a_row_without_order_number_is_perhaps_one_of_the_order_numbers_listed() -> None:
    node = ("1763-L16AWA Series A and B", "<= 16.00")
    rows = [
        AssetType("Allen-Bradley", "MicroLogix 1100", version="16.00"),
        AssetType("Allen-Bradley", "MicroLogix 1400"),
    ]
    assert [said(row, node, vendor="Rockwell Automation") for row in rows] == ["REVIEW", "no"]


def test_a_family_told_by_an_order_number_is_not_each_model_of_it() -> None:
    nodes = (("MELSEC iQ-F Series", "<= 1.060"),)
    assert said(AssetType("Mitsubishi Electric", "FX5U-32MT/ES", version="1.050"), *nodes, vendor="Mitsubishi") != "no"
    models = (("SIMATIC S7-1500 CPU 1518-4 PN", "< V2.9"), ("MELSEC iQ-F FX5-ENET", "<= 70"))
    assert said(AssetType("Siemens", "PLC 3", "6ES7511-1AK02-0AB0", "V2.8"), models[0], vendor="Siemens") == "no"
    assert said(AssetType("Mitsubishi", "FX5U-32MT/ES", version="12"), models[1], vendor="Mitsubishi") == "no"


def test_where_both_names_are_nodes_of_their_own_each_row_is_judged_by_its_own() -> None:
    nodes = (("RSLogix 5000", ">= 16 | <= 20"), ("Studio 5000 Logix Designer", ">= 21 | <= 32"))
    rows = [("RSLogix 5000", "20"), ("Studio 5000 Logix Designer", "32"), ("Studio 5000 Logix Designer", "33")]
    answers = [
        said(AssetType("Rockwell Automation", product, version=version), *nodes, vendor="Rockwell Automation")
        for product, version in rows
    ]
    assert answers == ["AFFECTED", "AFFECTED", "FIXED"]
