"""Who shares a block with whom: people and places laid out in blocks until each block carries its visits.

In a block the places are filled from its people one after the other, which makes a tree of pairs. A swap of
two people, or of two places, that are alike keeps the blocks' sums; swaps are kept when no more visits than
before are left without a person. Once none is, swaps go on as long as they shorten travel and part days that
follow each other. The swaps come from a fixed seed and their number is limited, so that the answer is always
the same.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sanwu_cli.roster.problem import Problem
    from sanwu_cli.roster.spans import Pair, Spans

_ONE_DAY = timedelta(days=1)
_SWAPS_A_NODE = 40
_EASY_STARTS = 1
_MOST_SWAPS = 1_500
_MOST_EASED = 400
_FROM_POOR = 0.8  # how often a swap begins in a block that leaves something over
_HALF = 0.5
_UPHILL = 0.01  # how often a swap that leaves one more over is kept all the same


class Block:
    """People and places in the order in which they are laid out, their pairs, what is left over, its cost."""

    __slots__ = ("burden", "left_over", "pairs", "people", "places")

    def __init__(self, people: list[int], places: list[int]) -> None:
        self.people, self.places = people, places
        self.pairs: set[Pair] = set()
        self.left_over, self.burden = 0, 0


def arrange(
    problem: Problem,
    spans: Spans,
    blocks: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    *,
    starts: int,
) -> tuple[frozenset[Pair], int]:
    """Lay out blocks and swap until nothing is left over, or the swaps are spent; pairs and what is left.

    Every other start but the first is from another order of people and places that are alike.
    """
    search = _Search(problem, spans)
    best: tuple[int, int, frozenset[Pair]] | None = None
    for number in range(starts):
        laid = search.start(blocks, is_first=not number)
        search.swap(laid)
        left_over = sum(block.left_over for block in laid)
        if not left_over:
            search.ease(laid)
        pairs = frozenset(pair for block in laid for pair in block.pairs)
        found = left_over, sum(block.burden for block in laid), pairs
        best = found if best is None else min(best, found, key=lambda one: one[:2])
        if best[:2] == (0, 0) or (not best[0] and number >= _EASY_STARTS):
            break
    return (best[2], best[0]) if best else (frozenset(), 0)


class _Search:
    """The swaps of one problem, in an order that a fixed seed gives."""

    def __init__(self, problem: Problem, spans: Spans) -> None:
        self._problem, self._spans = problem, spans
        self._random = Random(0)  # noqa: S311 - a fixed seed: the same swaps every time
        self._neighbours = _count_neighbours(problem)
        self._counted: dict[tuple[frozenset[int], frozenset[int], frozenset[Pair]], int] = {}

    def start(
        self, blocks: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], *, is_first: bool
    ) -> list[Block]:
        """Make the blocks, their people and places as given, or changed for others that are alike."""
        people = self._mix(self._spans.loads, is_first=is_first)
        places = self._mix(self._spans.visits, is_first=is_first)
        laid = [Block([people[i] for i in own], [places[i] for i in towns]) for own, towns in blocks]
        for block in laid:
            self._lay_out(block)
            block.left_over = self._count_left_over(block)
        return laid

    def _mix(self, kinds: Sequence[tuple[int, int]], *, is_first: bool) -> list[int]:
        order = list(range(len(kinds)))
        groups: dict[tuple[int, int], list[int]] = {}
        for index, kind in enumerate(kinds):
            groups.setdefault(kind, []).append(index)
        for group in () if is_first else groups.values():
            for index, other in zip(group, self._random.sample(group, len(group)), strict=True):
                order[index] = other
        return order

    def swap(self, laid: list[Block]) -> None:
        """Swap until nothing is left over, keeping what leaves no more over (and seldom a little more)."""
        for _ in range(_count_swaps(laid, _MOST_SWAPS)):
            poor = [block for block in laid if block.left_over]
            if not poor:
                return
            first = self._random.choice(poor if self._random.random() < _FROM_POOR else laid)
            move = self._draw(first, laid)
            if move is None:
                continue
            before = sum(block.left_over for block in move.blocks)
            undo = self._make(move)
            for block in move.blocks:
                block.left_over = self._count_left_over(block)
            change = sum(block.left_over for block in move.blocks) - before
            if change > 0 and self._random.random() >= _UPHILL**change:
                undo()

    def ease(self, laid: list[Block]) -> None:
        """Swap on, with nothing left over, as long as it makes the people's year no harder."""
        for _ in range(_count_swaps(laid, _MOST_EASED)):
            burdened = [block for block in laid if block.burden]
            if not burdened:
                return
            move = self._draw(self._random.choice(burdened), laid)
            if move is None:
                continue
            before = sum(block.burden for block in move.blocks)
            undo = self._make(move)
            if sum(block.burden for block in move.blocks) > before or any(
                self._count_left_over(block) for block in move.blocks
            ):
                undo()

    def _count_left_over(self, block: Block) -> int:
        """Count what is left over; swaps come back to blocks that were counted already."""
        key = frozenset(block.people), frozenset(block.places), frozenset(block.pairs)
        if key not in self._counted:
            self._counted[key] = count_left_over(self._problem, self._spans, block)
        return self._counted[key]

    def _make(self, move: _Move) -> Callable[[], None]:
        """Make a swap and lay its blocks out anew; gives what undoes it."""
        kept = [(block, block.pairs, block.left_over, block.burden) for block in move.blocks]
        move.make()
        for block in move.blocks:
            self._lay_out(block)

        def undo() -> None:
            move.make()
            for block, pairs, left_over, burden in kept:
                block.pairs, block.left_over, block.burden = pairs, left_over, burden

        return undo

    def _draw(self, first: Block, laid: list[Block]) -> _Move | None:
        """Draw a swap of people or places that are alike; None where the draw is none."""
        is_people = self._random.random() < _HALF
        other = self._random.choice(laid)
        mine, theirs = (first.people, other.people) if is_people else (first.places, other.places)
        move = _Move(
            first, other, mine, theirs, self._random.randrange(len(mine)), self._random.randrange(len(theirs))
        )
        alike = self._spans.loads if is_people else self._spans.visits
        one, two = mine[move.at], theirs[move.other_at]
        if one == two or (first is not other and alike[one] != alike[two]):
            return None
        return move

    def _lay_out(self, block: Block) -> None:
        """Fill the places from the people in order: gives the block its pairs and their burden."""
        spans = self._spans
        loads, wanted = _share(spans, block)
        pairs: set[Pair] = set()
        burden = person = place = 0
        own: list[int] = []
        while person < len(loads) and place < len(wanted):
            part = min(loads[person], wanted[place])
            if part:
                here = block.places[place]
                pairs.add((block.people[person], here))
                burden += sum(self._neighbours.get((here, other), 0) for other in own)
                burden += part * self._travel(block.people[person], here)
                own.append(here)
            loads[person] -= part
            wanted[place] -= part
            if not wanted[place]:
                place += 1
            if not loads[person]:
                person, own = person + 1, []
        block.pairs, block.burden = pairs, burden

    def _travel(self, person: int, place: int) -> int:
        """What a visit costs in kilometres, so dear that no parting of days outweighs it."""
        if not self._problem.facts.distances:
            return 0
        unit, code = self._problem.units[person], self._problem.places[place]
        return len(self._problem.visits) * self._problem.facts.distances.get((unit, code), 0)


