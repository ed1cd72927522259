"""`sanwu attendance`: sign-ins held against the rosters, and the steps after an absence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, day_of, parse_date, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows, print_run
from sanwu_cli.cli.output import say_written, write_output
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import print_line, say
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near

if TYPE_CHECKING:
    from sanwu_cli.jobs.attendance import AttendanceView
    from sanwu_cli.periods import Period

app = typer.Typer(add_completion=False, help="进驻考勤：签到对照值班表，登记提醒和反馈。")

_QUARTER_MONTHS = 3
_BY_DUTY = "duty"


@app.command()
def show(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option("--month", metavar="月份", help="看哪个月，如 2026-03")] = None,
    quarter: Annotated[
        str | None, typer.Option("--quarter", metavar="季度", help="看哪个季度，如 2026-1")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", metavar="年份", help="看哪一年", min=2020, max=2099)
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="分组", help="person 按人，unit 按单位，township 按乡镇，month 按月，duty 逐次"
        ),
    ] = "person",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="文件", help="同时写成这个 .xlsx 文件")
    ] = None,
) -> None:
    """签到和值班表逐次对照：到岗、迟到、早退、缺勤、请假、顶替、补岗，以及该提醒、该反馈的人。

    值班表以公布的为准；没有公布的，看单位自己报来的；都没有的，按登记表排出。
    没有签到表的地方和月份是“不明”，不算缺勤。提醒、反馈、督促只是建议，登记过才算办了。
    不写 --as-of 时，看到期末；下个月里还有签到、提醒的，看到其中最后一天。

    示例：
      sanwu attendance show --month 2026-03
      sanwu attendance show --quarter 2026-1 --by township
      sanwu attendance show --year 2026 --by unit -o 考勤.xlsx
    """
    from sanwu_cli.jobs.attendance import open_attendance
    from sanwu_cli.jobs.attendance_json import attendance_as_json
    from sanwu_cli.jobs.attendance_tables import GROUPS, write_attendance
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    period = _read_period(month, quarter, year)
    if by not in (*GROUPS, _BY_DUTY):
        raise SanwuError(
            f"不能按“{by}”分组",
            remedy=f"{hint_near(by, (*GROUPS, _BY_DUTY))}可以写：{'、'.join((*GROUPS, _BY_DUTY))}",
        )
    workspace = open_workspace(options.workspace)
    view = open_attendance(workspace, read_registers(workspace), period, as_of=options.as_of)
    if output is not None:
        write_output(options, output, write_attendance(view, f"{workspace.settings.name}{period.label}"))
        say_written(output)
    if options.format is OutputFormat.JSON:
        end_with_findings(
            options, view.findings, attendance_as_json(view, "person" if by == _BY_DUTY else by)
        )
    _print_view(options, view, by)


def _read_period(month: str | None, quarter: str | None, year: int | None) -> Period:
    from sanwu_cli.periods import Month, Period, parse_month

    if sum(given is not None for given in (month, quarter, year)) != 1:
        raise SanwuError("要写 --month、--quarter、--year 中的一个", remedy="例如：--month 2026-03")
    if year is not None:
        return Period.of_year(year)
    if month is not None:
        given = parse_month(month)
        return Period(given, given)
    text = (quarter or "").upper().replace("Q", "").replace("年", "-").removesuffix("季度")
    text = text.replace("第", "").translate(str.maketrans("一二三四", "1234"))
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 4:  # noqa: PLR2004 - year and quarter, four of them
        raise SanwuError(f"季度“{quarter}”看不懂", remedy="请写成 2026-1 的样子")
    first = Month(int(parts[0]), (int(parts[1]) - 1) * _QUARTER_MONTHS + 1)
    return Period(first, first.plus(_QUARTER_MONTHS - 1))


def _print_view(options: RunOptions, view: AttendanceView, by: str) -> NoReturn:
    """Print the figures, what was not as it should be, and the open steps; as CSV the one table asked for."""
    from sanwu_cli.jobs.attendance_tables import (
        DUTY_HEADERS,
        FIGURE_HEADERS,
        GROUPS,
        SHORT_HEADERS,
        duty_rows,
        figure_rows,
        short_rows,
    )

    if by == _BY_DUTY:
        rows = duty_rows(view, view.outcomes)
        shown = rows if options.format is OutputFormat.CSV else [_shorten(row) for row in rows]
        print_rows(options, DUTY_HEADERS if options.format is OutputFormat.CSV else _SHORT_DUTY, shown)
    elif options.format is OutputFormat.CSV:
        print_rows(options, (GROUPS[by], *FIGURE_HEADERS), figure_rows(view, by))
    else:
        print_line(f"{view.period.label}进驻考勤（看到{view.as_of.isoformat()}）")
        print_rows(options, (GROUPS[by], *SHORT_HEADERS), short_rows(view, by))
    if options.format is OutputFormat.TABLE:
        _print_rest(options, view, is_listed=by == _BY_DUTY)
    end_with_findings(options, view.findings)


_SHORT_DUTY = ("日期", "地点", "角色", "姓名", "结果", "说明")
_SHORT_CELLS = (0, 2, 3, 5, 7, 12)


def _shorten(row: tuple[object, ...]) -> tuple[object, ...]:
    """Give a duty's row for the screen: late and early stand with the result."""
    cells = [row[position] for position in _SHORT_CELLS]
    marks = "、".join(word for word, mark in (("迟到", row[8]), ("早退", row[9])) if mark)
    return (*cells[:4], marks or cells[4], cells[5])


