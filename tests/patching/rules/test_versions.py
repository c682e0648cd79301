"""Version texts of advisories: every form vendors use, what lies in it, and what only a person can decide."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching.rules.csaf import read
from patching.rules.ranges import parse, restore
from patching.rules.versions import PARSER_VERSION, holds
from tests.patching.rules.corpus import documents


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("vers:all/*", ["1", "unknown", ""], []),
        ("All versions", ["9.9"], []),
        ("<= 2.2", ["2.2", "2.1.9"], ["2.3", "10.0"]),
        ("< 2016 R2", ["2016", "2015 R2"], ["2016 R2", "2016 R2 SP1"]),
        ("vers:all/<V7.0.3", ["V7.0.2"], ["V7.0.3"]),
        ("vers:all/>=V2.9.2<V2.9.4", ["V2.9.2", "2.9.3"], ["V2.9.1", "V2.9.4"]),
        ("vers:intdot/<2512", ["2511"], ["2512"]),
        ("<=v6.14.263.0", ["6.14.263"], ["6.14.264"]),
        ("All versions < V1.5 SP3 Update 2", ["V1.5 SP3 Update 1", "V1.5"], ["V1.5 SP3 Update 2"]),
        (">= 6.02 | <= 6.05", ["6.02", "6.05"], ["6.01", "6.06"]),
        (">= V2.0 < V2.1.6", ["2.1.5"], ["1.9", "2.1.6"]),
        ("> V1.0  and < V1.6", ["1.5"], ["1.0", "1.6"]),
        ("<V7.5_SP2_Update_16", ["V7.5 SP2 Update 15"], ["V7.5 SP2 Update 16"]),
        ("<R511.5_TCU4_HF4", ["R511.5 TCU4 HF3"], ["R511.5 TCU4 HF4"]),
        ("3.0.7 | 3.0.8 | 3.0.9", ["3.0.8"], ["3.0.6", "3.1"]),
        ("V1.0.4, V1.1", ["1.1", "1.0.4"], ["1.0.5"]),
        ("4.8.2", ["4.8.2"], ["4.8.1", "4.8.3"]),
        ("7.2.x", ["7.2", "7.2.9"], ["7.3", "7.1.9"]),
        ("R15x", ["R152", "R150.1"], ["R160", "R149"]),
        ("All versions <= V8.x", ["V8.9", "7.1"], ["9.0"]),
        ("12.0.1-12.0.13", ["12.0.1", "12.0.7", "12.0.13"], ["12.0.14"]),
        ("Versions 2.00 to 6.11", ["6.11", "2.0"], ["6.12", "1.99"]),
        ("All versions between V2.5 (including) and V2.7 (excluding)", ["2.5", "2.6"], ["2.7", "2.4"]),
        (">FW16_up_to_and_including_FW26", ["FW26", "FW17"], ["FW16", "FW27"]),
        ("2.3.6 and  below", ["2.3.6", "1.0"], ["2.3.7"]),
        ("2016 R2 and earlier", ["2016 R2", "2016"], ["2016 R2 SP1", "2017"]),
        ("prior to 1.2.3", ["1.2.2"], ["1.2.3"]),
        (">=R101-V0|<R302-V3", ["R302-V2"], ["R302-V3", "R100-V9"]),
        ("> 4.001 | < 4.005 | > 5.011 | < 5.017", ["4.004", "5.012"], ["4.005", "5.011"]),
        ("<v36.011_v35.013_v34.014", ["36.010", "35.012", "33.9"], ["36.011", "35.013", "34.014", "37.1"]),
        ("< 19.0.1 | < 18.0.1 | < 7.2.1", ["18.0.0", "19.0.0", "6.0"], ["18.0.1", "19.0.1", "7.2.1", "20.0"]),
        ("<June/2/2023", ["June/1/2023", "2023-05-31"], ["June/2/2023"]),
        ("<= HiOS 07.0.02", ["07.0.02", "HiOS 7.0.1"], ["07.0.03"]),
        ("<=BF", ["BA"], ["BG"]),
        ("< 00.0A", ["00.09"], ["00.0A", "00.10"]),
        ("<= 0.9.5", ["0.9.4"], ["1.0", "10.0", "0.9.6"]),
        ("<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)", ["9.5.3.1", "9.6", "9.4.2.5", "8.9"], ["9.7"]),
        ("< 5.0 except versions 4.8.2", ["4.8.1", "4.9.3"], ["5.0"]),
        ("vers:MD400_series_Firmware/>=13.5.1|<=13.5.4", ["13.5.4"], ["13.5.5", "13.4"]),
        ("vers:Drives_670/650/>=2.2.4.0|<=2.2.4.5", ["2.2.4.1"], ["2.2.4.6"]),
        ("vers:/<=9.6.0.4_EP4", ["9.6.0.4 EP3"], ["9.6.0.5"]),
        ("vers:generic/%3C2.0", ["1.9"], ["2.0"]),
        ("vers:intdot/<2.0|!=1.8.2", ["1.8.1", "1.9"], ["2.0"]),
        ("vers:generic/>=7.0.x|<7.0.3.2000_(CP2)", ["7.0.3.2000 (CP1)", "7.0.1"], ["7.0.3.2000 CP2", "6.9"]),
        ("2024_2023_2022_11.0", ["2023", "11.0"], []),
        ("<=2025.06_build_61839", ["2025.06, Build 61839"], ["2025.06, Build 61840"]),
        ("<=01/2025", ["01/2025", "12/2024"], ["02/2025"]),
        ("/all", ["9.9"], []),
    ],
)
def test_what_lies_in_a_range(text: str, inside: list[str], outside: list[str]) -> None:
    constraint = parse(text)
    assert constraint.evaluable
    assert [version for version in inside if holds(constraint, version).holds is not True] == []
    assert [version for version in outside if holds(constraint, version).holds is not False] == []


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("<V8.18.31_only_if_the_basic_authentication_is_used", "8.0"),
        ("<=the_first_5_digits_of_serial_number_24031", "1.0"),
        ("All versions with Function State (FS) < 11", "1.0"),
        ("1SAP535100R0001 (revision index B1 with BSP <= UN30 1.76)", "1.0"),
        ("<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)", "9.4.2.6"),
        ("<= 9.6 (excluding 9.4.2.6 and 9.5.3.2)", "9.5.3.3"),
        ("6.02 (excluding Version 5.83 Version 5.92 and all subsequent minor releases)", "5.84"),
        ("HEN04113", "1.0"),
        ("1783-SAD4T0SBK9", "1.0"),
        ("No version", "1.0"),
        ("vers:2.1/*", "2.1"),
        ("vers:intdot/<2.0|!=1.8.2", "1.8.2"),
        ("<= 2.2", ""),
        ("<= 2.2", "unknown"),
        ("<= R10.04", "HF10"),
        ("<June/2/2023", "2.1"),
        ("2.1", "2.10"),
        ("< 00.07.03.4", "7.03.3"),
        ("<= 0.9.5", "9.6"),
        ("<= 3.8", "3.8.401"),
        (">= 3.5.11.0 | < 3.5.19.20", "V3.5 SP19 Patch 2"),
        ("< 4.9.9 | < 4.17.0", "4.12"),
        ("Windows 10 Professional Operating System", "10"),
    ],
)
def test_what_a_person_must_decide(text: str, version: str) -> None:
    outcome = holds(parse(text), version)
    assert outcome.holds is None
    assert outcome.sentence
    assert outcome.clause == text.strip()


def test_a_condition_does_not_keep_newer_releases_under_suspicion() -> None:
    assert holds(parse("<V8.18.31_only_if_the_basic_authentication_is_used"), "V8.18.31").holds is False


def test_sentence_names_version_and_clause() -> None:
    assert holds(parse("<= 2.2"), "2.3").sentence == 'Version 2.3 is newer than "<= 2.2".'


@given(st.text(max_size=200))
def test_parsing_never_fails_and_survives_the_database(text: str) -> None:
    constraint = parse(text)
    assert constraint.raw == text
    assert restore(json.loads(json.dumps(constraint.to_json()))) == constraint


@given(
    st.text(alphabet="<>=|vV0123456789.xX -_()andtoSPUpd*", max_size=60),
    st.text(alphabet="vV0123456789. SPHF", max_size=20),
)
def test_deciding_never_fails(text: str, version: str) -> None:
    assert holds(parse(text), version).holds in (True, False, None)


def test_what_an_older_parser_kept_is_read_anew() -> None:
    kept = {"kind": "text", "raw": "< 2.0", "clauses": [], "reason": "old", "parser": PARSER_VERSION - 1}
    assert restore(kept) == parse("< 2.0")


releases = st.lists(st.integers(0, 40), min_size=3, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@given(releases, releases, releases)
def test_bounds_are_monotone(bound: str, first: str, second: str) -> None:
    low, high = sorted((first, second), key=lambda text: [int(part) for part in text.split(".")])
    below, above = parse(f"<= {bound}"), parse(f">= {bound}")
    if holds(below, high).holds:
        assert holds(below, low).holds
    if holds(above, low).holds:
        assert holds(above, high).holds


def test_share_of_the_corpus_that_a_machine_can_evaluate() -> None:
    kinds: Counter[str] = Counter()
    evaluable = 0
    for document in documents().values():
        for leaf in read(document).leaves:
            constraint = parse(leaf.version)
            kinds[constraint.kind] += 1
            evaluable += constraint.evaluable
    share = evaluable / kinds.total()
    print(f"\n{share:.1%} of {kinds.total()} version texts can be evaluated; {dict(kinds)}")
    assert kinds.total() > 15_000
    assert share >= 0.93
