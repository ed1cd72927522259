"""The assignment nearest to what was published, level by level, by exact min-cost flow with costs of 64 bits.

Source → person (one arc a visit, each dearer than the one before) → person's month, where there is a limit →
person's day → visit, and a last resort from the source straight to the visit. What stands untouched is
taken off the limits and closes its days. Every arc has a price a level; the levels are joined into one cost
as far as 64 bits carry, which is one flow for any county, and what is left is solved on the face of the
optimal flows before it. A flow is integral, so that each value is its own proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.roster.flow import Arc, Network, find_least, read_choice, solve_costs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.roster.problem import Choice, Problem

# In their order: nobody there; a published duty that is another's or nobody's now; a duty whose day had to
# move that another makes; a duty by somebody who was not at the place that year; squares of the loads.
LEVELS = ("unfilled", "changed", "moved_to_others", "new_pairs", "load_square")
# The solver multiplies costs by its nodes, and path lengths stay below what `flow.py` holds for infinite.
_LARGEST = 2**58

_Prices = tuple[int, ...]


class Untouched(Struct, frozen=True):
    """What stands whatever is chosen, by person id: days, visits a month, visits of the year, places."""

    days: frozenset[tuple[str, date]] = frozenset()
    by_month: Mapping[tuple[str, int, int], int] = field(default_factory=dict)
    load: Mapping[str, int] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()


class Wanted(Struct, frozen=True):
    """A visit's tie to what was published: by whom (empty: nobody), and whether it was on another day."""

    person_id: str = ""
    is_moved: bool = False


class Nearest(Struct, frozen=True):
    """Who makes which visit, and the value of each level, which is the least there is."""

    choice: Choice
    values: _Prices


def find_nearest(
    problem: Problem, wanted: Sequence[Wanted], untouched: Untouched, *, largest: int = _LARGEST
) -> Nearest:
    """Choose for each visit of the problem, level by level as in LEVELS; `wanted` is in the visits' order.

    The values are those of these visits alone; of `load_square` it is what they add to the squares.
    """
    network, prices = _Builder(problem, wanted, untouched).build()
    most = _bound_levels(prices, len(problem.visits))
    lows = [0] * len(network.arcs)
    level = 0
    while True:
        stage = _count_stage(network, most[level:], largest, is_first=level == 0)
        arcs = _join_levels(network, prices, lows, level, most[level : level + stage])
        joined = Network(arcs, network.nodes, network.first_visit)
        flows, _ = solve_costs(joined, len(problem.visits))
        level += stage
        if level == len(LEVELS):
            break
        least = find_least(joined, flows)
        kept = [index for index, low in enumerate(least) if low is not None]
        network = Network(tuple(network.arcs[index] for index in kept), network.nodes, network.first_visit)
        prices = [prices[index] for index in kept]
        lows = [least[index] or 0 for index in kept]
    values = tuple(
        sum(flow * price[number] for flow, price in zip(flows, prices, strict=True))
        for number in range(len(LEVELS))
    )
    return Nearest(read_choice(problem, joined, flows), values)


def _bound_levels(prices: Sequence[_Prices], visits: int) -> list[int]:
    """Give for each level a number that no flow's price exceeds: one arc of a way has its price."""
    return [visits * max((price[number] for price in prices), default=0) for number in range(len(LEVELS))]


def _count_stage(network: Network, most: Sequence[int], largest: int, *, is_first: bool) -> int:
    """Count how many of the levels left fit into one cost."""
    units = 4 * (network.nodes + 1)
    total, count = 1, 0
    for own in most:
        total *= own + 1
        # On a face, each arc that must be used is made cheaper by more than everything else may cost.
        dearest = total if is_first else 2 * total
        if count and dearest * units > largest:
            break
        count += 1
    return count


