"""Cisco ASA: extended access lists with their objects and groups, from `show running-config` or `show access-list`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from network.feeds.asa_objects import Reader, Words
from network.feeds.terms import MOST_BOXES, NotUnderstood
from network.rules.firewall import Rule, Unread
from network.rules.traffic import Box
from registers.files.sandbox import Refused

HITS = re.compile(r"\(hitcnt=(\d+)\)")
HASH = re.compile(r"\s0x[0-9a-f]{1,10}\s*$")
HEAD = re.compile(r"access-list (\S+;.*|cached ACL log flows.*|alert-interval.*)")


def read(lines: Iterable[str]) -> Iterator[Rule | Unread]:
    """Yield the rules of every access list in order, and each line that is not judged with the reason."""
    reader = Reader(lines)
    if not reader.lists:
        raise Refused("The file has no access-list. Take it with 'show running-config' or 'show access-list'.")
    remark = ""
    for number, text, below in _with_expansions(reader.lists):
        try:
            told = _entry(reader, number, text, below)
        except NotUnderstood as wrong:
            told, remark = Unread(number, text, str(wrong)), ""
        if isinstance(told, str):
            remark = told
        elif told is not None:
            yield _remarked(told, remark)
            remark = ""
    yield from reader.unread
    if reader.other:
        told = f"{len(reader.other)} lines from here on tell of other things than access lists, objects and groups. They are not judged."
        yield Unread(reader.other[0], f"{len(reader.other)} lines", told)


def _remarked(told: Rule | Unread, remark: str) -> Rule | Unread:
    return replace(told, remark=remark[:200]) if isinstance(told, Rule) and remark else told


def _with_expansions(lists: list[tuple[int, str]]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each entry with the indented lines into which `show access-list` resolves it."""
    found: list[tuple[int, str, list[str]]] = []
    for number, text in lists:
        if text[0] in " \t" and found:
            found[-1][2].append(text.strip())
        else:
            found.append((number, text.strip(), []))
    yield from found


def _entry(reader: Reader, number: int, text: str, below: list[str]) -> Rule | Unread | str | None:
    """Return the rule of an entry, its remark, or nothing for a heading."""
    if HEAD.match(text):
        return None
    counted = HITS.search(text)
    words = Words(HASH.sub("", HITS.sub("", text)))
    words.take("access-list")
    name = words.need("a name")
    if words.take("line"):
        words.need("a number")
    kind = words.take("extended", "remark", "permit", "deny")
    if kind == "remark":
        return " ".join(words.left)
    if not kind:
        raise NotUnderstood("Only extended access lists are judged.")
    action = words.need("permit or deny") if kind == "extended" else kind
    if action not in {"permit", "deny"}:
        raise NotUnderstood(f"'{action[:40]}' is neither permit nor deny.")
    boxes = _traffic(reader, words, below)
    return Rule(
        line=number, text=text[:2000], chain=name[:80], permits=action == "permit", traffic=boxes, active="inactive" not in words.left,
        hits=int(counted[1]) if counted else None,
    )  # fmt: skip


def _traffic(reader: Reader, words: Words, below: list[str]) -> tuple[Box, ...]:
    """Return what an entry matches; where its objects are not in the file, what the lines below it say."""
    kept = list(words.left)
    try:
        boxes = reader.boxes(words)
    except NotUnderstood:
        if not below:
            raise
        words.left = ["inactive"] if "inactive" in kept else []
        return _resolved(reader, below)
    _options(words)
    return boxes


def _options(words: Words) -> None:
    """Refuse what comes after the addresses and narrows the rule in a way that is not judged."""
    left = list(words.left)
    while left:
        word = left.pop(0)
        if word == "time-range":
            raise NotUnderstood("It holds only in a time range, which is not judged.")
        if word == "log":
            while left and left[0] not in {"inactive", "time-range"}:
                left.pop(0)
        elif word not in {"inactive", "(inactive)"}:
            raise NotUnderstood(f"'{word[:40]}' is not judged.")


def _resolved(reader: Reader, below: list[str]) -> tuple[Box, ...]:
    found: list[Box] = []
    for text in below:
        words = Words(HASH.sub("", HITS.sub("", text)))
        while words.take() not in {"permit", "deny", ""}:
            pass
        found.extend(reader.boxes(words))
        if len(found) > MOST_BOXES:
            raise NotUnderstood(f"It stands for over {MOST_BOXES} combinations. Take the file with its objects.")
    return tuple(found)
