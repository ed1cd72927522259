"""Fewest unfilled visits and the most even load, exactly, by a minimum-cost flow; and every other way there.

Source → person (one arc a visit, each dearer than the one before) → person's month, where there is a limit →
person's day → visit, and a last resort from the source straight to the visit, which leaves it unfilled. The
flow is integral, so its optimum is the optimum. Its dual prices say of each arc whether an optimal roster
must use it, may use it, or never does: that network, the face, holds exactly the optimal rosters.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import date

    from sanwu_cli.roster.problem import Choice, Problem

_SOURCE = 0
_FAR = 2**60  # further than any price; the solver itself counts in 64-bit integers


class Arc(Struct, frozen=True):
    """An arc with at least `low` and at most `high` units; `visit` and `person` where it stands for them.

    With both it is the pair's arc, with a visit alone its last resort, with a person alone a step of load.
    """

    tail: int
    head: int
    low: int
    high: int
    cost: int = 0
    visit: int | None = None
    person: int | None = None


class Network(Struct, frozen=True):
    """The arcs, the number of nodes, and the node of the first visit; visits are the last nodes."""

    arcs: tuple[Arc, ...]
    nodes: int
    first_visit: int


class Optimum(Struct, frozen=True):
    """The least number of unfilled visits, the least sum of squares, one way there, and the face of all."""

    unfilled: int
    squares: int
    choice: Choice
    face: Network


def find_optimum(problem: Problem) -> Optimum:
    """Solve a problem for its fewest unfilled visits and, among those, the least sum of squares of loads."""
    network = build_network(problem, price_load=True)
    gap = _price_gap(problem)
    flows, cost = solve_costs(network, len(problem.visits))
    unfilled, rest = divmod(cost, gap)
    squares = sum(number**2 for number in problem.before) + rest
    return Optimum(
        unfilled, squares, read_choice(problem, network, flows), _list_optimal_arcs(network, flows)
    )


def build_network(problem: Problem, *, price_load: bool) -> Network:
    """Build the network; without `price_load` only unfilled visits cost."""
    return _Builder(problem).build(price_load=price_load)


def solve_costs(
    network: Network, supply: int, *, price: Callable[[Arc], int] | None = None
) -> tuple[list[int], int]:
    """Send one unit to each visit at the least cost; gives the flow of each arc and the cost of all.

    Arcs must have `low` 0. `price` replaces the arcs' own costs. Raises RuntimeError where visits cannot be
    reached, which a network with last resorts never shows.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - heavy, and only where rosters are solved

    solver: Any = min_cost_flow.SimpleMinCostFlow()
    for arc in network.arcs:
        cost = arc.cost if price is None else price(arc)
        solver.add_arc_with_capacity_and_unit_cost(arc.tail, arc.head, arc.high, cost)
    solver.set_node_supply(_SOURCE, supply)
    for node in range(network.first_visit, network.nodes):
        solver.set_node_supply(node, -1)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("the flow of a roster always has an optimum")
    return [solver.flow(index) for index in range(len(network.arcs))], solver.optimal_cost()


def read_choice(problem: Problem, network: Network, flows: Sequence[int]) -> Choice:
    """Read off a flow who makes which visit."""
    choice: list[int | None] = [None] * len(problem.visits)
    for arc, flow in zip(network.arcs, flows, strict=True):
        if flow and arc.visit is not None and arc.person is not None:
            choice[arc.visit] = arc.person
    return tuple(choice)


class _Builder:
    """Numbers the nodes as they are met, in the order of people and visits."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.arcs: list[Arc] = []
        self.nodes = 1 + len(problem.people)

    def build(self, *, price_load: bool) -> Network:
        steps = list(self._list_load_arcs(price_load=price_load))
        pairs: list[tuple[int, int, int]] = []
        for person in range(len(self.problem.people)):
            pairs += self._add_days(person)
        first = self.nodes
        arcs = [*steps, *self.arcs]
        arcs += [Arc(tail, first + visit, 0, 1, 0, visit, person) for tail, visit, person in pairs]
        gap = _price_gap(self.problem)
        for visit in range(len(self.problem.visits)):
            # Filling one visit never empties more than one other, so twice the price is enough.
            turns = 2 if visit in self.problem.musts else 1
            arcs.append(Arc(_SOURCE, first + visit, 0, 1, turns * gap, visit))
        return Network(tuple(arcs), first + len(self.problem.visits), first)

    def _list_load_arcs(self, *, price_load: bool) -> Iterator[Arc]:
        for person, before in enumerate(self.problem.before):
            most = count_most(self.problem, person)
            if not price_load:
                yield Arc(_SOURCE, 1 + person, 0, most, 0, None, person)
                continue
            for turn in range(1, most + 1):
                yield Arc(_SOURCE, 1 + person, 0, 1, 2 * (before + turn) - 1, None, person)

    def _add_days(self, person: int) -> Iterator[tuple[int, int, int]]:
        """Add the person's months and days; give (node, visit, person) of each visit the person may make."""
        problem, limit = self.problem, self.problem.limits[person]
        months: dict[tuple[int, int], int] = {}
        for day, visits in problem.by_day.items():
            own = [visit for visit in visits if person in problem.takers[visit]]
            if not own:
                continue
            node = 1 + person
            if limit is not None:
                node = self._step(months, (day.year, day.month), 1 + person, limit)
            if len(own) > 1:
                node = self._add_node(node, 1)
            yield from ((node, visit, person) for visit in own)

    def _step(self, months: dict[tuple[int, int], int], key: tuple[int, int], tail: int, limit: int) -> int:
        if key not in months:
            months[key] = self._add_node(tail, limit)
        return months[key]

    def _add_node(self, tail: int, capacity: int) -> int:
        node, self.nodes = self.nodes, self.nodes + 1
        self.arcs.append(Arc(tail, node, 0, capacity))
        return node


