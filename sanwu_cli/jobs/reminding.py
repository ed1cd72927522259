"""Recording that a step was really taken: a reminder, a feedback, an urging, as their sheet tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli import __version__
from sanwu_cli.attendance.names import Signature, match_name
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.runs import keep_text
from sanwu_cli.ledger.claims import place_json
from sanwu_cli.ledger.entries import Entry, EntryKind, canonical_json, read_json, settle
from sanwu_cli.model import UNKNOWN_PART, Place
from sanwu_cli.sheets.schema import load_schemas

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Json, Subject
    from sanwu_cli.model import Person
    from sanwu_cli.terms import ReminderStep

COMMAND = "attendance record"
_SHEET = "reminder"
# What the reader gives to a line of a sheet that has no column for places.
_NOWHERE = Place(None, UNKNOWN_PART)


class StepTaken(Struct, frozen=True):
    """What somebody did about an absence; `is_mended` None: nobody says whether it was corrected."""

    step: ReminderStep
    person: Person
    absent_on: date
    made_on: date
    reason: str
    is_mended: bool | None = None
    mended_on: date | None = None
    document_number: str = ""


def find_person(registers: RegisterReading, text: str) -> Person:
    """Find the official meant by number or name; raises SanwuError with those it may be."""
    match = match_name(Signature(text), registers.registers.persons)
    if match.person is not None:
        return match.person
    shown = "、".join(f"{p.name}（{p.id}，{p.unit or p.role.label}）" for p in match.candidates)
    what = "不止一个" if match.is_shared else "没有"
    raise SanwuError(
        f"人员登记表里{what}“{text}”",
        remedy=f"是不是{shown}；请写编号" if shown else "请写 registers/人员.xlsx 里的编号或姓名",
        status=ExitStatus.INPUT_MISSING,
    )


def record_step(workspace: Workspace, taken: StepTaken) -> int | None:
    """Write a step into the ledger as a run of its own; None when the ledger says it already.

    The record is the one a line of the reminder sheet makes. When the ledger has a line of that day, person
    and step that says something else, it is corrected. Raises SanwuError for impossible days and for a
    text that holds a personal number.
    """
    taken = replace(
        taken,
        reason=keep_text(taken.reason, "事由"),
        document_number=keep_text(taken.document_number, "文号"),
    )
    _check(taken)
    values = _list_values(taken)
    content = _make_content(taken, values)
    key = _make_key(taken, values)
    before = settle(workspace.ledger.read()).get((_SHEET, key))
    kind = EntryKind.CLAIM
    if before is not None and not before.is_withdrawn:
        merged = {**read_json(before.content)["values"], **values}
        if merged == read_json(before.content)["values"]:
            return None
        kind, content = EntryKind.CORRECTION, {"values": merged}
    entry = Entry(0, 0, kind, _SHEET, key, canonical_json(content), reason=_tell_reason(before, taken))
    made_on = taken.made_on.isoformat()
    return workspace.ledger.append(command=COMMAND, as_of=made_on, program=__version__, entries=[entry])


def _check(taken: StepTaken) -> None:
    if not taken.reason:
        raise SanwuError("没有写事由", remedy="请写 --reason，几个字的事实就行，例如“3月10日没有到岗”")
    if taken.made_on < taken.absent_on:
        raise SanwuError(
            f"{taken.step.label}的日子（{taken.made_on}）在缺勤（{taken.absent_on}）以前",
            remedy="请用 --as-of 写明哪天做的",
        )
    if taken.mended_on is not None and taken.mended_on < taken.absent_on:
        raise SanwuError("整改的日子在缺勤以前", remedy="请改正 --mended-on")


def _list_values(taken: StepTaken) -> dict[str, Json]:
    """List the cells of the sheet's line, blank ones left out."""
    cells: dict[str, Json] = {
        "made_on": taken.made_on.isoformat(),
        "person_id": taken.person.id,
        "step": taken.step.value,
        "absent_on": taken.absent_on.isoformat(),
        "reason": taken.reason,
        "is_mended": taken.is_mended,
        "mended_on": taken.mended_on.isoformat() if taken.mended_on else None,
        "document_number": taken.document_number or None,
    }
    return {name: value for name, value in cells.items() if value is not None}


def _make_content(taken: StepTaken, values: dict[str, Json]) -> dict[str, Json]:
    return {
        "kind": "record",
        "schema": _SHEET,
        "year": taken.made_on.year,
        "place": place_json(_NOWHERE),
        "values": values,
    }


def _make_key(taken: StepTaken, values: dict[str, Json]) -> str:
    """Give the key a line of the sheet has: see claims.py."""
    own = (str(values.get(name, "")) for name in load_schemas()[_SHEET].record.key)
    return "|".join([str(taken.made_on.year), _NOWHERE.township_code or "", *own])


def _tell_reason(before: Subject | None, taken: StepTaken) -> str:
    return "" if before is None else taken.reason
