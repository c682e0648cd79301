"""`iptables-save`: the filter table from chain FORWARD on, with the chains that it jumps to, in the order in which a packet meets the rules."""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from network.feeds import terms
from network.feeds.terms import MOST_BOXES, MOST_RULES, NotUnderstood
from network.rules.firewall import Rule, Unread
from network.rules.spans import Spans, minus, spans
from network.rules.traffic import ALL_DOORS, ANY4, ANY6, STATES, Box, common, without
from registers.files.sandbox import Refused

START = "FORWARD"
COUNTED = re.compile(r"\[(\d+):\d+\]")
CHAIN = re.compile(r":(\S+) (\S+)(?: \[(\d+):\d+\])?")
PASSING, BLOCKING = {"ACCEPT"}, {"DROP", "REJECT"}
DEEPEST = 12
TARGET_OPTIONS = {"--reject-with": 1, "--log-prefix": 1, "--log-level": 1, "--log-tcp-options": 0, "--log-ip-options": 0, "--log-uid": 0, "--log-tcp-sequence": 0}  # fmt: skip
MATCHES = {"tcp", "udp", "icmp", "icmp6", "conntrack", "state", "multiport", "comment"}


@dataclass
class Line:
    """One rule of a chain, before it is followed."""

    number: int
    text: str
    box: Box
    target: str
    hits: int | None
    remark: str = ""


@dataclass
class Table:
    """The filter table as it stands in the file."""

    chains: dict[str, list[Line]] = field(default_factory=dict)
    policies: dict[str, tuple[int, str, str, int | None]] = field(default_factory=dict)  # line, text, policy, packets
    doors: dict[str, int] = field(default_factory=dict)
    anything: Spans = ANY4


@dataclass
class Walk:
    """What was met on the way through the chains, and how many steps are left."""

    met: set[int] = field(default_factory=set)
    judged: set[int] = field(default_factory=set)
    left: int = 10 * MOST_RULES


def read(lines: Iterable[str]) -> Iterator[Rule | Unread]:
    """Yield the rules that a forwarded packet meets, and each line that is not judged with the reason."""
    kept, unread = Table(), []
    named, table = list(lines), ""
    kept.doors = _doors(named)
    if any("ip6tables" in line for line in named[:5]):
        kept.anything = ANY6
    for number, raw in enumerate(named, start=1):
        text = raw.strip()
        if text.startswith("*"):
            table = text[1:]
        elif not text or text.startswith("#") or text == "COMMIT":
            continue
        elif table != "filter":
            unread.append(
                Unread(number, text, f"It belongs to table {table or '(none)'}; only the filter table is judged.")
            )
        else:
            try:
                _take(kept, number, text)
            except NotUnderstood as wrong:
                unread.append(Unread(number, text, str(wrong)))
    if START not in kept.policies:
        raise Refused("The file has no filter table with a chain FORWARD. Take it with iptables-save -c.")
    walk = Walk()
    yield from [*_followed(kept, START, Box(kept.anything, kept.anything), (), walk), *_policy(kept)]
    yield from unread
    for name, chain in kept.chains.items():
        for one in chain:
            if one.number not in walk.met:
                yield Unread(
                    one.number, one.text, f"Chain {name} is not met by forwarded traffic, so it is not judged."
                )
            elif one.number not in walk.judged and one.target in {*PASSING, *BLOCKING}:
                yield Unread(one.number, one.text, f"None of the traffic that is sent to chain {name} meets it.")


def _doors(lines: Iterable[str]) -> dict[str, int]:
    """Number the interfaces that the file names."""
    found: dict[str, int] = {}
    for line in lines:
        for name in re.findall(r"(?:^|\s)(?:-i|-o|--in-interface|--out-interface) (\S+)", line):
            if len(found) < 60_000:
                found.setdefault(name.rstrip("+"), len(found) + 1)
    return found


def _take(table: Table, number: int, text: str) -> None:
    if made := CHAIN.fullmatch(text):
        table.policies[made[1]] = (number, text, made[2], None if made[3] is None else int(made[3]))
        table.chains.setdefault(made[1], [])
        return
    counted = COUNTED.match(text)
    try:
        words = shlex.split(text[counted.end() :] if counted else text)
    except ValueError as wrong:
        raise NotUnderstood("A quote is left open.") from wrong
    if len(words) < 2 or words[0] not in {"-A", "--append"}:
        raise NotUnderstood("This is no rule of a chain.")
    if words[1] not in table.chains:
        raise NotUnderstood(f"There is no chain {words[1][:40]}.")
    line = Line(number, text, Box(table.anything, table.anything), "", int(counted[1]) if counted else None)
    _words(table, line, words[2:])
    table.chains[words[1]].append(line)


