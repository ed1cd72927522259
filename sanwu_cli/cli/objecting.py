"""The commands of `sanwu incidents` about objections: raised, decided, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, parse_date, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.reading import DryRunOption
from sanwu_cli.cli.words import Kind, find_indicator, find_term
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import print_line, say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.deciding import Draft
    from sanwu_cli.jobs.objections import Objection
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.rulings import Said
    from sanwu_cli.records import Count, Incident
    from sanwu_cli.terms import Matter

Number = Annotated[
    str, typer.Argument(metavar="编号", help="案号、信访编号或台账编号；月报数写 月报数-2026-03-区划代码")
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="为什么，会留在台账里；不写人名")]
On = Annotated[str | None, typer.Option("--on", metavar="日期", help="提出或认定的日期，不写就是今天")]


@writes(unless=("dry_run",))
def object_(
    ctx: typer.Context,
    number: Number,
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="哪个单位提出的")],
    reason: Reason,
    document: Annotated[str, typer.Option("--document", metavar="文号", help="来文的文号")] = "",
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="区域", help="认为应当归哪里：代码或名称，可以写几次")
    ] = None,
    on: On = None,
    indicator: Kind = None,
    dry_run: DryRunOption = False,
) -> None:
    """登记一件异议：当月照计，年度按可能计入，等认定；和填《认定(异议)登记表》一样。

    示例：
      sanwu incidents object A6499-0012 --unit 清泉街道 --reason 发案地不在本街道 --on 2026-04-10
      sanwu incidents object A6499-0012 --unit 清泉街道 --reason 发案地不在本街道 --dry-run
    """
    from sanwu_cli.jobs.runs import keep_text
    from sanwu_cli.ledger.rulings import Said
    from sanwu_cli.terms import Matter

    if not unit.strip() or not reason.strip():
        raise SanwuError("提出单位和理由都不能空着", remedy="请写明 --unit 和 --reason，它们会留在台账里")
    options = run_options(ctx)
    workspace, registers, subject = _open(options, number, indicator)
    said = Said(
        None,
        "",
        Matter.OBJECT,
        reason=keep_text(reason, "理由"),
        document_number=keep_text(document, "文号"),
        unit=keep_text(unit, "提出单位"),
        decided_on=parse_date(on) if on else day_of(options),
    )
    _decide(options, workspace, registers, subject, said, to or [], is_dry_run=dry_run)


@writes(unless=("dry_run",))
def rule(
    ctx: typer.Context,
    number: Number,
    matter: Annotated[
        str, typer.Option("--matter", metavar="事项", help="剔除、改归、维持、计入或挂账（本年不作定论）")
    ],
    reason: Reason,
    document: Annotated[str, typer.Option("--document", metavar="文号", help="依据的文号")],
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="区域", help="改归到哪里：代码或名称，可以写几次")
    ] = None,
    on: On = None,
    indicator: Kind = None,
    dry_run: DryRunOption = False,
) -> None:
    """登记一件认定：剔除、改归、维持、计入、挂账；先说原来归谁、以后归谁、结论怎么变。

    示例：
      sanwu incidents rule A6499-0012 --matter 改归 --to 锦绣社区 --reason 查明 --document 政法〔2026〕8号
      sanwu incidents rule A6499-0012 --matter 维持 --reason 异议不成立 --document 政法〔2026〕9号 --dry-run
    """
    from sanwu_cli.jobs.runs import Ruling, keep_text
    from sanwu_cli.ledger.rulings import Said

    Ruling(reason, document)
    options = run_options(ctx)
    chosen = _find_matter(matter)
    workspace, registers, subject = _open(options, number, indicator)
    said = Said(
        None,
        "",
        chosen,
        reason=keep_text(reason, "理由"),
        document_number=keep_text(document, "文号"),
        decided_on=parse_date(on) if on else day_of(options),
    )
    _decide(options, workspace, registers, subject, said, to or [], is_dry_run=dry_run)


def _find_matter(text: str) -> Matter:
    from sanwu_cli.jobs.deciding import RULED
    from sanwu_cli.terms import Matter

    found = find_term(Matter, text, "事项")
    if found not in RULED:
        raise SanwuError(
            f"“{text}”不是认定的事项",
            remedy=f"可以写：{'、'.join(one.label for one in RULED)}；登记异议用 sanwu incidents object",
        )
    return found


def _open(
    options: RunOptions, number: str, indicator: str | None
) -> tuple[Workspace, RegisterReading, Incident | Count]:
    from sanwu_cli.jobs.deciding import find_subject
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    return workspace, registers, find_subject(workspace, number, find_indicator(indicator))


def _decide(
    options: RunOptions,
    workspace: Workspace,
    registers: RegisterReading,
    subject: Incident | Count,
    said: Said,
    targets: list[str],
    *,
    is_dry_run: bool,
) -> None:
    """Show what a ruling changes, write it unless asked not to, end with what is odd about it."""
    from msgspec.structs import replace

    from sanwu_cli.jobs.deciding import (
        check_ruling,
        draft_ruling,
        find_objection,
        find_targets,
        keep_ruling,
    )
    from sanwu_cli.jobs.ledger_view import name_areas
    from sanwu_cli.jobs.objection_view import draft_as_json, objection_as_json
    from sanwu_cli.jobs.objections import find_faults
    from sanwu_cli.jobs.rulings import number_of

    day = day_of(options)
    places = find_targets(registers, subject, targets, on=said.decided_on)
    said = replace(said, indicator=subject.indicator.value, case_number=number_of(subject), places=places)
    check_ruling(subject, said)
    draft = draft_ruling(workspace, registers, subject, said, as_of=day)
    objection = find_objection(workspace, registers, draft)
    names = name_areas(registers.registers.areas)
    if options.format is not OutputFormat.JSON:
        _print_draft(options, draft, objection, names)
    run = None if is_dry_run else keep_ruling(workspace, draft, as_of=day)
    if options.format is not OutputFormat.JSON:
        _say_end(draft, run, is_dry_run=is_dry_run)
    end_with_findings(
        options,
        find_faults([objection] if objection else []),
        {
            **draft_as_json(draft, names),
            "objection": objection_as_json(objection, day) if objection else None,
            "applied": not is_dry_run,
            "run": run,
        },
    )


def _print_draft(
    options: RunOptions, draft: Draft, objection: Objection | None, names: dict[str, str]
) -> None:
    """Say where the case belonged and belongs, and how the units' numbers and verdicts change."""
    from sanwu_cli.jobs.objection_view import STANDING_HEADERS, show_unit, standing_as_row
    from sanwu_cli.jobs.rulings import number_of

    if options.format is OutputFormat.TABLE:
        matter = draft.said.matter.label if draft.said.matter else ""
        kind = draft.before.indicator.label
        units = f"{show_unit(draft.before, names)} → {show_unit(draft.after, names)}"
        print_line(f"{number_of(draft.before)} {kind} {matter} {draft.said.decided_on}：{units}")
        if objection is not None and objection.window.ends_on is not None:
            print_line(f"期限到{objection.window.ends_on}，{objection.timing.label}")
    print_rows(options, STANDING_HEADERS, [standing_as_row(one) for one in draft.standings])


