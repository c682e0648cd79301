"""The way into a zone passes as few boundary devices as it can, and never against a flow."""

from assets.rules.reach import Passage, Way, ways_in

NAMES = {1: "Internet", 2: "DMZ", 3: "Control", 4: "Cell", 5: "Safety"}


def test_the_least_guarded_way_counts_even_if_it_is_longer() -> None:
    passages = [
        Passage(1, 2, False),
        Passage(2, 3, False),
        Passage(3, 4, True),
        Passage(1, 4, True),
        Passage(2, 4, False),
    ]
    found = ways_in(NAMES, [1], passages)
    assert found[4] == Way(("Internet", "DMZ", "Cell"), 0)
    assert found[1] == Way(("Internet",), 0)


def test_of_two_ways_equally_guarded_the_shorter_counts() -> None:
    passages = [Passage(1, 2, True), Passage(2, 3, False), Passage(1, 3, True)]
    assert ways_in(NAMES, [1], passages)[3] == Way(("Internet", "Control"), 1)


def test_a_zone_that_only_talks_outward_is_not_reached() -> None:
    assert 5 not in ways_in(NAMES, [1], [Passage(1, 2, True), Passage(5, 2, True)])


def test_circles_end() -> None:
    passages = [Passage(1, 2, True), Passage(2, 3, True), Passage(3, 2, True), Passage(3, 1, False)]
    assert ways_in(NAMES, [1], passages)[3].guards == 2
