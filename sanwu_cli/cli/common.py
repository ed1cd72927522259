"""The options every command accepts, at the root or after the command, and how a command ends."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import typer
from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import LATEST_YEAR

_GIVEN = "sanwu.options"
_DATE = compile_later(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
# Excel and WPS know utf-8 by its byte order mark, and GB 18030 without one.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf8-sig": "utf-8-sig",
    "utf-8-bom": "utf-8-sig",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
# Before the plan no such program was run: a clock without its battery begins in 1970 or 2000.
_EARLIEST_CLOCK = 2020
# The county's day, wherever the machine stands.
CHINA = timezone(timedelta(hours=8))


class OutputFormat(StrEnum):
    """What --format accepts."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TABLESCHEMA = "tableschema"


# What one command alone knows.
_OF_ONE_COMMAND = {OutputFormat.TABLESCHEMA: ("sheet", "show")}


class RunOptions(Struct, frozen=True):
    """The common options of one run; `workspace` and `as_of` are None when not given."""

    workspace: Path | None = None
    format: OutputFormat = OutputFormat.TABLE
    as_of: date | None = None
    quiet: bool = False
    verbosity: int = 0
    color: bool = True
    encoding: str = ""
    is_raw: bool = False


def run_options(ctx: typer.Context) -> RunOptions:
    """Give the common options of this run: of the root and the command, the later wins."""
    given = ctx.meta.get(_GIVEN, {})
    _check_format(ctx, given.get("format", OutputFormat.TABLE))
    workspace = given.get("workspace") or os.environ.get("SANWU_WORKSPACE") or None
    return RunOptions(
        workspace=Path(workspace) if workspace else None,
        format=given.get("format", OutputFormat.TABLE),
        as_of=given.get("as_of"),
        quiet=given.get("quiet", False),
        verbosity=given.get("verbosity", 0),
        color=not given.get("no_color", False) and not os.environ.get("NO_COLOR"),
        encoding=given.get("encoding", ""),
        is_raw=given.get("raw", False),
    )


def _check_format(ctx: typer.Context, chosen: OutputFormat) -> None:
    """Refuse a format that another command alone knows; raises SanwuError."""
    path = (ctx.parent.info_name if ctx.parent else "", ctx.info_name)
    if _OF_ONE_COMMAND.get(chosen, path) != path:
        owner = " ".join(_OF_ONE_COMMAND[chosen])
        raise SanwuError(f"输出格式“{chosen}”只用于 sanwu {owner}", remedy=f"可以写：{_list_formats()}")


def _list_formats() -> str:
    return "、".join(member.value for member in OutputFormat if member not in _OF_ONE_COMMAND)


def day_of(options: RunOptions) -> date:
    """Give the day of reference: --as-of, or today in China; the only place where the clock is read.

    Raises SanwuError for a clock that cannot be right: it would date what is published.
    """
    if options.as_of is not None:
        return options.as_of
    today = datetime.now(CHINA).date()
    if not _EARLIEST_CLOCK <= today.year <= LATEST_YEAR:
        raise SanwuError(f"本机的日期是{today}，不对", remedy="请校正本机的时钟，或者用 --as-of 写今天")
    return today


def finish(status: ExitStatus = ExitStatus.CLEAN) -> NoReturn:
    """End the command with this exit status."""
    raise typer.Exit(int(status))


def parse_date(text: str) -> date:
    """Read 2026-03-01, 2026年3月1日, 2026.3.1 or 20260301; raises SanwuError."""
    match = _DATE.fullmatch(text.strip())
    numbers = [int(part) for part in match.groups() if part] if match else []
    try:
        return date(*numbers)
    except (TypeError, ValueError):
        raise SanwuError(f"日期“{text}”看不懂，或者没有这一天", remedy="请写成 2026-06-30 的样子") from None


def parse_as_of(text: str) -> date:
    """Read a value of --as-of; raises SanwuError."""
    day = parse_date(text)
    if day.year > LATEST_YEAR:
        raise SanwuError(f"日期“{text}”超出了范围", remedy=f"最晚写到{LATEST_YEAR}年，如 2026-06-30")
    return day


def parse_format(text: str) -> OutputFormat:
    """Read a value of --format; raises SanwuError."""
    try:
        return OutputFormat(text)
    except ValueError:
        hint = hint_near(text, [member.value for member in OutputFormat])
        raise SanwuError(f"输出格式“{text}”不认识", remedy=f"{hint}可以写：{_list_formats()}") from None


def parse_encoding(text: str) -> str:
    """Read a value of --encoding; raises SanwuError."""
    wanted = text.strip().lower().replace("_", "-")
    chosen = _ENCODINGS.get(wanted)
    if chosen is None:
        known = "、".join(dict.fromkeys(_ENCODINGS.values()))
        hint = hint_near(wanted, _ENCODINGS)
        raise SanwuError(f"不认识编码“{text}”", remedy=f"{hint}可以写：{known}")
    return chosen


@cache
def common_parameters() -> tuple[Any, ...]:
    """Make the parameters of the common options, as typer of whatever version makes them."""
    probe = typer.Typer(add_completion=False)
    probe.command()(_declare)
    return tuple(typer.main.get_command(probe).params)


def _remember(ctx: typer.Context, param: typer.CallbackParam, value: Any) -> Any:  # noqa: ANN401 - as typed by typer
    """Keep a given value for the run; a later command level overwrites an earlier one."""
    if value not in (None, False, 0):
        name = str(param.name).removeprefix("common_")
        read = {"as_of": parse_as_of, "format": parse_format, "encoding": parse_encoding}.get(
            name, lambda given: given
        )
        ctx.meta.setdefault(_GIVEN, {})[name] = read(value)
    return value


def _option(default: object, *names: str, help: str, metavar: str | None = None, count: bool = False) -> Any:  # noqa: A002, ANN401 - typer's own names
    return typer.Option(
        default, *names, help=help, metavar=metavar, count=count, expose_value=False, callback=_remember
    )


def _declare(
    *,
    common_workspace: str | None = _option(
        None,
        "--workspace",
        "-w",
        metavar="目录",
        help="工作区；不写则从当前目录向上找（环境变量 SANWU_WORKSPACE）",
    ),
    common_format: str | None = _option(
        None, "--format", metavar="table|json|csv", help="结果的格式，默认 table"
    ),
    common_as_of: str | None = _option(
        None, "--as-of", metavar="日期", help="以哪一天为准，如 2026-06-30；核算默认到期末"
    ),
    common_quiet: bool = _option(False, "--quiet", "-q", help="只报错误"),
    common_verbosity: int = _option(0, "--verbose", "-v", count=True, help="多说一些；-vv 连同内部细节"),
    common_encoding: str | None = _option(
        None,
        "--encoding",
        metavar="编码",
        help="CSV 的编码：utf-8、utf-8-sig、gb18030；不写时存成文件的带 BOM，给管道的不带",
    ),
    common_raw: bool = _option(False, "--raw", help="CSV 照原样，像公式的格子前不加撇号"),
    common_no_color: bool = _option(False, "--no-color", help="不用颜色（环境变量 NO_COLOR）"),
) -> None:
    """Declare the common options; never runs."""
