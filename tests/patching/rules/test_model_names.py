"""Models as inventories write them: with suffixes, beside their family, inside longer names of products."""

import pytest

from patching.rules.advisories import advisory
from patching.rules.codes import heads
from patching.rules.csaf import read
from patching.rules.index import Index
from patching.rules.matching import AssetType, judge
from tests.patching.rules.plant import document
from tests.patching.rules.test_products import naming


@pytest.mark.parametrize(
    ("leaf", "product", "expected"),
    [
        ("QW-405A Series", "QW-405A-MM-SC-T", "names"),
        ("QW-405A", "QW-405A-MM-SC-T", "perhaps"),
        ("QW-405A Series", "QW-408A-MM-SC-T", "no"),
        ("Quellport X-200 switch family", "Quellport X200-4P IRT", "perhaps"),
        ("Quellport 5210 5230 and 5232", "Quellport 5232-T", "perhaps"),
        ("Quellport 5210 5230 and 5232", "Quellport 5110-T", "no"),
        ("1756-EQ2TK Series C", "1756-EQ2TK-XT", "perhaps"),
        ("7QD86", "QUELLPROTEC 7QD86-T", "perhaps"),
        ("QUELLDOM FCN/FCJ", "QUELLDOM FCN-RTU", "perhaps"),
        ("Quellsoft", "Quellsoft-G2", "no"),
    ],
)
def test_a_suffix_makes_no_other_model(leaf: str, product: str, expected: str) -> None:
    assert naming("Merewater", leaf, "Merewater", product) == expected


@pytest.mark.parametrize(
    ("leaf", "product", "expected"),
    [
        ("Merewater PLC QJ series", "QJ501-1300", "names"),
        ("QJ/QX Series", "QX102-9000", "names"),
        ("Machine Controller QJ-series", "QJ101-9000", "perhaps"),
        ("QT27 model VNC server", "QT2710-VTBA", "perhaps"),
        ("QJ series", "QX102-9000", "no"),
        ("Merewater PLC QX1P2 series", "QX1P2-1140DT", "names"),
        ("Merewater PLC QX1P2 series", "QX1P3-1140DT", "no"),
        ("Quellgy P3", "Quellgy P3U30", "perhaps"),
        ("Quellgy P5", "Quellgy P3U30", "no"),
        ("Quell processors 140QPU65xxxxx", "140QPU65160", "names"),
        ("Quell processors 140QPU65xxxxx", "140QPU67160", "no"),
        ("Other QUELLTEC 4 relays", "QUELLTEC 4 7QT63", "perhaps"),
        ("Quellagara 4 Framework", "QACE-8000 Quellagara 4", "perhaps"),
        ("QUELLITY RTOS", "QUELLITY", "names"),
        ("QJ series", "QJX-9000", "no"),
        ("PLC series", "PLC101", "no"),
        ("Quellport X-200 switch family", "Quellport X204QRT", "perhaps"),
        ("QFS65X", "QFS655", "names"),
        ("QFS65X", "QFS665", "no"),
    ],
)
def test_a_series_or_an_open_place_names_its_members(leaf: str, product: str, expected: str) -> None:
    assert naming("Merewater", leaf, "Merewater", product) == expected


def test_every_opening_of_a_hyphened_code_with_two_digits_is_a_head() -> None:
    assert {"eds405a", "eds405amm", "eds405ammsc"} <= heads("EDS-405A-MM-SC-T")
    assert not heads("1756-L85E")


