"""How good a roster is: each level beside the best a year can have around what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.model import Unfilled
from sanwu_cli.roster.build import build_year
from sanwu_cli.roster.lines import RosterEntry, make_roster
from sanwu_cli.roster.review import pair_days, plan_group
from sanwu_cli.roster.rules import SOFT_RULES, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Finding, Roster
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.review import Sheet
    from sanwu_cli.roster.role_year import RoleYear, Staffing
    from sanwu_cli.terms import RosterGroup

_UNFILLED = "unfilled"


class Standing(Struct, frozen=True):
    """One level of a year: what the roster comes to, the best there is, and the bound proven for that."""

    group: RosterGroup
    level: str
    figure: str
    value: int
    best: int
    bound: int


def compare_year(
    year: int,
    group: RosterGroup,
    sheets: Iterable[Sheet],
    staffing: Staffing,
    frozen: Mapping[Month, Roster],
) -> tuple[Standing, ...]:
    """Hold a group's months of one year against the best, level by level.

    Both years keep what is `frozen` (without these months), and both have their other months as good as they
    can be, so that a month answers for what it takes away from them. A visit that a roster does not name
    counts as one nobody makes.
    """
    own = {
        sheet.month: make_roster(sheet.month, (*sheet.entries, *_find_missing(sheet, staffing)))
        for sheet in sheets
    }
    around = {month: roster for month, roster in frozen.items() if month.year == year and month not in own}
    best = build_year(year, staffing, roles=group.roles, frozen=around)
    made = build_year(year, staffing, roles=group.roles, frozen={**around, **own})
    totals: dict[str, list[int]] = {}
    for one, other in zip(best.roles, made.roles, strict=True):
        for rule, *figures in _measure(one, other, staffing):
            before = totals.setdefault(str(rule), [0, 0, 0])
            totals[str(rule)] = [a + int(b) for a, b in zip(before, figures, strict=True)]
    return tuple(
        Standing(group, name_level(rule), name_figure(name_level(rule)), *figures)
        for rule, figures in totals.items()
    )


def tell_standing(label: str, standings: Sequence[Standing]) -> tuple[Finding, ...]:
    """Tell the levels that could be better; `label` says of what."""
    return tuple(
        make_finding(
            "ROSTER-GAP-AVOIDABLE" if one.level == _UNFILLED else "ROSTER-LEVEL",
            table=label,
            group=one.group.label,
            figure=one.figure,
            value=one.value,
            best=one.best,
        )
        for one in standings
        if one.value > one.best
    )


def name_level(rule: str) -> str:
    """Give the published name of the level of a soft rule, or of several joined by +."""
    names = {one.id: one.level for one in load_rules()}
    return "+".join(names[part] for part in rule.split("+"))


def name_figure(level: str) -> str:
    """Say in Chinese what a level counts."""
    figures = {one.level: one.figure for one in load_rules() if not one.is_hard}
    return "加".join(figures.get(part, part) for part in level.split("+"))


def _measure(best: RoleYear, made: RoleYear, staffing: Staffing) -> list[tuple[str, int, int, int]]:
    weights = staffing.wishes.weights
    return [
        (
            level.rule,
            sum(
                weights.get(part, 1) * SOFT_RULES[part](made.assignment, best.facts)
                for part in level.rule.split("+")
            ),
            level.value,
            level.bound,
        )
        for level in best.levels
    ]


def _find_missing(sheet: Sheet, staffing: Staffing) -> list[RosterEntry]:
    """Give the visits a month lacks as gaps."""
    plan = plan_group(sheet.month, sheet.group, staffing)
    return [
        RosterEntry(Unfilled(area, role, sheet.month, (), planned_on=asked))
        for (area, role), asked, written, _ in pair_days(sheet.entries, plan.visits)
        if written is None and asked is not None
    ]
