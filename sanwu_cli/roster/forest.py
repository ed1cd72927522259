"""How few pairs of person and place a year needs: blocks of people whose loads fit a block of places.

Pairs join people and places to a graph; a connected part of it with i places and j people has at least
i + j - 1 pairs, and its people's loads must add up to its places' visits. So the pairs are at least people
plus places less the most blocks into which both can be divided. People and places that are alike are counted
by classes, which makes the search for the most blocks a small one.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_BLOCKS = 3_000  # blocks looked at before the search for more is given up
_MOST_STEPS = 60_000

Span = tuple[int, int]
Counts = tuple[int, ...]


class Blocks(Struct, frozen=True):
    """The least number of pairs by this reasoning, and a division that meets it: (people, places) by index.

    `blocks` is empty where the search was given up; then the bound is the plain one.
    """

    bound: int
    blocks: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def divide(people: Sequence[Span], places: Sequence[Span]) -> Blocks:
    """Divide into the most blocks people with these spans of load, and places with these of visits.

    Whoever has no load at all in every optimal roster is left out; where somebody may or may not have one the
    plain bound is all that is known.
    """
    needed = [index for index, (_, high) in enumerate(people) if high]
    visited = [index for index, (_, high) in enumerate(places) if high]
    plain = max(len(needed), len(visited))
    if any(not people[index][0] for index in needed) or any(not places[index][0] for index in visited):
        sure = sum(1 for index in needed if people[index][0]), sum(1 for i in visited if places[i][0])
        return Blocks(max(sure), ())
    kinds = sorted({people[index] for index in needed}), sorted({places[index] for index in visited})
    members = (
        [[index for index in needed if people[index] == kind] for kind in kinds[0]],
        [[index for index in visited if places[index] == kind] for kind in kinds[1]],
    )
    division = _find_most_blocks(kinds, (tuple(map(len, members[0])), tuple(map(len, members[1]))))
    if division is None:
        return Blocks(plain, ())
    taken = [Counter[int](), Counter[int]()]
    blocks = []
    for block in division:
        sides = []
        for side in (0, 1):
            own: list[int] = []
            for kind, count in enumerate(block[side]):
                first = taken[side][kind]
                own += members[side][kind][first : first + count]
                taken[side][kind] += count
            sides.append(tuple(own))
        blocks.append((sides[0], sides[1]))
    return Blocks(len(needed) + len(visited) - len(blocks), tuple(blocks))


def _find_most_blocks(
    kinds: tuple[list[Span], list[Span]], counts: tuple[Counts, Counts]
) -> list[tuple[Counts, Counts]] | None:
    """Find a division into the most blocks, as counts by class; None where the search grows too long."""
    fitting = list(_list_blocks(kinds, counts))
    if len(fitting) > _MOST_BLOCKS:
        return None
    search = _Search(fitting)
    try:
        if search.best(counts)[0] < 0:
            return None
        found, left = [], counts
        while (block := search.best(left)[1]) is not None:
            found.append(block)
            left = _take(left, block)
    except (_TooLongError, RecursionError):
        return None
    return found


class _TooLongError(Exception):
    """The search for blocks is given up."""


class _Search:
    """The most blocks that what is left can be divided into, each answer kept."""

    def __init__(self, fitting: list[tuple[Counts, Counts]]) -> None:
        self._fitting, self._steps = fitting, 0
        self._known: dict[tuple[Counts, Counts], tuple[int, tuple[Counts, Counts] | None]] = {}

    def best(self, left: tuple[Counts, Counts]) -> tuple[int, tuple[Counts, Counts] | None]:
        """Give the most blocks (-1: no division) and the first of them."""
        if not any(left[0]) and not any(left[1]):
            return 0, None
        if left not in self._known:
            self._known[left] = self._find(left)
        return self._known[left]

    def _find(self, left: tuple[Counts, Counts]) -> tuple[int, tuple[Counts, Counts] | None]:
        first = next((index for index, number in enumerate(left[0]) if number), None)
        top: tuple[int, tuple[Counts, Counts] | None] = (-1, None)
        for block in self._fitting:
            if (first is not None and not block[0][first]) or not _holds(left, block):
                continue
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise _TooLongError
            rest = self.best(_take(left, block))[0]
            if rest >= 0 and rest + 1 > top[0]:
                top = (rest + 1, block)
        return top


def _list_blocks(
    kinds: tuple[list[Span], list[Span]], counts: tuple[Counts, Counts]
) -> Iterator[tuple[Counts, Counts]]:
    """List the blocks whose loads and visits can be equal, smallest first."""
    sides = [
        [
            (own, sum(n * kind[0] for n, kind in zip(own, kinds[side], strict=True)),
             sum(n * kind[1] for n, kind in zip(own, kinds[side], strict=True)))
            for own in product(*(range(count + 1) for count in counts[side]))
            if any(own)
        ]
        for side in (0, 1)
    ]  # fmt: skip
    if len(sides[0]) * len(sides[1]) > _MOST_STEPS:
        return
    pairs = [
        (people, places)
        for people, low, high in sides[0]
        for places, least, most in sides[1]
        if low <= most and least <= high
    ]
    yield from sorted(pairs, key=lambda pair: (sum(pair[0]) + sum(pair[1]), pair))


def _holds(left: tuple[Counts, Counts], block: tuple[Counts, Counts]) -> bool:
    return all(n >= m for side in (0, 1) for n, m in zip(left[side], block[side], strict=True))


def _take(left: tuple[Counts, Counts], block: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
    people = tuple(n - m for n, m in zip(left[0], block[0], strict=True))
    places = tuple(n - m for n, m in zip(left[1], block[1], strict=True))
    return people, places
