"""Looking a name up in the area register, and writing an accepted spelling into its 别名 column."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import check_not_open, write_file
from sanwu_cli.grid import column_letters
from sanwu_cli.jobs.workspace import list_registers
from sanwu_cli.places import Places, normalise_code
from sanwu_cli.places.names import fold_name, is_blank, is_township_level
from sanwu_cli.registers import build_registers
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import has_personal_number, load_words
from sanwu_cli.terms import AreaLevel
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.patch import list_differences, patch_cell
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.grid import Book
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area, Row, SheetReading

_SHEET = "register_area"
_ALIASES = "aliases"
_JOINT = "、"
_LONGEST = 60


class AliasChange(Struct, frozen=True):
    """An alias about to be written: where, the cell before and after; `is_known`: nothing is to be done."""

    name: str
    area: Area
    path: Path
    file: str
    sheet: str
    row: int
    column: int
    before: str
    after: str
    is_known: bool
    seen: str

    @property
    def cell(self) -> str:
        """The cell's address."""
        return f"{column_letters(self.column)}{self.row + 1}"


def plan_alias(
    workspace: Workspace, registers: RegisterReading, name: str, area: Area, *, on: date
) -> AliasChange:
    """Find the cell an alias goes into; raises SanwuError when it would be ambiguous or cannot be written."""
    _check_name(name)
    is_known = _check_free(registers.places, name, area, on)
    path, book, reading = _find_register(workspace)
    row = _find_row(reading, area)
    column = _find_column(reading)
    number = (row.source.row or 1) - 1
    grid = next(grid for grid in book.grids if grid.name == reading.sheet)
    before = str(grid.at(number, column) or "").strip()
    after = f"{before}{_JOINT}{name}" if before and not is_blank(before) else name
    return AliasChange(
        name,
        area,
        path,
        workspace.show(path),
        reading.sheet,
        number,
        column,
        before,
        after,
        is_known,
        book.sha256,
    )


def _check_name(name: str) -> None:
    problem = ""
    if is_blank(name) or is_township_level(name) or normalise_code(name):
        problem = "不是一个地方的名称"
    elif has_personal_number(name) or len(name) > _LONGEST:
        problem = "不像地方的名称"
    elif any(sign in name for sign in load_words()["values"]["between_items"]):
        problem = "里面有分隔符号，一次只能写一个名称"
    if problem:
        raise SanwuError(f"“{name}”{problem}", remedy="请写部门表里的那个写法，例如 果园二村")


def _check_free(places: Places, name: str, area: Area, on: date) -> bool:
    """Say whether the name already means the area; raises SanwuError when it means another nearby."""
    index = places.index
    if area.level is AreaLevel.VILLAGE:
        found = index.find_inside(area.parent, name, on)
        clash = [one for one in found if one.code != area.code] or list(index.townships.find_named(name, on))
    else:
        found = index.townships.find(name, on)
        clash = [one for one in found if one.code != area.code]
    if clash:
        others = _JOINT.join(f"{one.name}（{one.code}）" for one in clash)
        raise SanwuError(
            f"“{name}”已经是{others}的写法，再给{area.name}就分不清了",
            remedy="请部门在表里写明区划代码，或者改用别的写法",
            status=ExitStatus.FINDINGS,
        )
    return bool(found)


def _find_register(workspace: Workspace) -> tuple[Path, Book, SheetReading]:
    """Find the workbook and the sheet the areas are read from."""
    schemas = {_SHEET: load_schemas()[_SHEET]}
    for path in list_registers(workspace.path / "registers"):
        book, _ = read_book(path, shown_as=workspace.show(path))
        if book is None:
            continue
        for reading in read_all(book, schemas=schemas, places=Places.of(())):
            if reading.schema_id == _SHEET:
                if book.kind != "xlsx":
                    raise SanwuError(
                        "区划登记表不是 .xlsx 格式，程序不能代改",
                        remedy="请用 WPS 或 Excel 另存为 .xlsx，或者自己在“别名”一栏里加上",
                        place=workspace.show(path),
                    )
                return path, book, reading
    raise SanwuError("没有找到区划登记表", status=ExitStatus.INPUT_MISSING)


def _find_row(reading: SheetReading, area: Area) -> Row:
    """Find the row of the area's life that is meant: its code and the day it begins."""
    rows = [row for row in reading.rows if normalise_code(str(row.values.get("code"))) == area.code]
    lives = [row for row in rows if row.values.get("valid_from") == area.valid_from]
    if not rows:
        raise SanwuError(f"登记表里没有找到{area.name}（{area.code}）这一行", status=ExitStatus.INPUT_MISSING)
    return (lives or rows)[-1]


def _find_column(reading: SheetReading) -> int:
    known = [row.cells[_ALIASES] for row in reading.rows if _ALIASES in row.cells]
    spot = parse_reference(known[0]) if known else None
    if _ALIASES not in reading.fields or spot is None:
        raise SanwuError(
            "登记表里没有“别名”一列",
            remedy="请打开登记表，在表头最右边加一列“别名”，保存后再运行",
            place=reading.file,
        )
    return spot[1]


def alias_as_json(change: AliasChange) -> dict[str, object]:
    """Give the change as sanwu/alias/1, but for what became of it."""
    return {
        "schema": "sanwu/alias/1",
        "name": change.name,
        "code": change.area.code,
        "known": change.is_known,
        "file": change.file,
        "sheet": change.sheet,
        "cell": change.cell,
        "before": change.before,
        "after": change.after,
    }


def write_alias(change: AliasChange, *, on: date) -> Path:
    """Write the alias into its cell, a copy of the day's first state beside it; gives the copy's path.

    Nothing is written unless the new workbook, read back, differs in this one cell only and has the name.
    Raises SanwuError when the register is open elsewhere, was changed meanwhile, or cannot be rewritten.
    """
    check_not_open(change.path)
    data = change.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != change.seen:
        raise SanwuError("登记表刚刚被改动过，没有写入", remedy="请重新运行一遍", status=ExitStatus.BUSY)
    patched = patch_cell(data, sheet=change.sheet, row=change.row, column=change.column, text=change.after)
    _verify(change, data, patched)
    backup = change.path.with_name(f"{change.path.name}.{on.isoformat()}.bak")
    if not backup.exists():
        write_file(backup, data)
    check_not_open(change.path)
    write_file(change.path, patched)
    return backup


def _verify(change: AliasChange, data: bytes, patched: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = []
        for name, content in (("old.xlsx", data), ("new.xlsx", patched)):
            path = Path(folder) / name
            path.write_bytes(content)
            books.append(read_book(path, shown_as=change.file)[0])
    before, after = books
    is_sound = (
        before is not None
        and after is not None
        and list_differences(before, after) == [(change.sheet, change.row, change.column)]
        and _is_read(change, after)
    )
    if not is_sound:
        raise SanwuError(
            "改好的登记表读回来与预想的不一样，没有写入",
            remedy="请自己在登记表的“别名”一栏里加上",
            status=ExitStatus.REFUSED,
        )


def _is_read(change: AliasChange, book: Book) -> bool:
    """Say whether the rewritten register gives the area this alias."""
    readings = read_all(book, schemas={_SHEET: load_schemas()[_SHEET]}, places=Places.of(()))
    areas = build_registers({_SHEET: next(r for r in readings if r.schema_id == _SHEET)})[0].areas
    wanted = fold_name(change.name)
    return any(wanted in map(fold_name, area.aliases) for area in areas if area.code == change.area.code)