def _join_levels(
    network: Network, prices: Sequence[_Prices], lows: Sequence[int], level: int, most: Sequence[int]
) -> tuple[Arc, ...]:
    """Price the arcs for some levels from `level` on, each outweighing all after it."""
    weights = [1]
    for own in reversed(most[1:]):
        weights.append(weights[-1] * (own + 1))
    weights.reverse()
    forced = weights[0] * (most[0] + 1)
    arcs = []
    for arc, price, low in zip(network.arcs, prices, lows, strict=True):
        cost = sum(weight * price[level + number] for number, weight in enumerate(weights))
        arcs.append(
            Arc(arc.tail, arc.head, 0, arc.high, cost - (forced if low else 0), arc.visit, arc.person)
        )
    return tuple(arcs)


class _Builder:
    """Numbers the nodes as they are met, in the order of people and visits."""

    def __init__(self, problem: Problem, wanted: Sequence[Wanted], untouched: Untouched) -> None:
        self.problem, self.wanted, self.untouched = problem, wanted, untouched
        self.arcs: list[Arc] = []
        self.prices: list[_Prices] = []
        self.nodes = 1 + len(problem.people)

    def build(self) -> tuple[Network, list[_Prices]]:
        """Give the network, and each arc's price a level."""
        problem = self.problem
        ends: list[tuple[int, int, int]] = []
        for person in range(len(problem.people)):
            found = self._add_days(person)
            self._add_load(person, len({problem.visits[visit].date for _, visit, _ in found}))
            ends += found
        first = self.nodes
        for tail, visit, person in ends:
            self._add(Arc(tail, first + visit, 0, 1, 0, visit, person), self._price(visit, person))
        for visit, wanted in enumerate(self.wanted):
            is_changed = bool(wanted.person_id)
            self._add(
                Arc(0, first + visit, 0, 1, 0, visit),
                (1, int(is_changed), int(is_changed and wanted.is_moved), 0, 0),
            )
        return Network(tuple(self.arcs), first + len(problem.visits), first), self.prices

    def _price(self, visit: int, person: int) -> _Prices:
        wanted, id_ = self.wanted[visit], self.problem.people[person]
        is_other = bool(wanted.person_id) and wanted.person_id != id_
        is_new = (id_, self.problem.visits[visit].area_code) not in self.untouched.pairs
        is_changed = bool(wanted.person_id) and (is_other or wanted.is_moved)
        return 0, int(is_changed), int(is_other and wanted.is_moved), int(is_new), 0

    def _add_load(self, person: int, most: int) -> None:
        before = self.untouched.load.get(self.problem.people[person], 0)
        for turn in range(1, most + 1):
            self._add(Arc(0, 1 + person, 0, 1, 0, None, person), (0, 0, 0, 0, 2 * (before + turn) - 1))

    def _add_days(self, person: int) -> list[tuple[int, int, int]]:
        """Add the person's months and days; give (node, visit, person) of each visit that may be theirs."""
        problem, id_ = self.problem, self.problem.people[person]
        found: list[tuple[int, int, int]] = []
        months: dict[tuple[int, int], int] = {}
        for day, visits in problem.by_day.items():
            own = [visit for visit in visits if person in problem.takers[visit]]
            if not own or (id_, day) in self.untouched.days:
                continue
            node, limit = 1 + person, problem.limits[person]
            if limit is not None:
                key = (day.year, day.month)
                left = max(0, limit - self.untouched.by_month.get((id_, *key), 0))
                if key not in months:
                    months[key] = self._add_node(node, left)
                node = months[key]
            if len(own) > 1:
                node = self._add_node(node, 1)
            found += [(node, visit, person) for visit in own]
        return found

    def _add_node(self, tail: int, capacity: int) -> int:
        node, self.nodes = self.nodes, self.nodes + 1
        self._add(Arc(tail, node, 0, capacity), (0,) * len(LEVELS))
        return node

    def _add(self, arc: Arc, prices: _Prices) -> None:
        self.arcs.append(arc)
        self.prices.append(prices)
