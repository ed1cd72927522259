"""All that a roster follows from, gathered from registers and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.calendars import build_calendar
from sanwu_cli.roster.offices import find_offices
from sanwu_cli.roster.role_year import Staffing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.model import Registers
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
    )
