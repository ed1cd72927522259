"""`sanwu doctor`: what this machine has and lacks."""

from __future__ import annotations

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, finish, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json
from sanwu_cli.errors import ExitStatus, SanwuError

app = typer.Typer(add_completion=False, help="检查这台机器缺什么，怎么补。")


@app.command()
def doctor(ctx: typer.Context) -> None:
    """检查程序、日历、字体和工作区，缺什么、怎么补。

    示例：
      sanwu doctor
      sanwu -w 演示 doctor --format json
    """
    from sanwu_cli.jobs.doctor import examine
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
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
