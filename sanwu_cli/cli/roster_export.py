"""The command `sanwu roster export`: rosters as workbooks, Word documents and calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files, print_rows
from sanwu_cli.cli.output import STDOUT, write_only
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import emit_json, print_line
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
            "--form",
            metavar="样式",
            help="xlsx、docx（附值班表的通知）、ics（公布了的班，装进手机日历），或者自己的表样（某某.xlsx）",
        ),
    ] = "xlsx",
    mobile: Annotated[
        bool,
        typer.Option(
            "--with-mobile", help="内部用的，带手机号，标“内部使用”；要先用 roster consent 记下本人同意"
        ),
    ] = False,
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
      sanwu roster export --month 2026-07 --form 市里的表样.xlsx
      sanwu roster export --month 2026-07 --with-mobile
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
    own = Path(form) if Path(form).suffix else None  # a file of one's own has an ending, a form has none
    if own and mobile:
        raise SanwuError("自己的表样里不带手机号", remedy="去掉 --with-mobile，或去掉 --form，用内部值班表")
    order = ExportOrder(
        months,
        f"{year}年" if year else months[0].label,
        role=find_term(StationedRole, role, "进驻人员"),
        view=find_term(ExportView, view, "分法"),
        form=ExportForm.XLSX if own else find_term(ExportForm, form, "样式") or ExportForm.XLSX,
        mobiles_on=day_of(options) if mobile else None,
    )
    workspace = open_workspace(options.workspace)
    if own:
        from sanwu_cli.jobs.roster_form import export_in_form

        made = export_in_form(workspace, read_registers(workspace), order, workspace.resolve_input(own))
    else:
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


def form_fields(ctx: typer.Context) -> None:
    """列出值班表的表样（roster export --form 某某.xlsx）可以用的名称。

    在单元格里写 {{ 月份 }} 这样的标记，或者用“公式—名称管理器”给单元格起这个名称，都行。
    写有每次值班的名称的那一行是样板行，有几次就重复几行，样式、合并、行高照抄，下面的行往下移；
    样板有几行的，给这几行起名称“值班行”。合计写成 SUM(B5:B5) 的样子，填好后自动拉长。

    示例：
      sanwu roster form-fields
      sanwu roster form-fields --format json
    """
    from sanwu_cli.jobs.roster_form import list_form_names

    options = run_options(ctx)
    listed = list_form_names()
    if options.format is OutputFormat.JSON:
        names = [
            {"name": one.name, "identifier": one.identifier, "meaning": one.meaning, "in_line": one.in_line}
            for _, one in listed
        ]
        emit_json({"schema": "sanwu/roster-form-fields/1", "names": names})
    rows = [(one.name, one.identifier, where, one.meaning) for where, one in listed]
    print_rows(options, ("名称", "也可以写", "用在", "是什么"), rows)
