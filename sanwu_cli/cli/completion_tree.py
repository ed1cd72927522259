"""What can be completed where: the command tree, the kinds of values, the words of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.cli.common import common_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sanwu_cli.cli.zh import Lazy

# Read from the cache of the workspace, in which a line is a kind, a tab, a word.
CACHED = ("area", "month", "run")
CACHE = ".sanwu/completion"
FILES, FOLDERS = "file", "folder"
Parameter = Any
Command = Any

# The place-holder of a parameter says what it takes; one with several meanings is named with its command.
_KINDS = {
    "表式": "sheet",
    "月份": "month",
    "月份1": "month",
    "月份2": "month",
    "区域": "area",
    "乡镇": "area",
    "范围": "area",
    "单位": "area",
    "角色": "role",
    "指标": "indicator",
    "步骤": "step",
    "分组": "group",
    "分法": "view",
    "样式": "form",
    "口径": "reading",
    "条款": "clause",
    "编码": "encoding",
    "文件种类": "paper",
    "操作序号": "run",
    "目录": FOLDERS,
    "文件": FILES,
    "文件…": FILES,
    "[文件]…": FILES,
    "文件或目录": FILES,
    "一份": FILES,
    "另一份": FILES,
}
_KINDS_OF = {
    ("incidents list", "状态"): "case_status",
    ("records list", "状态"): "record_status",
    ("due", "状态"): "due_state",
    ("incidents list", "代码"): "area",
    ("incidents correct", "代码"): "area",
    ("records list", "代码"): "area",
    ("sheet findings", "代码"): "finding",
    ("schema", "名称"): "schema",
    ("places find", "名称"): "area",
    ("grassroots show", "事项"): "topic",
    ("incidents rule", "事项"): "matter",
    ("incidents place", "编号 区域"): "area",
    ("incidents correct", "原因"): "not_counted",
    ("completion", "外壳"): "shell",
}


class Node(Struct, frozen=True):
    """A command or group by its words; options and what they take (empty: nothing), the arguments' kinds."""

    path: str
    children: tuple[str, ...]
    options: Mapping[str, str]
    arguments: tuple[str, ...]


class Tree(Struct, frozen=True):
    """Everything a completion script holds."""

    nodes: tuple[Node, ...]
    words: Mapping[str, tuple[str, ...]]


def build_tree(table: Mapping[str, Lazy]) -> Tree:
    """Build the tree of all commands; every command module is imported."""
    common = _read_options("", common_parameters())
    nodes = [Node("", tuple(table), {**common, "--version": "", "-V": "", "--help": "", "-h": ""}, ())]
    for name, entry in table.items():
        nodes += _walk(entry.load(name), name)
    return Tree(tuple(nodes), list_words())


def _walk(command: Command, path: str) -> Iterator[Node]:
    children = getattr(command, "commands", {})
    own = [param for param in command.params if param.param_type_name == "option"]
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = {**_read_options(path, own), "--help": "", "-h": ""}
    yield Node(path, tuple(children), options, tuple(_kind_of(path, param) for param in arguments))
    for name, child in children.items():
        yield from _walk(child, f"{path} {name}")


def _read_options(path: str, params: Iterable[Parameter]) -> dict[str, str]:
    return {
        name: "" if param.is_flag or param.count else _kind_of(path, param) or "text"
        for param in params
        for name in (*param.opts, *param.secondary_opts)
    }


def _kind_of(path: str, param: Parameter) -> str:
    """Name what a parameter takes; text where nothing can be offered."""
    told = str(param.metavar or "")
    if "|" in told:
        return told
    return _KINDS_OF.get((path, told)) or _KINDS.get(told, "text")


def list_words() -> dict[str, tuple[str, ...]]:
    """List the words of every kind that does not depend on the workspace."""
    from sanwu_cli.due.records import ItemState
    from sanwu_cli.findings import load_catalogue
    from sanwu_cli.jobs.attendance_tables import GROUPS
    from sanwu_cli.jobs.grassroots import Topic
    from sanwu_cli.jobs.roster_export import ExportForm, ExportView
    from sanwu_cli.plan.loader import load_plan
    from sanwu_cli.schemas import load_documents
    from sanwu_cli.sheets.schema import load_schemas
    from sanwu_cli.shipped import find_shipped
    from sanwu_cli.terms import (
        IncidentStatus,
        Indicator,
        Matter,
        NotCounted,
        RecordStatus,
        ReminderStep,
        StationedRole,
    )

    plan = load_plan()
    ids = [one.id for some in (plan.clauses, plan.readings, plan.obligations) for one in some]
    return {
        "sheet": tuple(load_schemas()),
        "role": tuple(role.label for role in StationedRole),
        "indicator": tuple(indicator.label for indicator in Indicator),
        "step": tuple(step.label for step in ReminderStep),
        "group": (*GROUPS, "duty"),
        "view": tuple(view.value for view in ExportView),
        "form": tuple(form.value for form in ExportForm),
        "reading": tuple(reading.id for reading in plan.readings),
        "clause": tuple(ids),
        "encoding": ("utf-8", "utf-8-sig", "gb18030"),
        "paper": tuple(sorted(p.stem for p in find_shipped("templates").glob("*.md") if p.stem != "README")),
        "case_status": tuple(status.value for status in IncidentStatus),
        "record_status": tuple(status.value for status in RecordStatus),
        "due_state": tuple(state.label for state in ItemState),
        "finding": tuple(load_catalogue()),
        "schema": tuple(load_documents()),
        "topic": tuple(topic.value for topic in Topic),
        "matter": tuple(matter.label for matter in list(Matter)[:6]),
        "not_counted": tuple(reason.value for reason in NotCounted),
        "shell": ("bash", "zsh", "fish", "powershell"),
    }
