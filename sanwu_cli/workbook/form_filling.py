"""An office's own .xlsx form filled as it is: single cells, pattern rows repeated, the rest moved down."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import PlanError
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.form_cells import CellWriter, Value, list_masters, place_tag
from sanwu_cli.workbook.form_moving import move_other_parts, move_sheet_frame
from sanwu_cli.workbook.form_slots import TAG
from sanwu_cli.workbook.outline import WORKBOOK
from sanwu_cli.workbook.own_form import refuse_form
from sanwu_cli.workbook.pack import normalise
from sanwu_cli.workbook.package import fold_name
from sanwu_cli.workbook.references import Shift
from sanwu_cli.xml_spans import Edit, SpoiltXmlError, escape_text, parse_spans, splice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.workbook.form_slots import Slot, Slots
    from sanwu_cli.workbook.own_form import FormSheet, OwnForm
    from sanwu_cli.xml_spans import Element

MAX_ROWS = 20_000
_SAVE_ANEW = "请用 WPS 或 Excel 打开，另存为 .xlsx 再试"


class _Told(Struct, frozen=True):
    """What is filled in: by name, and line by line."""

    values: Mapping[str, Value]
    rows: Sequence[Mapping[str, Value]]


def fill_own_form(
    form: OwnForm,
    slots: Slots,
    *,
    values: Mapping[str, Value],
    rows: Sequence[Mapping[str, Value]],
    dated: date,
) -> bytes:
    """Fill a form: `values` by name, and for each of `rows` one copy of the pattern rows.

    Everything else stays as it is: styles, merges, heights, formulas, pictures, print set-up. Formulas are
    computed anew when the book is opened.

    Args:
        form: the form opened.
        slots: what it wants, found in it.
        values: for every name that is not one of a line; whole numbers stay numbers, all else is text.
        rows: for every name of a line, line by line; without a line the pattern stays once, empty.
        dated: the day in the file's properties, never the clock.

    Returns:
        The file's bytes; the same arguments always give the same.

    Raises:
        SanwuError: something of the form would be lost or spoilt by adding rows; the place says what.
    """
    shift = None
    lines = rows or [dict.fromkeys(slots.names - set(values), "")]
    if slots.pattern is not None:
        sheet, first, last = slots.pattern
        shift = Shift(sheet, first, last, len(lines))
        if len(lines) > MAX_ROWS:
            raise refuse_form(form.place, "要填的行过多", "请按月导出")
    told = _Told(values, lines)
    parts = dict(form.parts)
    for one in form.sheets:
        parts[one.part] = _write_sheet(form, one, slots, shift, told)
    if shift is not None and shift.added:
        move_other_parts(form, shift, parts)
    if _has_formulas(form):
        _ask_to_compute(form, parts)
    _check(form, parts)
    return normalise(_zip(parts), dated)


def _write_sheet(form: OwnForm, sheet: FormSheet, slots: Slots, shift: Shift | None, told: _Told) -> bytes:
    content = form.parts[sheet.part]
    data = sheet.root.find("s:sheetData")
    if data is None:
        return content
    moved = shift if shift is not None and shift.added else None
    edits = [_edit_head(content, element, told.values) for element in slots.heads.get(sheet.name, ())]
    if moved is not None and moved.sheet == sheet.name:
        edits += move_sheet_frame(form, sheet, moved)
    lines = _Lines(form, sheet, slots, shift, told)
    inner = b"".join(lines.write())
    tag = data.tag.encode()
    edits.append(Edit(data.start, data.end, b"<" + tag + b">" + inner + b"</" + tag + b">"))
    return splice(content, edits)


class _Lines:
    """Writes the rows of a sheet one after the other, those of the pattern as often as there are lines."""

    def __init__(
        self,
        form: OwnForm,
        sheet: FormSheet,
        slots: Slots,
        shift: Shift | None,
        told: _Told,
    ) -> None:
        self._content = form.parts[sheet.part]
        self._place = f"{form.place} {sheet.name}"
        self._prefix = sheet.root.prefix
        self._pattern = shift if shift is not None and shift.sheet == sheet.name else None
        moved = shift if shift is not None and shift.added else None
        self._writer = CellWriter(form, sheet, moved, list_masters(sheet))
        self._slots = _by_row(slots, sheet.name)
        self._values, self._rows = told.values, told.rows
        data = sheet.root.find("s:sheetData")
        self._known = {_number_of(row, self._place): row for row in (data.children if data else ())}

    def write(self) -> list[bytes]:
        written = []
        pattern = self._pattern
        for number in sorted({*self._known, *self._slots}):
            if pattern is None or not pattern.first <= number <= pattern.last:
                at = pattern.move_row(number) if pattern is not None else number
                written.append(self._write_row(number, at, self._values, None))
            elif number == min(n for n in {*self._known, *self._slots} if n >= pattern.first):
                written += self._write_pattern(pattern)
        return written

    def _write_pattern(self, pattern: Shift) -> list[bytes]:
        own = [n for n in sorted({*self._known, *self._slots}) if pattern.first <= n <= pattern.last]
        written = []
        for copy in range(pattern.count):
            lookup = {**self._values, **self._rows[copy]}
            written += [self._write_row(n, n + copy * pattern.height, lookup, copy) for n in own]
        return written

    def _write_row(self, number: int, at: int, lookup: Mapping[str, Value], copy: int | None) -> bytes:
        row, slots = self._known.get(number), self._slots.get(number, {})
        tag = f"{self._prefix}row".encode()
        opening = b"<" + tag + f' r="{at}">'.encode()
        if row is not None:
            opening = place_tag(self._content[row.start : row.opened], str(at))
            opening = opening.removesuffix(b"/>").rstrip() + b">" if opening.endswith(b"/>") else opening
        cells = {_column_of(cell, self._place): cell for cell in (row.children if row is not None else ())}
        written = []
        for column in sorted({*cells, *slots}):
            if column in slots:
                written.append(self._writer.fill(slots[column], at, lookup))
            else:
                written.append(self._writer.write(cells[column], at, column, copy=copy))
        return opening + b"".join(written) + b"</" + tag + b">"


def _by_row(slots: Slots, sheet: str) -> dict[int, dict[int, Slot]]:
    found: dict[int, dict[int, Slot]] = {}
    for (name, row, column), slot in slots.cells.items():
        if name == sheet:
            found.setdefault(row, {})[column] = slot
    return found


def _number_of(row: Element, place: str) -> int:
    text = row.attributes.get("r", "")
    if not text.isdecimal():
        raise refuse_form(place, "有一行没有写行号", _SAVE_ANEW)
    return int(text)


def _column_of(cell: Element, place: str) -> int:
    reference = parse_reference(cell.attributes.get("r", ""))
    if reference is None:
        raise refuse_form(place, "有一格没有写位置", _SAVE_ANEW)
    return reference[1] + 1


def _edit_head(content: bytes, element: Element, values: Mapping[str, Value]) -> Edit:
    """Fill the tags of a head or foot, where & begins a code and is written twice."""
    text = TAG.sub(lambda match: str(values[match[1]]).replace("&", "&&"), element.text)
    opening = content[element.start : element.opened]
    return Edit(
        element.start, element.end, opening + escape_text(text).encode() + f"</{element.tag}>".encode()
    )


def _ask_to_compute(form: OwnForm, parts: dict[str, bytes]) -> None:
    """Have every formula computed on opening; the order of computing from before is thrown away."""
    book = next(name for name in parts if fold_name(name) == WORKBOOK)
    p = form.trees[book].prefix
    asked = f'<{p}calcPr fullCalcOnLoad="1"/>'.encode()
    tree = parse_spans(parts[book])
    old = tree.find("s:calcPr")
    # The schema has an order: the settings of computing stand after the names, or the sheets.
    anchor = tree.find("s:definedNames") or tree.find("s:sheets")
    if old is not None:
        parts[book] = splice(parts[book], [Edit(old.start, old.end, asked)])
    elif anchor is not None:
        parts[book] = splice(parts[book], [Edit(anchor.end, anchor.end, asked)])
    _drop_chain(parts)


def _drop_chain(parts: dict[str, bytes]) -> None:
    chain = next((name for name in parts if fold_name(name) == "xl/calcchain.xml"), None)
    if chain is None:
        return
    del parts[chain]
    for name in list(parts):
        if fold_name(name) not in {"[content_types].xml", "xl/_rels/workbook.xml.rels"}:
            continue
        tree = parse_spans(parts[name])
        parts[name] = splice(
            parts[name],
            [
                Edit(one.start, one.end, b"")
                for one in tree.children
                if "calcchain"
                in (one.attributes.get("PartName", "") + one.attributes.get("Target", "")).lower()
            ],
        )


def _has_formulas(form: OwnForm) -> bool:
    return any(one.name == "s:f" for sheet in form.sheets for one in sheet.root.walk())


def _check(form: OwnForm, parts: Mapping[str, bytes]) -> None:
    """Read every changed part once more: what is no XML is never handed over."""
    for name, content in parts.items():
        if name in form.trees and content != form.parts[name]:
            try:
                parse_spans(content)
            except SpoiltXmlError as error:
                raise PlanError(f"a filled form's {name} is no XML") from error


def _zip(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()
