"""`sanwu month-end`: the whole run, started by a clerk or a timer; its record checked; examples of timers."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sanwu_cli.cli.common import CHINA, OutputFormat, RunOptions, day_of, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.cli.faults import explain
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import count_findings, print_error, print_line, track
from sanwu_cli.errors import SanwuError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.jobs.month_end import MonthEnd
    from sanwu_cli.jobs.month_summary import Summary
    from sanwu_cli.jobs.run_log import RunLog
    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.periods import Month

app = typer.Typer(add_completion=False, help="月末一次办完：导入、判定、排班、出文。")

_STDOUT = "-"
_RELATIVE = {"last": -1, "上月": -1, "this": 0, "本月": 0}


def _tell_refusal(ctx: typer.Context, error: SanwuError) -> None:
    """Tell log and letter of a run that did not begin; if they cannot be told, that is less."""
    from sanwu_cli.jobs.month_summary import summarise_failure
    from sanwu_cli.jobs.workspace import open_workspace

    options, log, summary = run_options(ctx), ctx.params["log"], ctx.params["summary"]
    with suppress(SanwuError):
        month = _read_month(options, ctx.params["month"])
        with suppress(SanwuError), _open_log(Path(log) if log else None, month):
            raise error
        if summary is not None:
            name = open_workspace(options.workspace).settings.name
            _keep_summary(summary, summarise_failure(name, month, error))


@app.command()
@writes(unless=("verify", "example"), refused=_tell_refusal)
def month_end(
    ctx: typer.Context,
    month: Annotated[
        str | None,
        typer.Argument(metavar="月份", help="办哪个月的月末，如 2026-06；定时运行写 last，就是上个月"),
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", metavar="文件", help="过程记到这个文件，一行一个 JSON，往后添加")
    ] = None,
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="文件", help="小结写到这个文件，第一行是邮件主题；- 是屏幕"),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="不办，只核对写出的结果和运行记录 run.json 是否一致")
    ] = False,
    example: Annotated[
        str | None,
        typer.Option(
            "--example", metavar="系统", help="不办，给出定时运行的配置样例：systemd、cron 或 windows"
        ),
    ] = None,
) -> None:
    """月末一次办完：导入 inbox、判定、出通报、排下月值班表；十二月还做年终核算。

    跑两遍，结果一个字节也不变；中途断了，再跑一遍就接上。一步没有办成，别的照办。
    加 -q 时，没有问题就什么也不显示，适合定时运行；成不成看退出状态。

    示例：
      sanwu month-end 2026-06
      sanwu -w 演示 month-end 2026-12 --format json
      sanwu month-end last -q --wait 600 --log 月末.jsonl --summary 小结.txt
      sanwu month-end 2026-06 --verify
      sanwu month-end --example systemd
    """
    options = run_options(ctx)
    if example is not None:
        _print_example(options, example)
        return
    given = _read_month(options, month)
    if verify:
        _verify(options, given)
    if summary == _STDOUT and options.format is not OutputFormat.TABLE:
        raise SanwuError(
            f"--summary - 把小结写到标准输出，不能同时 --format {options.format}",
            remedy="请去掉一个，或者给 --summary 写文件名",
        )
    with _open_log(log, given) as events:
        _run(options, given, events, summary)


def _read_month(options: RunOptions, text: str | None) -> Month:
    """Read a month, or the one before today's; raises SanwuError."""
    from sanwu_cli.periods import Month, parse_month

    if text is None:
        raise SanwuError("缺少参数“月份”", remedy="例如：sanwu month-end 2026-06；上个月写 last")
    if text in _RELATIVE:
        return Month.of(day_of(options)).plus(_RELATIVE[text])
    return parse_month(text)


@contextmanager
def _open_log(path: Path | None, month: Month) -> Iterator[RunLog]:
    """Open the log of this run; what ends the run stands in it."""
    from sanwu_cli.files import LineFile
    from sanwu_cli.jobs.run_log import RunLog

    def clock() -> datetime:
        return datetime.now(CHINA)

    file = LineFile(path) if path is not None else None
    events = RunLog(f"{clock():%Y%m%dT%H%M%S}-{os.getpid()}", clock, file)
    events.tell("run-start", month=str(month))
    watch = events.start_watch()
    try:
        yield events
    except (typer.Exit, BrokenPipeError):
        raise
    except BaseException as error:
        told = _as_error(error)
        events.tell_failure(told)
        events.tell_end(told.status, watch())
        raise
    finally:
        if file is not None:
            file.close()


