"""Assets that an advisory names by no more than their series, suite, code without its option, or another maker's brand."""

from functools import partial

import pytest

from patching.rules.codes import lines
from patching.rules.matching import AssetType
from tests.patching.rules.test_matching import said

answer = partial(said, vendor="Merewater")


@pytest.mark.parametrize(
    ("node", "product", "expected"),
    [
        ("QDAM-7550", "QDAM-7550KW", "REVIEW"),
        ("QSG2100", "QSG2100F", "REVIEW"),
        ("GOT QUELL (Models QS25, QS21)", "QS2110-WTBD", "REVIEW"),
        ("GOT QUELL (Models QS25, QS21)", "QS2310-WTBD", "no"),
        ("Merewater QDAM 7550", "QDAM-7550KW", "REVIEW"),
        ("QMXNOR0200H Ethernet/Serial RTU module", "QMXNOR0200", "REVIEW"),
        ("QW-751", "QW-751A", "no"),
        ("QW-751A", "QW-751", "no"),
        ("QW-7510", "QW-751", "no"),
        ("Q2156-QN2T Series D", "QN2T Module Q2156-QN2T/D", "AFFECTED"),
    ],
)
def test_an_option_behind_a_code_is_doubted_and_another_generation_is_another_model(
    node: str, product: str, expected: str
) -> None:
    assert answer(AssetType("Merewater", product, version="1.0"), (node, "vers:all/*")) == expected


@pytest.mark.parametrize(
    ("node", "product"),
    [
        ("QC6A QUELLSmart All-in-One CPU Module", "QC6A-C24R1CE"),
        ("Quellsys QNE engines", "M4-QNE22000-0"),
        ("Merewater qBoot-PDU FW", "qBoot-PDU8-N15"),
        ("460 Series", "460QMBS-N2E"),
        ("Quellion 670 series", "QET670"),
        ("QUELLFA SD/SQ Series", "QV-2SD"),
        ("QUELLFA SD/SQ Series", "QUELLFA QV-6SDL"),
        ("QUELLSEC iQ-R iQ-F Q L and F series", "Q06UDVCPU"),
        ("PTMQ C-series and A5x", "A5c"),
        ("CompactQIO Driver", "cQIO-7045"),
        ("CompactQIO 7045", "cQIO-7045"),
        ("QR615 Router", "QuRouter 615"),
        ("Quellsystems QPU320/QRU320 and QXi", "Quellsystems QX3i QPU320"),
        ("PLC - Quellro850/870 (2080 -L50E/2080 -L70E)", "Quellro870 2080-L70E"),
        ("QBoxLT2 (All models)", "QBox LT2-530"),
        ("QuellSpace Cardiovascular", "QSCV"),
        ("QuellSpace Portal", "QSP"),
        ("SCALANCE QM408-4C (6GK5408-4GP00-2AM2)", "SCALANCE QM-400 family"),
        ("Quellion 670/650", "Quellion QEC650"),
        ("QLICK PLUS C2-x CPU firmware", "QLICK PLUS C2-03CPU-2"),
        ("QLICK PLUS C0-1x CPU firmware", "QLICK PLUS C0-12DD1E-2-D"),
    ],
)
def test_an_order_code_may_be_one_of_a_series(node: str, product: str) -> None:
    assert answer(AssetType("Merewater", product, version="1.0"), (node, "< 2.0")) in ("REVIEW", "AFFECTED")


