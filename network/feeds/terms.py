"""Addresses, ports and protocols as firewalls write them, each read into a set of numbers."""

import ipaddress
import re

from network.rules.spans import Spans, spans
from network.rules.traffic import ALL_PORTS, ALL_PROTOCOLS, ANY, PROTOCOLS, number, subnet

MOST_RULES, MOST_BOXES, MOST_PARTS, LONGEST_LINE, MOST_BYTES = 10_000, 256, 5_000, 20_000, 20_000_000
SEPARATOR = re.compile(r"[\s,|]+")
PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "tacacs": 49, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70,
    "finger": 79, "www": 80, "http": 80, "pop2": 109, "pop3": 110, "sunrpc": 111, "ident": 113, "nntp": 119, "ntp": 123, "netbios-ns": 137,
    "netbios-dgm": 138, "netbios-ssn": 139, "imap4": 143, "snmp": 161, "snmptrap": 162, "bgp": 179, "irc": 194, "ldap": 389, "https": 443,
    "cifs": 445, "isakmp": 500, "exec": 512, "login": 513, "who": 513, "rsh": 514, "cmd": 514, "syslog": 514, "lpd": 515, "rip": 520, "ldaps": 636,
    "lotusnotes": 1352, "citrix-ica": 1494, "sqlnet": 1521, "radius": 1645, "radius-acct": 1646, "h323": 1720, "pptp": 1723, "nfs": 2049,
    "ctiqbe": 2748, "sip": 5060, "aol": 5190, "pcanywhere-data": 5631, "pcanywhere-status": 5632, "rtsp": 554, "kerberos": 750, "rdp": 3389,
}  # fmt: skip
ICMP_TYPES = {
    "echo-reply": 0, "destination-unreachable": 3, "unreachable": 3, "source-quench": 4, "redirect": 5, "echo": 8, "echo-request": 8, "router-advertisement": 9,
    "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14, "mask-request": 17,
    "mask-reply": 18, "traceroute": 30,
}  # fmt: skip


class NotUnderstood(Exception):
    """A line does not say what can be judged; the text says why."""


def protocols(text: str) -> Spans:
    """Return the protocols of a name, a number or a list of these."""
    found = []
    for word in filter(None, re.split(r"[\s,|/]+", text.lower())):
        if word in {"any", "all", "ip", "ip4", "ipv4", "*"}:
            return ALL_PROTOCOLS
        if word in PROTOCOLS:
            found.append((PROTOCOLS[word],) * 2)
        elif word == "icmp6" or word == "ipv6-icmp":
            found.append((58, 58))
        elif word.isascii() and word.isdigit() and int(word) < 256:
            found.append((int(word),) * 2)
        else:
            raise NotUnderstood(f"'{word[:40]}' is no protocol that is known.")
    return spans(found) or ALL_PROTOCOLS


def port(text: str) -> int:
    """Return the number of a port given by number or name."""
    word = text.lower()
    if word in PORTS:
        return PORTS[word]
    if word.isascii() and word.isdigit() and len(word) < 6 and int(word) < 65536:
        return int(word)
    raise NotUnderstood(f"'{text[:40]}' is no port that is known.")


def ports(text: str) -> Spans:
    """Return the ports of a list such as 502 or 4840,49320-49330; empty text means all."""
    found = []
    for word in filter(None, SEPARATOR.split(text)):
        if word.lower() in {"any", "all", "*"}:
            return ALL_PORTS
        low, _, high = word.replace(":", "-").partition("-") if word.lower() not in PORTS else (word, "", "")
        found.append(
            (port(low or "0"), port(high) if high else 65535 if word.endswith(("-", ":")) else port(low or "0"))
        )
    if any(low > high for low, high in found):
        raise NotUnderstood(f"'{text[:60]}': a range of ports runs backwards.")
    return spans(found) or ALL_PORTS


def icmp_type(text: str) -> Spans:
    """Return the type of an ICMP message, which stands in the place of the port."""
    word = text.lower().split("/")[0]
    if word == "any":
        return ALL_PORTS
    if word in ICMP_TYPES:
        return ((ICMP_TYPES[word],) * 2,)
    if word.isascii() and word.isdigit() and int(word) < 256:
        return ((int(word),) * 2,)
    raise NotUnderstood(f"'{text[:40]}' is no type of ICMP that is known.")


def addresses(text: str, anything: Spans = ANY) -> Spans:
    """Return the addresses of a list of subnets, ranges and single addresses; empty text or `any` means all."""
    found = []
    words = list(filter(None, SEPARATOR.split(text)))
    if len(words) > MOST_PARTS:
        raise NotUnderstood(f"It lists over {MOST_PARTS:,} addresses.")
    for word in words:
        if word.lower() in {"any", "all", "*"}:
            return anything
        found.append(stretch(word))
    return spans(found) or anything


def stretch(word: str) -> tuple[int, int]:
    """Return first and last address of a subnet, an address, or a range such as 10.0.0.5-10.0.0.9."""
    try:
        if "-" in word:
            low, _, high = word.partition("-")
            first, last = ipaddress.ip_address(low), ipaddress.ip_address(high)
            if first.version != last.version or int(first) > int(last):
                raise NotUnderstood(f"'{word[:80]}': the range of addresses runs backwards.")
            return number(first), number(last)
        return subnet(word)
    except ValueError as wrong:
        raise NotUnderstood(f"'{word[:80]}' is no address.") from wrong


def masked(address: str, mask: str) -> tuple[int, int]:
    """Return first and last address of a subnet given with a mask such as 255.255.255.0."""
    try:
        return subnet(f"{address}/{mask}" if mask != "255.255.255.255" else address)
    except ValueError as wrong:
        raise NotUnderstood(f"'{address[:40]} {mask[:40]}' is no subnet.") from wrong
