"""Places zone cards in Purdue bands and leads conduits between them at right angles, so that no label covers another.

Rows of cards lie on one grid of columns; between the rows run channels (for the level parts of conduits and for their
labels), between the columns gutters (for conduits that pass a row). Same input, same places. Lengths are in pixels.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

CARD_WIDTH, CARD_HEIGHT = 184, 86
TRACK, MARGIN, LANE = 19, 14, 7
LEFT = 104  # the words of the bands
PORT = 8
MOST_COLUMNS = 8
Pins = Mapping[str, tuple[int, int]]  # zone: line within its band, column
NOWHERE: Pins = MappingProxyType({})


@dataclass(frozen=True)
class Place:
    """Where a card stands: its row from the top, its column, its upper left corner, its line within its band."""

    row: int
    column: int
    x: float = 0
    y: float = 0
    line: int = 0


@dataclass(frozen=True)
class Route:
    """The corners of a conduit, and the centre of its label."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass
class Layout:
    """A finished drawing: places by zone, routes by conduit, the upper edge of each row."""

    width: float
    height: float
    places: dict[str, Place]
    routes: dict[str, Route]
    rows: list[float]


@dataclass
class _Leg:
    """The level part of a conduit in one channel, from x to x, with room for a label of that width or none."""

    key: str
    channel: int
    start: float
    end: float
    label: float = 0
    track: int = 0

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def span(self) -> tuple[float, float]:
        low, high = sorted((self.start, self.end))
        return min(low, self.middle - self.label / 2) - 5, max(high, self.middle + self.label / 2) + 5


@dataclass
class _Way:
    """A conduit on its way: its two cards, upper first, where it leaves and enters, and its lane if it passes rows."""

    key: str
    upper: str
    lower: str
    gutter: int | None = None
    lane: float = 0
    legs: list[_Leg] = field(default_factory=list)


def arrange(
    bands: Sequence[Sequence[str]], links: Iterable[tuple[str, str, str, float]], *, pinned: Pins = NOWHERE
) -> Layout:
    """Lay out zones given band by band (top first) and links (key, zone, zone, width of label); pinned ones stay where they are."""
    widest = max((len(band) for band in bands), default=1)
    columns = max(3, min(MOST_COLUMNS, widest), *(column + 1 for _line, column in pinned.values()), 0)
    ends = list(links)
    grid = _grid(bands, ends, columns, pinned)
    ways = [_way(key, one, other, grid) for key, one, other, _ in sorted(ends)]
    gap = MARGIN * 2 + LANE * _share_gutters(ways, grid, columns)
    left: dict[int, float] = {column: LEFT + gap + column * (CARD_WIDTH + gap) for column in range(columns)}
    width = LEFT + gap + columns * (CARD_WIDTH + gap)
    ports = _ports(ways, grid, left)
    labels = {key: label for key, _, _, label in ends}
    for way in ways:
        way.lane = left[0] - gap / 2 + (way.gutter or 0) * (CARD_WIDTH + gap) + way.lane * LANE
        way.legs = _legs(way, grid, ports, labels[way.key], width)
    rows, tracks, height = _heights(ways, 1 + max((place.row for place in grid.values()), default=0))
    places = {zone: Place(p.row, p.column, left[p.column], rows[p.row], p.line) for zone, p in grid.items()}
    return Layout(width, height, places, {w.key: _route(w, grid, ports, rows, tracks) for w in ways}, rows)


def _grid(
    bands: Sequence[Sequence[str]], ends: list[tuple[str, str, str, float]], columns: int, pinned: Pins
) -> dict[str, Place]:
    """Give each zone a row and a column: where it is pinned, else near the zones above that it talks to."""
    talks = defaultdict(list)
    for _, one, other, _ in ends:
        talks[one].append(other)
        talks[other].append(one)
    grid: dict[str, Place] = {}
    row = 0
    for band in bands:
        known = {zone: place.column for zone, place in grid.items()}
        pins = {zone: pinned[zone] for zone in band if zone in pinned}
        cells = (_kept if pins else _spread)(band, columns, known, talks, pins)
        grid |= {zone: Place(row + line, column, line=line) for zone, (line, column) in cells.items()}
        row += 1 + max(line for line, _column in cells.values())
    return grid


def _wish(zone: str, columns: int, known: Mapping[str, int], talks: Mapping[str, list[str]]) -> float:
    """Return the column in which a zone would be nearest to those that it talks to."""
    above = [known[one] for one in talks[zone] if one in known]
    return sum(above) / len(above) if above else columns / 2