def _print_rest(options: RunOptions, view: AttendanceView, *, is_listed: bool) -> None:
    from sanwu_cli.jobs.attendance_tables import (
        VILLAGE_HEADERS,
        duty_rows,
        step_rows,
        tell_villages,
        unresolved_rows,
        village_rows,
    )
    from sanwu_cli.terms import Attendance, DutyBasis, StepState

    odd = [
        outcome
        for outcome in view.outcomes
        if outcome.status not in (Attendance.PRESENT, Attendance.PENDING, Attendance.UNKNOWN)
        or outcome.is_late
        or outcome.left_early
        or (options.verbosity and outcome.status is Attendance.UNKNOWN)
    ]
    if odd and not is_listed:
        print_line()
        print_rows(options, _SHORT_DUTY, [_shorten(row) for row in duty_rows(view, odd)])
    steps = [one for one in view.proposals if options.verbosity or one.state is not StepState.DONE]
    if steps:
        print_line()
        rows = [(row[0], row[1], row[4], row[5], row[6], row[9]) for row in step_rows(view, steps)]
        print_rows(options, ("缺勤日期", "姓名", "步骤", "期限", "状态", "为什么"), rows)
        if any(one.basis is DutyBasis.GENERATED for one in steps):
            print_line("有的值班表没有公布过，是按登记表排出的，提醒以前请先核对当天该由谁到岗")
    if view.unresolved:
        print_line()
        lines = [(row[0], row[1], row[3], row[4], row[5]) for row in unresolved_rows(view)]
        print_rows(options, ("日期", "姓名", "地点", "问题", "来源"), lines)
    if line := tell_villages(view):
        print_line()
        print_line(line)
        short = [row[:6] for row in village_rows(view) if row[6] == "不够"]
        if short:
            print_rows(options, VILLAGE_HEADERS[:6], short)
    unknown = sum(outcome.status is Attendance.UNKNOWN for outcome in view.outcomes)
    if unknown:
        say(f"{unknown}次不明（没有签到表，或者没有认准是谁），不算缺勤；加 -v 列出")


@app.command()
@writes()
def record(
    ctx: typer.Context,
    step: Annotated[
        str, typer.Option("--step", metavar="步骤", help="reminder 提醒，feedback 反馈，supervision 督促")
    ],
    person: Annotated[str, typer.Option("--person", metavar="编号", help="人员登记表里的编号或姓名")],
    absent_on: Annotated[str, typer.Option("--absent-on", metavar="日期", help="为哪一天没有到岗")],
    reason: Annotated[str, typer.Option("--reason", metavar="事由", help="几个字的事实，会留在台账里")],
    mended_on: Annotated[
        str | None, typer.Option("--mended-on", metavar="日期", help="哪天整改了；写了就是已整改")
    ] = None,
    not_mended: Annotated[bool, typer.Option("--not-mended", help="核实过，还没有整改")] = False,
    document: Annotated[str, typer.Option("--document", metavar="文号", help="反馈函、督促函的文号")] = "",
) -> None:
    """登记一次真的做了的提醒、反馈或督促，--as-of 是做的那天；和提醒整改登记表里的一行一样。

    示例：
      sanwu attendance record --step 提醒 --person F01 --absent-on 2026-03-10 --reason 没有到岗
      sanwu attendance record --step 反馈 --person F01 --absent-on 2026-03-10 --reason 没有补上
    """
    from sanwu_cli.cli.words import find_term
    from sanwu_cli.jobs.reminding import StepTaken, find_person, record_step
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.terms import ReminderStep

    options = run_options(ctx)
    chosen = find_term(ReminderStep, step, "步骤") or ReminderStep.REMINDER
    if mended_on and not_mended:
        raise SanwuError("--mended-on 和 --not-mended 只能写一个", remedy="请删去一个")
    workspace = open_workspace(options.workspace)
    who = find_person(read_registers(workspace), person)
    mended = parse_date(mended_on) if mended_on else None
    is_mended = True if mended else False if not_mended else None
    taken = StepTaken(
        chosen, who, parse_date(absent_on), day_of(options), reason, is_mended, mended, document
    )
    run = record_step(workspace, taken)
    done = f"已登记：{taken.made_on.isoformat()}{chosen.label}{who.name}（{taken.absent_on.isoformat()}缺勤）"
    if run is None:
        done = "台账里已经有同样的登记，没有变化"
    if print_run(options, run, done) and run is not None:
        say(f"操作序号{run}；要撤销：sanwu incidents undo {run}")
