"""`sanwu sheet`: the sheets the toolkit knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json, print_line, say

app = typer.Typer(add_completion=False, help="认得的表式、字段和表头，生成空白表。")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """列出认得的全部表式。

    示例：
      sanwu sheet list
    """
    from sanwu_cli.jobs.forms import list_schemas, schema_as_json

    options = run_options(ctx)
    schemas = list_schemas()
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/sheets/1", "sheets": [schema_as_json(schema) for schema in schemas]})
    rows = [(s.id, s.title, s.sender, s.intake.label) for s in schemas]
    print_rows(options, ("编号", "表名", "报送", "由谁导入"), rows)


@app.command()
def show(
    ctx: typer.Context,
    sheet_id: Annotated[str, typer.Argument(metavar="表式", help="表式编号或表名")],
) -> None:
    """一种表的字段，以及认得的表头写法。

    示例：
      sanwu sheet show crime
    """
    from sanwu_cli.jobs.forms import find_schema, schema_as_json

    options = run_options(ctx)
    schema = find_schema(sheet_id)
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/sheet/1", **schema_as_json(schema)})
    rows = [
        (
            spec.header,
            "必填" if spec.required else "",
            "不读取" if spec.personal else ("不保存" if not spec.is_read else ""),
            "、".join(spec.aliases),
        )
        for spec in schema.fields
    ]
    if options.format is OutputFormat.TABLE:
        print_line(f"{schema.title}（{schema.id}，{schema.sender}报送，{schema.intake.label}）")
    print_rows(options, ("字段", "必填", "处理", "也认得的写法"), rows)


@app.command()
def form(
    ctx: typer.Context,
    sheet_id: Annotated[str, typer.Argument(metavar="表式", help="表式编号或表名")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件", help="写到哪个 .xlsx 文件")],
) -> None:
    """生成一种表的空白表：有下拉选项和填写说明，填好报回来自动认得。

    示例：
      sanwu sheet form petition -o 越级上访台账.xlsx
    """
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.forms import find_schema, make_form

    schema = find_schema(sheet_id)
    write_file(output, make_form(schema))
    if run_options(ctx).format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/form/1", "id": schema.id, "file": output})
        return
    print_line(str(output))
    say(f"这是《{schema.title}》的空白表")
