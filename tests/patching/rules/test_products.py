"""Vendor and product names: which node of an advisory names which asset type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.csaf import Node, _order_numbers
from patching.rules.products import how_well, profile
from patching.rules.vendors import DEFAULT_ALIASES, mended, names, normal_aliases, same


def naming(leaf_vendor: str, leaf: str, vendor: str, product: str, model: str = "", version: str = "") -> str:
    orders = _order_numbers(Node({}), leaf)
    node = profile(names(leaf_vendor, DEFAULT_ALIASES), leaf, orders)
    models = (model,) if model else ()
    asset = profile(names(vendor, DEFAULT_ALIASES), product, models, version=version, model=model)
    return how_well(node, asset)[0]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Moxa", "MOXA"),
        (" GE Healthcare ", "GE Healthcare"),
        ("GeutebrÃ¼ck", "Geutebrück"),
        ("PHOENIX CONTACT GmbH & Co. KG", "Phoenix Contact"),
        ("Red Lion, AutomationDirect", "Red Lion Controls"),
        ("ABB, Phoenix Contact, Schneider Electric, Siemens, and WAGO", "WAGO"),
        ("Becton, Dickinson and Company (BD)", "BD"),
        ("Delta", "Delta Electronics"),
        ("ABB Power Grids", "Hitachi Energy"),
        ("3S-Smart Software Solutions", "CODESYS, GmbH"),
        ("OSIsoft", "AVEVA"),
        ("SEL", "Schweitzer Engineering Laboratories"),
        ("Allen-Bradley", "Rockwell Automation"),
        ("Hirschmann Automation and Control GmbH, Belden Inc.", "Belden"),
    ],
)
def test_one_vendor_in_two_spellings(left: str, right: str) -> None:
    assert same(names(left, DEFAULT_ALIASES), names(right, DEFAULT_ALIASES))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Johnson Controls", "Johnson & Johnson"),
        ("Siemens", "Schneider Electric"),
        ("Mitsubishi Electric", "Schneider Electric"),
        ("ABB", "BD"),
    ],
)
def test_different_vendors(left: str, right: str) -> None:
    assert not same(names(left, DEFAULT_ALIASES), names(right, DEFAULT_ALIASES))


def test_users_extend_the_alias_table() -> None:
    aliases = {**DEFAULT_ALIASES, **normal_aliases({"Merewater Pumps Ltd.": "Grundfos"})}
    assert same(names("MEREWATER PUMPS", aliases), names("Grundfos Holding", aliases))
    assert not same(names("MEREWATER PUMPS", DEFAULT_ALIASES), names("Grundfos Holding", DEFAULT_ALIASES))


def test_wrongly_decoded_text_is_mended() -> None:
    assert mended("GeutebrÃ¼ck") == "Geutebrück"
    assert mended("Brückner") == "Brückner"


@pytest.mark.parametrize(
    ("leaf", "product", "model", "version"),
    [
        ("MGate MB3180 Series", "MGate MB3180", "", ""),
        ("SCADA WebServer", "SCADA Web Server", "", ""),
        ("WHA-GW-F2D2-0-AS- Z2-ETH", "WHA-GW-F2D2-0-AS-Z2-ETH", "", ""),
        ("cMT3071/cMT3072/cMT3090", "cMT3090", "", ""),
        ("EAGLE20/30", "EAGLE30", "", ""),
        ("RSP RSPE RSPS RSPL MSP", "RSPE35", "", ""),
        ("MRD-315 MRD-355 MRD-455", "MRD-355", "", ""),
        ("SYSMAC CJ2M-CPU[][]", "CJ2M-CPU31", "", ""),
        ("750-82xx/xxx-xxx", "PFC200", "750-8212", ""),
        ("ILC 1x1", "ILC 151", "", ""),
        ("Eaton Intelligent Power Manager (IPM)", "IPM", "", ""),
        ("GC700XA", "Rosemount GC700XA", "", ""),
        ("SEL-751 Feeder Protection Relay", "SEL-751", "", ""),
        ("Niagara 4.6", "Niagara 4", "", "4.6.96.28.4"),
        ("TwinCAT", "TwinCAT 3", "", "3.1.4022.4"),
        ("AirLink ALEOS firmware", "AirLink RV50X", "", "ALEOS 4.9.8"),
        ("SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AL03-0AB0)", "PLC line 3", "6ES7 511-1AL03-0AB0", ""),
        ("SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AL03-0AB0)", "CPU 1511-1 PN", "", ""),
        ("SIMATIC S7-1500 CPU family (incl. SIPLUS variants)", "SIMATIC S7-1500 CPU 1513-1 PN", "", ""),
    ],
)
def test_named(leaf: str, product: str, model: str, version: str) -> None:
    assert naming("Vendor", leaf, "Vendor", product, model, version) == "names"


@pytest.mark.parametrize(
    ("leaf", "product", "model", "version"),
    [
        ("CNCSoft-G2", "CNCSoft", "", ""),
        ("ControlLogix 5580 (1756 - L8z)", "ControlLogix 5570", "1756-L73", ""),
        ("SEL-751 Feeder Protection Relay", "SEL-751A", "", ""),
        ("cMT3071/cMT3072/cMT3090", "cMT2078X", "", ""),
        ("Cscape", "XL4 OCS", "", ""),
        ("Historian Server", "InTouch", "", ""),
        ("SYSMAC CJ2M-CPU[][]", "NJ501-1300", "", ""),
        ("Niagara 4.4u2", "Niagara 4", "", "4.6.96.28.4"),
        ("Crimson 3.1", "Crimson 3.2", "", "3.2.44"),
        (
            "SIMATIC S7-1500 CPU 1511-1 PN (6ES7511-1AL03-0AB0)",
            "SIMATIC S7-1500 CPU 1511-1 PN",
            "6ES7511-1AK00-0AB0",
            "",
        ),
        ("SIMATIC S7-1500 CPU 1512C-1 PN", "SIMATIC S7-1500 CPU 1511-1 PN", "", ""),
        ("Web Server", "Mail Server", "", ""),
    ],
)
def test_not_named(leaf: str, product: str, model: str, version: str) -> None:
    assert naming("Vendor", leaf, "Vendor", product, model, version) == "no"


@pytest.mark.parametrize(
    ("leaf", "product"),
    [
        ("SIMATIC WinCC", "SIMATIC WinCC OA"),
        ("Experion PKS", "Experion"),
        ("KeyShot", "KeyShot Viewer"),
        ("Stratix", "Stratix 5700"),
    ],
)
def test_perhaps_named(leaf: str, product: str) -> None:
    assert naming("Vendor", leaf, "Vendor", product) == "perhaps"


def test_the_vendors_own_name_in_front_changes_nothing() -> None:
    assert naming("Siemens", "JTTK", "Siemens AG", "Siemens JTTK") == "names"
    assert naming("Delta Electronics", "Delta Electronics DIAView", "Delta", "DIAView") == "names"


def test_another_vendor_is_never_named_by_words() -> None:
    assert naming("Siemens", "Web Server 200", "Moxa", "Web Server 200") == "no"


def test_vendor_inside_the_product_name_counts() -> None:
    assert (
        naming("PTC", "Rockwell Automation KEPServer Enterprise", "Rockwell Automation", "KEPServer Enterprise")
        == "names"
    )


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=30), st.text(max_size=20))
def test_naming_never_fails(leaf: str, product: str, model: str, version: str) -> None:
    assert naming("Vendor", leaf, "Vendor", product, model, version) in ("names", "perhaps", "no")
