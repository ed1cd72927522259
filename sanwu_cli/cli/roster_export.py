"""The command `sanwu roster export`: rosters as workbooks, Word documents and calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files
from sanwu_cli.cli.output import STDOUT, write_only
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import print_line
from sanwu_cli.errors import SanwuError


def export(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="导出哪个月，如 2026-07")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="导出全年十二个月", min=2020, max=2099)
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="角色", help="只导出哪种人员，如 法官、人民调解员")
    ] = None,
    view: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="分法", help="place 按地方、person 按人、office 按司法所；不写就都写在一本里"
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--form", metavar="样式", help="xlsx、docx（附值班表的通知）或 ics（公布了的班，装进手机日历）"
        ),
    ] = "xlsx",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="目录", help="写到哪个目录，默认 out/月份；只有一个文件的，可以写 -"
        ),
    ] = None,
) -> None:
    """把值班表导出成 Excel、Word：附件3、按人、各司法所的到村值班表，连同统计、各级目标和公布记录。

    公布过的月份照公布的写，没有公布的按现在排的写，并注明“未公布”或“草案”。

    示例：
      sanwu roster export --month 2026-07
      sanwu roster export --year 2026 --role 人民调解员 --by office
      sanwu roster export --month 2026-07 --form docx -o 文书
      sanwu roster export --year 2026 --form ics --by person
    """
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.roster_export import ExportForm, ExportOrder, ExportView, export_rosters
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period, parse_month
    from sanwu_cli.terms import StationedRole

    options = run_options(ctx)
    if (month is None) == (year is None):
        raise SanwuError("要写 --month 或 --year 中的一个", remedy="例如：--month 2026-07")
    months = Period.of_year(year).months() if year else (parse_month(month or ""),)
    order = ExportOrder(
        months,
        f"{year}年" if year else months[0].label,
        role=find_term(StationedRole, role, "进驻人员"),
        view=find_term(ExportView, view, "分法"),
        form=find_term(ExportForm, form, "样式") or ExportForm.XLSX,
    )
    workspace = open_workspace(options.workspace)
    made = export_rosters(workspace, read_registers(workspace), order)
    folder = output or workspace.out / (str(year) if year else str(months[0]))
    if output == STDOUT:
        write_only(options, made.files)
    paths = [] if output == STDOUT else [folder / name for name, _ in made.files]
    for path, (_, data) in zip(paths, made.files, strict=False):
        write_file(path, data)
    if options.format is OutputFormat.TABLE:
        for path in paths:
            print_line(f"已写：{path}")
    else:
        print_files(options, paths)
    document = {
        "schema": "sanwu/roster-export/1",
        "months": [str(one) for one in months],
        "files": [str(path) for path in paths],
    }
    end_with_findings(options, made.findings, document)
