"""Cisco ASA: the objects and groups that access lists name, and the parts of a rule that may name them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from network.feeds import terms
from network.feeds.terms import MOST_BOXES, MOST_PARTS, NotUnderstood
from network.rules.firewall import Unread
from network.rules.spans import Spans, minus, spans
from network.rules.traffic import ALL_PORTS, ALL_PROTOCOLS, ANY, ANY4, ANY6, Box
from registers.files.sandbox import Refused

TCP_UDP = ((6, 6), (17, 17))
OPENS = {"object network", "object service", "object-group network", "object-group service", "object-group protocol", "object-group icmp-type"}  # fmt: skip
DEEPEST = 20


@dataclass(frozen=True)
class Service:
    """A protocol with the ports of both ends."""

    protocol: Spans = ALL_PROTOCOLS
    port: Spans = ALL_PORTS
    source_port: Spans = ALL_PORTS


@dataclass
class Named:
    """What objects and groups hold: addresses, services, ports, or the names of other groups."""

    kind: str
    addresses: list[tuple[int, int]] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    ports: list[tuple[int, int]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    transport: Spans = ALL_PROTOCOLS
    faulty: str = ""


class Words:
    """The words of one line, taken from the left."""

    def __init__(self, text: str) -> None:
        self.left = text.split()

    def take(self, *wanted: str) -> str:
        """Return the next word if it is one of these (or any, when none is named), else nothing."""
        if self.left and (not wanted or self.left[0] in wanted):
            return self.left.pop(0)
        return ""

    def need(self, what: str) -> str:
        """Return the next word; NotUnderstood where the line ends."""
        if not self.left:
            raise NotUnderstood(f"The line ends where {what} is expected.")
        return self.left.pop(0)


class Reader:
    """Reads a configuration: objects first, as lists may stand before what they name."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.named: dict[str, Named] = {}
        self.unread: list[Unread] = []
        self.lists: list[tuple[int, str]] = []
        self.other: list[int] = []
        self._collect(lines)

    def _collect(self, lines: Iterable[str]) -> None:
        opened: Named | None = None
        for number, raw in enumerate(lines, start=1):
            text = raw.strip()
            if not text or text.startswith(("!", ":")):
                continue
            if text.startswith("access-list "):
                opened = None
                self.lists.append((number, raw.rstrip()))
            elif raw[0] not in " \t" and (kind := " ".join(text.split()[:2])) in OPENS:
                opened = self._open(kind, text)
            elif raw[0] in " \t" and opened is not None and not text.startswith("nat "):
                try:
                    self._member(opened, text)
                except NotUnderstood as wrong:
                    opened.faulty = opened.faulty or f"line {number}: {wrong}"
                    self.unread.append(Unread(number, text, str(wrong)))
            else:
                opened = opened if raw[0] in " \t" else None
                self.other.append(number)

    def _open(self, kind: str, text: str) -> Named:
        words = text.split()
        made = self.named.setdefault(words[2] if len(words) > 2 else "", Named(kind))
        if len(words) > 3 and kind == "object-group service":
            made.transport = TCP_UDP if words[3] == "tcp-udp" else terms.protocols(words[3])
        return made

    def _member(self, into: Named, text: str) -> None:
        words = Words(text)
        word = words.need("a part")
        if word == "description":
            return
        if word == "group-object":
            into.parts.append(words.need("a group"))
        elif word in {"host", "subnet", "range", "network-object"}:
            self._addresses(into, word, words)
        elif word in {"service", "service-object"}:
            if words.take("object"):
                into.parts.append(words.need("an object"))
            else:
                into.services.append(service(words))
        elif word == "port-object":
            into.ports.extend(port_match(words))
        elif word == "protocol-object":
            into.services.append(Service(terms.protocols(words.need("a protocol"))))
        elif word == "icmp-object":
            into.ports.extend(terms.icmp_type(words.need("a type")))
        else:
            raise NotUnderstood(f"'{word[:40]}' is not judged.")
        if max(len(into.addresses), len(into.services), len(into.ports), len(into.parts)) > MOST_PARTS:
            raise Refused(f"A group has over {MOST_PARTS:,} parts. The rule set is not read.")

    def _addresses(self, into: Named, word: str, words: Words) -> None:
        first = words.need("an address")
        if word == "network-object" and first == "object":
            into.parts.append(words.need("an object"))
        elif word == "range":
            into.addresses.append(terms.stretch(f"{first}-{words.need('the last address')}"))
        elif word == "host" or first == "host":
            into.addresses.append(terms.stretch(first if word == "host" else words.need("an address")))
        elif "/" in first:
            into.addresses.append(terms.stretch(first))
        else:
            into.addresses.append(terms.masked(first, words.need("a mask")))

    def everything(self, name: str) -> list[Named]:
        """Return an object or group with all groups in it; NotUnderstood where one is missing or faulty."""
        found, waiting = [], [(name, 0)]
        seen = set()
        while waiting:
            one, depth = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if one not in self.named:
                raise NotUnderstood(f"Object {one[:60]} is not in the file.")
            if depth > DEEPEST:
                raise NotUnderstood(f"Group {name[:60]} is nested too deeply.")
            if self.named[one].faulty:
                raise NotUnderstood(f"Object {one[:60]} is not understood ({self.named[one].faulty[:120]})")
            found.append(self.named[one])
            waiting.extend((part, depth + 1) for part in self.named[one].parts)
        return found

    def addresses(self, words: Words) -> Spans:
        """Return the addresses that come next in a rule."""
        word = words.need("an address")
        fixed = {"any": ANY, "any4": ANY4, "any6": ANY6}
        if word in fixed:
            return fixed[word]
        if word == "host":
            return (terms.stretch(words.need("an address")),)
        if word in {"object", "object-group"}:
            name = words.need("a name")
            found = spans(pair for one in self.everything(name) for pair in one.addresses)
            if not found:
                raise NotUnderstood(f"Object {name[:60]} holds no addresses.")
            return found
        if word == "range":
            return (terms.stretch(f"{words.need('an address')}-{words.need('an address')}"),)
        if word in {"interface", "object-group-security", "security-group", "user", "user-group", "object-group-user"}:
            raise NotUnderstood(f"'{word}' is not judged: it names no addresses.")
        return (terms.stretch(word),) if "/" in word else (terms.masked(word, words.need("a mask")),)

    def services(self, words: Words) -> list[Service]:
        """Return the protocols, with ports where objects name them, that come first in a rule."""
        word = words.need("a protocol")
        if word not in {"object", "object-group"}:
            return [Service(terms.protocols(word))]
        name = words.need("a name")
        found = [
            one if held.transport == ALL_PROTOCOLS else Service(held.transport, one.port, one.source_port)
            for held in self.everything(name) for one in held.services
        ]  # fmt: skip
        if not found:
            raise NotUnderstood(f"Object {name[:60]} holds no protocol.")
        return found

    def ports(self, words: Words, protocol: Spans) -> Spans:
        """Return the ports that may come next in a rule."""
        if words.left[:1] == ["object-group"] and self._holds_ports(words.left[1:2]):
            words.take()
            return spans(pair for one in self.everything(words.need("a group")) for pair in one.ports)
        if words.left[:1] and words.left[0] in {"eq", "neq", "gt", "lt", "range"}:
            return port_match(words)
        if protocol in {((1, 1),), ((58, 58),)} and words.left and _is_type(words.left[0]):
            return terms.icmp_type(words.need("a type"))
        return ALL_PORTS

    def _holds_ports(self, name: list[str]) -> bool:
        return bool(name) and name[0] in self.named and any(one.ports for one in self.everything(name[0]))

    def boxes(self, words: Words) -> tuple[Box, ...]:
        """Return the traffic of the rest of a rule."""
        services = self.services(words)
        plain = services[0].protocol if len(services) == 1 else ALL_PROTOCOLS
        source = self.addresses(words)
        source_port = self.ports(words, ALL_PROTOCOLS)
        destination = self.addresses(words)
        port = self.ports(words, plain)
        if len(services) > MOST_BOXES:
            raise NotUnderstood(f"It names over {MOST_BOXES} services.")
        return tuple(
            Box(source, destination, one.protocol, _both(one.port, port), _both(one.source_port, source_port)) for one in services
        )  # fmt: skip


