"""The root command: which groups there are, and how every run ends in one exit status."""

from __future__ import annotations

import gc
import glob
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import typer

from sanwu_cli import __version__
from sanwu_cli.cli.faults import Fault, explain
from sanwu_cli.cli.stopping import heed_requests_to_end
from sanwu_cli.cli.streams import discard_output, prepare_streams
from sanwu_cli.cli.zh import Lazy, ZhGroup, build_command
from sanwu_cli.console import Settings, configure, dump_json, print_error, settings_now
from sanwu_cli.errors import ExitStatus

_DEBUG = 2
_COLLECT_AFTER = 200_000

LAZY: Mapping[str, Lazy] = {
    "init": Lazy("sanwu_cli.cli.cmd_init:app", "新建工作区，或者带虚构样例的演示工作区", is_group=False),
    "sheet": Lazy("sanwu_cli.cli.cmd_sheet:app", "认得的表式、字段和表头，生成空白表"),
    "check": Lazy("sanwu_cli.cli.cmd_check:app", "检查部门报来的表格，不写入台账", is_group=False),
    "incidents": Lazy("sanwu_cli.cli.cmd_incidents:app", "三项指标台账：导入、查询、更正、撤销、导出"),
    "records": Lazy("sanwu_cli.cli.cmd_records:app", "其余各种表格：导入、查询、更正、撤回、导出"),
    "places": Lazy("sanwu_cli.cli.cmd_places:app", "查地名，把认可的写法加进区划登记表"),
    "roster": Lazy("sanwu_cli.cli.cmd_roster:app", "排进驻值班表（附件3），定下来公布"),
    "attendance": Lazy("sanwu_cli.cli.cmd_attendance:app", "进驻考勤：签到对照值班表，登记提醒和反馈"),
    "grassroots": Lazy(
        "sanwu_cli.cli.cmd_grassroots:app", "综治中心、两所、网格、矛盾纠纷：建了什么，缺什么"
    ),
    "score": Lazy("sanwu_cli.cli.cmd_score:app", "判定村和乡镇的三无状态，逐条说明理由"),
    "assess": Lazy("sanwu_cli.cli.cmd_assess:app", "按本单位的考核细则逐项计分，说明每一分的来历"),
    "due": Lazy("sanwu_cli.cli.cmd_due:app", "方案要求的事项：逾期的、待办的、已办的", is_group=False),
    "report": Lazy("sanwu_cli.cli.cmd_report:app", "生成通报、通知等公文初稿"),
    "month-end": Lazy(
        "sanwu_cli.cli.cmd_month_end:app", "月末一次办完：导入、判定、排班、出文", is_group=False
    ),
    "plan": Lazy("sanwu_cli.cli.cmd_plan:app", "实施方案逐条要求，以及各由哪里落实"),
    "backup": Lazy("sanwu_cli.cli.cmd_backup:app", "备份台账、登记表和设置，列出备份", is_group=False),
    "restore": Lazy("sanwu_cli.cli.cmd_restore:app", "用备份恢复台账、登记表和设置", is_group=False),
    "completion": Lazy("sanwu_cli.cli.cmd_completion:app", "让命令行补全命令、选项和值", is_group=False),
    "schema": Lazy("sanwu_cli.cli.cmd_schema:app", "各种 JSON 输出的格式约定（JSON Schema）", is_group=False),
    "doctor": Lazy("sanwu_cli.cli.cmd_doctor:app", "检查这台机器缺什么，怎么补", is_group=False),
}

_HELP = """
三无乡镇(街道)、三无村(居)建设工作的表格工具箱：读各部门台账，算三无状态，
排进驻值班表，写公文初稿。

示例：
  sanwu init 演示 --demo
  sanwu -w 演示 check
  sanwu -w 演示 incidents import 演示/inbox
  sanwu -w 演示 score year --year 2026
  sanwu -w 演示 month-end 2026-06

退出状态：0 完成且无问题；1 完成，有错误级问题；2 命令行或配置有误；
3 部分文件读不了；65 台账损坏；66 缺工作区或文件；70 程序出错；74 磁盘问题；
75 被占用，稍后再试；77 被安全检查拦下；130 中断；141 管道关闭。
"""


