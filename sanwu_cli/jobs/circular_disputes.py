"""What the monthly circular says of disputes beside the counts: taken in, settled, past their deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.grassroots.disputes import DisputeReport, DisputeState, judge_disputes
from sanwu_cli.grassroots.shares import show_count, show_percent
from sanwu_cli.grassroots.terrain import survey
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.grassroots_tables import UNREPORTED
from sanwu_cli.model import Interval
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grassroots.disputes import DisputeFigures
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area


class CircularDisputes(Struct, frozen=True):
    """The disputes of a month and of its year so far, as they stand at the end of the month."""

    month: DisputeReport
    year: DisputeReport
    townships: tuple[Area, ...]

    def describe(self) -> dict[str, object]:
        """Give the part `disputes` of the circular's context; without records of the month it is 未报."""
        told = {area.code for area, _ in self.month.by_township}
        late = [one.state for one in self.month.overdue]
        return {
            "is_reported": self.month.total is not None,
            "month": _describe_figures(self.month.total),
            "year": _describe_figures(self.year.total),
            "overdue": show_count(Interval(late.count(DisputeState.OPEN), len(late))),
            "missing": [area.name for area in self.townships if area.code not in told],
        }

    def describe_township(self, code: str) -> str:
        """Give a township's settled of taken in this month, such as 3/5 or 3…4/5; 未报 without records."""
        known = {area.code: figures for area, figures in self.month.by_township}
        figures = known.get(code)
        return f"{show_count(figures.settled)}/{show_count(figures.intake)}" if figures else UNREPORTED


def open_circular_disputes(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> CircularDisputes:
    """Judge the disputes of a month and of its year up to it, on the month's last day."""
    records = open_activities(workspace, registers).disputes
    terrain = survey(registers.registers.areas, month.last_day)
    to_date = Period(Month(month.year, 1), month)
    return CircularDisputes(
        judge_disputes(records, terrain, Period(month, month)),
        judge_disputes(records, terrain, to_date),
        terrain.townships,
    )


def _describe_figures(figures: DisputeFigures | None) -> Mapping[str, str]:
    if figures is None:
        return dict.fromkeys(("intake", "settled", "share"), UNREPORTED)
    return {
        "intake": show_count(figures.intake),
        "settled": show_count(figures.settled),
        "share": show_percent(figures.share) if figures.share else "—",
    }