def count_most(problem: Problem, person: int) -> int:
    """Count how often the person can go at most: the days wanted, month by month up to the own limit."""
    limit = problem.limits[person]
    days: dict[tuple[int, int], set[date]] = {}
    for visit, takers in zip(problem.visits, problem.takers, strict=True):
        if person in takers:
            days.setdefault((visit.date.year, visit.date.month), set()).add(visit.date)
    return sum(len(own) if limit is None else min(limit, len(own)) for own in days.values())


def _price_gap(problem: Problem) -> int:
    """Give a price of an unfilled visit above whatever its filling could add to the squares."""
    dearest = 2 * (max(problem.before, default=0) + len(problem.visits)) + 1
    return dearest * (len(problem.visits) + 1)


def _list_optimal_arcs(network: Network, flows: Sequence[int]) -> Network:
    """Keep what optimal flows may use, as lower and upper bounds, by the prices of an optimal one.

    An arc that its price leaves open can still carry another flow only where a ring of such arcs leads
    through it; elsewhere all optimal flows agree with this one.
    """
    prices = _find_prices(network, flows)
    reduced = [arc.cost + prices[arc.tail] - prices[arc.head] for arc in network.arcs]
    ring = find_rings(network.nodes, _list_open_steps(network, flows, reduced))
    kept = []
    for arc, flow, own in zip(network.arcs, flows, reduced, strict=True):
        low, high = 0, arc.high
        if own or ring[arc.tail] != ring[arc.head]:
            low = high = flow
        if high:
            kept.append(Arc(arc.tail, arc.head, low, high, 0, arc.visit, arc.person))
    return Network(tuple(kept), network.nodes, network.first_visit)


def _list_open_steps(network: Network, flows: Sequence[int], reduced: Sequence[int]) -> list[list[int]]:
    """List for every node where a change that costs nothing can lead from it."""
    onward: list[list[int]] = [[] for _ in range(network.nodes)]
    for arc, flow, own in zip(network.arcs, flows, reduced, strict=True):
        if not own:
            if flow < arc.high:
                onward[arc.tail].append(arc.head)
            if flow:
                onward[arc.head].append(arc.tail)
    return onward


def find_rings(nodes: int, onward: Sequence[Sequence[int]]) -> list[int]:
    """Number the nodes so that two share a number just when each leads to the other (Tarjan's way)."""
    ring, seen, low = [-1] * nodes, [-1] * nodes, [0] * nodes
    open_: list[int] = []
    clock = 0
    for start in range(nodes):
        if seen[start] >= 0:
            continue
        path = [(start, iter(onward[start]))]
        seen[start] = low[start] = clock
        clock += 1
        open_.append(start)
        while path:
            node, heads = path[-1]
            head = next((one for one in heads if ring[one] < 0 and seen[one] < 0), None)
            if head is not None:
                seen[head] = low[head] = clock
                clock += 1
                open_.append(head)
                path.append((head, iter(onward[head])))
                continue
            path.pop()
            low[node] = min((low[one] for one in onward[node] if ring[one] < 0), default=low[node])
            low[node] = min(low[node], seen[node])
            if low[node] == seen[node]:
                while (one := open_.pop()) != node:
                    ring[one] = node
                ring[node] = node
    return ring


def find_least(network: Network, flows: Sequence[int]) -> list[int | None]:
    """Say of each arc how much all optimal flows send over it at least; None where none of them uses it."""
    prices = _find_prices(network, flows)
    reduced = [arc.cost + prices[arc.tail] - prices[arc.head] for arc in network.arcs]
    return [
        None if cost > 0 else arc.high if cost < 0 else 0
        for arc, cost in zip(network.arcs, reduced, strict=True)
    ]


