"""The command `sanwu roster publish`: a month or a year frozen, as built or as it stands in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.words import find_term
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import (
    count_findings,
    emit_json,
    finding_as_json,
    print_error,
    print_findings,
    print_line,
    say,
    sort_findings,
)
from sanwu_cli.errors import ExitStatus, SanwuError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sanwu_cli.jobs.publishing import Publishing
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month


@writes()
def publish(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="月份", help="公布哪个月的，如 2026-07")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="公布全年十二个月", min=2020, max=2099)
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="文件", help="公布这个文件里的值班表，而不是现排的；可以写几次"),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="文件里有不合规则的班也照样公布，要写 --reason")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="已经公布过、现在不一样的，换成新的；原来的留在台账里")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="理由", help="为什么换、为什么放行，会留在台账里")
    ] = "",
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="角色", help="只公布哪一张：法官、检察官、律师同在一张，其余各一张"),
    ] = None,
) -> None:
    """把值班表定下来，记进台账：以后登记表再变，公布过的月份也不重排，考勤以它为准。

    在 Excel 里改过的表用 --from 公布：先读、先检查，没读懂的不公布，不合规则的写明理由才公布。
    几个月的一次做完，做不成就一个月也不公布。再公布一遍同样的表，什么也不变；
    用 sanwu incidents undo 可以撤销。

    示例：
      sanwu roster publish --month 2026-07 --as-of 2026-06-30
      sanwu roster publish --year 2026
      sanwu roster publish --month 2026-07 --from 附件3改.xlsx --replace --reason 法官调整
    """
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import Period, parse_month
    from sanwu_cli.terms import StationedRole

    options = run_options(ctx)
    if (month is None) == (year is None):
        raise SanwuError("要写 --month 或 --year 中的一个", remedy="例如：--month 2026-07")
    months = Period.of_year(year).months() if year else (parse_month(month or ""),)
    if replace and not reason.strip():
        raise SanwuError("换掉已公布的值班表，要写明理由", remedy="请加 --reason 理由，它会留在台账里")
    if accept and not files:
        raise SanwuError(
            "--accept 只用于 --from 公布文件里的值班表", remedy="请加 --from 文件，或去掉 --accept"
        )
    if accept and not reason.strip():
        raise SanwuError("不合规则的班要照样公布，要写明理由", remedy="请加 --reason 理由，它会留在台账里")
    chosen = find_term(StationedRole, role, "进驻人员")
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    as_of = day_of(options).isoformat()
    if files:
        from sanwu_cli.jobs.publishing_files import Given, publish_files

        given = Given(files, months, role=chosen, is_accepted=accept, replace=replace, reason=reason)
        told = publish_files(workspace, registers, given, as_of=as_of)
        if told.publishing is None:
            print_error(told.refusal, remedy=told.remedy)
            document = publishing_as_json(months, None, told.refusal)
            end_with_findings(options, told.findings, document, status=ExitStatus.REFUSED)
        print_publishing(options, months, told.publishing, told.findings)
        return
    from sanwu_cli.jobs.publishing import publish_roster, publish_year

    if year is None:
        done = publish_roster(
            workspace, registers, months[0], as_of=as_of, role=chosen, replace=replace, reason=reason
        )
    else:
        done = publish_year(
            workspace, registers, year, as_of=as_of, role=chosen, replace=replace, reason=reason
        )
    print_publishing(options, months, done)


def print_publishing(
    options: RunOptions, months: tuple[Month, ...], done: Publishing, findings: Sequence[Finding] = ()
) -> None:
    """Say what publishing did, and what was found in the files it was made from."""
    if options.format is OutputFormat.JSON:
        known = sort_findings(findings)
        listed = {"findings": [finding_as_json(one) for one in known], "counts": count_findings(known)}
        emit_json({**publishing_as_json(months, done), **listed})
        return
    if options.format is OutputFormat.CSV:
        rows = [
            (
                one.roster.month,
                one.group.label,
                len(one.roster.duties),
                len(one.roster.unfilled),
                one.is_changed,
            )
            for one in done.groups
        ]
        print_rows(options, ("月份", "值班表", "班数", "空缺", "有变化"), rows)
        print_findings(tuple(sort_findings(findings)))
        return
    for one in done.groups:
        told = f"{len(one.roster.duties)}个班，空缺{len(one.roster.unfilled)}个"
        if one.is_changed:
            print_line(f"已公布{one.roster.month.label}的{one.group.label}值班表：{told}")
        else:
            print_line(f"{one.roster.month.label}的{one.group.label}值班表已经公布过，没有变化，台账没有动")
    print_findings(tuple(sort_findings(findings)))
    if done.run is not None:
        say(f"操作序号{done.run}；要撤销：sanwu incidents undo {done.run}")


def publishing_as_json(
    months: tuple[Month, ...], done: Publishing | None, refusal: str | None = None
) -> dict[str, object]:
    """Give what publishing did as sanwu/roster-publish/1; `refusal` says why nothing was done."""
    groups = done.groups if done else ()
    return {
        "schema": "sanwu/roster-publish/1",
        "month": str(months[0]) if len(months) == 1 else None,
        "year": months[0].year,
        "run": done.run if done else None,
        "replaced_run": next((g.replaced.run for g in groups if g.replaced and g.is_changed), None),
        "duties": sum(len(group.roster.duties) for group in groups),
        "unfilled": sum(len(group.roster.unfilled) for group in groups),
        "groups": [
            {
                "month": str(one.roster.month),
                "group": one.group.value,
                "duties": len(one.roster.duties),
                "unfilled": len(one.roster.unfilled),
                "changed": one.is_changed,
                "replaced_run": one.replaced.run if one.replaced else None,
            }
            for one in groups
        ],
        "refusal": refusal,
    }
