"""`sanwu sheet`: the sheets the toolkit knows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files, print_rows
from sanwu_cli.cli.output import write_output
from sanwu_cli.cli.writing import writes
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
    """一种表的字段，以及认得的表头写法；tableschema 格式给别的数据工具用。

    示例：
      sanwu sheet show crime
      sanwu sheet show crime --format tableschema
    """
    from sanwu_cli.jobs.forms import find_schema, schema_as_json
    from sanwu_cli.jobs.tableschema import make_table_schema

    options = run_options(ctx)
    schema = find_schema(sheet_id)
    if options.format is OutputFormat.TABLESCHEMA:
        emit_json(make_table_schema(schema))
        return
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
    from sanwu_cli.jobs.forms import find_schema, make_form

    schema = find_schema(sheet_id)
    options = run_options(ctx)
    write_output(options, output, make_form(schema))
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/form/1", "id": schema.id, "file": output})
        return
    print_files(options, [output])
    say(f"这是《{schema.title}》的空白表")


@app.command()
def maps(ctx: typer.Context) -> None:
    """列出记住的表头对照：哪种表头、当作哪种表、出自哪个文件。

    示例：
      sanwu sheet maps
      sanwu sheet maps --format csv
    """
    from sanwu_cli.jobs.mappings import memory_as_json, memory_as_rows
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    registers = read_registers(open_workspace(options.workspace))
    if options.format is not OutputFormat.JSON:
        headers, rows = memory_as_rows(registers.memory, is_whole=options.format is OutputFormat.CSV)
        print_rows(options, headers, rows)
        if not rows:
            say("还没有记住的表头对照；sanwu check 文件 --remember 记住")
    document = {"schema": "sanwu/sheet-maps/1", "maps": memory_as_json(registers.memory)}
    end_with_findings(options, registers.findings, document)


@app.command()
@writes()
def forget(
    ctx: typer.Context,
    fingerprint: Annotated[
        str, typer.Argument(metavar="指纹", help="sanwu sheet maps 列出的指纹，写前几位也行")
    ],
) -> None:
    """忘掉一份表头对照，以后这种表头重新辨认。

    示例：
      sanwu sheet forget h3f9a0c1d2e
    """
    from sanwu_cli.jobs.mappings import find_entry, write_memory
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    memory = read_registers(workspace).memory
    entry = find_entry(memory, fingerprint)
    write_memory(workspace.path / "registers", memory.forget(entry.fingerprint))
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/sheet-forget/1", "fingerprint": entry.fingerprint, "id": entry.schema_id})
        return
    if options.format is OutputFormat.CSV:
        print_rows(options, ("指纹", "表式"), [(entry.fingerprint, entry.schema_id)])
        return
    print_line(entry.fingerprint)
    say(f"已忘掉出自{entry.origin}的表头对照")


@app.command()
def findings(
    ctx: typer.Context,
    code: Annotated[
        str | None, typer.Argument(metavar="代码", help="屏幕上的代码，如 VALUE-DATE；不写就列出全部")
    ] = None,
) -> None:
    """检查时说的每一条是什么意思、怎么办，各有一个最小的例子。

    示例：
      sanwu sheet findings
      sanwu sheet findings VALUE-DATE
    """
    from sanwu_cli.findings import load_catalogue
    from sanwu_cli.jobs.catalogue import find_kind, kind_as_json, list_kinds, read_example

    options = run_options(ctx)
    kinds = [find_kind(code)] if code else list(load_catalogue().values())
    if options.format is OutputFormat.JSON:
        listed = [kind_as_json(kind) for kind in kinds]
        example = read_example(kinds[0].code) if code else None
        emit_json({"schema": "sanwu/findings/1", "kinds": listed, "example": example})
    elif code and options.format is OutputFormat.TABLE:
        print_line(kinds[0].code)
        for line in read_example(kinds[0].code).splitlines():
            print_line(line)
    else:
        chosen = {kind.code for kind in kinds}
        rows = [row for row in list_kinds() if row[0] in chosen]
        print_rows(options, ("代码", "级别", "说明"), rows)
