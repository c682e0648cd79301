"""The locks agree with what the project declares, and bind every file by its hash, wherever it is fetched from."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from stack.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DECLARED = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
LOCKS = ("requirements.lock", "requirements-production.lock")
PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)(?: ;[^\\\n]*?)?((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$",
    re.MULTILINE,
)
PACKAGES = json.loads((ROOT / "package.json").read_text())
PAGE_LOCK = json.loads((ROOT / "package-lock.json").read_text())


def pins(lock: str) -> dict[str, str]:
    """Return the locked version of each package."""
    return {found[1].lower(): found[2] for found in PIN.finditer((ROOT / lock).read_text())}


def unmet(requirements: list[str], lock: str) -> list[str]:
    """Return the requirements that a lock does not fulfil."""
    locked = pins(lock)
    return [
        text
        for text in requirements
        for wanted in [Requirement(text)]
        if not wanted.specifier.contains(locked.get(wanted.name.lower(), "0"), prereleases=True)
    ]


def test_the_lock_fulfils_everything_declared() -> None:
    assert unmet([*DECLARED, *GROUPS["embedded"], *GROUPS["development"]], "requirements.lock") == []


def test_the_production_lock_fulfils_what_the_product_needs() -> None:
    assert unmet(DECLARED, "requirements-production.lock") == []


def test_production_carries_neither_embedded_servers_nor_development_tools() -> None:
    extra = {Requirement(text).name.lower() for group in GROUPS.values() for text in group}
    assert extra & set(pins("requirements-production.lock")) == set()


def test_production_runs_the_versions_that_were_tested() -> None:
    tested = pins("requirements.lock")
    assert {
        name: version for name, version in pins("requirements-production.lock").items() if tested.get(name) != version
    } == {}


@pytest.mark.parametrize("lock", [*LOCKS, "stack/node.lock"])
def test_every_pin_has_a_hash_and_no_lock_names_a_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    found = list(PIN.finditer(text))
    assert found
    assert [match[1] for match in found if not match[3]] == []
    assert "://" not in text
    assert "--index-url" not in text


def test_page_packages_are_pinned_and_locked_alike() -> None:
    locked = {name: PAGE_LOCK["packages"][f"node_modules/{name}"]["version"] for name in PACKAGES["dependencies"]}
    assert locked == PACKAGES["dependencies"]
    assert PAGE_LOCK["packages"][""]["dependencies"] == PACKAGES["dependencies"]


def test_page_packages_are_bound_by_hash_and_not_to_a_host() -> None:
    entries = {name: entry for name, entry in PAGE_LOCK["packages"].items() if name}
    assert entries
    assert [name for name, entry in entries.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in entries.items() if "resolved" in entry] == []


def test_no_other_lock_stands_beside_these() -> None:
    assert [name for name in ("uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock") if (ROOT / name).exists()] == []
