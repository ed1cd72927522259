"""The commands of `sanwu roster` about rosters in files: held against the rules, and against another one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.reading import NameOption, take_piped
from sanwu_cli.console import print_line, wrap_text
from sanwu_cli.errors import ExitStatus, SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.roster_checking import RosterCheck
    from sanwu_cli.jobs.roster_diff import Comparison

_WIDTH = 80
_DIFF_HEADERS = ("乡镇(街道)", "村(社区)", "角色", "原来", "改为", "变化")
_LOAD_HEADERS = ("编号", "姓名", "原来次数", "现在次数", "增减")


def check(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="文件…", help="值班表的工作簿，也可以是文件夹；- 是标准输入")
    ],
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="只看哪个月；表上没写月份的，当作这个月的")
    ] = None,
    name: NameOption = "",
) -> None:
    """检查值班表：本程序写的、在 Excel 里改过的、单位自己编的都可以，逐格说出不合规则的地方。

    看请假、回避、对口、一天两处、每月上限，看固定进驻日，看空缺和均匀程度离最好的排法差多少。什么也不写。

    示例：
      sanwu roster check 附件3改.xlsx
      sanwu roster check inbox/值班表 --month 2026-07 --format json
      sanwu roster check - --month 2026-07 < 单位自编.xlsx
    """
    from sanwu_cli.jobs.roster_checking import CHECK_HEADERS, check_as_json, check_rosters, check_rows
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    given, piped = take_piped(files, name)
    wanted = parse_month(month) if month else None
    told = check_rosters(workspace, registers, given, month=wanted, piped=piped)
    print_rows(options, CHECK_HEADERS, check_rows(told))
    _print_standings(options, told)
    status = ExitStatus.CLEAN if told.reading.is_readable else ExitStatus.PARTIAL
    end_with_findings(options, told.findings, check_as_json(told), status=status)


def _print_standings(options: RunOptions, told: RosterCheck) -> None:
    from sanwu_cli.jobs.roster_checking import describe_standings

    if options.format is not OutputFormat.TABLE:
        return
    lines = describe_standings(told)
    if not told.reading.is_whole:
        lines = ["有没读懂的地方，改好以后再比较排得好不好"]
    for line in lines:
        for part in wrap_text(line, _WIDTH):
            print_line(part)


def diff(
    ctx: typer.Context,
    first: Annotated[str, typer.Argument(metavar="一份", help="值班表的文件，或者写：公布、现排")],
    second: Annotated[
        str | None, typer.Argument(metavar="另一份", help="值班表的文件，或者写：公布、现排")
    ] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只对照哪个月")] = None,
) -> None:
    """对照两份值班表：哪个地方哪一天换了谁，谁多了几次、谁少了几次。

    写两份，从前一份看到后一份；只写一份，看它比已公布的改了什么，没有公布的就比现在排的。

    示例：
      sanwu roster diff 附件3改.xlsx
      sanwu roster diff 公布 现排 --month 2026-07
      sanwu roster diff 旧.xlsx 新.xlsx --format json
    """
    from sanwu_cli.jobs.roster_diff import compare_rosters, comparison_as_json
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    if second is not None and first == second:
        raise SanwuError("两份是同一份，不用对照", remedy="请写两份不同的，或者只写一份")
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    given = parse_month(month) if month else None
    told = compare_rosters(workspace, registers, first, second, month=given)
    names = {area.code: area.name for area in registers.registers.areas}
    _print_comparison(options, told, names, {a.code: a.parent for a in registers.registers.areas})
    sides = (told.old, told.new)
    status = ExitStatus.CLEAN if all(side.is_readable for side in sides) else ExitStatus.PARTIAL
    findings = [finding for side in sides for finding in side.findings]
    end_with_findings(options, findings, comparison_as_json(told, names), status=status)


def _print_comparison(
    options: RunOptions, told: Comparison, names: dict[str, str], parents: dict[str, str]
) -> None:
    from sanwu_cli.jobs.roster_diff import KINDS, show_visit

    rows = []
    for one in told.changes:
        parent = names.get(parents.get(one.area_code, ""))
        place = (
            (parent, names.get(one.area_code, one.area_code)) if parent else (names.get(one.area_code), "")
        )
        old, new = show_visit(one.old_day, one.old), show_visit(one.new_day, one.new)
        rows.append((*place, one.role.label, old, new, KINDS[one.kind]))
    if options.format is not OutputFormat.TABLE:
        print_rows(options, _DIFF_HEADERS, rows)
        return
    span = "、".join(month.label for month in told.months)
    if not rows:
        print_line(f"{span}：{told.old.name}和{told.new.name}没有不同")
        return
    print_line(f"{span}：从{told.old.name}到{told.new.name}，有{len(rows)}个班不同")
    print_rows(options, _DIFF_HEADERS, rows)
    count = Counter(one.kind for one in told.changes)
    print_line("，".join(f"{label}{count[kind]}个" for kind, label in KINDS.items() if count[kind]))
    moved = [(id_, name, old, new, f"{new - old:+d}") for id_, name, old, new in told.loads if old != new]
    if moved:
        print_rows(options, _LOAD_HEADERS, moved)
