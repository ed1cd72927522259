"""What leaves the office held against the privacy gate: public files refused, internal ones marked as well.

Every file a job makes passes one of these; `tests/test_gate_everywhere.py` keeps it and names the exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.documents.blocks import DraftStart, Table
from sanwu_cli.documents.plain import plain_text
from sanwu_cli.patterns import compile_later
from sanwu_cli.privacy import (
    PersonalText,
    find_in_case_number,
    find_personal,
    find_personal_heading,
    names_case_numbers,
    refuse_personal,
)
from sanwu_cli.workbook.form import write_form
from sanwu_cli.workbook.write import write_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from sanwu_cli.documents.blocks import Document
    from sanwu_cli.documents.forms.texts import FileText
    from sanwu_cli.workbook.cells import CellContent
    from sanwu_cli.workbook.form import FormSpec
    from sanwu_cli.workbook.write import TableSheet

# Stands on what may be read inside the office only.
INTERNAL_MARK = "内部使用"
_SHOWN = 16
# Long runs of what numbers are written with, and of the signs between them: never quoted.
_LONG_NUMBER = compile_later("[0-9\uff10-\uff19A-Za-z\u3007零一二三四五六七八九\\s.\u3000·—-]{9,}")


def write_public(name: str, sheets: Iterable[TableSheet], *, dated: date | None = None) -> bytes:
    """Write tables that may be posted; one with something personal in it is refused with the place."""
    known = tuple(sheets)
    guard_tables(name, known)
    return write_tables(known, dated=dated)


def write_named(name: str, sheets: Iterable[TableSheet], *, dated: date | None = None) -> bytes:
    """Write tables that name people on duty, as a roster by person does; a personal number is refused."""
    known = tuple(sheets)
    guard_numbers(name, known)
    return write_tables(known, dated=dated)


def write_internal(name: str, sheets: Iterable[TableSheet], *, dated: date | None = None) -> bytes:
    """Write tables for the office's own use, each sheet marked so; a personal number is refused there too."""
    return write_tables(mark_internal(name, sheets), dated=dated)


def write_agreed(
    name: str, sheets: Iterable[TableSheet], *, agreed: Iterable[str], dated: date | None = None
) -> bytes:
    """Write internal tables with the mobile numbers people agreed to; every other one is refused."""
    known, numbers = tuple(sheets), tuple(dict.fromkeys(agreed))
    guard_numbers(name, [_without(sheet, numbers) for sheet in known])
    return write_tables(tuple(_mark(sheet) for sheet in known), dated=dated)


def _without(sheet: TableSheet, numbers: tuple[str, ...]) -> TableSheet:
    """Take whole cells, or parts of a cell between 、, away that are among the numbers."""

    def keep(cell: CellContent) -> CellContent:
        if not isinstance(cell, str):
            return cell
        return "、".join(part for part in cell.split("、") if part not in numbers)

    return replace(sheet, rows=tuple(tuple(map(keep, row)) for row in sheet.rows))


def write_checked_form(name: str, form: FormSpec, *, dated: date | None = None) -> bytes:
    """Write a form to be filled in that says something already; a personal number is refused."""
    titles = tuple(column.header for column in form.columns)
    tops = [(f"{name}的标题", form.title), *((f"{name}的说明", note) for note in form.notes)]
    choices = [(f"{name}“{c.header}”可选的项", choice) for c in form.columns for choice in c.choices]
    refuse_personal(name, _scan_lines([*tops, *choices]))
    refuse_personal(name, _scan_table(f"{name}", titles, form.filled, with_headings=False))
    return write_form(form, dated=dated)


def guard_document(document: Document) -> None:
    """Refuse a document in which something personal stands; raises SanwuError (REFUSED) with the place."""
    refuse_personal(_mask(document.title), _scan_document(document))


def guard_tables(name: str, sheets: Iterable[TableSheet]) -> None:
    """Refuse a workbook in which something personal stands, as `guard_document`."""
    refuse_personal(name, (one for sheet in sheets for one in _scan_sheet(sheet)))


def guard_numbers(name: str, sheets: Iterable[TableSheet]) -> None:
    """Refuse a workbook in which a personal number stands; naming people on duty is what it is for."""
    refuse_personal(name, (one for sheet in sheets for one in _scan_sheet(sheet, with_headings=False)))


def mark_internal(name: str, sheets: Iterable[TableSheet]) -> tuple[TableSheet, ...]:
    """Mark tables as internal, on the sheet and at the head of each page; a personal number is refused."""
    known = tuple(sheets)
    guard_numbers(name, known)
    return tuple(_mark(sheet) for sheet in known)


