"""Whether people can make some visits, asked again and again of the same people, by one flow each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.roster.flow import build_network, solve_costs
from sanwu_cli.roster.problem import list_takers, pose_whole, sort_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.model import Person
    from sanwu_cli.roster.problem import Problem
    from sanwu_cli.roster.rules import RosterFacts
    from sanwu_cli.roster.visits import Visit


class Pool:
    """The people of one role; remembers who may make which visit."""

    def __init__(self, facts: RosterFacts) -> None:
        self.facts = facts
        self._rows = sort_people(facts.persons)
        self._takers: dict[Visit, Mapping[str, Person]] = {}

    def takers(self, visit: Visit) -> Mapping[str, Person]:
        """Map the ids of those who may make the visit, seen by itself, to their rows."""
        if visit not in self._takers:
            self._takers[visit] = list_takers(visit, self._rows, self.facts)
        return self._takers[visit]

    def pose(self, visits: Sequence[Visit]) -> Problem:
        """Pose the visits as one problem, in the order given."""
        return pose_whole(visits, [self.takers(visit) for visit in visits], self.facts)

    def can_staff(self, visits: Sequence[Visit]) -> bool:
        """Say whether all of the visits can be made together."""
        return all(self.takers(visit) for visit in visits) and count_unfilled(self.pose(visits)) == 0


def count_unfilled(problem: Problem) -> int:
    """Count the visits that stay unfilled at best."""
    if not problem.people:
        return len(problem.visits)
    network = build_network(problem, price_load=False)
    flows, _ = solve_costs(network, len(problem.visits))
    return sum(
        flow
        for arc, flow in zip(network.arcs, flows, strict=True)
        if arc.visit is not None and arc.person is None
    )