def _say_end(draft: Draft, run: int | None, *, is_dry_run: bool) -> None:
    if draft.is_known:
        say("台账里已经有同样的一条，没有重复写入")
    elif is_dry_run:
        say("没有写入台账：这是试运行")
    else:
        say(f"已写入台账，操作序号{run}；要撤销：sanwu incidents undo {run}")
    if draft.is_replacing:
        say("同一文号、同一事项以前记过，内容不同：以这一条为准，原来的一条留在台账里")
    if draft.is_overtaken:
        say("台账里还有日期更晚的认定，以更晚的为准，这一条只留痕")


def objections(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="只列这一年的", min=2020, max=2099)
    ] = None,
    pending: Annotated[bool, typer.Option("--pending", help="只列还没有定论的（含挂账）")] = False,
) -> None:
    """列出异议：谁提的、期限到哪天、期内还是逾期、等了几天、怎么定的；--as-of 看那一天的情形。

    示例：
      sanwu incidents objections --year 2026
      sanwu incidents objections --pending --as-of 2026-06-30 --format json
    """
    from sanwu_cli.jobs.deciding import Asked, open_objections
    from sanwu_cli.jobs.objection_view import (
        HEADERS,
        SHORT_HEADERS,
        objection_as_json,
        objection_as_row,
        shorten_row,
    )
    from sanwu_cli.jobs.objections import find_faults
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    asked = Asked(year, only_open=pending, until=options.as_of)
    day = day_of(options)
    found = open_objections(workspace, read_registers(workspace), asked)
    rows = [objection_as_row(one, day) for one in found]
    if options.format is OutputFormat.TABLE:
        print_rows(options, SHORT_HEADERS, [shorten_row(row) for row in rows])
        say(f"共{len(rows)}件，没有定论的{sum(one.answer is None for one in found)}件")
    else:
        print_rows(options, HEADERS, rows)
    listed = [objection_as_json(one, day) for one in found]
    document = {"schema": "sanwu/objections/1", "as_of": day.isoformat(), "objections": listed}
    end_with_findings(options, find_faults(found), document)