class _Move(Struct, frozen=True):
    """A swap: the blocks, their lists, and the two positions; made twice it is undone."""

    first: Block
    other: Block
    mine: list[int]
    theirs: list[int]
    at: int
    other_at: int

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks it changes."""
        return (self.first,) if self.first is self.other else (self.first, self.other)

    def make(self) -> None:
        """Swap the two."""
        mine, theirs = self.mine, self.theirs
        mine[self.at], theirs[self.other_at] = theirs[self.other_at], mine[self.at]


def _count_swaps(laid: list[Block], most: int) -> int:
    return min(most, _SWAPS_A_NODE * sum(len(block.people) + len(block.places) for block in laid))


def _count_neighbours(problem: Problem) -> dict[tuple[int, int], int]:
    """Count for each two places how often their days follow each other."""
    found: dict[tuple[int, int], int] = {}
    for day, visits in problem.by_day.items():
        for visit in problem.by_day.get(day + _ONE_DAY, ()):
            for other in visits:
                for pair in (
                    (problem.place_of[visit], problem.place_of[other]),
                    (problem.place_of[other], problem.place_of[visit]),
                ):
                    found[pair] = found.get(pair, 0) + 1
    return found


def _share(spans: Spans, block: Block) -> tuple[list[int], list[int]]:
    """Give people loads and places numbers of visits within their spans, the first ones the higher."""
    loads = [spans.loads[person] for person in block.people]
    visits = [spans.visits[place] for place in block.places]
    total = _count_total(spans, block)
    return _raise_to(total, loads), _raise_to(total, visits)


def _raise_to(total: int, spans: Sequence[tuple[int, int]]) -> list[int]:
    found = []
    spare = total - sum(low for low, _ in spans)
    for low, high in spans:
        more = min(spare, high - low)
        found.append(low + more)
        spare -= more
    return found


def _count_total(spans: Spans, block: Block) -> int:
    """Count the block's visits: what its places ask for at least, or its people must make if that is more."""
    return max(
        sum(spans.visits[place][0] for place in block.places),
        sum(spans.loads[person][0] for person in block.people),
    )


def count_left_over(problem: Problem, spans: Spans, block: Block) -> int:
    """Count the visits of the block that its pairs cannot carry within the people's spans of load."""
    from ortools.graph.python import max_flow  # noqa: PLC0415 - heavy, and only where rosters are solved

    total = _count_total(spans, block)
    source, spare, sink, nodes = 0, 1, 2, 3
    arcs: list[tuple[int, int, int]] = [
        (source, spare, total - sum(spans.loads[person][0] for person in block.people))
    ]
    person_nodes: dict[int, int] = {}
    for person in block.people:
        person_nodes[person], nodes = nodes, nodes + 1
        low, high = spans.loads[person]
        arcs += ((source, person_nodes[person], low), (spare, person_nodes[person], high - low))
    days: dict[tuple[int, object], int] = {}
    visits: dict[int, int] = {}
    for pair in sorted(block.pairs):
        for visit in spans.may.get(pair, ()):
            if visit not in visits:
                visits[visit], nodes = nodes, nodes + 1
                arcs.append((visits[visit], sink, 1))
            key = (pair[0], problem.visits[visit].date)
            if key not in days:
                days[key], nodes = nodes, nodes + 1
                arcs.append((person_nodes[pair[0]], days[key], 1))
            arcs.append((days[key], visits[visit], 1))
    solver: Any = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(*map(list, zip(*arcs, strict=True)))
    solver.solve(source, sink)
    flow: int = solver.optimal_flow()
    return total - flow