def _spread(
    band: Sequence[str], columns: int, known: Mapping[str, int], talks: Mapping[str, list[str]], _pins: Pins
) -> dict[str, tuple[int, int]]:
    """Spread a band evenly over as few lines as it needs."""
    count = -(-len(band) // columns)
    size = -(-len(band) // count)
    cells: dict[str, tuple[int, int]] = {}
    for line in range(count):
        zones = list(band[line * size : (line + 1) * size])
        placed = {**known, **{one: column for one, (_line, column) in cells.items()}}
        zones.sort(key=lambda zone: (_wish(zone, columns, placed, talks), zone))
        cells |= {zone: (line, int((index + 0.5) * columns / len(zones))) for index, zone in enumerate(zones)}
    return cells


def _kept(
    band: Sequence[str], columns: int, known: Mapping[str, int], talks: Mapping[str, list[str]], pins: Pins
) -> dict[str, tuple[int, int]]:
    """Keep the pinned zones of a band in their cells, and put the others into the free cells next to where they wish to be."""
    cells: dict[str, tuple[int, int]] = {}
    for zone in sorted(pins):
        if pins[zone] not in cells.values():
            cells[zone] = pins[zone]
    wish = {zone: _wish(zone, columns, known, talks) for zone in band}
    lines = max(-(-len(band) // columns), 1 + max(line for line, _column in cells.values()))
    free = {(line, column) for line in range(lines) for column in range(columns)} - set(cells.values())
    for zone in sorted((zone for zone in band if zone not in cells), key=lambda zone: (wish[zone], zone)):
        cells[zone] = min(free, key=lambda cell: (cell[0], abs(cell[1] - wish[zone]), cell[1]))
        free.discard(cells[zone])
    return cells


def _way(key: str, one: str, other: str, grid: dict[str, Place]) -> _Way:
    """Order the ends of a conduit: the upper first, in one row the left first."""
    upper, lower = sorted((one, other), key=lambda zone: (grid[zone].row, grid[zone].column, zone))
    return _Way(key, upper, lower)


def _share_gutters(ways: list[_Way], grid: dict[str, Place], columns: int) -> int:
    """Give each conduit that passes a row a gutter and a lane in it; return the most lanes of any gutter."""
    load = [0] * (columns + 1)
    for way in ways:
        upper, lower = grid[way.upper], grid[way.lower]
        if lower.row - upper.row < 2:
            continue
        wish = (upper.column + lower.column + 1) / 2
        way.gutter = min(range(columns + 1), key=lambda g: (abs(g - wish) + 0.6 * load[g], g))
        load[way.gutter] += 1
        way.lane = load[way.gutter] // 2 * (1 if load[way.gutter] % 2 else -1)
    return max(load)


def _ports(ways: list[_Way], grid: dict[str, Place], left: dict[int, float]) -> dict[tuple[str, str], float]:
    """Spread the ends of conduits over the lower and upper edges of their cards, by where they lead to."""
    edges: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for way in ways:
        upper, lower = grid[way.upper], grid[way.lower]
        under = upper.row == lower.row
        edges[way.upper, "below"].append((_aim(way, lower), way.key))
        edges[way.lower, "below" if under else "above"].append((_aim(way, upper), way.key))
    ports: dict[tuple[str, str], float] = {}
    for (zone, side), wanted in sorted(edges.items()):
        step = min(4, CARD_WIDTH // PORT // (len(wanted) + 1)) or 1
        first = left[grid[zone].column] + CARD_WIDTH / 2 - step * PORT * (len(wanted) - 1) / 2
        for index, (_, key) in enumerate(sorted(wanted)):
            x = round((first + index * step * PORT) / PORT) * PORT
            ports[key, zone] = x + (PORT / 2 if side == "above" else 0)
    for way in ways:
        start, end = ports[way.key, way.upper], ports[way.key, way.lower]
        if way.gutter is None and abs(start - end) <= PORT:
            ports[way.key, way.lower] = start
    return ports


def _aim(way: _Way, place: Place) -> float:
    """Return the column towards which a conduit leaves a card: its gutter's, or that of the other card."""
    return place.column if way.gutter is None else way.gutter - 0.5


def _legs(
    way: _Way, grid: dict[str, Place], ports: dict[tuple[str, str], float], label: float, width: float
) -> list[_Leg]:
    """Return the level parts of a conduit; the longest carries the label."""
    start, end = ports[way.key, way.upper], ports[way.key, way.lower]
    top, bottom = grid[way.upper].row, grid[way.lower].row - 1
    if way.gutter is None:
        legs = [_Leg(way.key, top, start, end)]
    else:
        legs = [_Leg(way.key, top, start, way.lane), _Leg(way.key, bottom, way.lane, end)]
    max(legs, key=lambda leg: abs(leg.end - leg.start)).label = label
    return legs


def _heights(ways: list[_Way], rows: int) -> tuple[list[float], list[float], float]:
    """Give each level part a track of its channel; return the tops of rows, the first track of each channel, the height."""
    channels: dict[int, list[_Leg]] = defaultdict(list)
    for way in ways:
        for leg in way.legs:
            channels[leg.channel].append(leg)
    tops, firsts, y = [], [], 22.0
    for row in range(rows):
        tops.append(y)
        taken: list[list[tuple[float, float]]] = []
        for leg in sorted(channels[row], key=lambda leg: (leg.span, leg.key)):
            low, high = leg.span
            free = (n for n, track in enumerate(taken) if all(high < a or low > b for a, b in track))
            leg.track = next(free, len(taken))
            if leg.track == len(taken):
                taken.append([])
            taken[leg.track].append((low, high))
        firsts.append(y + CARD_HEIGHT + MARGIN + TRACK / 2)
        y += CARD_HEIGHT + 2 * MARGIN + TRACK * len(taken)
    return tops, firsts, y


def _route(
    way: _Way, grid: dict[str, Place], ports: dict[tuple[str, str], float], rows: list[float], tracks: list[float]
) -> Route:
    """Return the corners of a conduit from its upper to its lower card."""
    upper, lower = grid[way.upper], grid[way.lower]
    points = [(ports[way.key, way.upper], rows[upper.row] + CARD_HEIGHT)]
    label = points[0]
    for leg in way.legs:
        y = tracks[leg.channel] + leg.track * TRACK
        points += [(leg.start, y), (leg.end, y)]
        if leg.label:
            label = (leg.middle, y)
    points.append((ports[way.key, way.lower], rows[lower.row] + (CARD_HEIGHT if upper.row == lower.row else 0)))
    return Route(tuple(points), label)
