"""The plan with the indicators an office added: each is one more rule of a village."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.model import AddedIndicator
    from sanwu_cli.plan.records import Plan, Rule

_DESIGNATED = "village.designated"
_PATTERN = f"village.{Indicator.CRIMINAL_CASE.value}"


def add_indicators(plan: Plan, added: Sequence[AddedIndicator]) -> Plan:
    """Give the plan with a rule for each added indicator, which a village must meet to be named (T-01)."""
    if not added:
        return plan
    pattern = plan.rule(_PATTERN)
    own = [_make_rule(pattern, one) for one in added]
    rules: list[Rule] = []
    for rule in plan.rules:
        if rule.id == _DESIGNATED:
            rules += [*own, replace(rule, all_of=(*rule.all_of, *(one.id for one in own)))]
        else:
            rules.append(rule)
    return replace(plan, rules=tuple(rules))


def _make_rule(pattern: Rule, added: AddedIndicator) -> Rule:
    """Make the rule of an added indicator in the shape of a plan indicator's; its clause is its own paper."""
    name = f"village.{added.indicator.value}"
    title = f"全年{added.indicator.label}不超过限额（另加）"
    return replace(pattern, id=name, title=title, clause=added.source, fact=name)