@pytest.mark.parametrize(
    ("leaf", "product", "expected"),
    [
        ("OPC Server for QW 800M", "QW 800M", "perhaps"),
        ("OPC Server for QW 800M", "QW 800M Controller", "perhaps"),
        ("OPC Server for QW 800M", "OPC Server for QW 800M", "names"),
        ("QP400PB Panel Builder for QP405 and QP408", "Panel Builder 400 QP400PB", "perhaps"),
        ("Quellgear Pro for Linux", "Quellgear Pro", "perhaps"),
        ("Proficy Quellscreen", "Quellscreen", "names"),
        ("Quellta DCS", "Quellta", "names"),
        ("SIMATIC Energy Manager Basic", "SIMATIC Energy Manager", "perhaps"),
        ("Energy Manager Server", "Server Manager", "no"),
        ("Quell Access app (Android and iOS)", "Quell Access", "names"),
        ("QNP3 Outstation Libraries", "QNP3 Outstation Library", "names"),
        ("QuellStudio HMI editor", "QuellStudio", "names"),
        ("Quell VIe", "Quell VIeS", "no"),
        ("Quellantum CPUs with firmware", "Quellantum CPU", "names"),
        ("Quelltech QT400 Door Controller, Rev01", "QT-400 Door Controller Rev 01", "names"),
        ("Quellion PQS", "QuellionPQS", "names"),
        ("Quellta", "Quellta DCS", "names"),
        ("Firmware for QW 800M", "QW 800M", "names"),
        ("Quellrun RTE V3 (for Beckhoff CX) containing the CmpUserMgr", "Quellrun RTE V3", "names"),
        ("Quellwave Micro [ProQuell v.4.01] firmware", "Quellwave Micro", "names"),
        ("Quellnet X80 RTU (QWNOR0200H)", "QWNOR0200H", "names"),
        ("Quelltouch", "Quelltouch HMI", "names"),
        ("Quelltouch", "Quelltouch Designer", "perhaps"),
        ("Quellsys System", "Quellsys NAE5510-2", "perhaps"),
        ("Quellsys System Services", "Quellsys Activation Service", "no"),
        ("Control QWIN", "QWIN Pro7", "perhaps"),
        ("Automation Studio 4", "Automation Studio", "perhaps"),
        ("Merewater Edge 2020", "Edge", "perhaps"),
        ("Merewater 2021 R1", "Merewater", "perhaps"),
        ("Merewater Suite QUELL64", "Merewater Suite", "perhaps"),
        ("quellVision ESM", "Enterprise System Manager", "perhaps"),
        ("Quellsuite Device Master", "QuellsuiteDeviceMaster", "names"),
    ],
)
def test_what_a_name_adds_is_weighed(leaf: str, product: str, expected: str) -> None:
    assert naming("Merewater", leaf, "Merewater", product) == expected


def test_a_brand_joined_by_a_hyphen_a_year_and_a_slashed_model_are_read() -> None:
    assert naming("JTEKT", "Plus EX2", "JTEKT", "TOYOPUC-Plus EX2") == "names"
    assert naming("Merewater", "QW Data Archive", "Merewater", "QW Data Archive 2017", version="2017 R2") == "names"
    assert naming("Merewater", "QW-F series QX3S-14MR/DSS", "Merewater", "PLC", model="QX3S-14MR/DSS") == "names"
    assert naming("Merewater", "QW-F series QX3S-14MR/DSS", "Merewater", "PLC", model="QX3S-14MR/ES") != "names"


def test_a_number_that_repeats_the_version_still_tells_the_family() -> None:
    assert naming("Merewater", "QUELLTEC 4 relays", "Merewater", "QUELLTEC 4 7QT63", version="4.60") == "perhaps"
    assert naming("Merewater", "QuellCAT", "Merewater", "QuellCAT 3", version="3.1.4022.4") == "names"
    assert naming("Merewater", "Automation Studio 4", "Merewater", "Automation Studio", version="4.9") == "names"


def test_a_makers_short_name_before_a_product_is_the_makers() -> None:
    maker = "Q&M Industrial Automation"
    assert naming(maker, "Automation Runtime", maker, "Q&M Automation Runtime") == "names"


def test_a_code_torn_in_three_is_whole() -> None:
    node = "Q340 Communication Ethernet modules BMQ NOE 0110 (H)"
    assert naming("Merewater", node, "Merewater", "Quellcon Q340", model="BMQNOE0110") == "names"
    assert naming("Merewater", node, "Merewater", "BMQNOE0110") == "names"
    assert naming("Merewater", node, "Merewater", "BMQNOE0100") == "no"


def test_a_device_is_found_by_a_model_that_stands_for_a_version() -> None:
    """Publishers list models where versions belong; inventories name the device by just that model."""
    made = advisory(read(document(("Performance Series NVRs", "HEN16204 | HEN08143"))))
    for asset in (
        AssetType("Merewater Drives", "HEN16204", version="1.0"),
        AssetType("Merewater Drives", "Recorder", "HEN08143"),
    ):
        judgement = judge(asset, made)
        assert judgement
        assert judgement.verdict == "AFFECTED"
        assert dict(Index([made]).match(asset)) == {made.key: judgement}
    assert judge(AssetType("Merewater Drives", "HEN99999"), made) is None
