"""`sanwu due`: what the plan asks for by a day, what is done, what is overdue."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, finish, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import (
    count_findings,
    emit_json,
    finding_as_json,
    print_line,
    say,
    sort_findings,
    wrap_text,
)
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.due.groups import ItemGroup
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues import Dues
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Period

app = typer.Typer(add_completion=False, help="方案要求的事项：办了的、到期的、逾期的，各凭什么。")

_WIDTH = 80
_INDENT = "    "
_SOON = timedelta(days=31)
_MANY = 10


@app.command()
def due(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="这个月到期的，如 2026-11")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="这一年到期的", min=2020, max=2099)
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="单位", help="只看一个乡镇(街道)、村(社区)或部门：名称或代码"),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="状态", help="只看一种：逾期、待办、已办、不适用、由人判断"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="已办的、不适用的、由人判断的、还早的也列出")
    ] = False,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="文件", help="同时写成手机日历能收的 .ics 文件")
    ] = None,
) -> None:
    """方案要求的事项到哪一天、由谁办：逾期的、待办的、已办的，各凭什么。

    不写月份、年份时，列出当月到期的和本年已经逾期的。逾期是工作上的事，不算数据有错，退出状态仍是0。

    示例：
      sanwu due --as-of 2026-11-15
      sanwu due --year 2026 --who 青禾镇
      sanwu due --month 2026-12 --ics 十二月.ics
    """
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues import DUE_HEADERS, due_rows, dues_as_json, find_who, open_dues
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    wanted = find_term(ItemState, state, "状态")
    period = _find_period(month, year)
    as_of = day_of(options)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    meant = find_who(workspace.plan, registers.places, who, as_of) if who else None
    dues = open_dues(workspace, registers, as_of=as_of, period=period).keep(who=meant)
    if ics is not None:
        _write_ics(ics, dues.keep(state=wanted), scope=meant.scope if meant else "")
    if options.format is OutputFormat.JSON:
        _end_with_json(dues_as_json(dues.keep(state=wanted)), registers.findings)
    if options.format is OutputFormat.TABLE:
        _print_dues(options, dues, wanted, is_all=everything)
    else:
        print_rows(options, DUE_HEADERS, due_rows(dues.keep(state=wanted)))
    end_with_findings(options, registers.findings)


def _find_period(month: str | None, year: int | None) -> Period | None:
    from sanwu_cli.jobs.dues import year_period
    from sanwu_cli.periods import Period, parse_month

    if month is not None and year is not None:
        raise SanwuError("--month 和 --year 只能写一个", remedy="看一个月写 --month，看全年写 --year")
    if month is not None:
        given = parse_month(month)
        return Period(given, given)
    return None if year is None else year_period(year)


def _write_ics(path: Path, dues: Dues, *, scope: str) -> None:
    from sanwu_cli.due.ics import write_calendar
    from sanwu_cli.files import write_file

    write_file(path, write_calendar(dues.items, as_of=dues.as_of, title="三无工作到期事项", scope=scope))
    say(f"已写：{path}")


def _end_with_json(document: dict[str, object], findings: Iterable[Finding]) -> None:
    """Print the document; its counts are of the items by state and of the findings by severity."""
    known = tuple(sort_findings(dict.fromkeys(findings)))
    counts = document["counts"]
    assert isinstance(counts, dict)  # noqa: S101 - see dues_as_json
    listed = [finding_as_json(finding) for finding in known]
    emit_json({**document, "findings": listed, "counts": {**counts, **count_findings(known)}})
    has_errors = any(finding.severity is Severity.ERROR for finding in known)
    finish(ExitStatus.FINDINGS if has_errors else ExitStatus.CLEAN)


def _print_dues(options: RunOptions, dues: Dues, wanted: ItemState | None, *, is_all: bool) -> None:
    """Print what is overdue first, then what is due soon; the rest is counted, or listed when asked for."""
    from sanwu_cli.due.groups import group_items
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues import show_source

    counts = dues.count()
    told = "，".join(f"{state.label}{counts[state.value]}项" for state in ItemState if counts[state.value])
    print_line(f"截至{_full_day(dues.as_of)}：{told or '没有事项'}")
    groups = group_items(dues.items)
    if wanted is not None:
        sections = [(wanted.label, [g for g in groups if g.first.state is wanted])]
    else:
        sections = _make_sections(groups, dues.as_of, is_all=is_all)
    for title, found in sections:
        if found:
            print_line()
            print_line(f"{title}（{sum(len(group.items) for group in found)}项）")
            for group in found:
                _print_group(group, dues.as_of, is_full=bool(options.verbosity))
    _print_foot(options, dues, groups, is_all=is_all or wanted is not None)
    for row in dues.unused if options.verbosity else ():
        say(f"没有用上：{show_source(row.source)}，{row.why}")


def _make_sections(
    groups: Iterable[ItemGroup], as_of: date, *, is_all: bool
) -> list[tuple[str, list[ItemGroup]]]:
    from sanwu_cli.due.records import ItemState

    by_state: dict[ItemState, list[ItemGroup]] = {state: [] for state in ItemState}
    for group in groups:
        by_state[group.first.state].append(group)
    due_groups = by_state[ItemState.DUE]
    soon = [group for group in due_groups if group.due_on is not None and group.due_on <= as_of + _SOON]
    open_ended = [group for group in due_groups if group.due_on is None]
    sections = [
        ("逾期", by_state[ItemState.OVERDUE]),
        ("快到期", soon),
        ("没有写明期限，还没有办", open_ended),
    ]
    if is_all:
        later = [group for group in due_groups if group.due_on is not None and group.due_on > as_of + _SOON]
        rest = (ItemState.DONE, ItemState.NOT_APPLICABLE, ItemState.PEOPLE)
        sections += [("以后到期", later), *((state.label, by_state[state]) for state in rest)]
    return sections


def _print_group(group: ItemGroup, as_of: date, *, is_full: bool) -> None:
    """Print one line a group and what to do; in full, everybody with what is missing and the evidence."""
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues import show_source

    first = group.first
    is_open = first.state in (ItemState.OVERDUE, ItemState.DUE)
    head = f"{_tell_day(group, as_of)}{first.obligation.id} {group.what}：{group.who}"
    _print_wrapped(f"{head}〔{'、'.join(first.obligation.clauses)}〕", "  ")
    if group.why and not is_full:
        _print_wrapped(group.why, _INDENT)
    if is_full:
        for item in group.items:
            places = _list_places([show_source(source) for source in item.evidence])
            lacking = "；".join(text for text in (item.why, places) if text)
            _print_wrapped(f"{item.party.name}：{lacking}" if lacking else item.party.name, _INDENT)
    if is_open and first.task.todo:
        _print_wrapped(f"→ {first.task.todo}", _INDENT)


def _list_places(places: list[str]) -> str:
    if len(places) <= _MANY:
        return "、".join(places)
    return f"{'、'.join(places[:_MANY])}等{len(places)}处"


def _tell_day(group: ItemGroup, as_of: date) -> str:
    """Write the due day, how long it is over, and whether it is ours."""
    from sanwu_cli.due.records import ItemState

    day = group.due_on
    if day is None:
        return ""
    text = f"{day.month}月{day.day}日" if day.year == as_of.year else _full_day(day)
    over = f"，已过{(as_of - day).days}天" if group.first.state is ItemState.OVERDUE else ""
    return f"{text}{'(建议)' if group.first.is_soft else ''}{over} "


def _print_foot(options: RunOptions, dues: Dues, groups: Iterable[ItemGroup], *, is_all: bool) -> None:
    if any(item.is_soft and item.due_on for item in dues.items):
        say("标“(建议)”的，是本办公室建议的期限，方案没有写明")
    if not is_all:
        say("已办的、由人判断的、还早的没有列出，全部列出加 --all；逐个单位、各缺什么、依据在哪里加 -v")
    elif not options.verbosity and any(len(group.items) > 1 for group in groups):
        say("逐个单位、各缺什么、依据在哪里加 -v")
    if dues.unused and not options.verbosity:
        say(f"有{len(dues.unused)}行登记看不出是谁的、或者对不上事项，没有用上，加 -v 列出")


def _print_wrapped(text: str, indent: str) -> None:
    for number, line in enumerate(wrap_text(text, _WIDTH - len(indent) - 2)):
        print_line(f"{indent}{'  ' if number else ''}{line}")


def _full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
