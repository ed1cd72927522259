"""`sanwu report`: Word documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, parse_date, run_options
from sanwu_cli.cli.ending import end_with_findings, print_files, print_rows
from sanwu_cli.cli.form_check import check
from sanwu_cli.cli.output import STDOUT, write_only
from sanwu_cli.cli.report_fields import fields
from sanwu_cli.cli.report_overview import overview
from sanwu_cli.console import emit_json
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.documents.kinds import DocumentKind
    from sanwu_cli.jobs.papers import Asked
    from sanwu_cli.jobs.reporting import Rendered
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding

app = typer.Typer(add_completion=False, help="生成通报、通知等公文初稿。")
app.command("check")(check)
app.command("fields")(fields)


@app.command("list")
def list_(
    ctx: typer.Context,
    month: Annotated[
        str,
        typer.Option("--month", metavar="月份", help="同时列出这个月（和它的季度、年度）谁该写、什么时候"),
    ] = "",
) -> None:
    """列出能生成的文件。

    示例：
      sanwu report list
      sanwu report list --month 2026-09
    """
    from sanwu_cli.documents.kinds import list_kinds
    from sanwu_cli.errors import ExitStatus, SanwuError
    from sanwu_cli.jobs.workspace import open_workspace
    from sanwu_cli.shipped import find_shipped

    options = run_options(ctx)
    if month:
        _list_dues(options, month)
        return
    try:
        folders = open_workspace(options.workspace).template_folders
    except SanwuError as error:
        if options.workspace is not None or error.status is not ExitStatus.INPUT_MISSING:
            raise
        folders = (find_shipped("templates"),)  # what ships can be listed from anywhere
    kinds = list_kinds(folders)
    if options.format is OutputFormat.JSON:
        emit_json({
            "schema": "sanwu/reports/1",
            "kinds": [_kind_as_json(kind) for kind in kinds if not kind.occasion],
            "occasional": [_kind_as_json(kind) for kind in kinds if kind.occasion],
        })  # fmt: skip
    rows = [(k.id, k.name, k.genre, k.clause, k.sender or "政法委", k.occasion or "每月") for k in kinds]
    print_rows(options, ("编号", "名称", "文种", "依据", "谁发", "什么时候有"), rows)


def _kind_as_json(kind: DocumentKind) -> dict[str, object]:
    return {
        "id": kind.id,
        "name": kind.name,
        "genre": kind.genre,
        "clause": kind.clause,
        "every": kind.every,
        "sender": kind.sender,
        "each": kind.each or None,
        "occasion": kind.occasion or None,
        "obligations": list(kind.obligations),
        "asks_basis": kind.asks_basis,
    }


def _list_dues(options: RunOptions, month: str) -> None:
    """Print who is to write which paper by when; what is due of nobody by name is left to people."""
    from sanwu_cli.jobs.paper_dues import list_paper_dues
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    workspace = open_workspace(options.workspace)
    dues = list_paper_dues(workspace, read_registers(workspace), parse_month(month), as_of=day_of(options))
    if options.format is OutputFormat.JSON:
        listed = [
            {
                **_kind_as_json(one.kind),
                "who": one.who,
                "what": one.what or None,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "soft": one.is_soft,
                "state": one.state.value if one.state else None,
            }
            for one in dues
        ]
        emit_json({"schema": "sanwu/report-dues/1", "month": str(parse_month(month)), "kinds": listed})
    rows = [
        (
            one.kind.id,
            one.kind.name,
            one.who or one.kind.sender or "政法委",
            f"{one.due_on}{'（建议）' if one.is_soft else ''}" if one.due_on else one.kind.occasion or "每月",
            one.state.label if one.state else "",
        )
        for one in dues
    ]
    print_rows(options, ("编号", "名称", "谁来写", "期限", "情况"), rows)


@app.command()
def render(
    ctx: typer.Context,
    kinds: Annotated[
        list[str] | None, typer.Argument(metavar="文件种类", help="编号，用 report list 查看")
    ] = None,
    month: Annotated[str, typer.Option("--month", metavar="月份", help="哪个月的，如 2026-06")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="每月都有的都生成；写了种类的，每个单位各生成一份")
    ] = False,
    unit: Annotated[
        str, typer.Option("--unit", metavar="单位", help="一个单位一份的，只要哪个单位或乡镇的")
    ] = "",
    basis: Annotated[
        str, typer.Option("--basis", metavar="依据", help="责令整改经谁同意，如“经中共清河市委同意”")
    ] = "",
    document: Annotated[
        str, typer.Option("--document", metavar="文号", help="批准责令整改的文件的文号")
    ] = "",
    issued_on: Annotated[
        str | None, typer.Option("--issued-on", metavar="日期", help="成文日期；不写就留空，由人填写")
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template", metavar="表样", help="填进自己的 Word 表样（.docx），标记的写法见 report fields"
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="目录", help="写到哪个目录，默认 out/月份；只有一份的，可以写 -"
        ),
    ] = None,
) -> None:
    """生成公文初稿（Word）：文号、日期、印章留给人，依据的口径附在后面。

    季度、年度的文件写其中任何一个月都行。只写 --all 的，生成每月都有的；函、季度和年度的文件要写种类。

    示例：
      sanwu report render monthly_circular --month 2026-06
      sanwu report render --all --month 2026-06
      sanwu report render feedback_letter --all --month 2026-09
      sanwu report render duty_roster_notice --month 2026-06 --template 市里的表样.docx
    """
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.papers import Asked
    from sanwu_cli.jobs.reporting import list_possible, render_documents
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    if not month:
        raise SanwuError("没有写月份", remedy="请加 --month 2026-06")
    given = parse_month(month)
    day = parse_date(issued_on) if issued_on else None
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    asked = Asked(given, options.as_of or day, basis, document)
    chosen = tuple(kinds or ()) or (list_possible(workspace, registers, asked) if every else ())
    if not chosen:
        raise SanwuError(
            "没有写生成哪种文件", remedy="请写文件种类，或用 --all；种类用 sanwu report list 查看"
        )
    folder = output or workspace.out / str(given)
    if template is not None:
        made = _fill_template(workspace, registers, chosen, asked, template, day, unit, is_all=every)
    else:
        made = [
            one
            for kind in chosen
            for one in _choose(
                render_documents(workspace, registers, kind, asked, issued_on=day, unit=unit), is_all=every
            )
        ]
    findings: list[Finding] = [*registers.findings, *(found for one in made for found in one.findings)]
    if output == STDOUT:
        write_only(options, [(one.name, one.data) for one in made])
    paths = [] if output == STDOUT else [folder / one.name for one in made]
    for path, one in zip(paths, made, strict=False):
        write_file(path, one.data)
    print_files(options, paths)
    end_with_findings(options, findings, {"schema": "sanwu/render/1", "files": [str(path) for path in paths]})


def _fill_template(
    workspace: Workspace,
    registers: RegisterReading,
    kinds: tuple[str, ...],
    asked: Asked,
    form: Path,
    day: date | None,
    unit: str,
    *,
    is_all: bool,
) -> list[Rendered]:
    """Fill the office's own form; it is of one kind. Raises SanwuError."""
    from sanwu_cli.jobs.own_forms import fill_documents

    if len(kinds) != 1:
        raise SanwuError("一份表样只填一种文件", remedy="请写一个文件种类；种类用 sanwu report list 查看")
    made = fill_documents(
        workspace, registers, kinds[0], asked, workspace.resolve_input(form), issued_on=day, unit=unit
    )
    _choose([files[0] for files in made], is_all=is_all)
    return [one for files in made for one in files]


def _choose(made: Iterable[Rendered], *, is_all: bool) -> list[Rendered]:
    """Take the documents of a kind; several need --all. Raises SanwuError."""
    documents = list(made)
    if len(documents) > 1 and not is_all:
        names = "、".join(one.name for one in documents)
        raise SanwuError(
            f"有{len(documents)}份，不知道要哪一份：{names}",
            remedy="请用 --unit 写明单位，或用 --all 全部生成",
        )
    return documents


app.command("overview")(overview)