def _both(of_object: Spans, of_rule: Spans) -> Spans:
    return of_object if of_rule == ALL_PORTS else of_rule


def _is_type(word: str) -> bool:
    return word in terms.ICMP_TYPES or (word.isascii() and word.isdigit())


def port_match(words: Words) -> Spans:
    """Return the ports of eq, neq, gt, lt or range."""
    how = words.need("eq or range")
    first = terms.port(words.need("a port"))
    if how == "range":
        last = terms.port(words.need("a port"))
        if last < first:
            raise NotUnderstood("A range of ports runs backwards.")
        return ((first, last),)
    kinds: dict[str, Callable[[], Spans]] = {
        "eq": lambda: ((first, first),), "neq": lambda: minus(ALL_PORTS, ((first, first),)),
        "gt": lambda: spans([(first + 1, 65535)]), "lt": lambda: spans([(0, first - 1)]),
    }  # fmt: skip
    if how not in kinds:
        raise NotUnderstood(f"'{how[:40]}' is no comparison of ports.")
    return kinds[how]()


def service(words: Words) -> Service:
    """Return a service as an object tells it: protocol, source and destination ports."""
    word = words.need("a protocol")
    protocol = TCP_UDP if word == "tcp-udp" else terms.protocols(word)
    port = source_port = ALL_PORTS
    while words.left:
        if words.take("source"):
            source_port = port_match(words)
        elif words.take("destination") or words.left[0] in {"eq", "neq", "gt", "lt", "range"}:
            port = port_match(words)
        elif protocol in {((1, 1),), ((58, 58),)}:
            port = terms.icmp_type(words.need("a type"))
        else:
            raise NotUnderstood(f"'{words.left[0][:40]}' is not judged.")
    return Service(protocol, port, source_port)
