"""The documents about the machine and the program itself: the workspace, the output, errors."""

from __future__ import annotations

from typing import Literal

from sanwu_cli.errors import ExitStatus
from sanwu_cli.schemas.parts import Count, Part


class MachineCheck(Part, frozen=True, kw_only=True):
    """看过的一项；good 为 null 的只是提醒。"""

    title: str
    good: bool | None
    seen: str
    remedy: str


class Doctor(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/doctor/1"):
    """这台机器缺什么。"""

    checks: list[MachineCheck]


class Init(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/init/1"):
    """新建的工作区。"""

    workspace: str
    files: list[str]


class Completion(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/completion/1"):
    """记下来供补全用的词：写到哪个文件，共几个。"""

    file: str
    words: Count


class SchemaLine(Part, frozen=True, kw_only=True):
    """一种输出：名称、说明。"""

    name: str
    title: str


class Schemas(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/schemas/1"):
    """程序输出的各种 JSON。"""

    schemas: list[SchemaLine]


class Error(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/error/1"):
    """没有办成：--format json 时，标准错误输出的最后一行。"""

    type: Literal["error"]
    exit: ExitStatus
    message: str
    remedy: str
    place: str
