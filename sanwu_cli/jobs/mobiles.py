"""Mobile numbers of people on duty: consents recorded; the register's column read when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.grid import column_letters
from sanwu_cli.jobs.runs import keep_text
from sanwu_cli.jobs.workspace import list_registers
from sanwu_cli.ledger.consents import read_consents, write_consent
from sanwu_cli.patterns import compile_later
from sanwu_cli.places import Places
from sanwu_cli.sheets.layout import Misfit
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.single import identify_sheet
from sanwu_cli.sheets.values.text import plain_text
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.grid import Grid
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.consents import Consent
    from sanwu_cli.model import SheetReading
    from sanwu_cli.sheets.layout import Column

COMMAND = "roster consent"
_REGISTER, _FIELD = "register_person", "mobile"
_MOBILE = compile_later(r"1[3-9]\d{9}")
_HOW = "请用 sanwu roster consent --note 文号或说明 --until 日期 先记下本人同意"


class Contacts(Struct, frozen=True):
    """How people are reached, by their number: the mobile of who agreed, and what stands on the roster."""

    mobiles: Mapping[str, str]
    shown: Mapping[str, str]


def record_consent(
    workspace: Workspace,
    registers: RegisterReading,
    person_ids: Sequence[str],
    *,
    note: str,
    until: date | None,
    on: date,
) -> tuple[int, tuple[str, ...]]:
    """Record that people agree until a day (None: no longer) in one run: its number, and whom it is of.

    Without numbers it is of everybody in service on the day; who joins later is not meant. Raises SanwuError
    without a note, for a day gone by, and for a number the register has not.
    """
    kept = keep_text(note, "说明")
    if not kept:
        raise SanwuError("没有写凭什么", remedy="请写 --note，例如同意书的文号，或者“本人签字，存办公室”")
    if until is not None and until < on:
        raise SanwuError(f"同意到{until}为止，已经过了", remedy="请改 --until")
    persons = registers.registers.persons
    known = {person.id for person in persons}
    missing = [one for one in person_ids if one not in known]
    if missing:
        raise SanwuError(
            f"人员登记表里没有编号{'、'.join(missing)}",
            remedy="请照 registers/人员.xlsx 写编号",
            status=ExitStatus.INPUT_MISSING,
        )
    chosen = tuple(dict.fromkeys(person_ids)) or tuple(p.id for p in persons if p.serves_on(on))
    if not chosen:
        raise SanwuError("这一天没有在岗的人员", remedy="请核对 registers/人员.xlsx 的启用、停用日期")
    entries = [write_consent(one, until, kept) for one in chosen]
    run = workspace.ledger.append(command=COMMAND, as_of=on.isoformat(), program=__version__, entries=entries)
    return run, chosen


def list_consents(workspace: Workspace) -> tuple[Consent, ...]:
    """List what was recorded last of each person."""
    return tuple(read_consents(workspace.ledger.read()).values())


def find_contacts(workspace: Workspace, registers: RegisterReading, on: date) -> Contacts:
    """Find how people are reached on a day: who agreed by mobile, everybody else by the office's telephone.

    Raises SanwuError (REFUSED) where nobody's consent holds, and where the register has no such column.
    """
    agreed = {one.person_id for one in list_consents(workspace) if one.holds_on(on)}
    if not agreed:
        raise SanwuError(
            f"{on}没有一个人同意把手机号写进内部的值班表，没有写出", remedy=_HOW, status=ExitStatus.REFUSED
        )
    persons = registers.registers.persons
    mobiles = read_mobiles(workspace, agreed)
    shown = {person.id: mobiles.get(person.id) or person.office_phone for person in persons}
    return Contacts(mobiles, shown)


def read_mobiles(workspace: Workspace, wanted: Iterable[str]) -> dict[str, str]:
    """Read the column 手机号 of the register of people, for these numbers only; nothing else is looked at.

    Raises SanwuError where the register has no such column, and at a cell that is no mobile number.
    """
    chosen = frozenset(wanted)
    schemas = {_REGISTER: load_schemas()[_REGISTER]}
    for path in list_registers(workspace.path / "registers"):
        book, _ = read_book(path, shown_as=workspace.show(path))
        for reading in read_all(book, schemas=schemas, places=Places.of(())) if book else ():
            if book is not None and reading.schema_id == _REGISTER:
                grid = next(one for one in book.grids if one.name == reading.sheet)
                layout = identify_sheet(book, grid, schemas, None, None)
                return _read_column(
                    reading, grid, () if isinstance(layout, Misfit) else layout.columns, chosen
                )
    raise SanwuError(
        "没有人员登记表",
        place="registers",
        remedy="请填写 registers/人员.xlsx",
        status=ExitStatus.INPUT_MISSING,
    )


def _read_column(
    reading: SheetReading, grid: Grid, columns: Iterable[Column], chosen: frozenset[str]
) -> dict[str, str]:
    column = next((c.index for c in columns if c.field and c.field.name == _FIELD), None)
    if column is None:
        raise SanwuError(
            "人员登记表里没有“手机号”一列",
            place=reading.file,
            remedy="请给同意了的人加上这一列；不要内部版的，去掉 --with-mobile",
            status=ExitStatus.INPUT_MISSING,
        )
    found: dict[str, str] = {}
    for row in reading.rows:
        number, line = str(row.values.get("id") or ""), row.source.row or 0
        text = "".join(plain_text(grid.at(line - 1, column)).split()).replace("-", "")
        if number in chosen and number not in found and text:
            found[number] = _check(text, f"{reading.file} {column_letters(column)}{line}")
    return found


def _check(text: str, place: str) -> str:
    if not _MOBILE.fullmatch(text):
        raise SanwuError("“手机号”一列里有一格不是11位手机号", place=place, remedy="请改正这一格，或者清空")
    return text
