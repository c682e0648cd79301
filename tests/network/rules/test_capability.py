"""SL-C: the lowest of what the components of a zone are certified for."""

from hypothesis import given
from hypothesis import strategies as st

from network.rules.capability import Certified, capability

TWO = Certified("Siemens", "SIMATIC S7-1500", "", (2, 2, 2, 2, 2, 2, 2))
MIXED = Certified("Siemens", "", "6ES7516", (3, 1, 3, 3, 3, 3, 3))
PLC = ("SIEMENS", "Simatic S7-1500 CPU 1516", "6ES7516-3AN02")
OTHER = ("Siemens", "SIMATIC S7-1500 CPU 1511", "6ES7511-1AK02")
SWITCH = ("Cisco", "Industrial Ethernet 3400", "")


def test_the_lowest_of_the_certified_counts() -> None:
    found = capability([PLC, OTHER, SWITCH], [TWO])
    assert (found.levels, found.certified, found.of) == ((2,) * 7, 2, 3)


def test_of_several_certificates_the_best_counts_for_one_component() -> None:
    assert capability([PLC], [TWO, MIXED]).levels == (3, 2, 3, 3, 3, 3, 3)


def test_without_a_certificate_nothing_is_claimed() -> None:
    found = capability([SWITCH], [TWO, MIXED])
    assert (found.levels, found.certified, found.of) == (None, 0, 1)
    assert capability([], [TWO]).of == 0


LEVELS = st.tuples(*[st.integers(0, 4)] * 7)


@given(st.lists(LEVELS, max_size=4), LEVELS)
def test_another_certified_component_never_raises_the_level(
    known: list[tuple[int, ...]], more: tuple[int, ...]
) -> None:
    certificates = [Certified("V", f"P{number}", "", levels) for number, levels in enumerate([*known, more])]
    parts = [("V", f"P{number}", "") for number in range(len(certificates))]
    before, after = capability(parts[:-1], certificates).levels, capability(parts, certificates).levels
    assert after is not None
    assert before is None or all(one <= other for one, other in zip(after, before, strict=True))


@given(st.lists(LEVELS, min_size=1, max_size=4), LEVELS)
def test_another_certificate_never_lowers_it(known: list[tuple[int, ...]], more: tuple[int, ...]) -> None:
    certificates = [Certified("V", "P", "", levels) for levels in known]
    before = capability([("V", "P", "")], certificates).levels
    after = capability([("V", "P", "")], [*certificates, Certified("V", "", "", more)]).levels
    assert before is not None
    assert after is not None
    assert all(one >= other for one, other in zip(after, before, strict=True))
