"""What went wrong, in Chinese: every exception that can end a run, as message, remedy and exit status."""

from __future__ import annotations

import errno
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from msgspec import Struct

from sanwu_cli.errors import ExitStatus, PlanError, SanwuError
from sanwu_cli.nearest import find_near
from sanwu_cli.patterns import compile_later

# typer keeps the classes of its errors and parameters private; they are told apart by name and attributes.
TyperError = Any
Parameter = Any
_CHINESE = compile_later(r"[\u4e00-\u9fff]")


class Fault(Struct, frozen=True):
    """Why a run ended, ready to print; `usage` is the usage line of the command, if one was at fault."""

    message: str
    remedy: str = ""
    place: str = ""
    status: ExitStatus = ExitStatus.USAGE
    usage: str = ""


def explain(error: BaseException) -> Fault:
    """Say what an exception means to the person at the keyboard."""
    if isinstance(error, SanwuError):
        return Fault(error.message, error.remedy, error.place, error.status)
    if isinstance(error, typer.TyperException):
        return _explain_usage(error)
    if isinstance(error, KeyboardInterrupt | EOFError | typer.Abort):
        return Fault("已中断", status=ExitStatus.INTERRUPTED)
    return _explain_machine(error) or _explain_bug(error)


def suggest(word: str, known: list[str]) -> str:
    """Give the sentence that offers the nearest known word, or an empty text."""
    near = find_near(word, known)
    return f"您是不是想输入：{near[0]}" if near else ""


# --- the command line


def _explain_usage(error: TyperError) -> Fault:
    sentences: dict[str, Callable[[TyperError], tuple[str, str]]] = {
        "NoSuchOption": _no_such_option,
        "MissingParameter": _missing_parameter,
        "BadOptionUsage": _bad_option_usage,
        "BadParameter": _bad_parameter,
    }
    message, remedy = sentences.get(type(error).__name__, _plain)(error)
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "sanwu"
    usage = ctx.get_usage() if ctx else ""
    return Fault(message, remedy or f"看看用法：{path} --help", usage=usage)


def _no_such_option(error: TyperError) -> tuple[str, str]:
    known = (
        [name for param in error.ctx.command.get_params(error.ctx) for name in param.opts]
        if error.ctx
        else []
    )
    is_long = error.option_name.startswith("--")
    remedy = suggest(error.option_name, known) if is_long else ""
    return f"没有“{error.option_name}”这个选项", remedy


def _missing_parameter(error: TyperError) -> tuple[str, str]:
    kind = "选项" if getattr(error.param, "param_type_name", "") == "option" else "参数"
    return f"缺少{kind}“{name_parameter(error.param)}”", ""


def _bad_option_usage(error: TyperError) -> tuple[str, str]:
    if "does not take" in error.message:
        return f"选项“{error.option_name}”后面不能带值", f"只写：{error.option_name}"
    return f"选项“{error.option_name}”后面缺少值", ""


def _bad_parameter(error: TyperError) -> tuple[str, str]:
    message, remedy = _explain_value(error)
    return (f"“{name_parameter(error.param)}”{message}" if error.param is not None else message), remedy


def _missing_command(error: TyperError) -> tuple[str, str]:
    return "没有写命令", f"可以用：{'、'.join(error.ctx.command.commands)}"


def _plain(error: TyperError) -> tuple[str, str]:
    if "Missing command" in error.message:
        return _missing_command(error)
    for pattern, message in _PLAIN:
        match = re.search(pattern, error.message)
        if match:
            return message.format(*match.groups()), ""
    return (error.message if _CHINESE.search(error.message) else f"命令行写得不对（{error.message}）"), ""


def name_parameter(param: Parameter) -> str:
    """Give the name of a parameter as people type it: the long option, or the argument's place-holder."""
    if param is None:
        return "?"
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or ARGUMENT_NAMES.get(param.name, param.name))


ARGUMENT_NAMES = {
    "area": "区域",
    "clause": "条款",
    "directory": "目录",
    "file": "文件",
    "files": "文件",
    "kind": "种类",
    "kinds": "种类",
    "month": "月份",
    "path": "路径",
    "paths": "路径",
    "sheet": "表式",
    "sheet_id": "表式",
    "year": "年份",
}

_PLAIN = (
    (r"unexpected extra argument\(s\) \((.*)\)", "多出了参数“{0}”"),
    (r"No such command '(.*?)'", "没有“{0}”这个命令"),
    (r"takes (\d+) arguments?", "这里要写 {0} 个值"),
)

_BAD_VALUES = (
    (r"'?(?P<value>.*?)'? is not one of (?P<choices>.+)", "的值“{value}”不在可选范围内"),
    (r"'?(?P<value>.*?)'? is not a valid int", "的值“{value}”不是整数"),
    (r"'?(?P<value>.*?)'? is not a valid float", "的值“{value}”不是数"),
    (r"'?(?P<value>.*?)'? is not a valid boolean", "的值“{value}”应当是 true 或 false"),
    (r"'?(?P<value>.*?)'? is not a valid", "的值“{value}”不合要求"),
    (r"(?P<value>\S+) is not in the range (?P<range>\S+?)\.?$", "的值“{value}”超出了范围"),
    (r"'?(?P<value>.*?)'? does not match the formats", "的值“{value}”不是日期，或者没有这一天"),
    (r"'(?P<value>.*)' does not exist", "指的地方不存在：{value}"),
    (r"'(?P<value>.*)' is a directory", "应当是文件，而这是文件夹：{value}"),
    (r"'(?P<value>.*)' is a file", "应当是文件夹，而这是文件：{value}"),
    (r"'(?P<value>.*)' is not readable", "没有权限读取：{value}"),
    (r"'(?P<value>.*)' is not writable", "没有权限写入：{value}"),
    (r"(?P<value>\d+) values are required", "要写 {value} 个值"),
    (r"Takes (?P<value>\d+) values", "要写 {value} 个值"),
    (r"'(?P<value>.*)': ", "打不开文件：{value}"),
)

