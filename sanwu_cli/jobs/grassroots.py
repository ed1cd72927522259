"""Centres, offices, grids and disputes opened for a span and a day, from the ledger and the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.grassroots.centres import CentreReport, judge_centres
from sanwu_cli.grassroots.disputes import DisputeReport, judge_disputes
from sanwu_cli.grassroots.grids import GridReport, judge_grids
from sanwu_cli.grassroots.offices import OfficeReport, judge_offices
from sanwu_cli.grassroots.reconcile import CountedDisputes, compare_counts, sum_counts
from sanwu_cli.grassroots.terrain import Terrain, survey
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.periods import Period
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month


class Topic(Term):
    """What may be looked at on its own."""

    CENTRES = "centres", "综治中心"
    OFFICES = "offices", "两所"
    GRIDS = "grids", "网格"
    DISPUTES = "disputes", "矛盾纠纷"


class Grassroots(Struct, frozen=True):
    """The four topics of a span as they stand on the terrain's day; `counted` from sheets of counts."""

    period: Period
    terrain: Terrain
    centres: CentreReport
    offices: OfficeReport
    grids: GridReport
    disputes: DisputeReport
    counted: tuple[CountedDisputes, ...]
    differences: tuple[Finding, ...]

    def findings_of(self, topics: tuple[Topic, ...]) -> tuple[Finding, ...]:
        """Give the findings of these topics."""
        told = {
            Topic.CENTRES: self.centres.findings,
            Topic.OFFICES: self.offices.findings,
            Topic.GRIDS: self.grids.findings,
            Topic.DISPUTES: (*self.disputes.findings, *self.differences),
        }
        return tuple(finding for topic in topics for finding in told[topic])


def choose_span(workspace: Workspace, year: int | None, month: Month | None, today: date) -> Period:
    """Give the month, or the year (today's without any); raises SanwuError for two that disagree."""
    if year is not None and month is not None and month.year != year:
        raise SanwuError(f"--year 写的是{year}年，--month 写的是{month.label}", remedy="请只写一个")
    span = Period(month, month) if month is not None else Period.of_year(year or today.year)
    issued = workspace.plan.issued_on
    if span.last.year < issued.year:
        raise SanwuError(
            f"方案{issued.year}年才印发，{span.last.year}年没有可看的",
            remedy=f"请写{issued.year}年以后的年份",
        )
    return span


def open_grassroots(
    workspace: Workspace, registers: RegisterReading, period: Period, as_of: date
) -> Grassroots:
    """Judge the four topics. Raises SanwuError for a day before the span begins.

    Args:
        workspace: whose ledger is read.
        registers: areas and grids.
        period: a month or a year; centres, offices and lists of grid workers are those of its year.
        as_of: the day of reference for areas, grids, and what is open or overdue.
    """
    if as_of < period.first.first_day:
        raise SanwuError(f"{as_of}时{period.label}还没有开始", remedy="请改正 --as-of，或者年份、月份")
    known = open_activities(workspace, registers)
    terrain = survey(registers.registers.areas, as_of)
    year = period.last.year
    least = int(workspace.plan.value_on("grid.workers_min", max(as_of, workspace.plan.issued_on)))
    return Grassroots(
        period,
        terrain,
        judge_centres(known.centres, terrain, year),
        judge_offices(known.offices, terrain, year),
        judge_grids(registers.registers.grids, known.grid_workers, terrain, year=year, least=least),
        judge_disputes(known.disputes, terrain, period),
        sum_counts(known.dispute_counts, terrain, period),
        compare_counts(known.dispute_counts, known.disputes, terrain, period),
    )
