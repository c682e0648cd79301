"""Finds quickly which advisories may name an asset type: by order number, rarest word, and model code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from patching.rules.advisories import Advisory, NamedProduct
from patching.rules.belonging import codes_of, of_any_machine, of_lines, stems
from patching.rules.codes import begins, is_code, is_series, lines
from patching.rules.matching import AssetType, Links, Matcher, product_key, type_key
from patching.rules.naming import closest
from patching.rules.products import Profile
from patching.rules.verdicts import Judgement


class Index:
    """Product nodes of many advisories, each distinct name once; built in seconds, asked in milliseconds."""

    def __init__(
        self,
        advisories: Iterable[Advisory],
        aliases: Mapping[str, str] | None = None,
        links: Links | None = None,
    ) -> None:
        self.matcher = Matcher(aliases, links)
        self._profiles: list[Profile] = []
        self._nodes: list[dict[str, list[NamedProduct]]] = []
        self._keys: list[tuple[str, str]] = []
        self._alike = lru_cache(maxsize=5_000)(self._settled)  # most types differ from another in their version alone
        self._collect(advisories)
        self._post()

    def _collect(self, advisories: Iterable[Advisory]) -> None:
        numbers: dict[tuple[str, str, tuple[str, ...], tuple[str, ...], str], int] = {}
        for advisory in advisories:
            for product in advisory.products:
                leaf = product.leaf
                key = (leaf.vendor, leaf.product, leaf.order_numbers, product.models, leaf.family)
                number = numbers.get(key)
                if number is None:
                    number = numbers[key] = len(self._profiles)
                    self._profiles.append(self.matcher.leaf_profile(*key))
                    self._nodes.append(defaultdict(list))
                    self._keys.append(product_key(leaf.vendor, leaf.product))
                self._nodes[number][advisory.key].append(product)

    def _post(self) -> None:
        named = [(number, name) for number, item in enumerate(self._profiles) for name in item.all_names]
        self._frequency = Counter(word for item in self._profiles for word in item.words)
        self._frequency |= Counter({word for _, name in named for word in name.words})
        self._rarest, self._all, self._joined, self._orders, self._series, self._heads, self._linked = (
            defaultdict[str, list[int]](list) for _ in range(7)
        )
        self._members, self._lines, self._optioned, self._coded = (defaultdict[str, list[int]](list) for _ in range(4))
        self._open: defaultdict[str, set[int]] = defaultdict(set)
        self._open_names: set[int] = set()
        for number, item in named:
            if item.core:
                self._rarest[min(item.core, key=self._rank)].append(number)
            for word in item.words:
                self._all[word].append(number)
            for word in {item.joined, *item.abbreviations}:
                self._joined[word].append(number)
            for order in item.orders:
                self._orders[order[:12]].append(number)
            for series in item.series:
                self._series[series].append(number)
            for member in item.member_of if not item.series else ():
                self._members[member].append(number)
            for word in item.core if of_lines(item) else ():
                self._lines[word].append(number)
            for code in codes_of(item):
                self._coded[code].append(number)
                for stem in stems(code):
                    self._optioned[stem].append(number)
            if of_any_machine(item):
                self._open_names.add(number)
            for head in item.heads | item.glued | item.torn | item.models:
                self._heads[head].append(number)
            for opening in (*(pattern.pattern for pattern in item.patterns), *item.stems):
                fixed = next((opening[:end] for end in (2, 1) if opening[:end].isalnum()), "")
                self._open[fixed].add(number)
        self._dated = {number for number, name in named if name.releases or name.bounds}
        for number, key in enumerate(self._keys):
            self._linked["\n".join(key)].append(number)

    def _rank(self, word: str) -> tuple[int, str]:
        return self._frequency[word], word

    def _settled(self, item: Profile) -> tuple[dict[int, int], list[int]]:
        """Give the nodes that name whatever is called so, with how closely, and those for which the version counts."""
        found = self._near(item).union(*map(self._near, (*item.others, *item.families)))
        dated = [number for number in found if number in self._dated]
        named = {number: closest(self._profiles[number], item) for number in found.difference(dated)}
        return {number: closeness for number, closeness in named.items() if closeness}, dated

    def _near(self, item: Profile) -> set[int]:
        found = set(self._open_names)
        own = item.core | item.optional | item.hints | item.models
        for word in own:
            found.update(self._rarest.get(word, ()))
            if is_code(word) and len(word) > 3:
                found.update(self._all.get(word, ()))
        present = [word for word in item.core if word in self._frequency]
        if present and len(present) == len(item.core):
            found.update(self._all[min(present, key=self._rank)])
        found.update(*(self._all[word] for word in present if self._frequency[word] < 40))
        found.update(
            *(self._joined.get(word, ()) for word in {item.joined, item.joined[:-1], *item.abbreviations}),
            *(self._series.get(series, ()) for series in item.member_of),
            *(self._members.get(series, ()) for series in (item.series if is_series(item.name) else ())),
            *(self._lines.get(line, ()) for line in lines(item.name)),
            *(self._optioned.get(code, ()) for code in item.codes | item.models),
            *(self._coded.get(stem, ()) for code in item.codes | item.models for stem in stems(code)),
            *(self._heads.get(word, ()) for word in item.core | item.codes | item.models | {item.joined}),
            *(self._rarest.get(word, ()) for word in item.glued),
            *(self._all[head] for head in item.heads if 0 < self._frequency[head] < 40),
            *(self._orders.get(order[:12], ()) for order in item.orders),
        )
        words = item.spelled
        opened = self._open[""].union(*(self._open.get(word[:end], ()) for word in words for end in (1, 2)))
        found.update(number for number in opened if self._opens(self._profiles[number], words))
        return found

    @staticmethod
    def _opens(leaf: Profile, words: frozenset[str]) -> bool:
        return any(pattern.match(word) for pattern in leaf.patterns for word in words) or any(
            begins(word, leaf.stems) for word in words
        )

    def _named(self, asset: AssetType) -> dict[int, int]:
        """Give the numbers of the nodes that name an asset type, with how closely; people's word stands over every name."""
        item = self.matcher.asset_profile(asset)
        settled, dated = self._alike(item.undated)
        named = settled | {number: closest(self._profiles[number], item) for number in dated}
        if self.matcher.links:
            kind = type_key(asset)
            meant = ("\n".join(product) for product in self.matcher.named_for.get(kind, ()))
            for number in [*named, *(number for product in meant for number in self._linked.get(product, ()))]:
                linked = self.matcher.links.get((kind, self._keys[number]))
                if linked is not None:
                    named[number] = 6 if linked else 0
        return {number: named[number] for number in sorted(named) if named[number]}

    def names(self, asset: AssetType) -> bool:
        """Say whether any advisory names the asset type, without judging its version."""
        return bool(self._named(asset))

    def match(self, asset: AssetType) -> Iterator[tuple[str, Judgement]]:
        """Give each advisory's key that names the asset type, with the judgement."""
        named: dict[str, list[tuple[NamedProduct, int]]] = defaultdict(list)
        for number, closeness in self._named(asset).items():
            for key, products in self._nodes[number].items():
                named[key].extend((product, closeness) for product in products)
        for key, near in named.items():
            if judgement := self.matcher.decide(asset, near):
                yield key, judgement
