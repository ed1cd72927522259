"""What units write about the work: a township's view of its stationed staff (O-37), reports (O-22, O-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.attendance.figures import count_figures, group_by_person, group_by_unit
from sanwu_cli.grassroots.disputes import judge_disputes
from sanwu_cli.grassroots.terrain import survey
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.jobs.circular import COUNTING_READINGS
from sanwu_cli.jobs.papers import (
    DEPARTMENTS,
    Paper,
    describe_paper,
    list_townships,
    name_committee,
    name_department,
    name_office,
    tell_day,
)
from sanwu_cli.jobs.work_figures import (
    IndicatorCounts,
    count_view,
    describe_figures,
    tell_disputes,
    tell_figures,
)
from sanwu_cli.periods import Period
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.activities import Activities
    from sanwu_cli.attendance.figures import Figures
    from sanwu_cli.attendance.records import Visit
    from sanwu_cli.grassroots.disputes import DisputeReport
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.jobs.papers import Asked, Township
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area

_APPRAISAL, _REPORT, _ANNUAL = "O-37", "O-22", "O-24"
_JOINT = "joint"


def describe_appraisals(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give a letter for each township and unit whose people were on duty there in the quarter."""
    view = open_attendance(workspace, registers, asked.quarter, as_of=asked.as_of)
    return tuple(
        Paper(
            _describe_appraisal(workspace, asked, view, town.area, own),
            (*registers.findings, *view.findings),
            f"{town.area.name}致{unit}",
        )
        for town in list_townships(registers.registers.areas, asked.quarter.last.last_day)
        for unit, own in sorted(_group_persons(view, town.codes).items())
    )


