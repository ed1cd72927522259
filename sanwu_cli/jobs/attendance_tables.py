"""Attendance laid out as rows and as a workbook: figures by group, every duty, steps, unresolved lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.attendance.figures import (
    count_figures,
    group_by_month,
    group_by_person,
    group_by_township,
    group_by_unit,
)
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.terms import Answer, Attendance
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.attendance.figures import Figures, Tally
    from sanwu_cli.attendance.records import DutyOutcome, Proposal
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.model import Place, Source
    from sanwu_cli.workbook.cells import CellContent

GROUPS = {"person": "人员", "unit": "派驻单位", "township": "乡镇(街道)", "month": "月份"}
NOBODY = "（没有认出来）"
FIGURE_HEADERS = (
    *("应到", "到岗", "迟到", "早退", "补岗", "请假", "顶替", "不明", "未到日期", "缺勤", "另到"),
    *("接待咨询(至少)", "咨询空格", "参与调解(至少)", "调解空格"),
)
SHORT_HEADERS = ("应到", "到岗", "迟/早", "补岗", "请假", "顶替", "不明", "缺勤", "另到", "咨询", "调解")
DUTY_HEADERS = (
    *("日期", "乡镇(街道)", "地点", "角色", "编号", "姓名", "派驻单位", "结果", "迟到", "早退"),
    *("签到", "签退", "说明", "依据", "来源"),
)
STEP_HEADERS = (
    "缺勤日期",
    "姓名",
    "派驻单位",
    "乡镇(街道)",
    "步骤",
    "期限",
    "状态",
    "办理日期",
    "文号",
    "为什么",
    "依据",
    "来源",
)
VILLAGE_HEADERS = ("月份", "乡镇(街道)", "村(社区)", "至少几天", "至多几天", "应到几天", "结果", "来源")
UNRESOLVED_HEADERS = ("日期", "姓名", "单位", "地点", "问题", "来源")


def group_figures(view: AttendanceView, by: str) -> tuple[Figures, ...]:
    """Count by person, unit, township or month."""
    groupings = {
        "person": group_by_person,
        "unit": lambda: group_by_unit(view.persons),
        "township": group_by_township,
        "month": group_by_month,
    }
    return count_figures(view.outcomes, view.visits, view.unplanned, groupings[by]())


def name_group(view: AttendanceView, by: str, key: str) -> str:
    """Give a group's name as people read it."""
    if by == "person":
        return view.persons[key].name if key in view.persons else key or NOBODY
    if by == "township":
        return view.names.get(key, key)
    return key or NOBODY


def figure_rows(view: AttendanceView, by: str) -> list[tuple[CellContent, ...]]:
    """Lay the figures out under the group's name and FIGURE_HEADERS, blank cells counted beside each sum."""
    return [
        (
            name_group(view, by, one.key),
            one.duties,
            one.statuses[Attendance.PRESENT],
            one.late,
            one.early,
            *(one.statuses[status] for status in tuple(Attendance)[1:]),
            one.unplanned,
            *(one.consulted.told, one.consulted.blank, one.mediated.told, one.mediated.blank),
        )
        for one in group_figures(view, by)
    ]


def short_rows(view: AttendanceView, by: str) -> list[tuple[CellContent, ...]]:
    """Lay the figures out under SHORT_HEADERS, to fit a terminal."""
    return [
        (
            name_group(view, by, one.key),
            one.duties,
            one.statuses[Attendance.PRESENT],
            f"{one.late}/{one.early}",
            *(one.statuses[s] for s in (Attendance.MADE_UP, Attendance.ON_LEAVE, Attendance.SUBSTITUTED)),
            one.statuses[Attendance.UNKNOWN] + one.statuses[Attendance.PENDING],
            one.statuses[Attendance.ABSENT],
            one.unplanned,
            show_tally(one.consulted),
            show_tally(one.mediated),
        )
        for one in group_figures(view, by)
    ]


def show_tally(tally: Tally) -> str:
    """Show a sum; one with blank cells or unknown duties is a lower bound, one of no lines not known."""
    if tally.high is not None:
        return str(tally.low)
    return f"≥{tally.low}" if tally.lines else "不明"


def duty_rows(view: AttendanceView, outcomes: Iterable[DutyOutcome]) -> list[tuple[CellContent, ...]]:
    """Lay duties out under DUTY_HEADERS."""
    return [
        (
            outcome.duty.date.isoformat(),
            view.names.get(outcome.duty.township_code, outcome.duty.township_code),
            view.names.get(outcome.duty.area_code, outcome.duty.area_code),
            outcome.duty.role.label,
            outcome.duty.person_id,
            outcome.duty.person,
            outcome.duty.unit,
            outcome.status.label,
            "是" if outcome.is_late else "",
            "是" if outcome.left_early else "",
            outcome.signed_in_at,
            outcome.signed_out_at,
            tell_outcome(view, outcome),
            outcome.duty.basis.label,
            "；".join(map(show_source, outcome.sources)),
        )
        for outcome in outcomes
    ]


