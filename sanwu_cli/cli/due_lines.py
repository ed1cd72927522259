"""Due items as lines for people: what is overdue first, twelve townships in one line, eighty columns."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from sanwu_cli.console import print_line, say, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.cli.common import RunOptions
    from sanwu_cli.due.groups import ItemGroup, ItemSeries
    from sanwu_cli.due.records import Item, ItemState
    from sanwu_cli.due.unused import UnusedRow
    from sanwu_cli.jobs.dues import Dues
    from sanwu_cli.model import Source

_WIDTH = 80
_INDENT = "    "
_MANY_PLACES = 10
_LONG_AGO = timedelta(days=366)


def print_dues(options: RunOptions, dues: Dues, wanted: ItemState | None, *, is_all: bool) -> None:
    """Print what is overdue first, then what is due soon; the rest is counted, or listed when asked for."""
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.jobs.dues_overview import list_sections

    counts = dues.count()
    told = "，".join(f"{state.label}{counts[state.value]}项" for state in ItemState if counts[state.value])
    print_line(f"截至{_full_day(dues.as_of)}：{told or '没有事项'}")
    for section in list_sections(dues, wanted, is_all=is_all):
        if section.series:
            print_line()
            print_line(f"{section.title}（{section.count}项）")
            _print_section(section.series, dues.as_of, is_full=bool(options.verbosity))
    _print_foot(options, dues, is_all=is_all or wanted is not None)
    if options.verbosity:
        _print_unused(dues.unused)


def _print_unused(rows: Iterable[UnusedRow]) -> None:
    """Name the rows no item rests on; those of one reason together."""
    alike: dict[str, list[Source]] = {}
    for row in rows:
        alike.setdefault(row.why, []).append(row.source)
    for why, sources in alike.items():
        for line in wrap_text(f"这里没有用上：{_list_places(sources)}，{why}", _WIDTH - 2):
            say(line)


def _print_section(section: tuple[ItemSeries, ...], as_of: date, *, is_full: bool) -> None:
    """Print the tasks of a section; what helps is told once behind several that it helps alike."""
    for series, following in zip_longest(section, section[1:]):
        _print_series(series, as_of, is_full=is_full)
        if following is None or following.first.task.todo != series.first.task.todo:
            _print_todo(series.first)


def _print_series(series: ItemSeries, as_of: date, *, is_full: bool) -> None:
    """Print a task: alone as its group, over several periods as one line, in full group by group."""
    if len(series.groups) == 1 or is_full:
        for group in series.groups:
            _print_group(group, as_of, is_full=is_full)
        return
    first = series.first
    days = _tell_day(series.last_due_on, first, as_of)
    latest = f"，最近一期{days.rstrip()}" if days else ""
    clause = "、".join(first.obligation.clauses)
    _print_wrapped(
        f"{first.obligation.id} {first.task.what}，{series.periods}：{series.who}{latest}〔{clause}〕", "  "
    )


def _print_group(group: ItemGroup, as_of: date, *, is_full: bool) -> None:
    """Print one line a group with what all of them lack; in full, everybody with that and the evidence."""
    first = group.first
    day = _tell_day(group.due_on, first, as_of)
    clause = "、".join(first.obligation.clauses)
    _print_wrapped(f"{day}{first.obligation.id} {group.told}〔{clause}〕", "  ")
    for text in _list_lacking(group) if is_full else [group.why]:
        if text:
            _print_wrapped(text, _INDENT)


def _list_lacking(group: ItemGroup) -> list[str]:
    """Say what each lacks and where that stands; those alike together, and no name the line above has."""
    alike: dict[str, list[str]] = {}
    for item in group.items:
        places = _list_places(item.evidence)
        lacking = "；".join(text for text in (item.why, places) if text)
        alike.setdefault(lacking, []).append(group.name_of(item))
    if group.bound == 1 or group.first.person:
        return list(alike)
    return [
        "：".join(text for text in ("、".join(names), lacking) if text) for lacking, names in alike.items()
    ]


def _print_todo(item: Item) -> None:
    from sanwu_cli.due.records import ItemState

    if item.task.todo and item.state in (ItemState.OVERDUE, ItemState.DUE):
        _print_wrapped(f"→ {item.task.todo}", _INDENT)


def _list_places(sources: Iterable[Source]) -> str:
    """Write where records stand: each sheet once with its rows, at most ten sheets."""
    from msgspec.structs import replace

    from sanwu_cli.jobs.dues import show_source

    sheets: dict[Source, set[int]] = {}
    for source in sources:
        rows = sheets.setdefault(replace(source, row=None), set())
        rows.update(() if source.row is None else (source.row,))
    told = [
        show_source(sheet) + (f"!第{_join_rows(rows)}行" if rows else "") for sheet, rows in sheets.items()
    ]
    if len(told) <= _MANY_PLACES:
        return "、".join(told)
    return f"{'、'.join(told[:_MANY_PLACES])}等{len(told)}张表"


def _join_rows(rows: set[int]) -> str:
    """Write rows in order, neighbours as one run: 3—5、9."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and runs[-1][-1] + 1 == row:
            runs[-1].append(row)
        else:
            runs.append([row])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _tell_day(day: date | None, item: Item, as_of: date) -> str:
    """Write the due day, whether it is ours, and how long it is over."""
    from sanwu_cli.due.records import ItemState

    if day is None:
        return ""
    text = f"{day.month}月{day.day}日" if day.year == as_of.year else _full_day(day)
    over = "，早已到期" if as_of - day > _LONG_AGO else f"，已过{(as_of - day).days}天"
    passed = over if item.state is ItemState.OVERDUE else ""
    return f"{text}{'(建议)' if item.is_soft else ''}{passed} "


def _print_foot(options: RunOptions, dues: Dues, *, is_all: bool) -> None:
    if any(item.is_soft and item.due_on for item in dues.items):
        say("标“(建议)”的，是本办公室建议的期限，方案没有写明")
    if not is_all:
        say("已办的、由人判断的、还早的没有列出，全部列出加 --all")
    if not options.verbosity:
        say("逐期逐个单位、各缺什么、依据在哪里，加 -v")
        if dues.unused:
            say(f"有{len(dues.unused)}行登记看不出是谁的、或者对不上事项，这里没有用上，加 -v 列出")


def _print_wrapped(text: str, indent: str) -> None:
    for number, line in enumerate(wrap_text(text, _WIDTH - len(indent) - 2)):
        print_line(f"{indent}{'  ' if number else ''}{line}")


def _full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