def run(arguments: Sequence[str] | None = None, *, table: Mapping[str, Lazy] = LAZY) -> int:
    """Run a command line and give its exit status; nothing but a status leaves this function."""
    prepare_streams()
    stdout = sys.stdout
    # One short run makes many records and few cycles: collecting rarely saves a third of a year's score.
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    given = expand_wildcards(sys.argv[1:] if arguments is None else arguments, on_windows=os.name == "nt")
    configure(Settings(color="--no-color" not in given and not os.environ.get("NO_COLOR")))
    try:
        with heed_requests_to_end():
            status = _invoke(given, table)
        sys.stdout.flush()
    except typer.Exit as ending:
        return ending.exit_code
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ExitStatus.BUG)
    except BrokenPipeError:
        discard_output()
        return int(ExitStatus.CLOSED_PIPE)
    except BaseException as error:  # noqa: BLE001 - whatever happens, the shell gets a status and a sentence
        return _report(error, given)
    finally:
        sys.stdout = stdout  # a file written to it leaves another in its place
    return status


def build_root(table: Mapping[str, Lazy] = LAZY) -> ZhGroup:
    """Make the root group; no command module is imported yet."""
    app = typer.Typer(
        add_completion=False, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.callback()(_root)
    root = build_command(app, "sanwu", is_group=True)
    assert isinstance(root, ZhGroup)  # noqa: S101 - build_command dressed it so
    root.add_lazy(table)
    return root


def root_help() -> str:
    """Render the root help; `help_text.py` holds what this gives, for the fast path."""
    root = build_root()
    with root.make_context("sanwu", [], resilient_parsing=True) as ctx:
        return root.get_help(ctx) + "\n"


def expand_wildcards(arguments: Sequence[str], *, on_windows: bool) -> list[str]:
    """Expand * and ? as a Unix shell would; the Windows console hands them over as they are."""
    if not on_windows:
        return list(arguments)
    expanded: list[str] = []
    for argument in arguments:
        has_wildcard = not argument.startswith("-") and any(mark in argument for mark in "*?")
        expanded += (sorted(glob.glob(argument)) if has_wildcard else []) or [argument]  # noqa: PTH207 - absolute patterns too
    return expanded


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"sanwu {__version__}\n")
        raise typer.Exit


def _root(
    *,
    version: bool = typer.Option(
        False,
        "--version",
        "-V",
        help="显示版本",
        callback=_show_version,
        is_eager=True,
        expose_value=False,
    ),
) -> None:
    """Hold the options of the root; the callback of --version does its work."""


def _invoke(arguments: list[str], table: Mapping[str, Lazy]) -> int:
    root: Any = build_root(table)
    with root.make_context("sanwu", list(arguments)) as ctx:  # the parser eats its list
        answer = root.invoke(ctx)
    return int(answer) if isinstance(answer, ExitStatus) else 0


def _report(error: BaseException, arguments: Sequence[str]) -> int:
    fault = explain(error)
    if settings_now().verbosity >= _DEBUG or os.environ.get("SANWU_DEBUG"):
        traceback.print_exception(error)
    try:
        _print_fault(fault, as_json=_wants_json(arguments))
    except OSError:
        return int(fault.status)  # nobody reads stderr; the status still tells
    return int(fault.status)


def _print_fault(fault: Fault, *, as_json: bool) -> None:
    if fault.usage:
        sys.stderr.write(f"{fault.usage}\n")
    if fault.status is ExitStatus.INTERRUPTED:
        sys.stderr.write(f"{fault.message}\n")
    else:
        print_error(fault.message, remedy=fault.remedy, place=fault.place)
    if as_json:
        line = {
            "schema": "sanwu/error/1",
            "type": "error",
            "exit": int(fault.status),
            "message": fault.message,
            "remedy": fault.remedy,
            "place": fault.place,
        }
        sys.stderr.write(dump_json(line) + "\n")
    sys.stderr.flush()


def _wants_json(arguments: Sequence[str]) -> bool:
    """Look for the format in the words themselves: the error may be that they could not be parsed."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)
