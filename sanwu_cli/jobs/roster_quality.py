"""How good a roster is, in words: each level with its value and what is proven of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.roster.quality import name_figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.rostering import Rosters
    from sanwu_cli.model import Roster

Level = tuple[str, int, int]
# Figures that say nothing where they are nought: whoever registered nothing for them has them so.
QUIET_LEVELS = frozenset({"unlisted", "travel"})


def describe_levels(levels: Iterable[Level]) -> str:
    """Say every level with its value and its proof in one sentence."""
    return "；".join(
        f"{name_figure(level)} {value}（{describe_proof(value, bound)}）"
        for level, value, bound in levels
        if value or level not in QUIET_LEVELS
    )


def describe_quality(made: Rosters) -> list[str]:
    """Say of every group how good its year is, one line each; nothing where all was published before."""
    told = [
        (group, list_levels(rosters))
        for group, rosters in made.groups.items()
        if any((roster.month, group) not in made.published for roster in rosters)
    ]
    lines = [f"{group.label}：{describe_levels(levels)}" for group, levels in told if levels]
    return ["排得怎样（按全年算，公布过的月份照公布的）", *lines] if lines else []


def describe_proof(value: int, bound: int) -> str:
    """Say whether a level is proven to be the least, or how far it is from what is proven."""
    return "已证明最少" if value == bound else f"与下限差{value - bound}，未证明"


def list_levels(rosters: Iterable[Roster]) -> tuple[Level, ...]:
    """Give the levels of rosters that were made as one; none where they were all published."""
    return next((roster.objective for roster in rosters if roster.objective), ())
