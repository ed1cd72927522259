"""The help pages: 用法, 命令, 参数, 选项, 示例, laid out by the width of the characters."""

from __future__ import annotations

import inspect
from enum import Enum
from typing import Any

from msgspec import Struct

from sanwu_cli.cli.common import common_parameters
from sanwu_cli.cli.faults import name_parameter
from sanwu_cli.console import measure_width, wrap_text

WIDTH = 78
_WIDEST_NAME = 26
_MARK = ("示例：", "示例:")
_SECTIONS = ("Args:", "Returns:", "Raises:")
_TYPE_WORDS = {
    "int": "整数",
    "int range": "整数",
    "float": "数",
    "float range": "数",
    "str": "文字",
    "text": "文字",
    "path": "路径",
    "file": "文件",
    "filename": "文件",
    "dir": "目录",
    "directory": "目录",
    "datetime": "日期",
}

# typer keeps the classes of its context, parameters and commands private.
Context = Any
Parameter = Any
Command = Any
Row = tuple[str, str]


class HelpText(Struct, frozen=True):
    """A docstring taken apart: paragraphs (the first is the summary), example lines, closing notes."""

    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    notes: tuple[str, ...]


def split_help(text: str | None) -> HelpText:
    """Take a docstring apart.

    The examples stand below a line `示例：` and end at an empty line; Google-style sections are left out.
    """
    lines = [line.strip() for line in inspect.cleandoc(text or "").splitlines()]
    lines = lines[: next((at for at, line in enumerate(lines) if line in _SECTIONS), len(lines))]
    start = next((at for at, line in enumerate(lines) if line in _MARK), len(lines))
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return HelpText(
        _join_paragraphs(lines[:start]), tuple(lines[start + 1 : end]), _join_paragraphs(lines[end:])
    )


def render_help(command: Command, ctx: Context) -> str:
    """Write the help page of a command or group, 78 cells wide whatever the terminal."""
    parts = split_help(command.help)
    common = {id(param) for param in common_parameters()}
    own = [param for param in command.params if id(param) not in common and not param.hidden]
    is_group = hasattr(command, "commands")
    shows_common = not is_group or ctx.parent is None
    blocks = [
        [render_usage(command, ctx)],
        *map(_paragraph, parts.paragraphs),
        _section("命令", _command_rows(command) if is_group else []),
        _section("参数", [_parameter_row(p, ctx) for p in own if p.param_type_name == "argument"]),
        _section("选项", [_parameter_row(p, ctx) for p in own if p.param_type_name == "option"]),
        _section("通用选项", _common_rows(ctx) if shows_common else []),
        ["示例：", *(f"  {line}" for line in parts.examples)] if parts.examples else [],
        *map(_paragraph, parts.notes),
        [f"每个命令的说明：{ctx.command_path} 命令 --help"] if is_group else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def render_usage(command: Command, ctx: Context) -> str:
    """Write the usage line of a command or group."""
    arguments = [p for p in command.params if p.param_type_name == "argument" and not p.hidden]
    pieces = (
        ["[选项]", "命令 ..."]
        if hasattr(command, "commands")
        else ["[选项]", *map(_argument_name, arguments)]
    )
    return " ".join([f"用法：{ctx.command_path}", *pieces])


def _argument_name(param: Parameter) -> str:
    name = name_parameter(param) + ("..." if param.nargs != 1 else "")
    return name if param.required else f"[{name}]"


def _command_rows(group: Command) -> list[Row]:
    rows = []
    for name, command in group.commands.items():
        if not command.hidden:
            summary = "".join(split_help(command.help).paragraphs[:1])
            rows.append((name, summary.split("。")[0]))
    return rows


def _parameter_row(param: Parameter, ctx: Context) -> Row:
    help_text = str(param.help or "").rstrip("。")
    extra = ["必填"] if param.required else []
    default = _default_text(param)
    if default and "默认" not in help_text:
        extra.append(f"默认 {default}")
    return _parameter_name(param, ctx), "；".join([part for part in (help_text, *extra) if part])


def _parameter_name(param: Parameter, ctx: Context) -> str:
    if param.param_type_name == "argument":
        return _argument_name(param).strip("[]")
    names = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        names += "/" + ", ".join(param.secondary_opts)
    return names if param.is_flag or param.count else f"{names} {param.metavar or _type_word(param, ctx)}"


def _type_word(param: Parameter, ctx: Context) -> str:
    """Name the kind of value an option takes; typer 0.29 describes types differently from 0.28."""
    if hasattr(param, "display_type"):
        raw = param.display_type(ctx)
    else:
        raw = param.type.get_metavar(param=param, ctx=ctx) or param.type.name
    raw = raw.strip("<>").removeprefix("list[").removesuffix("]")
    if "%" in raw:
        return "日期"
    return _TYPE_WORDS.get(raw, raw if "|" in raw else "值")


def _default_text(param: Parameter) -> str:
    default = param.default
    if default is None or default is False or default in ((), [], "", 0) or not param.show_default:
        return ""
    if isinstance(default, Enum):
        return str(default.value)
    return "" if callable(default) or default is True else str(default)


def _common_rows(ctx: Context) -> list[Row]:
    return [*(_parameter_row(param, ctx) for param in common_parameters()), ("-h, --help", "显示这份说明")]


def _section(title: str, rows: list[Row]) -> list[str]:
    """Lay names and explanations out in two columns; a name too long gets a line of its own."""
    if not rows:
        return []
    left = min(max(measure_width(name) for name, _ in rows), _WIDEST_NAME)
    lines = [f"{title}："]
    for name, text in rows:
        first, *rest = wrap_text(text, WIDTH - left - 4)
        blanks = " " * (left - measure_width(name))
        lines += (
            [f"  {name}{blanks}  {first}"]
            if measure_width(name) <= left
            else [f"  {name}", _hang(first, left)]
        )
        lines += [_hang(line, left) for line in rest]
    return [line.rstrip() for line in lines]


def _hang(text: str, left: int) -> str:
    return " " * (left + 4) + text


def _paragraph(text: str) -> list[str]:
    return [f"  {line}" for line in wrap_text(text, WIDTH - 2)]


def _join_paragraphs(lines: list[str]) -> tuple[str, ...]:
    """Join the lines of each paragraph; Chinese needs no blank between them."""
    paragraphs = [""]
    for line in lines:
        if not line:
            paragraphs.append("")
        elif paragraphs[-1] and paragraphs[-1][-1].isascii() and line[0].isascii():
            paragraphs[-1] += f" {line}"
        else:
            paragraphs[-1] += line
    return tuple(paragraph for paragraph in paragraphs if paragraph)
