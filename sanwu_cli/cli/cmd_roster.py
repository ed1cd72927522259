"""`sanwu roster`: the duty table 附件3, generated and published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.roster_days import days, recheck
from sanwu_cli.cli.roster_explaining import explain
from sanwu_cli.cli.roster_picture import picture
from sanwu_cli.cli.roster_repair import repair
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.publishing import Publishing
    from sanwu_cli.periods import Month

app = typer.Typer(add_completion=False, help="排进驻值班表（附件3），定下来公布。")


@app.command()
def generate(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="排哪个月，如 2026-07")] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="排全年十二个月", min=2020, max=2099)
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role", metavar="角色", help="只排哪种人员：法官、检察官、律师、人民调解员、综治专干、社区民警"
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="目录", help="写到哪个目录，默认 out/月份")
    ] = None,
    effort: Annotated[
        float | None,
        typer.Option("--effort", metavar="数", help="求解用多少工夫，只管这一次；公布按 sanwu.toml 里写的"),
    ] = None,
) -> None:
    """排进驻值班表，写成 Excel 和 Word：法官、检察官、律师到乡镇(街道)，人民调解员等到村(社区)。

    全年一起排，空缺最少、次数最均匀、搭配最少，每一级都有证明；
    公布过的月份（roster publish）照公布的写，不再重排。

    示例：
      sanwu roster generate --month 2026-07
      sanwu roster generate --month 2026-07 --role 人民调解员
      sanwu roster generate --year 2026 --format json
    """
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.reporting import render_document
    from sanwu_cli.jobs.roster_tables import (
        explain_gaps,
        name_book,
        roster_headers,
        roster_rows_of,
        write_roster,
    )
    from sanwu_cli.jobs.roster_words import add_hints
    from sanwu_cli.jobs.rostering import list_groups, make_rosters, roster_as_json
    from sanwu_cli.jobs.staffing import override_effort
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period, parse_month
    from sanwu_cli.terms import RosterGroup, StationedRole

    options = run_options(ctx)
    if (month is None) == (year is None):
        raise SanwuError("要写 --month 或 --year 中的一个", remedy="例如：--month 2026-07")
    chosen = find_term(StationedRole, role, "进驻人员")
    workspace = override_effort(open_workspace(options.workspace), effort, place="--effort")
    registers = read_registers(workspace)
    months = Period.of_year(year).months() if year else (parse_month(month or ""),)
    made = make_rosters(workspace, registers, months, groups=list_groups(registers, chosen), role=chosen)
    folder = output or workspace.out / (str(year) if year else str(months[0]))
    span = f"{year}年" if year else months[0].label
    written = []
    for group, rosters in made.groups.items():
        written.append(folder / name_book(group, span))
        write_file(written[-1], write_roster(workspace, registers, group, rosters))
    if year is None and chosen is None and RosterGroup.TOWNSHIP in made.groups:
        notice = render_document(workspace, registers, "duty_roster_notice", month=months[0], issued_on=None)
        written.append(folder / notice.name)
        write_file(written[-1], notice.data)
    for group, rosters in made.groups.items():
        for roster in rosters:
            if options.format is OutputFormat.TABLE:
                frozen = "（已公布，不再重排）" if (roster.month, group) in made.published else ""
                print_line(f"{roster.month.label}{group.table_title}{frozen}")
            print_rows(
                options,
                roster_headers(group)[1:],
                [row[1:] for row in roster_rows_of(group, roster, registers)],
            )
            if options.format is OutputFormat.TABLE:
                for line in add_hints(explain_gaps(roster, registers), roster, registers):
                    print_line(line)
    for path in written:
        say(f"已写：{path}")
    document = {**roster_as_json(made.all), "files": [str(path) for path in written]}
    end_with_findings(options, made.findings, document)


@app.command()
def publish(
    ctx: typer.Context,
    month: Annotated[str, typer.Option("--month", metavar="月份", help="公布哪个月的，如 2026-07")],
    replace: Annotated[
        bool, typer.Option("--replace", help="已经公布过、现在排出来不一样的，换成新的；原来的留在台账里")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么换，会留在台账里")] = "",
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="角色", help="只公布哪一张：法官、检察官、律师同在一张，其余各一张"),
    ] = None,
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
    from sanwu_cli.terms import StationedRole

    options = run_options(ctx)
    given = parse_month(month)
    if replace and not reason.strip():
        raise SanwuError("换掉已公布的值班表，要写明理由", remedy="请加 --reason 理由，它会留在台账里")
    chosen = find_term(StationedRole, role, "进驻人员")
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    done = publish_roster(
        workspace,
        registers,
        given,
        as_of=day_of(options).isoformat(),
        role=chosen,
        replace=replace,
        reason=reason,
    )
    print_publishing(options, given, done)


def print_publishing(options: RunOptions, month: Month, done: Publishing) -> None:
    """Say what publishing did."""
    if options.format is OutputFormat.JSON:
        emit_json({
            "schema": "sanwu/roster-publish/1",
            "month": str(month),
            "run": done.run,
            "replaced_run": next((g.replaced.run for g in done.groups if g.replaced and g.is_changed), None),
            "duties": sum(len(group.roster.duties) for group in done.groups),
            "unfilled": sum(len(group.roster.unfilled) for group in done.groups),
            "groups": [
                {
                    "group": one.group.value,
                    "duties": len(one.roster.duties),
                    "unfilled": len(one.roster.unfilled),
                    "changed": one.is_changed,
                    "replaced_run": one.replaced.run if one.replaced else None,
                }
                for one in done.groups
            ],
        })  # fmt: skip
        return
    for one in done.groups:
        told = f"{len(one.roster.duties)}个班，空缺{len(one.roster.unfilled)}个"
        if one.is_changed:
            print_line(f"已公布{month.label}的{one.group.label}值班表：{told}")
        else:
            print_line(f"{month.label}的{one.group.label}值班表已经公布过，没有变化，台账没有动")
    if done.run is not None:
        say(f"操作序号{done.run}；要撤销：sanwu incidents undo {done.run}")


app.command("explain")(explain)
app.command("days")(days)
app.command("recheck")(recheck)
app.command("repair")(repair)
app.command("picture")(picture)