def _as_error(error: BaseException) -> SanwuError:
    if isinstance(error, SanwuError):
        return error
    fault = explain(error)
    return SanwuError(fault.message, remedy=fault.remedy, place=fault.place, status=fault.status)


def _run(options: RunOptions, month: Month, log: RunLog, summary: str | None) -> NoReturn:
    from sanwu_cli.jobs.month_end import run_month_end
    from sanwu_cli.jobs.month_summary import summarise_failure, summarise_month_end
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    watch = log.start_watch()
    workspace = open_workspace(options.workspace)
    try:
        registers = read_registers(workspace)
        as_of = options.as_of or month.last_day
        done = run_month_end(
            workspace, registers, month, as_of=as_of, log=log, explain=_as_error, track=track
        )
    except SanwuError as error:
        if summary is not None:
            _keep_summary(summary, summarise_failure(workspace.settings.name, month, error))
        raise
    told = None
    if summary is not None or not _is_silent(options):
        told = summarise_month_end(workspace, registers, done)
    if summary is not None and told is not None:
        _keep_summary(summary, told)
    log.tell_end(done.status, watch(), count_findings(done.findings))
    if log.trouble is not None:
        remedy = "运行本身没有受影响；日志后面的部分没有写上"
        print_error(log.trouble.message, remedy=remedy, place=log.trouble.place)
    if summary != _STDOUT and told is not None and not _is_silent(options):
        _print_steps(options, workspace, done, told)
    end_with_findings(options, done.findings, _as_json(done, told), status=done.status)


def _keep_summary(place: str, summary: Summary) -> None:
    from sanwu_cli.files import write_file
    from sanwu_cli.jobs.gate import pass_text

    if place != _STDOUT:
        write_file(Path(place), pass_text("小结", summary.text.encode()))
        return
    for line in summary.text.splitlines():
        print_line(line)


def _print_steps(options: RunOptions, workspace: Workspace, done: MonthEnd, summary: Summary) -> None:
    """Print the steps and the summary; data are the steps alone."""
    rows = [(step.title, step.result, workspace.show(step.path) if step.path else "") for step in done.steps]
    print_rows(options, ("步骤", "结果", "文件"), rows)
    if options.format is OutputFormat.TABLE:
        print_line()
        for line in (summary.subject, *summary.lines):
            print_line(line)


def _is_silent(options: RunOptions) -> bool:
    """Say whether nothing is to be printed; data that was asked for is, however quiet."""
    return options.quiet and options.format is OutputFormat.TABLE


def _as_json(done: MonthEnd, summary: Summary | None) -> dict[str, object]:
    return {
        "schema": "sanwu/month-end/1",
        "month": str(done.month),
        "steps": [
            {
                "title": step.title,
                "result": step.result,
                "file": str(step.path) if step.path else None,
                "exit": int(step.status),
            }
            for step in done.steps
        ],
        "summary": {"subject": summary.subject, "lines": list(summary.lines)} if summary else None,
    }


def _verify(options: RunOptions, month: Month) -> NoReturn:
    """Hold what a month end wrote, and what it rests on, against its record; nothing is written."""
    from sanwu_cli.errors import ExitStatus
    from sanwu_cli.jobs.run_record import check_record, find_troubles, read_record
    from sanwu_cli.jobs.workspace import open_workspace

    workspace = open_workspace(options.workspace)
    record = read_record(workspace, month)
    states = check_record(workspace, record)
    if not _is_silent(options):
        shown = [one for one in states if one.kind == "output" or one.trouble or options.verbosity]
        rows = [(one.file, one.trouble or "一致") for one in shown]
        print_rows(options, ("文件", "和运行记录比"), rows)
    document = {
        "schema": "sanwu/run-check/1",
        "month": str(month),
        "files": [{"file": one.file, "kind": one.kind, "trouble": one.trouble or None} for one in states],
    }
    end_with_findings(options, find_troubles(month, record, states), document, status=ExitStatus.CLEAN)


def _print_example(options: RunOptions, kind: str) -> None:
    """Print how a timer of this system starts the month end of this workspace."""
    from sanwu_cli.jobs.batch_examples import render_example
    from sanwu_cli.jobs.workspace import find_workspace

    try:
        folder = find_workspace(options.workspace).resolve()
    except SanwuError:
        if options.workspace is not None:
            raise
        folder = None
    for line in render_example(kind, folder).splitlines():
        print_line(line)
