"""The drawing of zones and conduits: complete, deterministic, harmless, and without a label on a label."""

import random
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from assets.drawing import DrawnConduit, DrawnZone, draw
from assets.routing import CARD_HEIGHT, CARD_WIDTH, arrange

LEVELS = [5, 4, 4, 3.5, 3.5, 3.5, *[3] * 6, *[2] * 8, *[1] * 9, 0]
PROTOCOLS = ("S7comm 102", "Modbus/TCP 502", "OPC UA 4840, signed", "EtherNet/IP 44818", "HTTPS 443", "RDP 3389")
SVG = "{http://www.w3.org/2000/svg}"


def plant(seed: int, conduits: int = 40) -> tuple[list[DrawnZone], list[DrawnConduit]]:
    """Thirty zones and as many conduits as asked for, between neighbours at random."""
    chance = random.Random(seed)
    zones = [
        DrawnZone(
            id=f"Z{n}",
            name=f"Pumping station and reservoir {n}",
            code=f"N-{n:02}",
            level=level,
            assets=n,
            safety=n == 29,
            target=2,
            achieved=n % 4,
        )
        for n, level in enumerate(LEVELS)
    ]
    pairs = chance.sample(list(combinations(range(30), 2)), conduits)
    links = [
        DrawnConduit(
            id=f"C{n:02}",
            name=f"C-{n:02}",
            zone_a=f"Z{a}",
            zone_b=f"Z{b}",
            protocols=(chance.choice(PROTOCOLS),),
            boundary_device="" if n % 3 else "FW",
        )
        for n, (a, b) in enumerate(pairs)
    ]
    return zones, links


