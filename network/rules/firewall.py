"""Every permit rule of a firewall judged against the declared flows (IEC 62443-3-2 ZCR 3, IEC 62443-3-3 SR 5.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from network.rules.spans import minus, within
from network.rules.traffic import (
    ALL_PORTS,
    NEW,
    Box,
    TooMany,
    address_words,
    common,
    example,
    merged,
    port_words,
    protocol_words,
    uncovered,
)

Hull = tuple[int, int, int, int]
STEPS = 50_000  # pieces looked at for one rule before it counts as not covered


class Verdict(StrEnum):
    """What a rule of a firewall is, measured by the declared flows."""

    COVERED = "COVERED"
    TOO_WIDE = "TOO_WIDE"
    UNDECLARED = "UNDECLARED"
    SHADOWED = "SHADOWED"
    NEVER_SEEN = "NEVER_SEEN"
    BLOCKS = "BLOCKS"
    OFF = "OFF"
    UNREAD = "UNREAD"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule as read: its line, the list it belongs to, what it lets pass or blocks; `hits` is None where the file counts none."""

    line: int
    text: str
    chain: str = ""
    permits: bool = True
    traffic: tuple[Box, ...] = ()
    hits: int | None = None
    remark: str = ""
    active: bool = True


@dataclass(frozen=True)
class Unread:
    """A line that was not understood, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True)
class Declared:
    """A declared flow: its id, how it is called, its traffic; none where its zones have no addresses."""

    id: int
    words: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Plant:
    """What is declared at a site: its flows, and the traffic that stays inside one zone and needs none."""

    flows: tuple[Declared, ...] = ()
    inside: tuple[Box, ...] = ()

    @cached_property
    def _flows(self) -> list[tuple[Hull, Declared]]:
        return [(hull(flow.boxes), flow) for flow in self.flows if flow.boxes]

    @cached_property
    def _inside(self) -> list[tuple[Hull, Box]]:
        return [(hull([box]), box) for box in self.inside]

    def near(self, traffic: Sequence[Box]) -> tuple[list[Declared], list[Box]]:
        """Return the flows and inner traffic that may share something with this traffic."""
        low, high, first, last = hull(traffic)
        return (
            [one for (a, b, c, d), one in self._flows if a <= high and b >= low and c <= last and d >= first],
            [one for (a, b, c, d), one in self._inside if a <= high and b >= low and c <= last and d >= first],
        )


@dataclass(frozen=True)
class Judged:
    """The verdict on a rule, the sentence that says why, and the ids of the flows that it touches."""

    verdict: Verdict
    words: str
    flows: tuple[int, ...] = field(default=())


def hull(boxes: Sequence[Box]) -> Hull:
    """Return the lowest and highest source and destination, by which most pairs are told apart at once."""
    sources, destinations = [box.source for box in boxes], [box.destination for box in boxes]
    return (
        min((one[0][0] for one in sources), default=0), max((one[-1][1] for one in sources), default=-1),
        min((one[0][0] for one in destinations), default=0), max((one[-1][1] for one in destinations), default=-1),
    )  # fmt: skip


def judge(rules: Sequence[Rule], plant: Plant) -> list[Judged]:
    """Return what each rule is, in order."""
    found = []
    earlier: dict[str, list[tuple[Hull, Rule]]] = {}
    for rule in rules:
        before = earlier.setdefault(rule.chain, [])
        found.append(_judged(rule, before, plant))
        if rule.active and rule.traffic:
            before.append((hull(rule.traffic), rule))
    return found


def _judged(rule: Rule, before: Sequence[tuple[Hull, Rule]], plant: Plant) -> Judged:
    if not rule.active:
        return Judged(Verdict.OFF, "The rule is switched off.")
    if (over := shadow(rule, before)) is not None:
        same = "does the same" if over.permits == rule.permits else "decides otherwise"
        return Judged(Verdict.SHADOWED, f"Line {over.line} comes first, takes all of its traffic and {same}.")
    if not rule.permits:
        return Judged(Verdict.BLOCKS, "It blocks, so no flow is needed.")
    return _unused(rule, against(rule, plant))


def _unused(rule: Rule, judged: Judged) -> Judged:
    if rule.hits != 0:
        return judged
    verdict = Verdict.NEVER_SEEN if judged.verdict == Verdict.COVERED else judged.verdict
    return Judged(verdict, f"{judged.words} No packet ever met it.", judged.flows)


def shadow(rule: Rule, before: Sequence[tuple[Hull, Rule]]) -> Rule | None:
    """Return the first earlier rule that takes all traffic of this one."""
    low, high, first, last = hull(rule.traffic)
    around = (one for (a, b, c, d), one in before if a <= low and b >= high and c <= first and d >= last)
    return next((one for one in around if all(_held(box, one.traffic) for box in rule.traffic)), None)


def _held(box: Box, covers: Sequence[Box]) -> bool:
    """Tell whether covers hold all of a box; one of them alone is by far the usual case."""
    if any(all(within(mine, theirs) for mine, theirs in zip(box, cover, strict=True)) for cover in covers):
        return True
    try:
        return len(covers) > 1 and uncovered(box, covers, [STEPS]) is None
    except TooMany:
        return False


def against(rule: Rule, plant: Plant) -> Judged:
    """Return how a permit rule stands to the declared flows alone."""
    opened = [both for box in rule.traffic if (both := common(box, Box(state=NEW))) is not None]
    if not opened:
        return Judged(Verdict.COVERED, "It lets only answers of open connections pass.")
    flows, inside = plant.near(opened)
    if not list(_outside(opened, inside)):
        return Judged(Verdict.COVERED, "Both ends lie in one zone, so no flow is needed.")
    touched = [flow for flow in flows if any(common(box, cover) for box in opened for cover in flow.boxes)]
    if not touched:
        return Judged(Verdict.UNDECLARED, f"No declared flow allows it, such as {example(opened[0])}.")
    ids, names = tuple(flow.id for flow in touched), _named([flow.words for flow in touched])
    declared = [cover for flow in touched for cover in flow.boxes]
    beyond = next(_outside(opened, [*inside, *declared]), None)
    if beyond is None:
        return Judged(Verdict.COVERED, f"Declared: {names}.", ids)
    excess = _excess(opened, declared)
    return Judged(Verdict.TOO_WIDE, f"{excess} It lets pass {example(beyond)}, which is not declared. Declared: {names}.", ids)  # fmt: skip


def _outside(boxes: Sequence[Box], covers: Sequence[Box]) -> Iterator[Box]:
    """Yield, for each box that the covers do not hold, some of its traffic that they leave out."""
    for box in boxes:
        try:
            piece = uncovered(box, covers, [STEPS])
        except TooMany:
            piece = box
        if piece is not None:
            yield piece


def _excess(opened: Sequence[Box], declared: Sequence[Box]) -> str:
    """Say in which of its parts a rule goes beyond the flows that it touches."""
    told = []
    for place, label, words in (
        (0, "source", address_words), (1, "destination", address_words), (2, "protocol", protocol_words), (3, "port", port_words),
    ):  # fmt: skip
        mine, theirs = merged(opened, place), merged(declared, place)
        if minus(mine, theirs) and not (label == "port" and theirs == ALL_PORTS):
            told.append(f"{label} {words(mine)} instead of {words(theirs)}")
    if not told:
        return "Its parts are declared one by one, not together."
    return f"Wider than declared: {'; '.join(told)}."


def _named(words: Sequence[str]) -> str:
    kept = list(dict.fromkeys(words))
    return "; ".join(kept[:3]) + (f" and {len(kept) - 3} more" if len(kept) > 3 else "")
