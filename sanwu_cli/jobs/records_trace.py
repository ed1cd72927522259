"""Where a record comes from: every line of the ledger about it, with the run that wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.records_view import show_value
from sanwu_cli.jobs.runs import name_command
from sanwu_cli.ledger.entries import EntryKind, drop_undone, read_json, show_grounds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.ledger.entries import Contents, Entry
    from sanwu_cli.ledger.listed import LedgerRecord
    from sanwu_cli.sheets.schema import SheetSchema

ENTRY_HEADERS = ("事项", "来源或依据", "操作", "说了什么")


class Trace(Struct, frozen=True):
    """One line of the ledger about a record, and the run that wrote it; `undone_by` names the run, if any."""

    entry: Entry
    command: str
    as_of: str
    undone_by: int | None


def trace_record(workspace: Workspace, record: LedgerRecord) -> tuple[Trace, ...]:
    """List every line of the ledger about a record, undone ones too, in the order they were written."""
    everything = workspace.ledger.read()
    runs = {run.number: run for run in everything.runs}
    undone = _find_undone(everything)
    return tuple(
        Trace(entry, name_command(runs[entry.run]), runs[entry.run].as_of, undone.get(entry.run))
        for entry in everything.entries
        if (entry.schema_id, entry.key) == (record.schema_id, record.id)
    )


def _find_undone(everything: Contents) -> dict[int, int]:
    standing = {run.number for run in drop_undone(everything).runs}
    return {
        run.undoes: run.number
        for run in everything.runs
        if run.undoes is not None and run.undoes not in standing
    }


def trace_as_row(trace: Trace, schema: SheetSchema, names: Mapping[str, str]) -> tuple[str, ...]:
    """Give a line of the ledger as a row under ENTRY_HEADERS."""
    entry = trace.entry
    labels = {EntryKind.CLAIM: "表上写的", EntryKind.CORRECTION: "更正", EntryKind.WITHDRAWAL: "撤回"}
    where = show_grounds(entry.reason, entry.document_number)
    if entry.source is not None:
        where = f"{entry.source.file}:{entry.source.sheet}!第{entry.source.row}行"
    state = f"，已被第{trace.undone_by}次撤销" if trace.undone_by is not None else ""
    run = f"第{entry.run}次 {trace.command} {trace.as_of}{state}"
    told = _describe_content(entry, schema, names)
    return labels[entry.kind], where, run, told


def _describe_content(entry: Entry, schema: SheetSchema, names: Mapping[str, str]) -> str:
    content = read_json(entry.content)
    told = [
        f"{schema.by_name[name].header}：{show_value(schema.by_name[name], value) or '（空）'}"
        for name, value in content.get("values", {}).items()
        if name in schema.by_name
    ]
    place = content.get("place") or {}
    code = place.get("area") or place.get("township")
    if code:
        told.append(f"归属：{names.get(code, code)}")
    if entry.kind is EntryKind.CORRECTION and content.get("year") is not None:
        told.append(f"年度：{content.get('period') or content['year']}")
    return "；".join(told)


def trace_as_json(trace: Trace) -> dict[str, object]:
    """Give a line of the ledger as an element of `entries` in sanwu/record/1."""
    entry, source = trace.entry, trace.entry.source
    content = read_json(entry.content)
    place = content.get("place")
    return {
        "kind": entry.kind.value,
        "run": entry.run,
        "command": trace.command,
        "as_of": trace.as_of,
        "undone_by": trace.undone_by,
        "source": {"file": source.file, "sheet": source.sheet, "row": source.row} if source else None,
        "values": content.get("values", {}),
        "area_code": place["area"] if place else None,
        "township_code": place["township"] if place else None,
        "reason": entry.reason or None,
        "document_number": entry.document_number or None,
    }
