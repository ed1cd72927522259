"""Centres, offices, grids and disputes as tables: short ones for the screen, whole ones for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grassroots.centres import Completeness, load_items
from sanwu_cli.grassroots.grids import GridState, Presence
from sanwu_cli.grassroots.offices import OfficeKind
from sanwu_cli.grassroots.shares import show_count, show_days, show_percent, show_share
from sanwu_cli.jobs.grassroots import Topic
from sanwu_cli.model import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.activities import OfficeRecord
    from sanwu_cli.grassroots.centres import CentreStanding
    from sanwu_cli.grassroots.disputes import DisputeFigures
    from sanwu_cli.jobs.grassroots import Grassroots
    from sanwu_cli.model import Source

Cell = str | int | None
Row = tuple[Cell, ...]

UNREPORTED = "未报"
_NOT_TOLD = "未核实"
_FLAGS = {True: "是", False: "否", None: _NOT_TOLD}
SHORT_HEADERS = {
    Topic.CENTRES: ("乡镇(街道)", "乡镇级", "村数", "齐全", "缺项", "未核实", "无记录", "齐全的村"),
    Topic.OFFICES: ("乡镇(街道)", "派出所", "标准化", "枫桥式", "司法所", "标准化", "枫桥式"),
    Topic.GRIDS: ("乡镇(街道)", "村数", "有网格", "没有", "没登记", "网格", "有人", "空缺", "待定"),
    Topic.DISPUTES: ("乡镇(街道)", "排查", "化解", "未化解", "超期", "化解率", "统计表排查/化解"),
}
LONG_HEADERS = {
    Topic.CENTRES: (
        *("乡镇(街道)", "村(社区)", "级别", "情况"),
        *(item.label for item in load_items()),
        *("人员", "视频(路)", "来源"),
    ),
    Topic.OFFICES: ("乡镇(街道)", "类型", "名称", "标准化", "枫桥式", "警力/人员", "来源"),
    Topic.GRIDS: ("乡镇(街道)", "村(社区)", "网格编号", "网格名称", "登记表", "花名册", "情况", "来源"),
    Topic.DISPUTES: (
        *("范围", "名称", "排查", "化解", "未化解", "超期", "没写时限", "化解率"),
        *("未化解天数中位", "未化解最长", "化解用时中位", "化解最长"),
    ),
}
TYPE_HEADERS = ("纠纷类型", "排查", "化解", "未化解", "超期", "化解率")
OVERDUE_HEADERS = ("编号", "责任单位", "乡镇(街道)", "村(社区)", "类型", "时限", "超期天数", "情况")


def short_rows(ground: Grassroots, topic: Topic) -> list[Row]:
    """Lay out a topic by township under SHORT_HEADERS."""
    rows = {
        Topic.CENTRES: _short_centres,
        Topic.OFFICES: _short_offices,
        Topic.GRIDS: _short_grids,
        Topic.DISPUTES: _short_disputes,
    }
    return rows[topic](ground)


def long_rows(ground: Grassroots, topic: Topic) -> list[Row]:
    """Lay out a topic whole, each line with where it comes from, under LONG_HEADERS."""
    rows = {
        Topic.CENTRES: _long_centres,
        Topic.OFFICES: _long_offices,
        Topic.GRIDS: _long_grids,
        Topic.DISPUTES: _long_disputes,
    }
    return rows[topic](ground)


def show_sources(sources: Sequence[Source]) -> str:
    """Write where something stands: file and row, several with ； between."""
    return "；".join(f"{s.file}:{s.sheet}!第{s.row}行" for s in sources)


def _short_centres(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.centres.townships:
        total = len(one.villages)
        states = [one.count(state) for state in Completeness]
        share = show_share(one.complete, Interval(total, total)) if total else "没有村"
        rows.append((one.township.name, one.own.state.label, total, *states, share))
    return rows


def _long_centres(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.centres.townships:
        for standing in (one.own, *one.villages):
            village = "" if standing is one.own else standing.area.name
            rows.append((one.township.name, village, standing.area.level.label, *_lay_out_items(standing)))
    return rows


def _lay_out_items(standing: CentreStanding) -> Row:
    words = dict.fromkeys(standing.held, "有") | dict.fromkeys(standing.lacking, "没有")
    words |= dict.fromkeys(standing.unverified, _NOT_TOLD)
    items = tuple(words.get(item.name, "") for item in load_items())
    numbers = (standing.staff_count, standing.camera_count)
    return (standing.state.label, *items, *numbers, show_sources(standing.sources))


def _short_offices(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.offices.townships:
        cells: list[Cell] = []
        for kind in OfficeKind:
            own = one.offices[kind]
            cells += [len(own) or "无记录", _join_flags(own, "standard"), _join_flags(own, "fengqiao")]
        rows.append((one.township.name, *cells))
    for counts in ground.offices.counts:
        blanks = [""] * len(SHORT_HEADERS[Topic.OFFICES])
        blanks[0] = f"合计（{counts.kind.label}）"
        at = 1 if counts.kind is OfficeKind.POLICE_STATION else 4
        blanks[at : at + 3] = str(counts.total), show_count(counts.standard), show_count(counts.fengqiao)
        rows.append(tuple(blanks))
    return rows


def _join_flags(offices: Sequence[OfficeRecord], field: str) -> str:
    return "、".join(_FLAGS[getattr(office, f"is_{field}")] for office in offices)


def _long_offices(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.offices.townships:
        for kind in OfficeKind:
            for office in one.offices[kind]:
                flags = (_FLAGS[office.is_standard], _FLAGS[office.is_fengqiao])
                where = show_sources([office.source])
                rows.append((one.township.name, kind.label, office.name, *flags, office.staff_count, where))
            if not one.offices[kind]:
                rows.append((one.township.name, kind.label, "没有记录", "", "", None, ""))
    return rows


def _short_grids(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.grids.townships:
        present = [one.count_villages(presence) for presence in Presence]
        states = [one.count(state) for state in GridState]
        rows.append((one.township.name, len(one.villages), *present, sum(states), *states))
    return rows


def _long_grids(ground: Grassroots) -> list[Row]:
    rows: list[Row] = []
    for one in ground.grids.townships:
        for village in one.villages:
            names = (one.township.name, village.village.name)
            for grid in village.grids:
                told = (_show_names(grid.registered), _show_names(grid.listed))
                where = show_sources(grid.sources)
                rows.append((*names, grid.number, grid.name, *told, grid.state.label, where))
            if not village.grids:
                rows.append((*names, "", "", "", "、".join(village.loose), village.presence.label, ""))
    return rows


def _show_names(names: Sequence[str] | None) -> str:
    return "" if names is None else "、".join(names) or "没有人"


def _short_disputes(ground: Grassroots) -> list[Row]:
    known = {area.code: figures for area, figures in ground.disputes.by_township}
    counted = {one.township.code: one for one in ground.counted}
    rows: list[Row] = []
    for area in ground.terrain.townships:
        figures, told = known.get(area.code), counted.get(area.code)
        sums = "" if told is None else f"{_show_known(told.total)}/{_show_known(told.resolved)}"
        rows.append((area.name, *_short_figures(figures), sums))
    if ground.disputes.total is not None:
        if ground.disputes.unplaced:
            rows.append((f"归属未定{ground.disputes.unplaced}件", "", "", "", "", "", ""))
        rows.append(("合计", *_short_figures(ground.disputes.total), ""))
    return rows


def _show_known(number: int | None) -> str:
    return "不详" if number is None else str(number)


def _short_figures(figures: DisputeFigures | None) -> Row:
    if figures is None:
        return (UNREPORTED, "", "", "", "")
    counts = (figures.intake, figures.settled, figures.open, figures.overdue)
    return (*map(show_count, counts), show_settled(figures))


def show_settled(figures: DisputeFigures) -> str:
    """Write the share settled: 17/20（85%）; of an open intake the percentages alone; — of nothing."""
    if figures.share is None:
        return "—"
    if not figures.intake.is_exact:
        return show_percent(figures.share)
    return show_share(figures.settled, figures.intake)


def type_rows(ground: Grassroots) -> list[Row]:
    """Lay out the disputes by type under TYPE_HEADERS, the most frequent first."""
    return [(name or "没有写类型", *_short_figures(figures)) for name, figures in ground.disputes.by_type]


def _long_disputes(ground: Grassroots) -> list[Row]:
    report = ground.disputes
    if report.total is None:
        return [("全部", UNREPORTED, *[""] * 10)]
    groups = [("全部", "合计", report.total)]
    groups += [("乡镇(街道)", area.name, figures) for area, figures in report.by_township]
    groups += [("村(社区)", area.name, figures) for area, figures in report.by_village]
    groups += [("类型", name or "没有写类型", figures) for name, figures in report.by_type]
    rows: list[Row] = []
    for kind, name, figures in groups:
        counts = map(show_count, (figures.intake, figures.settled, figures.open, figures.overdue))
        days = (figures.open_median, figures.open_max, figures.settled_median, figures.settled_max)
        rows.append((kind, name, *counts, figures.no_deadline, show_settled(figures), *map(show_days, days)))
    told = {area.code for area, _ in report.by_township}
    gone = [area for area in ground.terrain.townships if area.code not in told]
    return rows + [("乡镇(街道)", area.name, UNREPORTED, *[""] * 9) for area in gone]


def overdue_rows(ground: Grassroots) -> list[Row]:
    """Lay out the overdue disputes under OVERDUE_HEADERS, the latest first; nobody's name stands in it."""
    return [
        (
            one.record.case_number or one.record.id,
            one.record.responsible_unit,
            one.township.name if one.township else "",
            one.village.name if one.village else "",
            one.record.dispute_type,
            one.record.due_on.isoformat() if one.record.due_on else "",
            one.overdue,
            one.state.label,
        )
        for one in ground.disputes.overdue
    ]


def show_ages(ground: Grassroots) -> list[str]:
    """Say how old the open disputes are and how long the settled ones took; nothing where none has dates."""
    figures = ground.disputes.total
    lines = []
    if figures is not None and figures.open_max is not None:
        lines.append(f"未化解的：挂了{show_days(figures.open_median)}天（中位），最长{figures.open_max}天")
    if figures is not None and figures.settled_max is not None:
        lines.append(
            f"已化解的：用时{show_days(figures.settled_median)}天（中位），最长{figures.settled_max}天"
        )
    if figures is not None and figures.no_deadline:
        lines.append(f"没有化解、也没有写化解时限的{figures.no_deadline}件，看不出是否超期")
    return lines
