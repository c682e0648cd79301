"""Spellings of vendors, versions and models that publishers and inventories use for one thing."""

import pytest

from patching.rules.advisories import NamedProduct
from patching.rules.facts import Leaf
from patching.rules.judging import Verdict
from patching.rules.matching import AssetType, Matcher
from patching.rules.ranges import parse
from patching.rules.releases import compare, read_version
from patching.rules.vendors import DEFAULT_ALIASES, concerned, names, same
from patching.rules.versions import holds


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Hill-Rom", "Hillrom", True),
        ("Automation Direct", "AutomationDirect", True),
        ("NI", "National Instruments Corp.", True),
        ("SEL", "Schweitzer Engineering Laboratories, Inc.", True),
        ("GE", "General Electric", True),
        ("Hirschmann", "Belden", True),
        ("Iconics", "Mitsubishi Electric", True),
        ("Koyo", "AutomationDirect", True),
        ("Koyo", "JTEKT Electronics", True),
        ("Bristol Babcock", "Emerson", True),
        ("Delta Electronics", "Delta Controls", False),
        ("3S-Smart", "CODESYS, GmbH", True),
        ("ABB", "Hitachi Energy", True),
        ("Hitachi ABB Power Grids", "Hitachi Energy", True),
        ("Ewon", "HMS Networks", True),
        ("Welch Allyn", "Baxter", True),
        ("JCI", "Johnson Controls Inc", True),
        ("Contolled Systems Ltd, Johnson Contols Inc.", "Johnson Controls", True),
        ("Geutebrück", "Geutebrueck", True),
        ("Weidmüller Interface GmbH & Co. KG", "Weidmueller", True),
        ("Schneider Electric", "AVEVA Software, LLC", True),
        ("Delta Industrial Automation", "Delta Electronics", True),
        ("Fisher", "Emerson", True),
        ("Advantech", "Adlantech", True),
        ("Johnson Controls", "Jackson Controls", False),
        ("Lantech", "Lantek", False),
        ("SE", "Siemens", False),
        ("B", "Beckhoff", False),
    ],
)
def test_vendors(left: str, right: str, expected: bool) -> None:
    assert same(names(left, DEFAULT_ALIASES), names(right, DEFAULT_ALIASES)) is expected


def test_a_vendor_is_concerned_by_either_column_of_the_alias_table() -> None:
    rows = [("Bachmeier", "Quellwerk")]
    assert concerned("Bachmeier GmbH", rows)
    assert concerned("Quellwerk", rows)
    assert not concerned("Siemens", rows)
    assert not concerned("Siemens", [("", "")])


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("< V16 Update 3a", "V16 Update 3", "V16 Update 4"),
        ("<= 3.1 Service Pack 1A", "3.1 SP1", "3.1 SP2"),
        (">= 9.3.0 -  but not including 9.3.8", "9.3.7", "9.3.8"),
        ("2.0.3 (including) and 2.0.6 (excluding)", "2.0.3", "2.0.6"),
        ("2.2.3  until 2.2.3.3", "2.2.3.3", "2.2.4"),
        ("< 2.1.0 (Windows and Linux)", "2.0.9", "2.1.0"),
        (">= 2.8.1 (only affected by CVE-2019-10943)", "2.9.0", "2.8.0"),
        ("<= 4.2 (aka 10.95.208)", "4.2", "4.3"),
        ("< 1.031 (These products are sold in limited regions)", "1.030", "1.031"),
        ("<=9.40083.00.05 (Rev T)", "9.40083.00.05", "9.40083.00.06"),
        ("4.1.1.7662 (and possibly prior versions)", "4.1.1.7661", "4.1.1.7663"),
        ("BIOS < V20.01.10", "V20.01.09", "V20.01.10"),
        ('>="05"|<="07"', "06", "08"),
        ("R101 R110 R140 R150 and R151", "R101", "R120"),
        ("1.60 | 7.x 8.x", "7.2", "9.0"),
        ("9.4 | FP2  Hotfix 5", "9.4 FP2 Hotfix 5", "9.4 FP3"),
        ("4.7 | SP2  Hotfix 1 (including) and V4.7 SP4 (excluding)", "V4.7 SP3", "V4.7 SP4"),
        ("< 3.3 SP1 3.x", "3.2", "3.3 SP1"),
        ("< V3.X.17", "V3.2.16", "V3.3.17"),
        ("< 02.07.07(10)", "02.07.07(9)", "02.07.07(10)"),
        ("<= 15.2(4)", "15.2(4)", "15.2(5)"),
        ("<= 15.2(4a)EA5", "15.2(4a)EA4", "15.3"),
        ("SCADA Web Server Version 2.02.0007 and prior", "2.02.0006", "2.02.0100"),
        ("<1.69 release 166", "1.69 release 165", "1.69 release 166"),
    ],
)
def test_versions(text: str, inside: str, outside: str) -> None:
    constraint = parse(text)
    assert constraint.evaluable, constraint
    assert holds(constraint, inside).holds is True
    assert holds(constraint, outside).holds is False


def test_a_letter_behind_a_mark_counts_after_it() -> None:
    first, second = read_version("V16 Update 3"), read_version("V16 Update 3a")
    assert first is not None
    assert second is not None
    assert compare(first, second) == -1


@pytest.mark.parametrize(
    ("model", "verdict"), [("1783-SAD4T0SBK9", Verdict.AFFECTED), ("1783-SAD9", Verdict.REVIEW), ("", Verdict.REVIEW)]
)
def test_a_model_in_place_of_a_version_is_held_against_the_asset(model: str, verdict: Verdict) -> None:
    leaf = Leaf(
        "P1", "Rockwell Automation", "Stratix 5950", "", "1783-SAD4T0SBK9 | 1783-SAD2T2SPK9", False, "Stratix 5950"
    )
    product = NamedProduct(leaf, parse(leaf.version), (("CVE-2026-0001", "known_affected"),))
    found = Matcher().decide(AssetType("Rockwell Automation", "Stratix 5950", model, "6.4"), [(product, 3)])
    assert found is not None
    assert found.verdict is verdict
