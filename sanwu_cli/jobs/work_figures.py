"""The figures of a quarter or a year that meetings and reports are told: attendance, indicators, disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanwu_cli.attendance.figures import Grouping, count_figures
from sanwu_cli.grassroots.shares import show_count
from sanwu_cli.jobs.attendance_tables import show_tally
from sanwu_cli.jobs.circular import count_text
from sanwu_cli.jobs.scoring import open_scoring
from sanwu_cli.terms import Attendance, Indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.attendance.figures import Figures
    from sanwu_cli.grassroots.disputes import DisputeFigures
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.periods import Period


_RARER = {"made_up": "补岗", "on_leave": "请假", "substituted": "顶替", "unknown": "不明", "absent": "缺勤"}


def describe_figures(one: Figures) -> dict[str, str]:
    """Give the cells of a group's attendance; duties not yet due stand with the unknown ones."""
    kinds = one.statuses
    return {
        "duties": str(one.duties),
        "present": str(kinds[Attendance.PRESENT]),
        "late": f"{one.late}/{one.early}",
        "made_up": str(kinds[Attendance.MADE_UP]),
        "on_leave": str(kinds[Attendance.ON_LEAVE]),
        "substituted": str(kinds[Attendance.SUBSTITUTED]),
        "unknown": str(kinds[Attendance.UNKNOWN] + kinds[Attendance.PENDING]),
        "absent": str(kinds[Attendance.ABSENT]),
        "consulted": show_tally(one.consulted),
        "mediated": show_tally(one.mediated),
    }


def tell_figures(one: Figures) -> str:
    """Say a group's attendance in one sentence."""
    cells = describe_figures(one)
    rest = "".join(f"，{word}{cells[name]}次" for name, word in _RARER.items() if cells[name] != "0")
    told = f"进驻值班应到{cells['duties']}次，到岗{cells['present']}次{rest}"
    return f"{told}；接待咨询{cells['consulted']}人次，参与调解{cells['mediated']}件"


def group_by_role(view: AttendanceView) -> Grouping:
    """Group by the role of whoever is on duty, by its identifier."""
    return Grouping(
        lambda outcome: outcome.duty.role.value,
        lambda visit: tuple(
            dict.fromkeys(view.persons[one].role.value for one in visit.person_ids if one in view.persons)
        ),
    )


def count_view(view: AttendanceView, grouping: Grouping) -> tuple[Figures, ...]:
    """Count everything a view has by a grouping."""
    return count_figures(view.outcomes, view.visits, view.unplanned, grouping)


class IndicatorCounts:
    """The indicators' numbers of a span's months, and of its year so far, opened once."""

    def __init__(self, workspace: Workspace, registers: RegisterReading, span: Period) -> None:
        self.months = span.months()
        year = span.last.year
        self._single = [
            open_scoring(workspace, registers, year=year, last_month=month, is_month_only=True)
            for month in self.months
        ]
        self.to_date: Scoring = open_scoring(workspace, registers, year=year, last_month=span.last)

    def describe(self, towns: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Give a line an indicator: its months and the year so far; without townships, of the county."""
        book = self.to_date.case.book
        codes, is_county = set(towns) or {area.code for area in book.townships}, not towns
        return [
            {
                "name": indicator.label,
                "months": [
                    count_text(single, codes, indicator, is_county=is_county) for single in self._single
                ],
                "year": count_text(self.to_date, codes, indicator, is_county=is_county),
            }
            for indicator in Indicator
        ]


def tell_disputes(figures: DisputeFigures | None) -> str:
    """Say the disputes of a span in one sentence; without records it is not known, which is not none."""
    if figures is None:
        return "没有收到矛盾纠纷台账"
    counts = (show_count(c) for c in (figures.intake, figures.settled, figures.open, figures.overdue))
    words = ("排查矛盾纠纷", "化解", "未化解", "其中超过时限")
    return "，".join(f"{word}{count}件" for word, count in zip(words, counts, strict=True))