@pytest.mark.parametrize(
    ("node", "product"),
    [
        ("Quellion 670 series", "QET615"),
        ("Quellion QX670", "QET670"),
        ("QUELLFA SD/SQ Series", "QV-4FR"),
        ("QUELLSEC-Q Series QJ71E71-100", "Q06UDVCPU"),
        ("QC6A QUELLSmart CPU Module", "QC5A-C24R1CE"),
        ("CompactQIO Driver", "sQIO-7045"),
        ("QR615 Router", "QuRouter 305"),
        ("Quellion 670/650", "Quellion QET615"),
        ("QLICK PLUS C2-x CPU firmware", "QLICK PLUS C0-02DD1-D"),
        ("QuellSpace Cardiovascular", "QSXV"),
        ("QuellSpace Portal", "QSM"),
        ("FL QUELLSERVER WLAN 232/422/485", "FL QUELLSERVER UNI 232/422/485"),
    ],
)
def test_a_code_of_another_series_is_another_product(node: str, product: str) -> None:
    assert answer(AssetType("Merewater", product, version="1.0"), (node, "< 2.0")) == "no"


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("QuelPi Pictor", "AFFECTED"),
        ("Quellation Pi Pictor", "AFFECTED"),
        ("QuelTau Pictor", "no"),
        ("Encoder E1-s HW 1.4", "no"),
    ],
)
def test_beginnings_of_two_words_may_stand_as_one(product: str, expected: str) -> None:
    assert answer(AssetType("Merewater", product, version="1.0"), ("Quellation Pi Pictor", "< 2.0")) == expected


def test_hardware_is_written_out_or_not() -> None:
    node = ("Encoder Series E1-s hardware Version 1.4", "4.8.2525")
    answers = [
        answer(AssetType("Merewater", product, version="4.8.2525"), node)
        for product in ("E1-s Encoder HW 1.4", "Encoder E1-s HW 1.6")
    ]
    assert answers == ["AFFECTED", "no"]


def test_letters_and_numbers_that_tell_a_product_line() -> None:
    told = [lines(code) for code in ("QET670", "460QMBS-N2E", "QV-2SD", "Q06UDVCPU", "750-8212")]
    assert told == [{"670"}, {"460"}, {"sd"}, {"q"}, set()]


@pytest.mark.parametrize(
    ("node", "product", "expected"),
    [
        ("Quellta Distributed Control System Controllers and Workstations", "Quellta MD Plus Controller", "REVIEW"),
        ("Quellta Distributed Control System Controllers and Workstations", "Quellta Operator Workstation", "REVIEW"),
        ("QuellOS Mesh OS", "QuellOS 1410", "REVIEW"),
        ("QCASE Suite", "QCASE Builder", "REVIEW"),
        ("Quellton/Enterprise", "Enterprise", "REVIEW"),
        ("Quellta Historian", "Quellta Batch", "no"),
        ("Quellsoft-G2", "Quellsoft", "no"),
        ("Merewater Edge", "Edge 2020", "AFFECTED"),
    ],
)
def test_a_family_described_as_a_whole_may_mean_each_of_it(node: str, product: str, expected: str) -> None:
    assert answer(AssetType("Merewater", product, version="1.0"), (node, "< 2.0")) == expected


def test_a_name_that_says_no_more_than_controller_may_mean_all_that_its_maker_builds() -> None:
    rows = [AssetType("Merewater", "VQ-2 CNC", version="1.0"), AssetType("Other Works", "VQ-2 CNC", version="1.0")]
    assert [answer(row, ("Merewater Controller", "<= 1.0")) for row in rows] == ["REVIEW", "no"]


def test_a_product_sold_under_another_brand_is_doubted_if_its_name_is_telling() -> None:
    node = ("Liebrand SiteQuell Web", "<= 6.5")
    rows = [
        AssetType("Vertigo", product, version="6.1") for product in ("Liebrand SiteQuell", "SiteQuell", "Web Server")
    ]
    assert [answer(row, node) for row in rows] == ["REVIEW", "no", "no"]


def test_the_title_names_what_its_nodes_do_not() -> None:
    title = "Merewater Quellintelligence"
    rows = [AssetType("Merewater", product, version="1.0") for product in ("Quellintelligence", "Quellbatch")]
    nodes = (("Third party product Gigaquell", "<= 5"), ("Web server vulnerabilities", "< 8.1"))
    assert [answer(row, *nodes, title=title) for row in rows] == ["REVIEW", "no"]
    assert answer(rows[0], ("QX-4711", "<= 5"), title=title) == "no"


def test_a_product_that_stands_where_a_version_should_is_doubted() -> None:
    node = ("QMT-503 Remote Controller", "QMT-551 / QMT-751 MiniQuell 530G")
    assert answer(AssetType("Merewater", "MiniQuell 530G", version="1.0"), node) == "REVIEW"


