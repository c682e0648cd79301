"""Products that arise from others are found by the name under which a plant records them."""

from typing import Any

import pytest

from patching.rules.advisories import Advisory, advisory
from patching.rules.csaf import read
from patching.rules.matching import AssetType
from patching.rules.nodes import Malformed
from tests.patching.rules.plant import document, judged

MAKER = "Merewater Drives"
Branch = dict[str, Any]


def branch(category: str, name: str, *inside: Branch, key: str = "", **helper: list[str]) -> Branch:
    """A branch of the product tree; with a key it is a product."""
    product = {"product": {"name": name, "product_id": key, "product_identification_helper": helper}} if key else {}
    return {"category": category, "name": name, **product, **({"branches": list(inside)} if inside else {})}


def related(key: str, component: str, carrier: str, category: str = "installed_on") -> Branch:
    return {
        "category": category,
        "product_reference": component,
        "relates_to_product_reference": carrier,
        "full_product_name": {"name": f"{component} on {carrier}", "product_id": key},
    }


def told(vendors: list[Branch], relations: list[Branch], **statuses: list[str]) -> Advisory:
    made = document(statuses=statuses)
    made["product_tree"] = {"branches": vendors, "relationships": relations}
    return advisory(read(made))


def drive(product: str, version: str, model: str = "", vendor: str = MAKER) -> AssetType:
    return AssetType(vendor, product, model, version)


def said(asset: AssetType, made: Advisory) -> tuple[str, str]:
    judgement = judged(asset, made)
    assert judgement
    return judgement.verdict.value, judgement.reason


CONTROLLERS = branch(
    "product_family",
    "Hardware",
    branch("product_name", "Controller MC 201", key="H1", model_numbers=["751-201"]),
    branch("product_name", "Controller MC 202", key="H2", model_numbers=["751-202"]),
)
FIRMWARE = branch(
    "product_family",
    "Firmware",
    branch("product_version_range", "<26", key="F1"),
    branch("product_version", "26", key="F2"),
)
RUNTIME = branch(
    "vendor", "Lindow", branch("product_name", "Toolkit", branch("product_version_range", "<3.5.19", key="R1"))
)


@pytest.mark.parametrize(
    ("asset", "verdict"),
    [
        (drive("Controller MC 201", "25"), "AFFECTED"),
        (drive("Controller", "FW25", "751-202"), "AFFECTED"),
        (drive("MC 202", "26"), "FIXED"),
        (drive("MC 203", "25", "751-203"), None),
    ],
)
@pytest.mark.parametrize("form", ["2.0", "2.1"])
def test_firmware_on_devices_is_matched_by_the_device(asset: AssetType, verdict: str | None, form: str) -> None:
    made = document(statuses={"known_affected": ["A1", "A2"], "fixed": ["B1", "B2"]})
    relations = [related("A1", "F1", "H1"), related("A2", "F1", "H2"), related("B1", "F2", "H1"), related("B2", "F2", "H2")]  # fmt: skip
    tree = made["product_tree"] = {"branches": [branch("vendor", MAKER, CONTROLLERS, FIRMWARE)]}
    if form == "2.0":
        tree["relationships"] = relations
    else:
        made["document"]["csaf_version"] = form
        tree["product_paths"] = [
            {
                "beginning_product_reference": one["product_reference"],
                "full_product_name": one["full_product_name"],
                "subpaths": [
                    {"category": "installed_on", "next_product_reference": one["relates_to_product_reference"]}
                ],
            }
            for one in relations
        ]
    judgement = judged(asset, advisory(read(made)))
    assert (judgement.verdict if judgement else None) == verdict


def test_what_stands_on_what_stands_on_a_device_is_matched_by_the_device() -> None:
    chain = [related("C1", "A1", "W"), related("A1", "F1", "H1")]
    cabinet = branch("vendor", "Rowan Cabinets", branch("product_name", "Cabinet RC 8", key="W"))
    made = told([branch("vendor", MAKER, CONTROLLERS, FIRMWARE), cabinet], chain, known_affected=["C1"])
    assert said(drive("MC 201", "25"), made)[0] == "AFFECTED"


