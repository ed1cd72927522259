"""`sanwu roster repair`: published rosters brought back to the rules with the fewest changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, parse_date, run_options
from sanwu_cli.cli.ending import end_with_findings
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_csv, print_line, say
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from sanwu_cli.jobs.repairing import Repaired
    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.model import Leave
    from sanwu_cli.periods import Month

_COLUMNS = {
    "date": "原日期",
    "new_date": "新日期",
    "area_code": "区域代码",
    "role": "角色",
    "old_person": "原来",
    "person": "改为",
    "reason": "原因",
}


@writes(when="publish")
def repair(
    ctx: typer.Context,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="人", help="谁来不了：编号或姓名；不写则按登记表现在的样子"),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="日期", help="从哪一天起；以前的班不动，不写以 --as-of 或今天为准"),
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="日期", help="这个人到哪一天为止来不了")] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="只改这个月的")] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="改这一年公布过的各月", min=2020, max=2099)
    ] = None,
    publish: Annotated[bool, typer.Option("--publish", help="改好就公布，原来的留在台账里")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么改，会留在台账里")] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="目录", help="写到哪个目录，默认 out，每月一个目录"),
    ] = None,
) -> None:
    """更正已公布的值班表：有人请假、离岗，村镇合并，工作日变假日，改动的班最少，并证明不能再少。

    写出更正后的表、更正通知（Word）和有变动的人、地方的日历（.ics）。不写 --publish 只是建议，台账不动。

    示例：
      sanwu roster repair --person 方知远 --from 2026-03-09 --to 2026-03-13
      sanwu roster repair --as-of 2026-08-01
      sanwu roster repair --month 2026-09 --publish --reason 人员调整
    """
    from sanwu_cli.jobs.repair_view import repair_as_json
    from sanwu_cli.jobs.repairing import repair_published
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    if month is not None and year is not None:
        raise SanwuError("--month 和 --year 只能写一个", remedy="例如：--month 2026-03")
    if publish and not reason.strip():
        raise SanwuError("更正已公布的值班表，要写明理由", remedy="请加 --reason 理由，它会留在台账里")
    if reason.strip() and not publish:
        raise SanwuError(
            "--reason 要和 --publish 一起写", remedy="要公布的加 --publish；只看建议的不写 --reason"
        )
    given = parse_month(month) if month else None
    first_day = parse_date(first) if first else day_of(options)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    leave = _read_leave(registers, person, first, last)
    chosen = year or (given or first_day).year
    repaired = repair_published(
        workspace, registers, year=chosen, first_day=first_day, month=given, leave=leave
    )
    run, files = None, []
    if repaired.repair.is_needed:
        from sanwu_cli.files import check_not_open, write_file
        from sanwu_cli.jobs.repair_files import write_repair
        from sanwu_cli.jobs.repairing import publish_repair

        as_of = day_of(options)
        made = write_repair(workspace, registers, repaired, as_of=as_of, is_published=publish)
        folder = output or workspace.out
        for path, _ in made:
            check_not_open(folder / path)
        if publish:
            run = publish_repair(workspace, registers, repaired, as_of=as_of, reason=reason).run
        for path, data in made:
            write_file(folder / path, data)
            files.append(str(folder / path))
    _print_repair(options, registers, repaired, run)
    for file in files:
        say(f"已写：{file}")
    for later in repaired.later_years:
        say(f"{later}年也有公布过的月份在这段时间里，请加 --year {later} 再运行一次")
    document = repair_as_json(repaired, run=run, files=files)
    end_with_findings(options, repaired.findings, document)


def _read_leave(
    registers: RegisterReading, person: str | None, first: str | None, last: str | None
) -> Leave | None:
    """Read who cannot come and when; raises SanwuError where one of the three is missing."""
    from sanwu_cli.jobs.repairing import find_person
    from sanwu_cli.model import Leave

    if person is None:
        if last is not None:
            raise SanwuError("--to 要和 --person 一起写", remedy="例如：--person 编号 --from 日期 --to 日期")
        return None
    found = find_person(registers.registers.persons, person)
    if first is None or last is None:
        raise SanwuError(
            f"没有写{found.name}从哪天到哪天来不了",
            remedy="请写 --from 日期 --to 日期；只有一天的，两个日期相同",
        )
    begin, end = parse_date(first), parse_date(last)
    if end < begin:
        raise SanwuError(f"--to {end} 早于 --from {begin}", remedy="请把两个日期对调，或改正")
    return Leave(found.id, begin, end)


def _print_repair(
    options: RunOptions, registers: RegisterReading, repaired: Repaired, run: int | None
) -> None:
    """Print old → new, what is proven, what stays unfilled, and whether the ledger was touched."""
    from sanwu_cli.jobs.repair_view import list_records, tell_change

    changes = repaired.list_changes()
    if options.format is OutputFormat.CSV:
        emit_csv(
            tuple(_COLUMNS.values()), [[one[key] or "" for key in _COLUMNS] for one in list_records(repaired)]
        )
    if options.format is not OutputFormat.TABLE:
        return
    span = _name_span(repaired.months)
    if not changes:
        print_line(f"{span}公布的值班表从{repaired.first_day}起都还照得上登记表，不用改，台账没有动")
    for change, why in changes:
        print_line(tell_change(change, why, registers.registers.areas))
    if changes:
        _print_levels(repaired)
    _print_gaps(repaired)
    if not changes:
        return
    if run is None:
        print_line("以上是更正建议，台账没有动；要公布：加 --publish --reason 理由")
    else:
        print_line(f"已公布更正后的值班表：{_name_span(tuple(_list_changed(repaired)))}")
        say(f"操作序号{run}；要撤销：sanwu incidents undo {run}")


def _print_levels(repaired: Repaired) -> None:
    """Say what was counted, and that it is proven."""
    values = {level: value for level, value, _ in repaired.repair.objective}
    is_proven = all(value == bound for _, value, bound in repaired.repair.objective)
    proof = "，已证明不能再少" if is_proven else ""
    print_line(
        f"空缺{values['unfilled']}个，改动已公布的班{values['changed']}个{proof}；"
        f"由没去过当地的人去的{values['new_pairs']}个，全年次数平方和{values['load_square']}"
    )


def _print_gaps(repaired: Repaired) -> None:
    for gap in repaired.list_gaps():
        print_line(f"空缺：{'；'.join(gap.reasons)}")


def _list_changed(repaired: Repaired) -> list[Month]:
    return [month for month, changes in repaired.repair.changes.items() if changes]


def _name_span(months: tuple[Month, ...]) -> str:
    """Name months as people do, those of one year together."""
    if len(months) == 1:
        return months[0].label
    return f"{months[0].year}年{'、'.join(str(month.number) for month in months)}月"