def rectangles(svg: str, kind: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of every rectangle of a class."""
    return [
        (
            float(r.attrib["x"]),
            float(r.attrib["y"]),
            float(r.attrib["x"]) + float(r.attrib["width"]),
            float(r.attrib["y"]) + float(r.attrib["height"]),
        )
        for r in ElementTree.fromstring(svg).iter(f"{SVG}rect")
        if r.get("class") == kind
    ]


def cover(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two rectangles share ground."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("seed", range(8))
def test_no_label_or_card_covers_another(seed: int) -> None:
    """Thirty zones and forty conduits, several plants."""
    svg = draw(*plant(seed), title="NORTH")
    cards, labels = rectangles(svg, "zc"), rectangles(svg, "lb")
    assert (len(cards), len(labels)) == (30, 40)
    for one, other in combinations(cards + labels, 2):
        assert not cover(one, other), (one, other)


@pytest.mark.parametrize("seed", range(8))
def test_conduits_run_at_right_angles_from_card_to_card_and_through_none(seed: int) -> None:
    """Each line ends on its two cards and passes no other."""
    zones, conduits = plant(seed)
    bands = [[z.id for z in zones if z.level == level] for level in sorted(set(LEVELS), reverse=True)]
    layout = arrange(bands, [(c.id, c.zone_a, c.zone_b, 120) for c in conduits])
    for conduit in conduits:
        points = layout.routes[conduit.id].points
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2
            line = (min(x1, x2), min(y1, y2), max(x1, x2) or x1, max(y1, y2))
            for place in layout.places.values():
                inside = (place.x + 0.1, place.y + 0.1, place.x + CARD_WIDTH - 0.1, place.y + CARD_HEIGHT - 0.1)
                assert not (
                    line[0] < inside[2] and inside[0] < line[2] + 1e-9 and line[1] < inside[3] and inside[1] < line[3]
                ), conduit
        ends = {points[0], points[-1]}
        for zone in (conduit.zone_a, conduit.zone_b):
            place = layout.places[zone]
            assert any(place.x < x < place.x + CARD_WIDTH and y in (place.y, place.y + CARD_HEIGHT) for x, y in ends)


def test_no_two_conduits_share_a_line() -> None:
    """Level and upright parts of different conduits never lie on each other."""
    zones, conduits = plant(1)
    bands = [[z.id for z in zones if z.level == level] for level in sorted(set(LEVELS), reverse=True)]
    layout = arrange(bands, [(c.id, c.zone_a, c.zone_b, 120) for c in conduits])
    parts = [
        (key, a, b)
        for key, route in layout.routes.items()
        for a, b in zip(route.points, route.points[1:], strict=False)
        if a != b
    ]
    for (key, a, b), (other, c, d) in combinations(parts, 2):
        for along, across in ((0, 1), (1, 0)):
            if key != other and a[across] == b[across] == c[across] == d[across]:
                assert max(min(a[along], b[along]), min(c[along], d[along])) >= min(
                    max(a[along], b[along]), max(c[along], d[along])
                ), (key, other)


def test_business_stands_above_control() -> None:
    """Bands follow the Purdue level, what has none stands last."""
    zones = [DrawnZone(id=str(n), name=f"zone {n}", level=level) for n, level in enumerate((0, 5, 3.5, None, 2))]
    svg = draw(zones, [], title="NORTH")
    assert re.findall(r'class="lt"[^>]*>([^<]+)<', svg) == ["L4-5", "L3.5", "L2", "L0-1", "none"]


def test_same_plant_same_bytes_whatever_the_order() -> None:
    """The drawing does not depend on the order of the register."""
    zones, conduits = plant(3)
    once = draw(zones, conduits, title="NORTH")
    assert once == draw(zones, conduits, title="NORTH")
    assert sorted(once.split("<")) == sorted(draw(zones[::-1], conduits[::-1], title="NORTH").split("<"))


def test_it_is_an_image_with_words_and_nothing_active() -> None:
    """Names are text; no style, script or handler stands in the drawing of a page."""
    evil = '"><script>alert(1)</script>'
    zone = DrawnZone(id="a", name=evil, code=evil, level=1)
    link = DrawnConduit(id="c", name=evil, zone_a="a", zone_b="b", protocols=(evil,), boundary_device=evil, broken=evil)
    svg = draw([zone, DrawnZone(id="b", name="B", level=2)], [link], title=evil)
    tree = ElementTree.fromstring(svg)
    assert tree.get("role") == "img"
    assert tree.findtext(f"{SVG}title") == evil
    assert "Zones: 2, conduits: 1" in (tree.findtext(f"{SVG}desc") or "")
    tags = {element.tag.removeprefix(SVG) for element in tree.iter()}
    assert tags == {"svg", "title", "desc", "g", "rect", "path", "text"}
    assert not any(name == "style" or name.startswith("on") for element in tree.iter() for name in element.attrib)


def test_safety_boundary_and_broken_rule_have_their_marks() -> None:
    """Double border, filled square, dashed line with the rule in words."""
    zones = [DrawnZone(id="a", name="Safety", level=1, safety=True), DrawnZone(id="b", name="Control", level=2)]
    kept = DrawnConduit(
        id="1", name="C-1", zone_a="a", zone_b="b", protocols=("DNP3 20000", "NTP"), boundary_device="FW"
    )
    broken = DrawnConduit(id="2", name="C-2", zone_a="a", zone_b="b", broken="SEG-3")
    svg = draw(zones, [kept, broken], title="NORTH")
    assert len(rectangles(svg, "saf")) == len(rectangles(svg, "fw")) == len(rectangles(svg, "viob")) == 1
    assert "SEG-3: no flow declared" in svg
    assert "DNP3 20000 +1" in svg


def test_levels_say_what_is_missing() -> None:
    """Unknown is a word, never nought."""
    zones = [
        DrawnZone(id="a", name="A", level=1, target=3, achieved=1),
        DrawnZone(id="b", name="B", level=1, target=2),
        DrawnZone(id="c", name="C", level=1),
    ]
    svg = draw(zones, [], title="NORTH")
    assert "has 1 (−2)" in svg
    assert "not assessed" in svg
    assert "no target level set" in svg
    assert svg.count('class="pg"') == 2


def test_an_empty_plant_draws_nothing_but_itself() -> None:
    """No zones, no error; a conduit to a zone that is not shown is left out."""
    link = DrawnConduit(id="c", name="C", zone_a="a", zone_b="b")
    assert "Zones: 0, conduits: 0" in draw([], [link], title="NORTH")
