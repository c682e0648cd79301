"""The order of releases: tables of real spellings, and the laws of an order within one family."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.releases import compare, read_version


def order(left: str, right: str) -> int | None:
    a, b = read_version(left), read_version(right)
    assert a
    assert b
    return compare(a, b)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2.2", "3.3"),
        ("7.9.20", "7.9.21"),
        ("1.9", "1.10"),
        ("V4.4.9", "4.5"),
        ("FW16", "FW26"),
        ("V1.5 SP3", "V1.5 SP3 Update 2"),
        ("V1.5 SP3 Update 9", "V1.5 SP4"),
        ("R511.5 TCU4 HF3", "R511.5_TCU4_HF4"),
        ("R302-V2", "R302-V3"),
        ("R302-V3", "R400-V0"),
        ("2016", "2016 R2"),
        ("2016 R2", "2016 R2 SP1"),
        ("2023 P03", "2023 P04"),
        ("1.23A", "1.23Z"),
        ("5.0-beta", "5.0"),
        ("1.9-39", "1.9-40"),
        ("BA", "BF"),
        ("A8", "A17"),
        ("April/5/2023", "June/2/2023"),
        ("2019-09-21", "Build 2019-09-22"),
        ("15.2(5)EA", "15.2(6)E2a"),
        ("1.0.3 (build 285)", "1.0.3 (build 286)"),
        ("00.09", "00.0A"),
        ("00.0A", "00.0F"),
        ("00.0A", "00.10"),
    ],
)
def test_older_and_newer(older: str, newer: str) -> None:
    assert order(older, newer) == -1
    assert order(newer, older) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("6.14.263", "v6.14.263.0"),
        ("1.10.1.9", "v1.10.01.009"),
        ("3.1 Build 4022.4", "3.1.4022.4"),
        ("HiOS 07.0.02", "7.0.2"),
        ("9.90 SP7", "9.90_SP_7"),
        ("V14 SP1 Upd 6", "14 SP1 Update 6"),
        ("FW R12", "R12"),
        ("2020 v5.16.0", "v5.16"),
    ],
)
def test_same_release_in_two_spellings(left: str, right: str) -> None:
    assert order(left, right) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("V3.5 SP19 Patch 2", "3.5.19.20"),
        ("R10.04", "HF10.04"),
        ("FW12", "R12"),
        ("1.2.29.9", "FW14"),
        ("April/5/2023", "20230406"),
        ("A", "12"),
        ("HiOS 7.0", "HiSecOS 3.3"),
        ("5.1", "00.0A"),
        ("FW00.09", "00.0A"),
    ],
)
def test_different_families_have_no_order(left: str, right: str) -> None:
    a, b = read_version(left), read_version(right)
    assert a is None or b is None or compare(a, b) is None


@pytest.mark.parametrize(
    "text", ["", "unknown", "n/a", "-", "7.2.x", "All versions", "Windows 10 Professional", "co5ne_r2d14_03.esw"]
)
def test_what_is_no_release(text: str) -> None:
    assert read_version(text) is None


numbers = st.lists(st.integers(0, 9999), min_size=1, max_size=5)
marks = st.lists(st.tuples(st.sampled_from(["SP", "Update", "HF", "Patch"]), st.integers(1, 30)), max_size=3)


@st.composite
def plain_releases(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "V", "v", "Version "])) + ".".join(map(str, draw(numbers)))


@st.composite
def marked_releases(draw: st.DrawFn) -> str:
    head = f"V{draw(st.integers(0, 20))}.{draw(st.integers(1, 9))}"
    return " ".join([head, *(f"{mark}{number}" for mark, number in draw(marks))])


@pytest.mark.parametrize("family", [plain_releases(), marked_releases()])
def test_order_is_total_within_a_family(family: st.SearchStrategy[str]) -> None:
    @given(family, family, family)
    def law(a: str, b: str, c: str) -> None:
        assert order(a, a) == 0
        forth, back = order(a, b), order(b, a)
        assert forth is not None
        assert back == -forth
        second = order(b, c)
        if forth <= 0 and second is not None and second <= 0:
            assert order(a, c) in (-1, 0)

    law()


@given(st.text(max_size=120))
def test_reading_never_fails(text: str) -> None:
    read_version(text)


@given(st.text(alphabet="vV0123456789.xX -_()rRspSPhHfFbuild", max_size=60))
def test_a_release_equals_itself(text: str) -> None:
    if version := read_version(text):
        assert compare(version, version) == 0
