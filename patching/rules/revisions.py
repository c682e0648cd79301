"""What one state of an advisory says differently from another: products, ranges, vulnerabilities, remediations."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from patching.rules.facts import AFFECTED_STATUSES, AdvisoryFacts

Kind = Literal["added", "removed", "changed"]
Part = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its name, and both texts in parts, each part with whether it is new or gone."""

    kind: Kind
    name: str
    older: tuple[Part, ...]
    newer: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two states, by section."""

    products: tuple[Change, ...]
    vulnerabilities: tuple[Change, ...]
    remediations: tuple[Change, ...]
    words: tuple[Change, ...]

    @property
    def sections(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """Give each section that has a change, with its title."""
        titled = (
            ("Products and versions", self.products), ("Vulnerabilities", self.vulnerabilities),
            ("Remediations", self.remediations), ("Document", self.words),
        )  # fmt: skip
        return tuple((title, changes) for title, changes in titled if changes)

    @property
    def count(self) -> int:
        """Give how many things differ."""
        return sum(len(changes) for _title, changes in self.sections)


def compare(older: AdvisoryFacts, newer: AdvisoryFacts) -> Comparison:
    """Compare two states of one advisory."""
    return Comparison(
        _changes(_products(older), _products(newer)),
        _changes(_vulnerabilities(older), _vulnerabilities(newer)),
        _remediation_changes(older, newer),
        _changes(_words(older), _words(newer)),
    )


def _products(facts: AdvisoryFacts) -> dict[str, str]:
    """Give each product with its versions; a status other than known_affected is said."""
    status: dict[str, set[str]] = defaultdict(set)
    for weakness in facts.vulnerabilities:
        for name, product_ids in weakness.statuses:
            for key in product_ids:
                status[key].add(name)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for leaf in facts.leaves:
        name = " ".join(f"{leaf.vendor} {leaf.product} {' '.join(leaf.order_numbers)}".split())
        other = sorted(status[leaf.product_id] - {"known_affected"})
        said = leaf.version.strip() or "no version"
        found[name][f"{said} ({', '.join(other).replace('_', ' ')})" if other else said] = None
    return {name: " | ".join(versions) for name, versions in found.items()}


def _vulnerabilities(facts: AdvisoryFacts) -> dict[str, str]:
    found = {}
    for number, weakness in enumerate(facts.vulnerabilities, start=1):
        score = weakness.score
        affected = {key for name, keys in weakness.statuses if name in AFFECTED_STATUSES for key in keys}
        told = f"CVSS {score.base:.1f} {score.vector}" if score else "no score"
        found[weakness.cve or weakness.title or f"vulnerability {number}"] = f"{told}, {len(affected)} products"
    return found


def _remediation_changes(older: AdvisoryFacts, newer: AdvisoryFacts) -> tuple[Change, ...]:
    """Pair remediations of one category whose text is alike, so that an edited one is no loss and gain."""
    before, after = _remediations(older), _remediations(newer)
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    changes = []
    for category, text in gone:
        near = difflib.get_close_matches(text, [other for kind, other in come if kind == category], n=1, cutoff=0.5)
        if near:
            come.remove((category, near[0]))
            changes.append(_change(category, text, near[0]))
        else:
            changes.append(_change(category, text, None))
    return (*changes, *(_change(category, None, text) for category, text in come))


def _remediations(facts: AdvisoryFacts) -> list[tuple[str, str]]:
    every = (
        (one.category.replace("_", " "), one.text.strip()) for w in facts.vulnerabilities for one in w.remediations
    )
    return list(dict.fromkeys(every))


def _words(facts: AdvisoryFacts) -> dict[str, str]:
    named = {"Title": facts.title, "Status": facts.status, "Severity": facts.severity}
    notes = {note.title or note.category.capitalize(): note.text.strip() for note in facts.notes}
    return {name: text for name, text in {**named, **notes}.items() if text}


def _changes(older: Mapping[str, str], newer: Mapping[str, str]) -> tuple[Change, ...]:
    names: Iterable[str] = dict.fromkeys([*older, *newer])
    return tuple(
        _change(name, older.get(name), newer.get(name)) for name in names if older.get(name) != newer.get(name)
    )


def _change(name: str, older: str | None, newer: str | None) -> Change:
    if older is None or newer is None:
        kind: Kind = "added" if older is None else "removed"
        return Change(kind, name, ((older, True),) if older else (), ((newer, True),) if newer else ())
    left, right = _tokens(older), _tokens(newer)
    before: list[Part] = []
    after: list[Part] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        before += [("".join(left[a:b]), tag != "equal")] if b > a else []
        after += [("".join(right[c:d]), tag != "equal")] if d > c else []
    return Change("changed", name, tuple(before), tuple(after))


def _tokens(text: str) -> list[str]:
    words = text[:3000].split(" ")
    return [f"{word} " for word in words[:-1]] + words[-1:]
