"""`sanwu init`: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import SanwuError

app = typer.Typer(add_completion=False, help="新建工作区，或者带虚构样例的演示工作区。")


@app.command()
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="目录", help="新工作区放在哪里")],
    name: Annotated[str, typer.Option("--name", metavar="名称", help="县(市、区)名称")] = "",
    code: Annotated[str, typer.Option("--code", metavar="代码", help="6位行政区划代码")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="装入虚构的样例城市：登记表和一年的部门台账")] = False,
) -> None:
    """新建工作区：设置文件、空白登记表、收件目录。

    示例：
      sanwu init 三无工作 --name 灵武市 --code 640181
      sanwu init 演示 --demo
    """
    from sanwu_cli.jobs.setup import init_workspace

    if not demo and not name:
        raise SanwuError("没有写县(市、区)名称", remedy="请加 --name 灵武市，或用 --demo 装入样例")
    written = init_workspace(folder, name=name, code=code, is_demo=demo)
    options = run_options(ctx)
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/init/1", "workspace": folder, "files": list(written)})
        return
    if options.format is OutputFormat.CSV:
        print_rows(options, ("工作区", "文件"), [(folder, name) for name in written])
        return
    print_line(str(folder))
    if demo:
        say(f"装入了虚构的样例城市，共{len(written)}个文件。下一步：sanwu -w {folder} month-end 2026-12")
    else:
        say(f"下一步：填写 {folder}/registers 里的登记表，把部门报来的表放进 {folder}/inbox")
