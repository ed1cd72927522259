"""What leaves the office held against the privacy gate: documents, tables, calendars; public ones refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.documents.blocks import DraftStart, Table
from sanwu_cli.documents.plain import plain_text
from sanwu_cli.patterns import compile_later
from sanwu_cli.privacy import PersonalText, find_personal, find_personal_heading, refuse_personal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sanwu_cli.documents.blocks import Document
    from sanwu_cli.documents.forms.texts import FileText
    from sanwu_cli.workbook.write import TableSheet

# Stands on what may be read inside the office only.
INTERNAL_MARK = "内部使用"
_SHOWN = 16
# Long runs of what numbers are written with, and of the signs between them: never quoted.
_LONG_NUMBER = compile_later("[0-9\uff10-\uff19A-Za-z\u3007零一二三四五六七八九\\s.\u3000·—-]{9,}")


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
    """Mark tables that name people on duty as internal; a personal number is refused there too."""
    known = tuple(sheets)
    guard_numbers(name, known)
    return tuple(
        replace(sheet, subtitle="　".join(filter(None, (sheet.subtitle, INTERNAL_MARK)))) for sheet in known
    )


def guard_text(name: str, text: str) -> None:
    """Refuse a text file (calendar, CSV, page) in which something personal stands, as `guard_document`."""
    whole = text.replace("\r\n ", "").replace("\r\n\t", "")  # a calendar's lines are folded
    refuse_personal(name, _scan_lines((f"第{n}行", line) for n, line in enumerate(whole.splitlines(), 1)))


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
    place = f"工作表“{sheet.name}”"
    tops = [("标题", sheet.title), ("副标题", sheet.subtitle)]
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
    for number, row in enumerate(rows, 1):
        cells = zip(titles, row, strict=False)
        yield from _scan_lines((f"{place}第{number}行“{title}”", str(cell)) for title, cell in cells)


def _scan_lines(lines: Iterable[tuple[str, str]]) -> Iterator[PersonalText]:
    for place, text in lines:
        if what := find_personal(text):
            yield PersonalText(place, what)