def tell_outcome(view: AttendanceView, outcome: DutyOutcome) -> str:
    """Say in words what stands beside a status: who stood in, when it was made up, why it is not known."""
    parts = [outcome.why] if outcome.why else []
    if outcome.substitute_id:
        helper = view.persons.get(outcome.substitute_id)
        parts.append(f"{helper.name if helper else outcome.substitute_id}到岗")
    if outcome.made_up_on:
        parts.append(f"{outcome.made_up_on.isoformat()}补上")
    elif outcome.corrected_on:
        parts.append(f"{outcome.corrected_on.isoformat()}来过，已过补岗期限")
    if outcome.status is Attendance.PRESENT and not outcome.is_time_known:
        parts.append("时间不全，不判迟到早退" if not (outcome.is_late or outcome.left_early) else "时间不全")
    return "；".join(parts)


def step_rows(view: AttendanceView, proposals: Iterable[Proposal]) -> list[tuple[CellContent, ...]]:
    """Lay steps out under STEP_HEADERS."""
    return [
        (
            one.absent_on.isoformat(),
            one.person,
            one.unit,
            view.names.get(one.township_code, one.township_code),
            one.step.label,
            one.due_on.isoformat(),
            one.state.label,
            one.done_on.isoformat() if one.done_on else "",
            one.document_number,
            one.why,
            one.basis.label if one.basis else "",
            "；".join(map(show_source, one.evidence)),
        )
        for one in proposals
    ]


def unresolved_rows(view: AttendanceView) -> list[tuple[CellContent, ...]]:
    """Lay the sign-ins that were not used in full out under UNRESOLVED_HEADERS."""
    return [
        (
            visit.record.day.isoformat() if visit.record.day else "",
            visit.record.person,
            visit.record.unit,
            _name_place(view, visit.record.place),
            visit.problem,
            show_source(visit.record.source),
        )
        for visit in view.unresolved
    ]


def village_rows(view: AttendanceView) -> list[tuple[CellContent, ...]]:
    """Lay the villages' days with a mediator out under VILLAGE_HEADERS."""
    return [
        (
            str(one.month),
            view.names.get(one.township_code, one.township_code),
            view.names.get(one.area_code, one.area_code),
            one.low,
            one.high,
            one.needed,
            _VILLAGE_ANSWERS[one.answer],
            "；".join(map(show_source, one.sources)),
        )
        for one in view.villages
    ]


_VILLAGE_ANSWERS = {Answer.MET: "够", Answer.NOT_MET: "不够", Answer.UNKNOWN: "不明"}


def tell_villages(view: AttendanceView) -> str:
    """Say in a sentence in how many villages the mediators were on days enough; empty without a village."""
    if not view.villages:
        return ""
    counts = {answer: sum(one.answer is answer for one in view.villages) for answer in Answer}
    lead = f"人民调解员到村（每月至少{view.villages[0].needed}天）："
    if counts[Answer.UNKNOWN] == len(view.villages):
        return f"{lead}看不出够不够（没有村里的签到表，或没有认准是谁）"
    is_one_month = len({one.month for one in view.villages}) == 1
    unit = "个村(社区)" if is_one_month else "次（一个村一个月算一次）"
    known = ((Answer.MET, "够"), (Answer.NOT_MET, "不够"), (Answer.UNKNOWN, "看不出"))
    told = [f"{word}的{counts[answer]}" for answer, word in known if counts[answer]]
    return f"{lead}{'，'.join([told[0] + unit, *told[1:]])}"


def show_source(source: Source) -> str:
    """Show where a line stands."""
    if not source.file:
        return "命令"
    return f"{source.file}:{source.sheet}" + (f"!第{source.row}行" if source.row else "")


def _name_place(view: AttendanceView, place: Place | None) -> str:
    code = (place.area_code or place.township_code) if place else None
    return view.names.get(code, code) if code else ""


def write_attendance(view: AttendanceView, title: str) -> bytes:
    """Write the attendance as a workbook: the four groupings, every duty, the steps, the unresolved lines."""
    name = f"{title}进驻考勤"
    sheets = [
        TableSheet(f"按{label}", (label, *FIGURE_HEADERS), tuple(figure_rows(view, by)), title=name)
        for by, label in GROUPS.items()
    ]
    sheets += [
        TableSheet("逐次", DUTY_HEADERS, tuple(duty_rows(view, view.outcomes)), landscape=True),
        TableSheet("提醒反馈", STEP_HEADERS, tuple(step_rows(view, view.proposals)), landscape=True),
        TableSheet("调解员到村", VILLAGE_HEADERS, tuple(village_rows(view)), landscape=True),
        TableSheet("没有认准的签到", UNRESOLVED_HEADERS, tuple(unresolved_rows(view)), landscape=True),
    ]
    return write_internal(name, sheets, dated=view.as_of)
