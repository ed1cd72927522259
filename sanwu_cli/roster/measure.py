"""What the soft rules say of a choice: counted by the rule functions, over a problem's own people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.roster.rules import SOFT_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.roster.problem import Choice, Problem
    from sanwu_cli.roster.rules import RosterFacts


def weigh(level: str, weights: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Give the rules of a level with their weights; a rule that is a level by itself counts once."""
    rules = level.split("+")
    return tuple((rule, weights.get(rule, 1) if len(rules) > 1 else 1) for rule in rules)


def measure_choice(problem: Problem, choice: Choice, rule: str, weights: Mapping[str, int]) -> int:
    """Count a level, of one rule or of several joined by + with their weights."""
    facts, assignment = own_facts(problem), problem.assign(choice)
    return sum(weight * SOFT_RULES[one](assignment, facts) for one, weight in weigh(rule, weights))


def own_facts(problem: Problem) -> RosterFacts:
    """Keep of the facts what concerns the problem's own people and places."""
    people, facts = set(problem.people), problem.facts
    places = set(problem.places)
    return replace(
        facts,
        persons=problem.rows,
        pairs_before=frozenset(
            pair for pair in facts.pairs_before if pair[0] in people and pair[1] in places
        ),
        days_before=frozenset(one for one in facts.days_before if one[0] in people),
    )
