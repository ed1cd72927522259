"""`sanwu restore`: the workspace put back to a backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.jobs.restoring import RestorePlan

app = typer.Typer(add_completion=False, help="用备份恢复台账、登记表和设置。")


@app.command()
@writes(when="yes", anywhere=True)
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="哪份备份：路径，或 backups 里的文件名")],
    yes: Annotated[bool, typer.Option("--yes", help="真的恢复；不写只说明会变什么")] = False,
) -> None:
    """恢复到一份备份：先核对它，说明会变什么；写了 --yes 才动手，并把现在的样子另存一份。

    台账、sanwu.toml、registers、templates 换成备份里的；备份里没有的文件留在原处。
    要么全部换好，要么不变；中途断电的，下一条命令接着做完。换了电脑的，用 -w 指一个空目录。

    示例：
      sanwu restore sanwu-2026-06-30-r000012.zip
      sanwu restore sanwu-2026-06-30-r000012.zip --yes
    """
    from sanwu_cli.jobs.restoring import as_json, plan_restore
    from sanwu_cli.jobs.restoring import restore as put_back
    from sanwu_cli.jobs.workspace import locate_workspace
    from sanwu_cli.ledger.upkeep import BACKUPS

    options = run_options(ctx)
    folder = locate_workspace(options.workspace)
    inside = folder / BACKUPS / file
    plan = plan_restore(folder, inside if not file.exists() and inside.exists() else file)
    is_done = yes and not plan.is_same
    kept = put_back(folder, plan, on=day_of(options)) if is_done else None
    if options.format is OutputFormat.JSON:
        emit_json(as_json(plan, {"applied": is_done, "kept": str(kept) if kept else None}))
        return
    if options.format is OutputFormat.CSV:
        print_rows(options, ("变动", "什么"), list(_list_changes(plan)))
    else:
        _print_plan(options, plan)
    if is_done:
        say(f"已恢复{f'；恢复以前的样子在 {kept}' if kept else ''}")
    elif not plan.is_same:
        say("还没有恢复：看过没有问题，加 --yes 再运行一遍")


def _print_plan(options: RunOptions, plan: RestorePlan) -> None:
    if options.quiet:
        return
    if plan.is_same:
        print_line("现在就是这份备份的样子，没有要改的")
    for word, what in _list_changes(plan):
        print_line(f"{word} {what}")


def _list_changes(plan: RestorePlan) -> Iterator[tuple[str, str]]:
    """List what changes, each with the word for it."""
    from sanwu_cli.jobs.runs import name_command

    if plan.is_damaged:
        yield "原样另存", "现在的台账，它已损坏"
    for run in plan.lost:
        yield "去掉", f"第{run.number}次操作 {run.as_of} {name_command(run)}"
    if plan.gained:
        yield "找回", f"{plan.gained}次操作"
    for word, names in (
        ("换成备份里的", plan.changed),
        ("找回", plan.made),
        ("备份里没有，留着不动", plan.left),
    ):
        for name in names:
            yield word, name
