"""`sanwu report check`: any Word file held against GB/T 9704-2012."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.reading import STANDARD_INPUT, take_piped_bytes
from sanwu_cli.console import say


def check(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="文件或目录", help="Word 文件（.docx）；写目录就查里面的全部；- 是标准输入"),
    ],
) -> None:
    """对照 GB/T 9704—2012 检查公文格式，不是本程序生成的也能查；只看，不改文件。

    示例：
      sanwu report check out/2026-06/2026年6月进驻值班表通知.docx
      sanwu report check 收文 --format json
      sanwu report check - < 通知.docx
    """
    from sanwu_cli.errors import ExitStatus, SanwuError
    from sanwu_cli.jobs.form_checking import (
        check_file,
        checked_as_json,
        list_checked,
        list_word_files,
        paper_rules_as_json,
        tell_paper_rules,
    )
    from sanwu_cli.jobs.workspace import open_workspace

    options = run_options(ctx)
    try:
        workspace = open_workspace(options.workspace)
    except SanwuError as error:
        if options.workspace is not None or error.status is not ExitStatus.INPUT_MISSING:
            raise
        workspace = None  # a file can be checked from anywhere
    named, piped = take_piped_bytes(paths)
    given = [workspace.resolve_input(path) if workspace else path for path in named]
    fonts = (workspace.settings.fonts if workspace else None) or {}
    files = [
        check_file(path, shown_as=workspace.show(path) if workspace else path.as_posix(), fonts=fonts)
        for path in list_word_files(given)
    ]
    if piped is not None:
        files.insert(0, check_file(piped, shown_as=STANDARD_INPUT, fonts=fonts))
    print_rows(options, ("文件", "格式", "不合规定", "提示"), list_checked(files))
    if options.format is OutputFormat.TABLE:
        say(tell_paper_rules())
    document = {
        "schema": "sanwu/report-check/1",
        "files": [checked_as_json(one) for one in files],
        "on_paper": paper_rules_as_json(),
    }
    findings = [finding for one in files for finding in one.findings]
    status = ExitStatus.CLEAN if all(one.form for one in files) else ExitStatus.PARTIAL
    end_with_findings(options, findings, document, status=status)
