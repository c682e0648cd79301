"""Vendor and product names: which node of an advisory names which asset type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.csaf import _order_numbers
from patching.rules.naming import how_well
from patching.rules.nodes import Node
from patching.rules.products import profile
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
        ("MELSEC iQ-R Series R04/08/16/32/120(EN)CPU", "R08ENCPU", "", ""),
        ("MELSEC iQ-R Series R04(EN)CPU Firmware", "MELSEC iQ-R R04CPU", "", ""),
        ("Q03/04/06/13/26UDVCPU", "Q13UDVCPU", "", ""),
        ("CS1H/G-CPU**H, CJ1G-CPU**P", "CS1G-CPU44H", "", ""),
        ("CJ2H-CPU**(-EIP)", "CJ2H-CPU64-EIP", "", ""),
        ("FX3G-xMy/z x=14,24,40,60, y=T,R, z=ES,ESS,DS,DSS", "FX3G-24MR/DS", "", ""),
        ("MELSEC iQ-F FX5S-xMy/z x=30406080 y=T.R z=ESESS", "FX5S-30MR/ES", "", ""),
        ("Modicon M340 CPU (part numbers BMXP34*)", "Modicon M340", "BMXP342020", ""),
        ("AFS65x", "AFS650", "", ""),
        ("AFS660/665S", "AFS665S", "", ""),
        ("DS-2CD63xx Series", "DS-2CD6362F-I", "", ""),
        ("QSI7XXX", "QSI7213X-T1", "", ""),
        ("Quell Modules (QCM) Models 4351 4351A/B and 4352A/B", "QCM 4352B", "", ""),
        ("QJ71C24(-R2/R4)", "QJ71C24-R4", "", ""),
        ("QJ71C24(-R2/R4)", "QJ71C24", "", ""),
        ("QJ71C24(-R2)", "QJ71C24-R2", "", ""),
        ("QELSEC series CPU module products Q00/01/02 CPU", "QELSEC Q01CPU", "", ""),
        ("QELSEC iQ-Q series 04/08/120(EN)CPU", "Q120ENCPU", "", ""),
        ("All 32 and 64 bit QUELLSYS Development System V3", "QUELLSYS Development System", "", ""),
        ("Quellview MP (includingMP2/MX700/800)", "Quellview MX800", "", ""),
        ("Quellview SCADA", "Quellview", "", ""),
        ("Quellview Business", "Quellview Business Edition", "", ""),
        ("QGI-CPUU/UD/H/S/E", "QGI-CPUUD", "", ""),
        ("QGI-CPUU/UD/H/S/E", "QGI-CPUU", "", ""),
        ("QP1H-X40D \u25a1 - \u25a1", "QP1H-X40DT1-D", "", ""),
        ("QS1D-CPU \u25a1 \u25a1 HA", "QS1D-CPU65HA", "", ""),
        ("MP70 MP70E RV50 RV50X LX40 and LX60", "AirLink RV50X", "", ""),
        ("ESM", "Enterprise System Manager", "", ""),
        ("exacqVision ESM", "exacqVision Enterprise System Manager", "", ""),
        ("SINEMA Remote Connect Server", "SINEMA RC Server", "", ""),
        ("Tracer SC+", "Tracer SC+", "", ""),
        ("Experion PKS", "ExperionPKS", "", ""),
        ("NVRmini2 NVRsolo", "NVRmini 2", "", ""),
        ("Anybus-CompactCom 30", "Anybus CompactCom 30", "", ""),
        ("LOGO! 8 BM (incl. SIPLUS variants)", "LOGO!8", "", ""),
        ("SIMATIC ET200S (incl. SIPLUS variants)", "SIMATIC ET 200S IM151-8 PN/DP CPU", "", ""),
        ("SIMATIC WinCC V7.3 and newer", "SIMATIC WinCC V7.4", "", "V7.4 SP1"),
        ("SIMATIC PCS 7 V8.0 and earlier", "SIMATIC PCS 7", "", "V7.1"),
        ("SIMATIC PCS 7 V8.1 and earlier versions", "SIMATIC PCS 7", "", "V8.1 SP1"),
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
        ("QSI7XXX", "QSI7213555", "", ""),
        ("QJ71C24(-R2/R4)", "QJ71C24-R3", "", ""),
        ("Quellaccess/SCADA", "Quellaccess/HMI Designer", "", ""),
        ("QGI-CPUU/UD/H/S/E", "QGI-CPUUN", "", ""),
        ("QS1D-CPU \u25a1 \u25a1 HA", "QS1D-CPU65S", "", ""),
        ("Studio 4", "Studio", "", "3.0"),
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
        ("SIMATIC S7-1500 Software Controller", "SIMATIC S7-1500 CPU 1517H-3 PN", "", ""),
        ("SIMATIC S7-1500 CPU 1510SP F-1 PN", "SIMATIC S7-1500 Software Controller", "", ""),
        ("FX3G-xMy/z x=14,24,40,60, y=T,R, z=ES,ESS,DS,DSS", "FX3U-24MR/DS", "", ""),
        ("FX3G-xMy/z x=14,24,40,60, y=T,R, z=ES,ESS,DS,DSS", "FX3G-30MR/DS", "", ""),
        ("R04/08/16/32/120(EN)CPU", "R02CPU", "", ""),
        ("AFS65x", "AFS670", "", ""),
        ("RX1500", "RX1500X", "", ""),
        ("Cerberus PRO EN X200 Cloud Distribution", "SCALANCE X204-2", "", ""),
        ("SCALANCE X200-4P IRT (6GK5200-4AH00-2BA3)", "SCALANCE X208", "", ""),
        ("SIMATIC IPC DiagMonitor", "SIMATIC IPC477D", "", ""),
        ("In-Sight OPC Server", "In-Sight 7802", "", ""),
        ("SIMATIC NET PC Software V15", "SIMATIC PN/PN Coupler (incl. SIPLUS NET variants)", "", ""),
        ("NPort 5110", "NPort 6110", "", ""),
        ("SIMATIC WinCC V7.3 and newer", "SIMATIC WinCC", "", "V7.2"),
        ("SIMATIC PCS 7 V8.0 and earlier", "SIMATIC PCS 7", "", "V8.2"),
        ("Anybus-CompactCom 30", "Anybus CompactCom 40", "", ""),
        ("MicroLogix 1400 Series B", "MicroLogix 1100", "", ""),
        ("ILC 3xx", "ILC 2050 BI", "", ""),
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
        ("NPort IAW5000A-I/O Series", "NPort IAW5150A-6I/O"),
        ("ROC800", "ROC809"),
        ("SCALANCE W700", "SCALANCE W774-1 RJ45"),
        ("SCALANCE X-200 switch family (incl. SIPLUS NET variants)", "SCALANCE X204-2"),
        ("SCALANCE XB-200/XC-200/XP-200", "SCALANCE XC208"),
        ("Classic Platform Switches OCTOPUS", "OCTOPUS 8M"),
        ("Classic Platform Switches RSR", "RSR20"),
        ("STARDOM FCN/FCJ", "STARDOM FCN-500"),
        ("MB3660 series", "MGate MB3660-8-2AC"),
        ("X-320M-I", "X-320M"),
        ("Flexy and Cosy", "Ewon Flexy 205"),
        ('SIMATIC HMI Comfort Panels 4" - 22"', "SIMATIC HMI TP700 Comfort"),
        ("iNET/iNET II series radio", "MDS iNET II"),
        ("Web Server", "Web Server Plugin"),
        ("FL SWITCH 3xxx 4xxx", "FL SWITCH 3006T-2FX SM"),
    ],
)
def test_perhaps_named(leaf: str, product: str) -> None:
    assert naming("Vendor", leaf, "Vendor", product) == "perhaps"


def test_the_vendors_own_name_in_front_changes_nothing() -> None:
    assert naming("Siemens", "JTTK", "Siemens AG", "Siemens JTTK") == "names"
    assert naming("Delta Electronics", "Delta Electronics DIAView", "Delta", "DIAView") == "names"


def test_vendor_inside_the_inventorys_name_counts_too() -> None:
    assert naming("SpiderControl", "SCADA Web Server", "iniNet Solutions", "SpiderControl SCADA Web Server") == "names"
    assert naming("WIBU-SYSTEMS AG", "COPA-DATA straton workbench", "COPA-DATA", "straton workbench") == "names"


def test_a_brand_in_both_names_stands_for_the_vendor() -> None:
    assert naming("Fazecast", "EcoStruxure IT Gateway", "Schneider Electric", "EcoStruxure IT Gateway") == "names"


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
