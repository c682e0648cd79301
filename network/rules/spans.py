"""Sets of whole numbers as sorted, disjoint intervals: addresses, ports and protocols are reckoned with, never listed."""

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]


def spans(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Return the numbers of all these intervals, both ends included, in normal form."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def join(*sets: Spans) -> Spans:
    """Return the numbers that stand in any of the sets."""
    return spans(pair for one in sets for pair in one)


def meet(one: Spans, other: Spans) -> Spans:
    """Return the numbers that stand in both."""
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            found.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def minus(one: Spans, other: Spans) -> Spans:
    """Return the numbers of the first that do not stand in the second."""
    found = []
    j = 0
    for low, high in one:
        while j < len(other) and other[j][1] < low:
            j += 1
        start, k = low, j
        while k < len(other) and other[k][0] <= high:
            if other[k][0] > start:
                found.append((start, other[k][0] - 1))
            start = other[k][1] + 1
            k += 1
        if start <= high:
            found.append((start, high))
    return tuple(found)


def within(one: Spans, other: Spans) -> bool:
    """Tell whether every number of the first stands in the second."""
    return one == other or not minus(one, other)
