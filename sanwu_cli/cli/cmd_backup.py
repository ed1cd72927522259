"""`sanwu backup`: the workspace's state put into one dated file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, print_line, say

app = typer.Typer(add_completion=False, help="备份台账、登记表和设置，列出备份。")

_CAUSES = {"manual": "手工", "restore": "恢复之前", "month-end": "月末"}


@app.command()
@writes(unless=("listed",))
def backup(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="目录", help="写到哪里，默认工作区的 backups")
    ] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="份数", help="只留最近几份，更早的删去", min=1)
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="不备份，列出已有的备份")] = False,
) -> None:
    """备份台账、sanwu.toml、registers 和 templates，写成一个文件，读回来核对过才算数。

    和最近一份备份一样的，不再写。inbox 是部门的原件，out 可以重新生成，都不在里面。

    示例：
      sanwu backup
      sanwu backup --to /media/U盘/三无备份 --keep 24
      sanwu backup --list
    """
    from sanwu_cli.jobs.backups import make_backup
    from sanwu_cli.jobs.workspace import open_workspace
    from sanwu_cli.ledger.upkeep import BACKUPS

    options = run_options(ctx)
    folder = open_workspace(options.workspace).path
    if listed:
        _list_backups(options, to if to is not None else folder / BACKUPS)
        return
    made = make_backup(folder, on=day_of(options), cause="manual", to=to, keep=keep)
    if options.format is OutputFormat.JSON:
        document: dict[str, object] = {
            "schema": "sanwu/backup-made/1",
            "file": str(made.path),
            "new": made.is_new,
            "runs": made.manifest.ledger.runs if made.manifest.ledger else 0,
            "head": made.manifest.head or None,
            "dropped": [str(path) for path in made.dropped],
        }
        emit_json(document)
        return
    if options.format is OutputFormat.CSV:
        rows = [("新备份" if made.is_new else "没有变化", made.path)]
        print_rows(options, ("做了什么", "文件"), [*rows, *(("删去", path) for path in made.dropped)])
    else:
        print_line(str(made.path), is_whole=True)
    held = f"台账到第{made.manifest.ledger.runs}次操作" if made.manifest.ledger else "还没有台账"
    say(f"{'已备份并读回核对' if made.is_new else '没有变化，最近一份备份就是现在的样子'}：{held}")
    if made.dropped:
        say(f"删去了更早的{len(made.dropped)}份")


def _list_backups(options: RunOptions, folder: Path) -> None:
    from sanwu_cli.jobs.backups import read_manifests

    known = read_manifests(folder)
    if options.format is OutputFormat.JSON:
        rows = [
            {
                "file": str(path),
                "readable": one is not None,
                "on": one.on if one else None,
                "cause": one.cause if one else None,
                "runs": (one.ledger.runs if one.ledger else 0) if one else None,
                "head": (one.head or None) if one else None,
            }
            for path, one in known.items()
        ]
        emit_json({"schema": "sanwu/backups/1", "backups": rows})
        return
    lines = [
        (
            path.name,
            one.on if one else "",
            _CAUSES.get(one.cause, one.cause) if one else "打不开",
            one.ledger.runs if one and one.ledger else "",
            one.head if one else "",
            len(one.files) if one else "",
        )
        for path, one in known.items()
    ]
    print_rows(options, ("文件", "日期", "缘由", "操作到", "校验", "文件数"), lines)
    if not known:
        say(f"“{folder}”里还没有备份")
