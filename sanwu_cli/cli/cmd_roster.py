"""`sanwu roster`: the duty table 附件3, generated and published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.roster_consent import consent
from sanwu_cli.cli.roster_days import days, recheck
from sanwu_cli.cli.roster_explaining import explain
from sanwu_cli.cli.roster_export import export, form_fields
from sanwu_cli.cli.roster_picture import picture
from sanwu_cli.cli.roster_publish import publish
from sanwu_cli.cli.roster_repair import repair
from sanwu_cli.cli.roster_review import check, diff
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import print_line, say, wrap_text
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.rostering import Rosters
    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.model import Roster
    from sanwu_cli.terms import RosterGroup

_WIDTH = 80

app = typer.Typer(add_completion=False, help="排进驻值班表（附件3），定下来公布。")
app.command("publish")(publish)
app.command("check")(check)
app.command("diff")(diff)
app.command("export")(export)
app.command("form-fields")(form_fields)


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
    from sanwu_cli.jobs.roster_tables import name_book, write_roster
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
    _print_rosters(options, registers, made)
    for path in written:
        say(f"已写：{path}")
    document = {**roster_as_json(made.all), "files": [str(path) for path in written]}
    end_with_findings(options, made.findings, document)


def _print_rosters(options: RunOptions, registers: RegisterReading, made: Rosters) -> None:
    """Print the tables, why places are empty, and how good the rosters are."""
    from sanwu_cli.jobs.roster_quality import describe_quality
    from sanwu_cli.jobs.roster_tables import DUTY_HEADERS, list_duties

    if options.format is OutputFormat.TABLE:
        for group, rosters in made.groups.items():
            _print_group(options, registers, group, rosters, made)
        for line in describe_quality(made):
            for part in wrap_text(line, _WIDTH):
                print_line(part)
        return
    print_rows(options, DUTY_HEADERS, list_duties(made.all, registers))


def _print_group(
    options: RunOptions,
    registers: RegisterReading,
    group: RosterGroup,
    rosters: tuple[Roster, ...],
    made: Rosters,
) -> None:
    """Print a month's table, or who goes where in a year, and why places are empty."""
    from sanwu_cli.jobs.roster_tables import explain_gaps, roster_headers, roster_rows_of
    from sanwu_cli.jobs.roster_words import add_hints
    from sanwu_cli.jobs.roster_year import YEAR_HEADERS, list_year_rows

    if len(rosters) > 1:
        print_line(f"全年{group.table_title}，每个班见写出的表")
        print_rows(options, YEAR_HEADERS, list_year_rows(rosters, registers))
    else:
        (roster,) = rosters
        frozen = "（已公布，不再重排）" if (roster.month, group) in made.published else ""
        print_line(f"{roster.month.label}{group.table_title}{frozen}")
        rows = roster_rows_of(group, roster, registers)
        print_rows(options, roster_headers(group)[1:], [row[1:] for row in rows])
    for roster in rosters:
        for line in add_hints(explain_gaps(roster, registers), roster, registers):
            print_line(line)


app.command("explain")(explain)
app.command("days")(days)
app.command("recheck")(recheck)
app.command("repair")(repair)
app.command("picture")(picture)
app.command("consent")(consent)