def _find_prices(network: Network, flows: Sequence[int]) -> list[int]:
    """Find the distance of every node from the source in what the flow leaves over (Bellman and Ford)."""
    onward: list[list[tuple[int, int]]] = [[] for _ in range(network.nodes)]
    for arc, flow in zip(network.arcs, flows, strict=True):
        if flow < arc.high:
            onward[arc.tail].append((arc.head, arc.cost))
        if flow:
            onward[arc.head].append((arc.tail, -arc.cost))
    prices = [_FAR] * network.nodes
    prices[_SOURCE] = 0
    queue, waiting = deque([_SOURCE]), {_SOURCE}
    while queue:
        node = queue.popleft()
        waiting.discard(node)
        for head, cost in onward[node]:
            if prices[node] + cost < prices[head]:
                prices[head] = prices[node] + cost
                if head not in waiting:
                    waiting.add(head)
                    queue.append(head)
    return prices


def complete(problem: Problem, face: Network, pairs: Collection[tuple[int, int]]) -> Choice:
    """Give the optimal roster that makes the fewest visits outside these pairs (person, place)."""
    return price_face(problem, face, lambda visit, person: (person, problem.place_of[visit]) not in pairs)[0]


def price_face(problem: Problem, face: Network, price: Callable[[int, int], int]) -> tuple[Choice, int]:
    """Give the optimal roster whose visits cost the least; `price` of (visit, person) is not negative."""
    prices = [
        price(arc.visit, arc.person) if arc.visit is not None and arc.person is not None else 0
        for arc in face.arcs
    ]
    dearest = sum(prices) + 1  # what must be used is so cheap that nothing outweighs it
    owed = iter([cost - dearest if arc.low else cost for arc, cost in zip(face.arcs, prices, strict=True)])
    flows, _ = solve_costs(face, len(problem.visits), price=lambda _: next(owed))
    return read_choice(problem, face, flows), sum(
        flow * cost for flow, cost in zip(flows, prices, strict=True)
    )


class Cut(Struct, frozen=True):
    """Why pairs do not carry the visits: at least `least` of these, as often as they stand, are needed."""

    pairs: tuple[tuple[int, int], ...]
    least: int


class Carrier:
    """Asks again and again whether some pairs (person, place) carry an optimal roster; one solver, kept."""

    def __init__(self, problem: Problem, face: Network) -> None:
        from ortools.graph.python import max_flow  # noqa: PLC0415 - heavy, and only where rosters are solved

        self._problem, self._face = problem, face
        self._solver: Any = max_flow.SimpleMaxFlow()
        self._from, self._into = face.nodes, face.nodes + 1
        excess = [0] * face.nodes
        excess[_SOURCE] = len(problem.visits)
        for node in range(face.first_visit, face.nodes):
            excess[node] = -1
        self._pair_arcs: dict[tuple[int, int], list[int]] = {}
        for index, arc in enumerate(face.arcs):
            excess[arc.tail] -= arc.low
            excess[arc.head] += arc.low
            self._solver.add_arc_with_capacity(arc.tail, arc.head, arc.high - arc.low)
            if arc.visit is not None and arc.person is not None and not arc.low:
                pair = (arc.person, problem.place_of[arc.visit])
                self._pair_arcs.setdefault(pair, []).append(index)
        self._excess = excess
        for node, number in enumerate(excess):
            if number > 0:
                self._solver.add_arc_with_capacity(self._from, node, number)
            elif number < 0:
                self._solver.add_arc_with_capacity(node, self._into, -number)
        self._wanted = sum(number for number in excess if number > 0)

    def carry(self, pairs: Collection[tuple[int, int]]) -> Choice | None:
        """Give an optimal roster that uses these pairs alone (and those it must use), or None."""
        for pair, arcs in self._pair_arcs.items():
            capacity = 1 if pair in pairs else 0
            for index in arcs:
                self._solver.set_arc_capacity(index, capacity)
        if self._solver.solve(self._from, self._into) != self._solver.OPTIMAL:
            raise RuntimeError("a flow without costs always has a maximum")
        if self._solver.optimal_flow() < self._wanted:
            return None
        flows = [arc.low + self._solver.flow(index) for index, arc in enumerate(self._face.arcs)]
        return read_choice(self._problem, self._face, flows)

    def find_cuts(self) -> tuple[Cut, ...]:
        """Say after a refusal what is missing: the smallest cut nearest either end of the network."""
        near = set(self._solver.get_source_side_min_cut())
        far = set(range(self._face.nodes + 2)) - set(self._solver.get_sink_side_min_cut())
        return tuple(dict.fromkeys(self._write_cut(side) for side in (near, far)))

    def _write_cut(self, side: set[int]) -> Cut:
        least, pairs = self._wanted, []
        for node, number in enumerate(self._excess):
            if (number > 0 and node not in side) or (number < 0 and node in side):
                least -= abs(number)
        for arc in self._face.arcs:
            if arc.tail not in side or arc.head in side or arc.high == arc.low:
                continue
            if arc.visit is not None and arc.person is not None:
                pairs.append((arc.person, self._problem.place_of[arc.visit]))
            else:
                least -= arc.high - arc.low
        return Cut(tuple(sorted(pairs)), least)