def test_a_fix_told_in_free_text_does_not_clear_what_is_only_perhaps_named() -> None:
    node = ("Third party product Gigaquell", ">= 7.0 | <= 10.1.3 and Quellintelligence <= 2014R3")
    asset = AssetType("Merewater", "Quellintelligence", version="2014 R3")
    told = {"title": "Merewater Quellintelligence", "fix": "Update Quellintelligence to 2014 R3 or later."}
    assert answer(asset, node, **told) == "REVIEW"


def test_a_bracket_that_was_cut_off_and_places_drawn_as_boxes_are_read() -> None:
    family = ("SIMATIC Q7-1500 CPU family (incl. related QT200 CPUs and SIPLUS", "< V2.6")
    assert answer(AssetType("Merewater", "SIMATIC Q7-1500 CPU 1516-3 PN/DP", version="V2.5"), family) == "AFFECTED"
    assert (
        answer(AssetType("Merewater", "QJ2M-CPU31", version="2.0"), ("QJ2M-CPU \u25a1 \u25a1", "vers:all/*"))
        == "AFFECTED"
    )


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("15.2(4)EA3", "AFFECTED"),
        ("15.2(4a)EA5", "AFFECTED"),
        ("15.2(4a)EA7", "FIXED"),
        ("15.2(7)E", "FIXED"),
        ("15.2(4a)E5", "REVIEW"),
        ("15.2.4", "REVIEW"),
        ("15.2", "REVIEW"),
        ("12.4", "AFFECTED"),
    ],
)
def test_releases_that_count_in_trains(release: str, expected: str) -> None:
    assert (
        answer(AssetType("Merewater", "Quellnet 8300", version=release), ("Quellnet 8300", "<= 15.2(4a)EA5"))
        == expected
    )
    fixed = answer(
        AssetType("Merewater", "Quellnet 8300", version="15.2.4"),
        ("Quellnet 8300", "< 15.2(4a)EA5"),
        fix="Update to 15.2(4a)EA5 or later.",
    )
    assert fixed == "REVIEW"


@pytest.mark.parametrize(
    ("node", "product", "model", "expected"),
    [
        ("Quellberus PRO EN Fire Panel QC72x", "Quellberus PRO QC724-ZA", "", "REVIEW"),
        ("VQT 30xx", "QL SWITCH 3004T-FX ST", "", "no"),
        ("QUELLGUIDE-HandlingPRO", "Handling PRO (Quellguide)", "", "REVIEW"),
        ("QUELLGUIDE-HandlingPRO", "QuellGuide", "", "REVIEW"),
        ("QP1E-E/-N", "QP1E-N40DR-A", "", "REVIEW"),
        ("QP1E-E/-N", "QP2E-N40DR-A", "", "no"),
        ("QC-ENET-COM", "QOC35 ext. unit", "QC-ENET-COM", "REVIEW"),
        ("Sysmac Studio", "Sysmac Studio SYSMAC-SE2", "", "REVIEW"),
        ("Quellport 5210 5230 and 5232", "Quellport 5232I", "", "REVIEW"),
        ("QX1500", "QX1500P", "", "no"),
        ("QX-EN4", "QX Module 1756-EN2F", "", "no"),
    ],
)
def test_open_places_hyphens_and_letters_are_read_as_plants_write_them(
    node: str, product: str, model: str, expected: str
) -> None:
    found = answer(AssetType("Merewater", product, model, "1.0"), (node, "< 2.0"))
    assert found == expected or (expected == "REVIEW" and found == "AFFECTED")


def test_a_brand_that_ends_as_a_plural_is_none() -> None:
    """SIPLUS, a build that hundreds of products have, tells no more than SIMATIC does."""
    node = ("SIMATIC HMI Panel (incl. SIPLUS variants)", "vers:all/*")
    products = ("SIPLUS Q7-300 CPU 317-2 PN/DP", "SIMATIC HMI Comfort Outdoor Panels (incl. SIPLUS variants)")
    assert [answer(AssetType("Merewater", product), node) for product in products] == ["no", "REVIEW"]
