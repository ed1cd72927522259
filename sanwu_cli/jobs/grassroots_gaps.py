"""What is missing where at the grass roots, line by line, and the workbook of it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grassroots.centres import Completeness, load_items
from sanwu_cli.grassroots.grids import GridState, Presence
from sanwu_cli.grassroots.offices import OfficeKind
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.grassroots import Topic
from sanwu_cli.jobs.grassroots_tables import (
    LONG_HEADERS,
    OVERDUE_HEADERS,
    UNREPORTED,
    long_rows,
    overdue_rows,
    show_sources,
)
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.grassroots.centres import CentreStanding
    from sanwu_cli.grassroots.grids import VillageGrids
    from sanwu_cli.jobs.grassroots import Grassroots

GAP_HEADERS = ("事项", "乡镇(街道)", "村(社区)", "缺什么", "情况", "来源")
Gap = tuple[str, str, str, str, str, str]
_DRAFT = "本表由程序按登记数据整理；没有记录、没有核实的，不等于没有。"


def list_gaps(ground: Grassroots, topics: Iterable[Topic]) -> list[Gap]:
    """List what is lacking, not verified, vacant or unreported, in the order of topics and areas."""
    parts = {
        Topic.CENTRES: _list_centre_gaps,
        Topic.OFFICES: _list_office_gaps,
        Topic.GRIDS: _list_grid_gaps,
        Topic.DISPUTES: _list_dispute_gaps,
    }
    return [(topic.label, *gap) for topic in topics for gap in parts[topic](ground)]


def _list_centre_gaps(ground: Grassroots) -> Iterable[tuple[str, str, str, str, str]]:
    for one in ground.centres.townships:
        for standing in (one.own, *one.villages):
            village = "" if standing is one.own else standing.area.name
            for what, state in _describe_centre(standing):
                yield one.township.name, village, what, state, show_sources(standing.sources)


def _describe_centre(standing: CentreStanding) -> Iterable[tuple[str, str]]:
    if standing.state is Completeness.NO_RECORD:
        before = f"，{standing.told_before}年有" if standing.told_before else ""
        yield "综治中心", f"没有本年记录{before}"
    for names, state in ((standing.lacking, "没有"), (standing.unverified, "未核实")):
        if names:
            yield "、".join(item.label for item in load_items() if item.name in names), state


def _list_office_gaps(ground: Grassroots) -> Iterable[tuple[str, str, str, str, str]]:
    for one in ground.offices.townships:
        for kind in OfficeKind:
            if not one.offices[kind]:
                yield one.township.name, "", kind.label, "没有本年记录", ""
            for office in one.offices[kind]:
                if not office.is_standard:
                    state = "未核实" if office.is_standard is None else "没有达标"
                    where = show_sources([office.source])
                    yield one.township.name, "", f"{office.name}标准化", state, where


def _list_grid_gaps(ground: Grassroots) -> Iterable[tuple[str, str, str, str, str]]:
    for one in ground.grids.townships:
        for village in one.villages:
            for what, state, where in _describe_grids(village):
                yield one.township.name, village.village.name, what, state, where


def _describe_grids(village: VillageGrids) -> Iterable[tuple[str, str, str]]:
    if village.presence is not Presence.PRESENT:
        yield "网格", village.presence.label, ""
    for grid in village.grids:
        if grid.state is not GridState.STAFFED:
            label = grid.name or grid.number
            yield f"网格“{label}”的网格员", grid.state.label, show_sources(grid.sources)


def _list_dispute_gaps(ground: Grassroots) -> Iterable[tuple[str, str, str, str, str]]:
    told = {area.code for area, _ in ground.disputes.by_township}
    for area in ground.terrain.townships:
        if area.code not in told:
            yield area.name, "", f"{ground.period.label}矛盾纠纷台账", UNREPORTED, ""


def write_grassroots(ground: Grassroots, topics: Sequence[Topic], name: str) -> bytes:
    """Write the workbook: a sheet a topic, the overdue disputes, what is missing; `name` of the county."""
    span, day = ground.period.label, ground.terrain.day.isoformat()
    sheets = [
        TableSheet(
            topic.label,
            LONG_HEADERS[topic],
            tuple(long_rows(ground, topic)),
            title=f"{name}{span}{topic.label}情况",
            subtitle=f"截至{day}",
            landscape=True,
        )
        for topic in topics
    ]
    if Topic.DISPUTES in topics:
        title = f"{name}超期未化解矛盾纠纷（截至{day}）"
        rows = tuple(overdue_rows(ground))
        sheets.append(TableSheet("超期纠纷", OVERDUE_HEADERS, rows, title=title, landscape=True))
    gaps = tuple(list_gaps(ground, topics))
    title = f"{name}{span}缺什么"
    sheets.append(TableSheet("缺什么", GAP_HEADERS, gaps, title=title, notes=(_DRAFT,), landscape=True))
    return write_internal(f"{name}{span}基层情况", sheets)
