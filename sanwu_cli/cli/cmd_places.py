"""`sanwu places`: names looked up in the area register, and spellings added to it."""

from __future__ import annotations

from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, finish, parse_date, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.cli.reading import DryRunOption
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import ExitStatus

app = typer.Typer(add_completion=False, help="地名：查一个写法认成哪里，把认可的写法加进区划登记表。")

Name = Annotated[str, typer.Argument(metavar="名称", help="部门表里写的地名")]
TownshipOption = Annotated[
    str | None, typer.Option("--township", metavar="乡镇", help="同一行写的乡镇(街道)：代码或名称")
]


@app.command()
def find(
    ctx: typer.Context,
    name: Name,
    township: TownshipOption = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="按哪一天的区划，默认今天")] = None,
) -> None:
    """查一个地名认成哪里、凭什么；认不出的，给出相近的名称。

    示例：
      sanwu places find 锦绣社区居委会
      sanwu places find 桃园社区 --township 清泉街道 --on 2026-03-01
    """
    from sanwu_cli.jobs.lookup import look_up, look_up_as_json, look_up_as_rows
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    registers = read_registers(open_workspace(options.workspace))
    day = parse_date(on) if on else day_of(options)
    found = look_up(registers, name, township=township, on=day)
    status = ExitStatus.CLEAN if found.areas else ExitStatus.FINDINGS
    if options.format is OutputFormat.JSON:
        emit_json(look_up_as_json(found))
        finish(status)
    print_rows(options, ("代码", "名称", "所属", "凭什么", "说明"), look_up_as_rows(found))
    if options.format is OutputFormat.TABLE:
        for line in found.remarks:
            print_line(line)
    finish(status)


@app.command()
@writes(unless=("dry_run",))
def alias(
    ctx: typer.Context,
    name: Name,
    area: Annotated[str, typer.Argument(metavar="区域", help="它就是哪里：代码或全名")],
    dry_run: DryRunOption = False,
) -> None:
    """把一个写法加进区划登记表的“别名”，以后导入就认得；登记表的其余内容不动。

    示例：
      sanwu places alias 桃园社区 649901001009 --dry-run
      sanwu places alias 桃园社区 锦绣社区
    """
    from sanwu_cli.jobs.aliasing import alias_as_json, plan_alias, write_alias
    from sanwu_cli.jobs.lookup import find_one
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    day = day_of(options)
    change = plan_alias(workspace, registers, name, find_one(registers, area, on=day), on=day)
    is_written = not dry_run and not change.is_known
    backup = write_alias(change, on=day) if is_written else None
    if options.format is OutputFormat.JSON:
        kept = workspace.show(backup) if backup else None
        emit_json({**alias_as_json(change), "applied": is_written, "backup": kept})
        return
    if options.format is OutputFormat.CSV:
        words = alias_as_json(change)
        cells = [words[key] for key in ("name", "code", "file", "sheet", "cell", "before", "after")]
        headers = ("名称", "代码", "文件", "工作表", "单元格", "原来", "改为", "写入")
        print_rows(options, headers, [(*cells, is_written)])
        return
    if change.is_known:
        say(f"“{name}”登记表里已经认得，就是{change.area.name}（{change.area.code}），不用加")
        return
    print_line(f"{change.file}:{change.sheet}!{change.cell} {change.area.name}（{change.area.code}）")
    print_line(f"  原来 {change.before or '（空）'}")
    print_line(f"  改为 {change.after}")
    if backup is None:
        say("没有写入：这是试运行")
    else:
        say(f"已写入；改动前的登记表留在{workspace.show(backup)}。再导入一遍，挂起的行就归位了")
