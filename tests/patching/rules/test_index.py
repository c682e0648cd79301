"""The index remembers what it compared: of types that differ in their version alone each is still judged by its own."""

from dataclasses import replace

from patching.rules.advisories import advisory
from patching.rules.csaf import read
from patching.rules.index import Index
from patching.rules.matching import AssetType, Matcher, product_key, type_key
from tests.patching.rules.plant import document

PORTAL = AssetType("Siemens", "TIA Portal", version="V16")
ADVISORIES = tuple(
    advisory(read(document((name, versions), vendor="Siemens")), key)
    for key, name, versions in (("released", "TIA Portal V16", "< V16 Update 7"), ("any", "TIA Portal", "< V17"))
)
VERSIONS = ("V15", "V16", "V16 Update 7", "V17", "", "V16")


def test_versions_of_one_product_are_told_apart_in_whatever_order_they_are_asked() -> None:
    index = Index(ADVISORIES)
    found = {version: dict(index.match(replace(PORTAL, version=version))) for version in VERSIONS}
    for version, judged in found.items():
        asset = replace(PORTAL, version=version)
        alone = {named.key: Matcher().judge(asset, named) for named in ADVISORIES}
        assert judged == {key: judgement for key, judgement in alone.items() if judgement}
    assert len({repr(judged) for judged in found.values()}) == 5


def test_what_people_say_later_stands_over_what_was_remembered() -> None:
    index = Index(ADVISORIES)
    assert set(dict(index.match(PORTAL))) == {"released", "any"}
    index.matcher.remember({(type_key(PORTAL), product_key("Siemens", "TIA Portal")): False})
    assert set(dict(index.match(PORTAL))) == {"released"}
    index.matcher.remember({})
    assert set(dict(index.match(PORTAL))) == {"released", "any"}


def test_a_type_of_another_name_is_found_by_a_link_alone() -> None:
    index, other = Index(ADVISORIES), AssetType("Acme", "Line tool", version="V15")
    assert not index.names(other)
    index.matcher.remember({(type_key(other), product_key("Siemens", "TIA Portal")): True})
    assert index.names(other)
    assert set(dict(index.match(other))) == {"any"}
