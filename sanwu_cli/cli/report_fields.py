"""`sanwu report fields`: what a Word form of one's own can print, kind by kind."""

from __future__ import annotations

from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json, say


def fields(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="文件种类", help="编号，用 report list 查看")],
) -> None:
    """列出一种文件可以填进表样的名称：中文写法、英文写法、是什么、例子。

    在 Word 里写 {{ 标题 }} 就印标题；{% for 项 in 值班表.行 %} … {% endfor %} 逐个重复，
    写在表格一行的第一格和最后一格，就是一行一行地填。[] 表示要逐个印的清单。

    示例：
      sanwu report fields duty_roster_notice
      sanwu report fields monthly_circular --format csv
    """
    from sanwu_cli.errors import ExitStatus, SanwuError
    from sanwu_cli.jobs.own_forms import fields_as_json, list_form_fields
    from sanwu_cli.jobs.workspace import open_workspace
    from sanwu_cli.shipped import find_shipped

    options = run_options(ctx)
    try:
        folders = open_workspace(options.workspace).template_folders
    except SanwuError as error:
        if options.workspace is not None or error.status is not ExitStatus.INPUT_MISSING:
            raise
        folders = (find_shipped("templates"),)  # what ships can be listed from anywhere
    listed = list_form_fields(kind, folders)
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/report-fields/1", "kind": kind, "fields": fields_as_json(listed)})
    print_rows(
        options,
        ("写法", "也可以写", "是什么", "例子"),
        [
            (
                one.shortcut or one.chinese,
                "　".join(name for name in (one.chinese if one.shortcut else "", one.path) if name),
                one.meaning,
                one.example,
            )
            for one in listed
        ],
    )
    if options.format is OutputFormat.TABLE:
        say(
            "清单（带 [] 的）在表样里逐个印：{% for 项 in 名称 %}{{ 项.… }}{% endfor %}，"
            '序号写 {{ loop.index }}；印成一串写 {{ 名称|join("、") }}；'
            "有没有，写 {% if 名称 %} … {% else %} … {% endif %}。"
        )
