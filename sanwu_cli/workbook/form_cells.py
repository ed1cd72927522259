"""The cells of a filled form: values as texts in the form's own style, formulas moved, the rest as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.grid import address
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.cells import safe_cell
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.form_slots import TAG, walk_cells
from sanwu_cli.workbook.own_form import refuse_form, text_of
from sanwu_cli.workbook.references import Shift, move_formula, translate_formula
from sanwu_cli.xml_spans import escape_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.workbook.form_slots import Slot
    from sanwu_cli.workbook.own_form import FormSheet, OwnForm
    from sanwu_cli.xml_spans import Element

Value = str | int
_REFERENCE = compile_later(rb'(\sr=)(?:"[^"]*"|\'[^\']*\')')


class CellWriter(Struct):
    """Writes the cells of one sheet; `shift` is None where no row is repeated."""

    form: OwnForm
    sheet: FormSheet
    shift: Shift | None
    masters: dict[str, tuple[int, int, str]]

    def write(self, cell: Element, row: int, column: int, *, copy: int | None) -> bytes:
        """Write a cell nobody fills at its new place; a formula loses the value it had."""
        reference = address(row - 1, column - 1)
        formula = cell.find("s:f")
        content = self.form.parts[self.sheet.part]
        if formula is None:
            return place_tag(content[cell.start : cell.opened], reference) + content[cell.opened : cell.end]
        text = self._read_formula(formula, cell)
        if self.shift is not None:
            text = move_formula(text, self.shift, own_sheet=self.sheet.name, copy=copy)
        p = cell.prefix
        style = _style_of(cell)
        return f'<{p}c r="{reference}"{style}><{p}f>{escape_text(text)}</{p}f></{p}c>'.encode()

    def _read_formula(self, formula: Element, cell: Element) -> str:
        """Give a formula's own text; a shared one is written out."""
        kind = formula.attributes.get("t", "normal")
        place = f"{self.form.place} {self.sheet.name}!{cell.attributes.get('r', '')}"
        if kind in {"array", "dataTable"}:
            raise refuse_form(place, "这张表要加行，里面却有数组公式", "请改成普通公式，或者移到别的工作表")
        if kind != "shared" or formula.text:
            return formula.text
        row, column, text = self.masters.get(formula.attributes.get("si", ""), (0, 0, ""))
        here = parse_reference(cell.attributes.get("r", "")) or (0, 0)
        return translate_formula(text, here[0] + 1 - row, here[1] + 1 - column)

    def fill(self, slot: Slot, row: int, lookup: Mapping[str, Value]) -> bytes:
        """Write a cell that is filled: a text, or a whole number where the cell holds nothing else."""
        p = slot.cell.prefix if slot.cell is not None else self.sheet.root.prefix
        opening = f'<{p}c r="{address(row - 1, slot.column - 1)}"{_style_of(slot.cell)}'
        value = lookup[slot.names[0]]
        if slot.is_whole and isinstance(value, int):
            return f"{opening}><{p}v>{value}</{p}v></{p}c>".encode()
        runs = self._fill_runs(slot, lookup)
        if not any(text for _, text in runs):
            return f"{opening}/>".encode()
        is_plain = len(runs) == 1 and not runs[0][0]
        inner = b"".join(_write_run(p, None if is_plain else properties, text) for properties, text in runs)
        return f'{opening} t="inlineStr"><{p}is>'.encode() + inner + f"</{p}is></{p}c>".encode()

    def _fill_runs(self, slot: Slot, lookup: Mapping[str, Value]) -> list[tuple[bytes, str]]:
        """Give the runs of a text, each with its own look, its tags filled in where they begin."""
        if slot.by_name or slot.cell is None:
            return [(b"", str(lookup[slot.names[0]]))]
        runs = self._read_runs(slot.cell)
        text = "".join(text for _, text in runs)
        matches = list(TAG.finditer(text))
        filled, begins = [], 0
        for properties, own in runs:
            ends, pieces, reached = begins + len(own), [], begins
            for match in matches:
                if match.end() <= begins or match.start() >= ends:
                    continue
                pieces.append(text[reached : max(reached, match.start())])
                if match.start() >= begins:
                    pieces.append(str(lookup[match[1]]))
                reached = min(match.end(), ends)
            filled.append((properties, "".join([*pieces, text[reached:ends]])))
            begins = ends
        return filled

    def _read_runs(self, cell: Element) -> list[tuple[bytes, str]]:
        value = cell.find("s:v")
        if cell.attributes.get("t") == "s" and value is not None:
            holder = self.form.strings[int(value.text)]
            content = self.form.parts[self.form.strings_part]
        else:
            inner = cell.find("s:is")
            if inner is None:
                return [(b"", value.text if value is not None else "")]
            holder, content = inner, self.form.parts[self.sheet.part]
        runs = []
        for one in holder.children:
            if one.name == "s:r":
                look = one.find("s:rPr")
                runs.append((content[look.start : look.end] if look else b"", text_of(one)))
            elif one.name == "s:t":
                runs.append((b"", one.text))
        return runs


def place_tag(opening: bytes, reference: str) -> bytes:
    """Put a new place into an opening tag."""
    return _REFERENCE.sub(lambda match: match[1] + f'"{reference}"'.encode(), opening, count=1)


def list_masters(sheet: FormSheet) -> dict[str, tuple[int, int, str]]:
    """List the shared formulas of a sheet: where each is written out, and its text."""
    masters = {}
    for row, column, cell in walk_cells(sheet):
        formula = cell.find("s:f")
        if formula is not None and formula.attributes.get("t") == "shared" and formula.text:
            masters[formula.attributes.get("si", "")] = (row, column, formula.text)
    return masters


def _style_of(cell: Element | None) -> str:
    style = cell.attributes.get("s", "") if cell is not None else ""
    return f' s="{int(style)}"' if style.isdecimal() else ""


def _write_run(prefix: str, properties: bytes | None, text: str) -> bytes:
    shown = escape_text(str(safe_cell(text)))
    inner = f'<{prefix}t xml:space="preserve">{shown}</{prefix}t>'.encode()
    if properties is None:
        return inner
    return f"<{prefix}r>".encode() + properties + inner + f"</{prefix}r>".encode()
