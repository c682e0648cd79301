"""Prints the parts of the product as CycloneDX 1.6: Python packages and front-end files, from the lock files alone."""

import base64
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from typing import Any

from stack.places import ROOT

PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def python_packages() -> Iterator[dict[str, Any]]:
    """Yield each package of the production lock."""
    for name, version in PINNED.findall((ROOT / "requirements-production.lock").read_text(encoding="utf-8")):
        plain = re.sub(r"[-_.]+", "-", name).lower()
        purl = f"pkg:pypi/{plain}@{version}"
        yield {"type": "library", "bom-ref": purl, "name": plain, "version": version, "purl": purl}


def page_packages() -> Iterator[dict[str, Any]]:
    """Yield each package of package-lock.json."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for place, kept in lock["packages"].items():
        if not place:
            continue
        name = place.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{kept['version']}"
        made = {"type": "library", "bom-ref": purl, "name": name, "version": kept["version"], "purl": purl}
        if kept.get("license"):
            made["licenses"] = [{"expression": kept["license"]}]
        if kept.get("integrity", "").startswith("sha512-"):
            made["hashes"] = [{"alg": "SHA-512", "content": base64.b64decode(kept["integrity"][7:]).hex()}]
        yield made


def bom() -> dict[str, Any]:
    """Return the bill of materials; the same locks give the same bill."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    own = {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"]}
    parts = sorted([*python_packages(), *page_packages()], key=lambda part: str(part["bom-ref"]))
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([own, parts], sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}", "version": 1, "metadata": {"component": own}, "components": parts,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]}],
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(bom(), sys.stdout, indent=1)
    print()