def _mark(sheet: TableSheet) -> TableSheet:
    told = "　".join(filter(None, (sheet.subtitle, INTERNAL_MARK)))
    return replace(sheet, subtitle=told, page_head=INTERNAL_MARK)


def pass_text(name: str, data: bytes) -> bytes:
    """Give a text file (calendar, page) as it came; one with something personal in it is refused."""
    guard_text(name, data.decode())
    return data


def guard_text(name: str, text: str) -> None:
    """Refuse a text file (calendar, CSV, page) in which something personal stands, as `guard_document`."""
    whole = text.replace("\r\n ", "").replace("\r\n\t", "")  # a calendar's lines are folded
    # The parts of our own number for an event (task, area, day) are looked at one by one.
    lines = (line.replace("-", "、") if line.startswith("UID:") else line for line in whole.splitlines())
    refuse_personal(name, _scan_lines((f"第{n}行", line) for n, line in enumerate(lines, 1)))


def guard_texts(name: str, texts: Iterable[tuple[str, str]]) -> None:
    """Refuse what is about to be drawn: texts, each with the place a person finds it at."""
    refuse_personal(name, _scan_lines(texts))


def guard_facts(name: str, facts: Mapping[str, object], labels: Mapping[str, str]) -> None:
    """Refuse a page whose facts hold something personal; `labels` name its parts by their key."""
    refuse_personal(
        name,
        (one for key, value in facts.items() for one in _scan_value(f"“{labels.get(key, name)}”", value)),
    )


def _scan_value(place: str, value: object, key: str = "") -> Iterator[PersonalText]:
    """Look into plain data: a text where it stands, a list's elements by their number."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _scan_value(place, inner, str(name))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value, 1):
            yield from _scan_value(place if key else f"{place}第{number}行", inner, key or "行")
    elif isinstance(value, str):
        yield from _scan_lines([(place, value)])


def guard_file_texts(name: str, texts: Iterable[FileText]) -> None:
    """Refuse an Office file in whose texts, wherever in it they stand, something personal is found."""
    found = []
    for one in texts:
        what = find_personal(one.text) or (find_personal_heading(one.text) if one.is_heading else "")
        if what:
            found.append(PersonalText(one.place, what))
    refuse_personal(name, found)


def _scan_document(document: Document) -> Iterator[PersonalText]:
    """Look at every block, and into every cell of a table on its own."""
    seen = ""
    for block in document.blocks:
        if isinstance(block, Table):
            titles = tuple(column.title for column in block.columns)
            yield from _scan_table(f"“{seen}”下的表" if seen else "表", titles, block.rows)
            continue
        line = plain_text(type(document)(document.kind, document.title, (block,))).strip()
        own = "起草说明" if isinstance(block, DraftStart) else _name_block(line)
        place = f"“{own}”一段" if own else f"“{seen}”之后一段" if seen else "开头一段"
        seen = own or seen
        yield from _scan_lines([(place, line)])


def _name_block(line: str) -> str:
    """Name a paragraph by how it begins; one with something personal in it is not quoted."""
    return "" if find_personal(line) else _mask(line)[:_SHOWN]


def _mask(text: str) -> str:
    return _LONG_NUMBER.sub("…", text)


def _scan_sheet(sheet: TableSheet, *, with_headings: bool = True) -> Iterator[PersonalText]:
    place = f"工作表“{_name_block(sheet.name) or '…'}”"
    tops = [("的名称", sheet.name), ("标题", sheet.title), ("副标题", sheet.subtitle)]
    tops += [("的图", sheet.chart.title)] if sheet.chart else []
    tops += [("表下的说明", note) for note in sheet.notes]
    yield from _scan_lines((f"{place}{part}", text) for part, text in tops)
    yield from _scan_table(place, sheet.headers, sheet.rows, with_headings=with_headings)


def _scan_table(
    place: str,
    titles: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
    *,
    with_headings: bool = True,
) -> Iterator[PersonalText]:
    for title in titles:
        if what := find_personal(title) or (find_personal_heading(title) if with_headings else ""):
            yield PersonalText(f"{place}表头", what)
    readers = tuple(find_in_case_number if names_case_numbers(title) else find_personal for title in titles)
    for number, row in enumerate(rows, 1):
        for title, cell, find in zip(titles, row, readers, strict=False):
            if what := find(str(cell)):
                yield PersonalText(f"{place}第{number}行“{title}”", what)


def _scan_lines(lines: Iterable[tuple[str, str]]) -> Iterator[PersonalText]:
    for place, text in lines:
        if what := find_personal(text):
            yield PersonalText(place, what)
