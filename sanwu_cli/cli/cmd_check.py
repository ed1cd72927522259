"""`sanwu check`: department sheets looked at, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sanwu_cli.cli.common import day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.evidence import keep_readings, print_evidence
from sanwu_cli.cli.reading import (
    CoverageOption,
    FormOption,
    HeaderRowOption,
    MapOption,
    NameOption,
    PeriodOption,
    SheetOption,
    take_piped,
)
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import say, track
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.model import Finding

app = typer.Typer(add_completion=False, help="检查部门报来的表格，不写入台账。")


@app.command()
@writes(when="remember")
def check(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="文件或目录", help="不写就检查整个 inbox")
    ] = None,
    period: PeriodOption = None,
    coverage: CoverageOption = None,
    header_row: HeaderRowOption = None,
    sheet: SheetOption = None,
    mapping: MapOption = None,
    form: FormOption = None,
    name: NameOption = "",
    remember: Annotated[
        bool, typer.Option("--remember", help="这样读是对的，记住这些表头，以后同样的表头照此读取")
    ] = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="另存标出问题的副本到 out/核对，可以发回报送单位")
    ] = False,
) -> None:
    """检查部门报来的表格：认表、认表头、查日期和地名，不写入台账。

    示例：
      sanwu check
      sanwu check inbox/2026-03 --format json
      sanwu check inbox/2026-03/刑案.xlsx --map '受理日=立案日期' --remember
      sanwu check --annotate
      sanwu check - --name 刑事案件台账2026年3月.csv < 导出.csv
    """
    from sanwu_cli.errors import ExitStatus
    from sanwu_cli.jobs.balance import balance_as_json, weigh_file
    from sanwu_cli.jobs.looking import list_table, sheet_as_json
    from sanwu_cli.jobs.reading import parse_options, read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    chosen = parse_options(
        period=period, coverage=coverage, header_row=header_row, sheet=sheet, mapping=mapping, form=form
    )
    if remember and not paths:
        _refuse_blind_memory()
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    given, piped = take_piped(paths or [workspace.inbox], name)
    if piped is not None and annotate:
        raise SanwuError("从标准输入读来的表没有文件，不能另存标注", remedy="请去掉 --annotate，或者写文件名")
    inputs = [workspace.resolve_input(path) for path in given]
    files = read_files(workspace, registers, inputs, options=chosen, piped=piped, track=track)
    copies, remarks = _annotate(workspace, files) if annotate else ((), ())
    findings = [*registers.findings, *(one for file in files for one in file.findings)]
    findings += [one for file in files for sheet in file.sheets for one in sheet.findings]
    rows: list[tuple[object, ...]] = []
    for file in files:
        rows += list_table(file.sheets) if file.is_readable else [(file.file, "", "打不开", "", "", "")]
    print_rows(options, ("文件", "工作表", "表式", "表头行", "月份", "行数"), rows)
    print_evidence(options, registers, files)
    kept = keep_readings(workspace, registers, files, day=day_of(options)) if remember else ()
    for path in copies:
        say(f"已写出 {path}")
    status = ExitStatus.CLEAN if all(file.is_readable for file in files) else ExitStatus.PARTIAL
    document = {
        "schema": "sanwu/check/1",
        "sheets": [sheet_as_json(sheet) for file in files for sheet in file.sheets],
        "files": [
            {"file": file.file, "readable": file.is_readable, "balance": balance_as_json(weigh_file(file))}
            for file in files
        ],
        "annotated": list(copies),
        "remembered": list(kept),
    }
    end_with_findings(options, [*findings, *remarks], document, status=status)


def _annotate(
    workspace: Workspace, files: tuple[FileReading, ...]
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Write the marked copies; give their paths, and what is to be said of them."""
    from sanwu_cli.jobs.annotating import annotate_files

    copies = annotate_files(workspace, files)
    return copies.paths, copies.findings


def _refuse_blind_memory() -> NoReturn:
    raise SanwuError(
        "--remember 要写明是哪些文件", remedy="请先看一遍读得对不对，再写 sanwu check 文件 --remember"
    )