# Newer typer checks values with pydantic: its error types are stable, its sentences are not.
_BAD_TYPES = {
    "int_parsing": "的值“{input}”不是整数",
    "int_from_float": "的值“{input}”不是整数",
    "float_parsing": "的值“{input}”不是数",
    "greater_than_equal": "的值“{input}”超出了范围，最小是 {ge}",
    "less_than_equal": "的值“{input}”超出了范围，最大是 {le}",
    "bool_parsing": "的值“{input}”应当是 true 或 false",
}


def _explain_value(error: TyperError) -> tuple[str, str]:
    by_type = _explain_by_type(error.__cause__)
    if by_type:
        return by_type, ""
    for pattern, message in _BAD_VALUES:
        match = re.search(pattern, error.message.removeprefix("Value error, "))
        if match:
            return message.format(**match.groupdict()), _remedy_for(match.groupdict())
    if _CHINESE.search(error.message):
        return f"：{error.message}", ""
    return "的值不合要求", ""


def _explain_by_type(cause: TyperError) -> str:
    """Read pydantic's error type where typer used pydantic; empty where not."""
    details = cause.errors() if hasattr(cause, "errors") else []
    if not details:
        return ""
    kind = details[0]["type"]
    pattern = _BAD_TYPES.get(kind, "")
    if not pattern and kind.startswith(("date", "time")):
        pattern = "的值“{input}”不是日期，或者没有这一天"
    return pattern.format(input=details[0].get("input", ""), **details[0].get("ctx", {}))


def _remedy_for(found: dict[str, str]) -> str:
    if "choices" in found:
        choices = re.findall(r"'([^']*)'", found["choices"])
        return suggest(found["value"], choices) or f"可以写：{'、'.join(choices)}"
    bounds = re.match(r"(?:(-?[\d.]+)<=?)?x(?:<=?(-?[\d.]+))?(?:>=?(-?[\d.]+))?", found.get("range", ""))
    if bounds is None:
        return ""
    low, high = bounds[1] or bounds[3], bounds[2]
    parts = [f"最小是 {low}"] if low else []
    return "，".join([*parts, f"最大是 {high}"] if high else parts)


# --- the machine and ourselves

_IO_FAULTS = {
    errno.ENOSPC: ("磁盘已满", "请腾出空间后重跑"),
    errno.EDQUOT: ("磁盘配额已满", "请腾出空间后重跑"),
    errno.EIO: ("磁盘读写出错", "请检查磁盘，换一个位置后重跑"),
    errno.EROFS: ("这个位置是只读的", "请换一个可以写入的位置后重跑"),
    errno.EACCES: ("没有权限读写", "请检查权限；文件若正在表格软件里打开，请先关闭"),
    errno.EPERM: ("没有权限读写", "请检查权限；文件若正在表格软件里打开，请先关闭"),
    errno.EMFILE: ("同时打开的文件太多", "请分批处理"),
    errno.ENAMETOOLONG: ("文件名太长", "请缩短文件名后重跑"),
    errno.ENOMEM: ("内存不足", "请关闭别的程序，或者分批处理"),
}
_MISSING = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)


def _explain_machine(error: BaseException) -> Fault | None:
    """Explain what the machine refused; libraries wrap such errors, so the causes are searched too."""
    for cause in _causes(error):
        if isinstance(cause, MemoryError):
            return Fault(*_IO_FAULTS[errno.ENOMEM], status=ExitStatus.IO_FAILED)
        if isinstance(cause, OSError) and cause.errno in _MISSING:
            return Fault("文件或文件夹不在了", "请检查路径后重跑", _file_of(cause), ExitStatus.INPUT_MISSING)
        if isinstance(cause, OSError) and cause.errno in _IO_FAULTS:
            locked = isinstance(cause, PermissionError) and sys.platform == "win32"
            status = ExitStatus.BUSY if locked else ExitStatus.IO_FAILED
            return Fault(*_IO_FAULTS[cause.errno], _file_of(cause), status)
    # lxml reports a full disk as an error of its own, without the cause.
    if type(error).__name__ == "SerialisationError":
        return Fault("文件没有写成", _IO_FAULTS[errno.ENOSPC][1], status=ExitStatus.IO_FAILED)
    return None


def _causes(error: BaseException | None) -> list[BaseException]:
    """List the exception and what it was raised from; an exception merely met on the way is no cause."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__
    return found


def _file_of(error: OSError) -> str:
    return str(error.filename) if error.filename is not None else ""


def _explain_bug(error: BaseException) -> Fault:
    """Name the exception and the line, not its text: that may hold what must not be printed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "sanwu_cli" in Path(frame.filename).parts] or frames
    where = f"，{Path(ours[-1].filename).name} 第 {ours[-1].lineno} 行" if ours else ""
    what = "随程序带来的规则数据有误" if isinstance(error, PlanError) else "程序内部出错"
    return Fault(
        f"{what}（{type(error).__name__}{where}）：这是程序的问题，不是表格的问题",
        "加 -vv 重跑一遍，把屏幕上的内容发给维护人员",
        status=ExitStatus.BUG,
    )
