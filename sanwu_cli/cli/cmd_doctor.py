"""`sanwu doctor`: what this machine has and lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, finish, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json, print_line
from sanwu_cli.errors import ExitStatus, SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.verifying import Verification

app = typer.Typer(add_completion=False, help="检查这台机器缺什么，怎么补。")


@app.command()
def doctor(
    ctx: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="逐行核对台账：完整性、校验链、防改的触发器、备份记下的末行")
    ] = False,
) -> None:
    """检查程序、日历、字体和工作区，缺什么、怎么补。

    --verify 只核对台账，坏在哪张表哪一行都列出来，有损坏的退出状态是65。印出的校验值记下来，
    以后对照，少了末尾几行也看得出来。

    示例：
      sanwu doctor
      sanwu -w 演示 doctor --verify
      sanwu -w 演示 doctor --format json
    """
    from sanwu_cli.jobs.doctor import examine
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
    if verify:
        _verify(options, open_workspace(options.workspace).path)
    try:
        workspace = open_workspace(options.workspace)
    except SanwuError as error:
        if options.workspace is not None:
            raise
        workspace = None  # the machine can be looked at from anywhere
        trouble = None if error.status is ExitStatus.INPUT_MISSING else error
    else:
        trouble = None
    checks = examine(workspace, day_of(options), trouble)
    if options.format is OutputFormat.JSON:
        listed = [{"title": c.title, "good": c.is_good, "seen": c.seen, "remedy": c.remedy} for c in checks]
        emit_json({"schema": "sanwu/doctor/1", "checks": listed})
    words = {True: "正常", False: "缺", None: "注意"}
    rows = [(check.title, words[check.is_good], check.seen, check.remedy) for check in checks]
    print_rows(options, ("项目", "状态", "看到的", "怎么办"), rows)
    finish(ExitStatus.FINDINGS if any(check.is_good is False for check in checks) else ExitStatus.CLEAN)


def _verify(options: RunOptions, folder: Path) -> NoReturn:
    """Hold the ledger against all that is known of it; ends with 65 when anything differs."""
    from sanwu_cli.jobs.verifying import verification_as_json, verify_ledger

    found = verify_ledger(folder)
    if options.format is OutputFormat.JSON:
        emit_json(verification_as_json(found))
    else:
        _print_verification(options, found)
    if found.damages:
        finish(ExitStatus.LEDGER_DAMAGED)
    finish(ExitStatus.FINDINGS if found.unreadable else ExitStatus.CLEAN)


def _print_verification(options: RunOptions, found: Verification) -> None:
    from sanwu_cli.ledger.soundness import TABLE_NAMES

    rows = [(damage.place, damage.what) for damage in found.damages]
    rows += [(f"备份 {path.name}", "打不开，不能用来恢复") for path in found.unreadable]
    if rows or options.format is OutputFormat.CSV:
        print_rows(options, ("哪里", "怎么了"), rows)
    if options.format is not OutputFormat.TABLE or options.quiet:
        return
    if found.damages:
        print_line("台账有损坏：请不要改动它，用 sanwu backup --list 查看备份，用 sanwu restore 恢复")
    elif found.examined is None:
        print_line("还没有台账，第一次导入时建立")
    else:
        lines = found.examined.heads.lines
        counted = "，".join(f"{TABLE_NAMES[table]}{lines[table][0]}行" for table in TABLE_NAMES)
        print_line(f"台账完好：{counted}；与{found.compared}份备份、运行记录对照过")
        print_line(f"校验值：{found.examined.heads.short}")