def _words(table: Table, line: Line, words: list[str]) -> None:
    place, turned = 0, False
    while place < len(words):
        word = words[place]
        if word == "!":
            turned, place = True, place + 1
            continue
        if line.target:
            if word not in TARGET_OPTIONS:
                raise NotUnderstood(f"'{word[:40]}' after the target is not known.")
            place += 1 + TARGET_OPTIONS[word]
            continue
        if word == "--syn":
            place += 1
            continue
        if place + 1 >= len(words):
            raise NotUnderstood(f"'{word[:40]}' stands without what it asks.")
        _word(table, line, word, words[place + 1], turned=turned)
        place, turned = place + 2, False
    if not line.target:
        raise NotUnderstood("It has no target, so it only counts.")


READERS: dict[str, tuple[str, Callable[[str], Spans]]] = {
    **dict.fromkeys(("-p", "--protocol"), ("protocol", terms.protocols)),
    **dict.fromkeys(("--dport", "--dports", "--destination-port", "--destination-ports"), ("port", terms.ports)),
    **dict.fromkeys(("--sport", "--sports", "--source-port", "--source-ports"), ("source_port", terms.ports)),
    **dict.fromkeys(("--icmp-type", "--icmpv6-type"), ("port", terms.icmp_type)),
}


def _word(table: Table, line: Line, word: str, given: str, *, turned: bool) -> None:
    """Narrow the traffic of a line by one of its conditions."""
    if word in {"-j", "--jump"}:
        if given not in {*PASSING, *BLOCKING, "LOG", "RETURN"} and given not in table.chains:
            raise NotUnderstood(f"Target {given[:40]} is not judged.")
        line.target = given
    elif word in {"-m", "--match"}:
        if given not in MATCHES:
            raise NotUnderstood(f"The condition {given[:40]} is not judged.")
    elif word == "--comment":
        line.remark = given[:200]
    elif word in {"-s", "--source"}:
        _narrow(line, "source", terms.addresses(given, table.anything), turned=turned)
    elif word in {"-d", "--destination"}:
        _narrow(line, "destination", terms.addresses(given, table.anything), turned=turned)
    elif word in {"-i", "--in-interface"}:
        _narrow(line, "entry", _door(table, given), turned=turned)
    elif word in {"-o", "--out-interface"}:
        _narrow(line, "exit", _door(table, given), turned=turned)
    elif word in {"--ctstate", "--state"}:
        _narrow(line, "state", _states(given), turned=turned)
    elif word in {"--ports", "--port"}:
        raise NotUnderstood("Ports of either end are not judged. Write --dports or --sports.")
    elif word in READERS:
        place, reader = READERS[word]
        _narrow(line, place, reader(given), turned=turned)
    else:
        raise NotUnderstood(f"'{word[:40]}' is not known.")


def _narrow(line: Line, place: str, wanted: Spans, *, turned: bool) -> None:
    held = getattr(line.box, place)
    kept = minus(held, wanted) if turned else minus(held, minus(held, wanted))
    if not kept:
        raise NotUnderstood("Its conditions exclude each other, so nothing ever meets it.")
    line.box = line.box._replace(**{place: kept})


def _door(table: Table, name: str) -> Spans:
    if name == "+":
        return ALL_DOORS
    if name.endswith("+"):
        return spans((place, place) for other, place in table.doors.items() if other.startswith(name[:-1]))
    return ((table.doors[name],) * 2,)


def _states(text: str) -> Spans:
    unknown = [word for word in text.upper().split(",") if word not in STATES]
    if unknown:
        raise NotUnderstood(f"The state {unknown[0][:40]} is not judged.")
    return spans((STATES[word],) * 2 for word in text.upper().split(","))


def _followed(table: Table, chain: str, within: Box, path: tuple[str, ...], walk: Walk) -> Iterator[Rule]:
    """Yield the rules of a chain for the traffic that is sent there, those of chains that it jumps to in their place."""
    if chain in path or len(path) > DEEPEST:
        raise Refused(f"Chain {chain} is met again from within itself. The rule set is not read.")
    waiting = [within]
    for line in table.chains[chain]:
        walk.met.add(line.number)
        walk.left -= 1
        if walk.left < 0:
            raise Refused("The chains of the rule set lead through each other too often. It is not read.")
        here = [both for box in waiting if (both := common(box, line.box)) is not None]
        if not here or line.target == "LOG":
            continue
        if line.target == "RETURN":
            waiting = [rest for box in waiting for rest in without(box, line.box)]
            if len(waiting) > MOST_BOXES:
                raise Refused(f"Line {line.number} cuts the traffic into too many pieces. The rule set is not read.")
        elif line.target in {*PASSING, *BLOCKING}:
            walk.judged.add(line.number)
            yield Rule(
                line=line.number, text=line.text, chain=START, permits=line.target in PASSING, traffic=tuple(here), hits=line.hits,
                remark=line.remark,
            )  # fmt: skip
        else:
            for box in here:
                yield from _followed(table, line.target, box, (*path, chain), walk)


def _policy(table: Table) -> Iterator[Rule]:
    """Yield what becomes of traffic that no rule decides."""
    number, text, policy, packets = table.policies[START]
    box = Box(table.anything, table.anything)
    yield Rule(
        line=number,
        text=text,
        chain=START,
        permits=policy == "ACCEPT",
        traffic=(box,),
        hits=packets,
        remark="Policy of the chain",
    )