@pytest.mark.parametrize("category", ["installed_on", "default_component_of", "optional_component_of"])
def test_another_makers_component_in_a_device_is_asked_about(category: str) -> None:
    made = told([RUNTIME, branch("vendor", MAKER, CONTROLLERS)], [related("A1", "R1", "H1", category)], known_affected=["A1"])  # fmt: skip
    verdict, reason = said(drive("MC 201", "25"), made)
    assert (verdict, '"only with Toolkit <3.5.19"' in reason) == ("REVIEW", True)
    assert said(drive("Toolkit", "3.5.18", vendor="Lindow"), made)[0] == "AFFECTED"
    assert judged(drive("MC 202", "25"), made) is None


def test_what_contains_a_component_goes_by_its_own_version() -> None:
    server = branch(
        "product_name",
        "Plant Server",
        branch("product_version", "4.2", key="S1"),
        branch("product_version", "4.3", key="S2"),
    )
    relations = [
        related("A1", "R1", "S1", "default_component_of"),
        related("A2", "R1", "S2", "default_component_of"),
    ]
    made = told([RUNTIME, branch("vendor", MAKER, server)], relations, known_affected=["A1"], fixed=["A2"])
    assert said(drive("Plant Server", "4.2"), made)[0] == "AFFECTED"
    assert said(drive("Plant Server", "4.3"), made)[0] == "FIXED"


def test_a_device_is_not_asked_about_what_is_known_to_be_sound() -> None:
    made = told([RUNTIME, branch("vendor", MAKER, CONTROLLERS)], [related("A1", "R1", "H1")], known_not_affected=["A1"])
    assert judged(drive("MC 201", "25"), made) is None


def test_no_windows_machine_is_asked_about_what_runs_on_windows() -> None:
    windows = branch("vendor", "Microsoft", branch("product_family", "Windows", key="W"))
    made = told([RUNTIME, windows], [related("A1", "R1", "W")], known_affected=["A1"])
    assert judged(drive("Windows", "10", vendor="Microsoft"), made) is None
    assert said(drive("Toolkit", "3.5.18", vendor="Lindow"), made)[0] == "AFFECTED"


def test_a_system_is_asked_about_what_comes_with_it() -> None:
    """As Linux distributions publish: only the package's release that mends it is named, as a part of the system."""
    system = branch(
        "product_family", "Merewater Linux", branch("product_name", "Merewater Linux Server (v. 7.6)", key="S")
    )
    package = branch("architecture", "x86_64", branch("product_version", "telnet-0.17-65.x86_64", key="T"))
    relations = [related("S:T", "T", "S", "default_component_of")]
    made = told([branch("vendor", MAKER, system, package)], relations, fixed=["S:T"])
    assert said(drive("Linux Server", "7.6"), made)[0] == "REVIEW"


def test_a_product_that_stands_on_itself_is_nothing() -> None:
    rings = [related("A1", "A2", "H1"), related("A2", "A1", "H2"), related("A3", "F1", "A3")]
    made = told([branch("vendor", MAKER, CONTROLLERS, FIRMWARE)], rings, known_affected=["A1", "A2", "A3"])
    assert made.products == ()


def test_products_that_multiply_are_refused() -> None:
    """Each stands on the one before it twice: a million names come of twenty lines."""
    doubling = [related(f"A{n + 1}", f"A{n}", f"A{n}") for n in range(1, 20)]
    many = [related(f"B{n}", "A20", "A20") for n in range(4_000)]
    relations = [related("A1", "F1", "H1"), *doubling, *many]
    with pytest.raises(Malformed, match="/product_tree"):
        told([branch("vendor", MAKER, CONTROLLERS, FIRMWARE)], relations, known_affected=["A1"])
