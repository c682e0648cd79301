"""Attack paths: a table of small plants, and the laws that hold for any."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.rules.paths import Hop, Terrain, blast, paths

INTERNET, DMZ, OPS, CELL, SAFETY = range(5)


def hop(start: int, end: int, **more: object) -> Hop:
    """A flow over a conduit of its own."""
    return Hop(start, end, start * 10 + end, "HTTPS 443", **more)  # type: ignore[arg-type]


PLANT = (
    hop(INTERNET, DMZ, guard="FW1"),
    hop(DMZ, OPS, guard="FW2", authenticated=True),
    hop(OPS, CELL),
    hop(CELL, SAFETY, guard="FW3"),
)
BYPASS = hop(INTERNET, CELL)


@pytest.mark.parametrize(
    ("hops", "weakness", "ways"),
    [
        (PLANT, {}, [((INTERNET, DMZ, OPS, CELL), 11.0)]),
        ((*PLANT, BYPASS), {}, [((INTERNET, CELL), 1.0), ((INTERNET, DMZ, OPS, CELL), 11.0)]),
        (PLANT, {CELL: "ACT"}, [((INTERNET, DMZ, OPS, CELL), 10.6)]),
        (
            (*PLANT, replace(BYPASS, guard="FW9")),
            {CELL: "exploited"},
            [((INTERNET, CELL), 1.6), ((INTERNET, DMZ, OPS, CELL), 10.4)],
        ),
        (PLANT[1:], {}, []),
    ],
)
def test_paths_into_the_cell(
    hops: tuple[Hop, ...], weakness: dict[int, str], ways: list[tuple[tuple[int, ...], float]]
) -> None:
    assert [(path.zones, round(path.cost, 6)) for path in paths(Terrain(hops, weakness), [INTERNET], CELL)] == ways


def test_a_flow_is_taken_only_in_the_direction_in_which_it_is_opened() -> None:
    assert paths(Terrain((hop(CELL, INTERNET),)), [INTERNET], CELL) == []


def test_what_lies_within_reach() -> None:
    assert {zone: round(path.cost, 3) for zone, path in blast(Terrain(PLANT), OPS).items()} == {CELL: 1.0, SAFETY: 5.0}


HOPS = st.builds(
    Hop,
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(1, 9),
    st.just("S7"),
    st.sampled_from(["", "FW"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "x"]),
)
TERRAINS = st.builds(
    Terrain,
    st.lists(HOPS.filter(lambda one: one.start != one.end), max_size=14, unique=True).map(tuple),
    st.dictionaries(st.integers(0, 6), st.sampled_from(["exploited", "ACT", "ATTEND"])),
)


def every(terrain: Terrain, source: int, target: int) -> list[float]:
    """Return the cost of every loopless path, by trying them all."""
    onward = terrain.onward()
    found: list[float] = []

    def walk(here: int, seen: frozenset[int], cost: float) -> None:
        if here == target:
            found.append(cost)
            return
        for price, one in onward.get(here, ()):
            if one.end not in seen:
                walk(one.end, seen | {one.end}, cost + price)

    walk(source, frozenset({source}), 0)
    return sorted(found)


@given(TERRAINS)
def test_they_are_the_cheapest_loopless_ones_in_order(terrain: Terrain) -> None:
    found = paths(terrain, [0], 6, most=4)
    assert [round(path.cost, 6) for path in found] == [round(cost, 6) for cost in every(terrain, 0, 6)[:4]]
    assert all(len(set(path.zones)) == len(path.zones) for path in found)
    assert len({path.hops for path in found}) == len(found)


@given(TERRAINS, st.integers(1, 9))
def test_removing_a_conduit_never_shortens_a_path(terrain: Terrain, conduit: int) -> None:
    before = paths(terrain, [0], 6, most=1)
    after = paths(replace(terrain, hops=tuple(one for one in terrain.hops if one.conduit != conduit)), [0], 6, most=1)
    assert not after or after[0].cost >= before[0].cost - 1e-9


@given(TERRAINS, st.integers(1, 9))
def test_a_control_never_makes_a_path_cheaper_and_a_vulnerability_never_dearer(terrain: Terrain, conduit: int) -> None:
    before = paths(terrain, [0], 6, most=1)
    held = tuple(
        replace(one, guard="FW", authenticated=True) if one.conduit == conduit else one for one in terrain.hops
    )
    guarded, weaker = (
        paths(replace(terrain, hops=held), [0], 6, most=1),
        paths(replace(terrain, weakness=dict.fromkeys(range(7), "exploited")), [0], 6, most=1),
    )
    assert bool(before) == bool(guarded) == bool(weaker)
    assert not before or guarded[0].cost >= before[0].cost - 1e-9
    assert not before or weaker[0].cost <= before[0].cost + 1e-9


def test_a_dense_plant_is_searched_in_time() -> None:
    """Sixty zones, each joined to each other: the number of steps stays small enough to answer at once."""
    dense = Terrain(
        tuple(Hop(a, b, a * 100 + b, "S7", "FW" if (a + b) % 3 else "") for a, b in permutations(range(60), 2))
    )
    assert len(paths(dense, [0], 59)) == 5
