"""`sanwu roster`: the duty table 附件3, generated and published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import SanwuError

app = typer.Typer(add_completion=False, help="排进驻值班表（附件3），定下来公布。")


@app.command()
def generate(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="排哪个月，如 2026-07")] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="排全年十二个月", min=2020, max=2099)
    ] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="角色", help="只看法官、检察官或律师")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="目录", help="写到哪个目录，默认 out/月份")
    ] = None,
) -> None:
    """排法官、检察官、律师进驻乡镇(街道)的值班表，写成 Excel 和 Word。

    公布过的月份（roster publish）照公布的写，不再重排。

    示例：
      sanwu roster generate --month 2026-07
      sanwu roster generate --year 2026 --format json
    """
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.reporting import render_document
    from sanwu_cli.jobs.rostering import (
        HEADERS,
        build_rosters,
        explain_gaps,
        keep_role,
        read_frozen,
        roster_as_json,
        roster_table,
        write_roster,
    )
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period, parse_month
    from sanwu_cli.terms import TOWNSHIP_ROLES

    options = run_options(ctx)
    if (month is None) == (year is None):
        raise SanwuError("要写 --month 或 --year 中的一个", remedy="例如：--month 2026-07")
    chosen = next((r for r in TOWNSHIP_ROLES if role in (r.value, r.label)), None)
    if role is not None and chosen is None:
        raise SanwuError(f"没有“{role}”这种进驻乡镇的人员", remedy="可以写：法官、检察官、律师")
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    months = Period.of_year(year).months() if year else (parse_month(month or ""),)
    published = read_frozen(workspace)
    built = build_rosters(workspace, registers, months, published=published)
    rosters = tuple(keep_role(roster, chosen) for roster, _ in built)
    folder = output or workspace.out / (str(year) if year else str(months[0]))
    name = f"附件3 {year}年值班表.xlsx" if year else f"附件3 {months[0].label}值班表.xlsx"
    written = [folder / name]
    write_file(written[0], write_roster(workspace, registers, rosters))
    if year is None and chosen is None:
        notice = render_document(workspace, registers, "duty_roster_notice", month=months[0], issued_on=None)
        written.append(folder / notice.name)
        write_file(written[1], notice.data)
    for roster in rosters:
        if options.format is OutputFormat.TABLE:
            frozen = "（已公布，不再重排）" if roster.month in published else ""
            print_line(f"{roster.month.label}进驻值班表{frozen}")
        print_rows(options, HEADERS[1:], [row[1:] for row in roster_table(roster, registers)])
        if options.format is OutputFormat.TABLE:
            for line in explain_gaps(roster, registers):
                print_line(line)
    for path in written:
        say(f"已写：{path}")
    document = {**roster_as_json(rosters), "files": [str(path) for path in written]}
    end_with_findings(options, [finding for _, findings in built for finding in findings], document)


@app.command()
def publish(
    ctx: typer.Context,
    month: Annotated[str, typer.Option("--month", metavar="月份", help="公布哪个月的，如 2026-07")],
    replace: Annotated[
        bool, typer.Option("--replace", help="已经公布过、现在排出来不一样的，换成新的；原来的留在台账里")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么换，会留在台账里")] = "",
) -> None:
    """把一个月的值班表定下来，记进台账：以后登记表再变，这个月也不重排，考勤以它为准。

    再公布一遍同样的表，什么也不变；用 sanwu incidents undo 可以撤销。

    示例：
      sanwu roster publish --month 2026-07 --as-of 2026-06-30
      sanwu roster publish --month 2026-07 --replace --reason 法官调整
    """
    from sanwu_cli.jobs.publishing import publish_roster
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    given = parse_month(month)
    if replace and not reason.strip():
        raise SanwuError("换掉已公布的值班表，要写明理由", remedy="请加 --reason 理由，它会留在台账里")
    workspace = open_workspace(options.workspace)
    as_of = day_of(options).isoformat()
    done = publish_roster(
        workspace, read_registers(workspace), given, as_of=as_of, replace=replace, reason=reason
    )
    if options.format is OutputFormat.JSON:
        emit_json({
            "schema": "sanwu/roster-publish/1",
            "month": str(given),
            "run": done.run,
            "replaced_run": done.replaced.run if done.replaced else None,
            "duties": len(done.roster.duties),
            "unfilled": len(done.roster.unfilled),
        })  # fmt: skip
        return
    if done.run is None:
        print_line(f"{given.label}的值班表已经公布过，没有变化，台账没有动")
        return
    print_line(
        f"已公布{given.label}的值班表：{len(done.roster.duties)}个班，空缺{len(done.roster.unfilled)}个"
    )
    say(f"操作序号{done.run}；要撤销：sanwu incidents undo {done.run}")
