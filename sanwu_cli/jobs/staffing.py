"""All that a roster follows from, gathered from registers and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.calendars import build_calendar
from sanwu_cli.roster.offices import find_offices
from sanwu_cli.roster.role_year import Staffing
from sanwu_cli.roster.rules import soft_rules
from sanwu_cli.roster.solve import Wishes
from sanwu_cli.roster_settings import check_effort

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.model import Registers
    from sanwu_cli.roster_settings import RosterSettings
    from sanwu_cli.settings import Settings


def gather_staffing(settings: Settings, known: Registers, years: Iterable[int]) -> Staffing:
    """Gather what the rosters of these years follow from."""
    return Staffing(
        areas=known.areas,
        persons=known.persons,
        duty_days=known.duty_days,
        leaves=known.leaves,
        calendar=build_calendar(years, known.overrides),
        moves_back=settings.readings["T-25"] == "previous_workday",
        offices=find_offices(known.persons, known.areas),
        distances={(one.unit, one.area_code): one.kilometres for one in known.distances},
        wishes=make_wishes(settings.roster),
    )


def make_wishes(chosen: RosterSettings) -> Wishes:
    """Say the office's choice by the ids of the soft rules; what it left unsaid is as the program has it."""
    usual = Wishes()
    ids = {rule.level: rule.id for rule in soft_rules()}
    return Wishes(
        order=tuple("+".join(ids[name] for name in level) for level in chosen.order) or usual.order,
        weights={ids[name]: weight for name, weight in chosen.weights.items()},
        effort=usual.effort if chosen.effort is None else chosen.effort,
        is_shared=chosen.effort is None,
    )


def override_effort(workspace: Workspace, effort: float | None, *, place: str) -> Workspace:
    """Give the workspace with another effort for this run; raises SanwuError when it is no such number."""
    if effort is None:
        return workspace
    roster = replace(workspace.settings.roster, effort=check_effort(effort, place))
    return replace(workspace, settings=replace(workspace.settings, roster=roster))
