"""The bill of materials names every package of the locks, once."""

import json
import subprocess

from stack.places import ROOT
from stack.sbom import bom

LOCK = (ROOT / "requirements-production.lock").read_text(encoding="utf-8")
PAGES = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def test_every_locked_package_is_a_component_once() -> None:
    parts = bom()["components"]
    pinned = [line for line in LOCK.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert len(parts) == len({part["bom-ref"] for part in parts}) == len(pinned) + len(PAGES) - 1
    assert {"django", "weasyprint", "cryptography", "@tabler/core"} <= {part["name"] for part in parts}


def test_the_command_prints_it_alike_each_time() -> None:
    printed = [subprocess.run([ROOT / "portal", "sbom"], capture_output=True, check=True).stdout for _ in range(2)]
    assert printed[0] == printed[1]
    told = json.loads(printed[0])
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told == bom()


def test_each_component_says_where_it_is_from() -> None:
    for part in bom()["components"]:
        assert part["purl"] == f"{part['purl'].split('/')[0]}/{part['name'].replace('@', '%40')}@{part['version']}"
