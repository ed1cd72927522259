"""Every text of a workbook with its place: cells, heads and feet, comments, drawings, properties, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.grid import address
from sanwu_cli.workbook.form_slots import read_cell, walk_cells
from sanwu_cli.workbook.own_form import open_own_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.workbook.own_form import FormSheet, OwnForm

# Folders of parts that hold layout and numbers of the program itself, no text of people.
_SILENT = ("xl/styles.xml", "xl/theme/", "xl/worksheets/_rels/", "xl/calcchain", "[content_types]", "_rels/")


def list_book_texts(data: bytes, *, place: str) -> tuple[tuple[str, str], ...]:
    """List every text of an .xlsx as (place, text); raises SanwuError as `open_own_form` does."""
    form = open_own_form(data, place=place)
    sheets = {sheet.part for sheet in form.sheets}
    found = [pair for sheet in form.sheets for pair in _list_sheet(form, sheet)]
    for name, root in form.trees.items():
        if name in sheets or name.lower().startswith(_SILENT) or name.endswith(".rels"):
            continue
        for one in root.walk():
            whole = (
                "".join(part.text for part in one.walk()) if one.name in {"s:si", "s:comment", "a:p"} else ""
            )
            found.append((f"{name.rpartition('/')[2]} 的文字", whole or one.text))
            found += [
                (f"{name.rpartition('/')[2]} 的说明", one.attributes.get(key, ""))
                for key in ("descr", "title")
            ]
    return tuple((where, text) for where, text in found if text.strip())


def _list_sheet(form: OwnForm, sheet: FormSheet) -> Iterator[tuple[str, str]]:
    yield "工作表名称", sheet.name
    for row, column, cell in walk_cells(sheet):
        where = f"{sheet.name}!{address(row - 1, column - 1)}"
        yield where, read_cell(form, cell)
        value, formula = cell.find("s:v"), cell.find("s:f")
        # A number written out may be somebody's; one with a fraction is none.
        if value is not None and cell.attributes.get("t", "n") == "n" and value.text.isdecimal():
            yield where, value.text
        if formula is not None:
            yield where, formula.text
    for one in sheet.root.walk():
        if one.parent is not None and one.parent.name in {"s:headerFooter", "s:dataValidation"}:
            yield f"{sheet.name} 的页眉页脚和下拉列表", one.text
        yield f"{sheet.name} 的提示", one.attributes.get("prompt", "") + one.attributes.get("tooltip", "")
