"""The ledger's runs: a person's decision written as one, undone, named in Chinese, laid out for export.

Incidents and records share it: both are subjects of one ledger, and one run may be undone whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger.entries import Entry, drop_undone
from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import Unreadable, parse_text
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.ledger.entries import Contents, EntryKind, Run

_COMMANDS = {
    "incidents import": "导入案件",
    "records import": "导入其他表",
    "incidents correction": "更正",
    "incidents withdrawal": "撤回",
    "incidents place": "归属",
    "incidents object": "登记异议",
    "incidents rule": "认定",
    "records correction": "更正其他表",
    "roster publish": "公布值班表",
    "roster consent": "登记手机号同意",
    "roster repair": "更正值班表",
    "attendance record": "登记提醒、反馈",
    "records withdrawal": "撤回其他表",
}


LONGEST_TEXT = 500


def keep_text(text: str, name: str) -> str:
    """Read a text of the command line as a cell is read, on one line and without control characters.

    Raises SanwuError for a person's number, and for more than LONGEST_TEXT characters.
    """
    read = parse_text(text)
    if isinstance(read, Unreadable):
        raise SanwuError(
            f"{name}里像是有身份证号码、手机号码或者银行卡号，没有写入",
            remedy="请只写单位和事由，不写当事人的姓名、住址、电话、证件号码",
            status=ExitStatus.REFUSED,
        )
    kept = "".join(letter for letter in read or "" if letter.isprintable())
    if len(kept) > LONGEST_TEXT:
        raise SanwuError(f"{name}有{len(kept)}个字，太长了", remedy=f"请写在{LONGEST_TEXT}字以内")
    return kept


class Ruling(Struct, frozen=True):
    """Why a person changes the ledger: both are kept and printed."""

    reason: str
    document_number: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.document_number.strip():
            raise SanwuError("理由和文号都不能空着", remedy="请写明 --reason 和 --document，它们会留在台账里")
        # Refused before anything is looked up; what is kept is read in `append_decision`.
        keep_text(self.reason, "理由")
        keep_text(self.document_number, "文号")


class Target(Struct, frozen=True):
    """The subject a decision is about, and the group of commands it is made with (incidents, records)."""

    group: str
    schema_id: str
    key: str


def append_decision(
    workspace: Workspace, target: Target, kind: EntryKind, content: str, *, ruling: Ruling, as_of: str
) -> int:
    """Write one decision about one subject as a run of its own; gives the run's number.

    Raises SanwuError when the ledger is locked or cannot be written.
    """
    entry = Entry(
        0,  # number and run are given by the ledger
        0,
        kind,
        target.schema_id,
        target.key,
        content,
        reason=keep_text(ruling.reason, "理由"),
        document_number=keep_text(ruling.document_number, "文号"),
    )
    command = f"{target.group} {kind}"
    return workspace.ledger.append(command=command, as_of=as_of, program=__version__, entries=[entry])


def undo_run(workspace: Workspace, number: int | None, *, as_of: str) -> tuple[int, str]:
    """Undo a run (the last one when no number is given): its number and its command. Raises SanwuError."""
    contents = workspace.ledger.read()
    open_runs = [run for run in drop_undone(contents).runs if run.undoes is None]
    chosen = [run for run in open_runs if number in (None, run.number)]
    if not chosen:
        listed = "、".join(str(run.number) for run in open_runs) or "无"
        raise SanwuError(
            f"没有可以撤销的第{number}次操作" if number else "台账里没有可以撤销的操作",
            remedy=f"可以撤销的有：{listed}",
            status=ExitStatus.INPUT_MISSING,
        )
    run = chosen[-1]
    workspace.ledger.append(command="undo", as_of=as_of, program=__version__, undoes=run.number)
    return run.number, name_command(run)


def name_command(run: Run) -> str:
    """Say in Chinese what a run did."""
    return f"撤销第{run.undoes}次操作" if run.undoes is not None else _COMMANDS.get(run.command, run.command)


def lay_out_runs(everything: Contents, names: Mapping[str, str]) -> tuple[TableSheet, TableSheet]:
    """Lay out the sheets taken in that stand, and every run, undone ones included; `names` by area code."""
    titles = {schema.id: schema.title for schema in load_schemas().values()}
    sheets = tuple(
        (
            r.source.file,
            r.source.sheet,
            titles.get(r.schema_id, r.schema_id),
            str(r.period or ""),
            _name_coverage(r.coverage, names),
            r.row_count,
        )
        for r in drop_undone(everything).receipts
    )
    undone = {run.undoes: run.number for run in everything.runs if run.undoes is not None}
    runs = tuple(
        (
            run.number,
            name_command(run),
            run.as_of,
            run.program,
            f"已被第{undone[run.number]}次撤销" if run.number in undone else "",
        )
        for run in everything.runs
    )
    return (
        TableSheet("收到的表", ("文件", "工作表", "表式", "月份", "范围", "行数"), sheets),
        TableSheet("操作记录", ("序号", "操作", "日期", "版本", "说明"), runs),
    )


def _name_coverage(coverage: str | None, names: Mapping[str, str]) -> str:
    if coverage is None:
        return "全县"
    return "范围不明" if coverage == UNKNOWN_PART else names.get(coverage, coverage)
