"""`sanwu completion`: the script that lets a shell complete commands, and the words of a workspace for it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import print_files
from sanwu_cli.console import emit_json, say
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near

app = typer.Typer(add_completion=False, help="让 bash、zsh、fish、PowerShell 补全命令、选项和值。")

_SHELLS = ("bash", "zsh", "fish", "powershell")


@app.command()
def completion(
    ctx: typer.Context,
    shell: Annotated[str | None, typer.Argument(metavar="外壳", help="bash、zsh、fish 或 powershell")] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="把工作区的地名、月份、操作序号记下来，供补全用")
    ] = False,
) -> None:
    """打印补全脚本：命令、选项、表式、角色等写在脚本里，按 Tab 时不启动程序。

    地名、月份、操作序号取自工作区的 .sanwu/completion；登记表改了以后，用 --refresh 重写一次。

    示例：
      sanwu completion bash > ~/.local/share/bash-completion/completions/sanwu
      sanwu completion fish > ~/.config/fish/completions/sanwu.fish
      sanwu completion --refresh
    """
    options = run_options(ctx)
    if shell is None and not refresh:
        raise SanwuError("没有写给哪个外壳", remedy=f"可以写：{'、'.join(_SHELLS)}")
    if shell is not None and shell not in _SHELLS:
        hint = hint_near(shell, _SHELLS)
        raise SanwuError(f"没有“{shell}”的补全脚本", remedy=f"{hint}可以写：{'、'.join(_SHELLS)}")
    if refresh:
        from sanwu_cli.cli.completion_tree import CACHE
        from sanwu_cli.files import write_file
        from sanwu_cli.jobs.completing import list_completions
        from sanwu_cli.jobs.workspace import open_workspace, read_registers

        workspace = open_workspace(options.workspace)
        words = list_completions(workspace, read_registers(workspace))
        path = workspace.path / CACHE
        write_file(path, "".join(f"{kind}\t{word}\n" for kind, word in words).encode())
        if shell is None and options.format is OutputFormat.JSON:
            emit_json({"schema": "sanwu/completion/1", "file": path, "words": len(words)})
        elif shell is None:
            print_files(options, [path])
        say(f"记下了{len(words)}个词")
    if shell is not None:
        from sanwu_cli.cli.app import LAZY
        from sanwu_cli.cli.completion_scripts import render_script
        from sanwu_cli.cli.completion_tree import build_tree

        sys.stdout.write(render_script(shell, build_tree(LAZY)))