def describe_reports(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[Paper, ...]:
    """Give the frame of the quarter's written report of each unit, with the figures on record."""
    return _describe_reports(workspace, registers, asked, "quarter")


def describe_annual_reports(
    workspace: Workspace, registers: RegisterReading, asked: Asked
) -> tuple[Paper, ...]:
    """Give the frame of the annual report of each unit, with the year's figures on record."""
    return _describe_reports(workspace, registers, asked, "year")


def _group_persons(view: AttendanceView, codes: frozenset[str]) -> dict[str, list[Figures]]:
    """Count each person's duties and visits in a township by sending unit; not whom nothing is known of."""

    def is_here(visit: Visit) -> bool:
        return visit.record.place is not None and visit.record.place.township_code in codes

    figures = count_figures(
        [one for one in view.outcomes if one.duty.township_code in codes],
        [one for one in view.visits if is_here(one)],
        [one for one in view.unplanned if is_here(one)],
        group_by_person(),
    )
    grouped: dict[str, list[Figures]] = {}
    for one in figures:
        person = view.persons.get(one.key)
        if person is not None and person.unit and _is_known(one):
            grouped.setdefault(person.unit, []).append(one)
    return grouped


def _is_known(one: Figures) -> bool:
    """Say whether anything is on record: duties nobody signed for, or still to come, tell nothing."""
    open_duties = one.statuses[Attendance.UNKNOWN] + one.statuses[Attendance.PENDING]
    return one.duties > open_duties or bool(one.consulted.lines)


def _describe_appraisal(
    workspace: Workspace, asked: Asked, view: AttendanceView, area: Area, own: list[Figures]
) -> dict[str, Any]:
    sender = name_office(workspace.settings.name, area)
    return describe_paper(workspace, asked, "quarter", ("T-26",)) | {
        "issuer": sender,
        "recipients": [view.persons[own[0].key].unit],
        "copies": [name_committee(workspace)],
        "seen_on": tell_day(view.as_of),
        "rows": [
            {
                "person": view.persons[one.key].name,
                "role": view.persons[one.key].role.label,
                **describe_figures(one),
            }
            for one in own
        ],
        "clauses": {"appraisal": workspace.plan.obligation(_APPRAISAL).clause},
        "unknowns": list(_list_gaps(own)),
    }


def _list_gaps(own: Iterable[Figures]) -> Iterable[str]:
    unknown = sum(int(describe_figures(one)["unknown"]) for one in own)
    if unknown:
        yield f"有{unknown}次值班没有签到表可以核对，或者还没有到日期，列在“不明”，不算缺勤"
    yield "评价意见由乡镇(街道)填写；程序只给出到岗次数和登记的件数，不评价人"


class _Sources(Struct, frozen=True):
    """What the reports of a span are written from."""

    view: AttendanceView
    counts: IndicatorCounts
    disputes: DisputeReport
    known: Activities
    span: Period


def _describe_reports(
    workspace: Workspace, registers: RegisterReading, asked: Asked, every: str
) -> tuple[Paper, ...]:
    span = asked.quarter if every == "quarter" else Period.of_year(asked.month.year)
    known = open_activities(workspace, registers)
    terrain = survey(registers.registers.areas, span.last.last_day)
    sources = _Sources(
        open_attendance(workspace, registers, span, as_of=asked.as_of),
        IndicatorCounts(workspace, registers, Period(span.last, span.last)),
        judge_disputes(known.disputes, terrain, span),
        known,
        span,
    )
    obligation = workspace.plan.obligation(_REPORT if every == "quarter" else _ANNUAL)
    common = describe_paper(workspace, asked, every, sorted({*COUNTING_READINGS, "T-26"})) | {
        "recipients": [name_committee(workspace)],
        "copies": [],
        "signer": "",
        "clauses": {"report": obligation.clause},
        "last_day": tell_day(span.last.last_day),
    }
    findings = (*registers.findings, *sources.view.findings)
    papers = []
    for unit in DEPARTMENTS:
        facts, unknowns = _tell_department(workspace, unit, sources)
        name = name_department(workspace, unit)
        context = common | {"issuer": name, "facts": facts, "unknowns": unknowns}
        papers.append(Paper(context, findings, name))
    for town in list_townships(registers.registers.areas, span.last.last_day):
        area = town.area
        if not area.competes:
            continue
        facts, unknowns = _tell_township(town, sources)
        context = common | {
            "issuer": name_office(workspace.settings.name, area),
            "facts": facts,
            "unknowns": unknowns,
        }
        papers.append(Paper(context, findings, area.name))
    return tuple(papers)


def _tell_department(workspace: Workspace, unit_id: str, sources: _Sources) -> tuple[list[str], list[str]]:
    """Say what is on record of a department's people: one sentence for each of its units."""
    unit = workspace.plan.duties.unit(unit_id)
    figures = count_view(sources.view, group_by_unit(sources.view.persons))
    own = [one for one in figures if one.key and unit.is_named_in(one.key)]
    facts = [f"{one.key}{tell_figures(one)}。" for one in own]
    return facts, [] if facts else ["没有本单位人员的值班和签到记录，数据由本单位填写"]


def _tell_township(town: Township, sources: _Sources) -> tuple[list[str], list[str]]:
    """Say what is on record of a township: the indicators, disputes, joint meetings, who was stationed."""
    area = town.area
    counts = sources.counts.describe([area.code])
    figures = {one.code: own for one, own in sources.disputes.by_township}
    joint = [
        one
        for one in sources.known.meetings
        if one.meeting_type == _JOINT and one.township_code in town.codes and one.held_on in sources.span
    ]
    told = "，".join(f"{row['name']}{row['year']}件" for row in counts)
    facts = [f"截至{sources.span.last.label}底，本年{told}。", f"{tell_disputes(figures.get(area.code))}。"]
    facts.append(f"登记召开联席会议{len(joint)}次。" if joint else "没有登记召开联席会议。")
    own = [one for unit in _group_persons(sources.view, town.codes).values() for one in unit]
    if own:
        duties = sum(one.duties for one in own)
        facts.append(f"派驻人员{len(own)}人有值班或者签到记录，应到{duties}次。")
    unknowns = [] if area.code in figures else ["没有收到本乡镇(街道)的矛盾纠纷台账，不视为没有纠纷"]
    if any("≥" in row["year"] or "…" in row["year"] for row in counts):
        unknowns.append("三项指标有没有报送的月份或者待核的记录，所列是已知的数")
    return facts, unknowns
