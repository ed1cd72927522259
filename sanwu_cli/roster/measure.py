"""What the soft rules say of a choice: counted by the rule functions, over a problem's own people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.roster.rules import SOFT_RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.roster.problem import Choice, Problem


def weigh(level: str, weights: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Give the rules of a level with their weights; a rule that is a level by itself counts once."""
    rules = level.split("+")
    return tuple((rule, weights.get(rule, 1) if len(rules) > 1 else 1) for rule in rules)


def measure_choice(problem: Problem, choice: Choice, rule: str, weights: Mapping[str, int]) -> int:
    """Count a level, of one rule or of several joined by + with their weights."""
    facts, assignment = problem.facts, problem.assign(choice)
    return sum(weight * SOFT_RULES[one](assignment, facts) for one, weight in weigh(rule, weights))
