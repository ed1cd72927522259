"""Reading .xlsx and .xlsm: checked parts, values by python-calamine, facts by our own pass."""

from __future__ import annotations

from array import array
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from sanwu_cli.grid import Book, Grid
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.grids import (
    Columns,
    assemble_columns,
    clean_column,
    drop_helpers,
    find_marks,
    tidy_columns,
)
from sanwu_cli.workbook.markup import feed, make_parser, refuse_false_count, walk
from sanwu_cli.workbook.outline import (
    RELATIONS,
    STRINGS,
    STYLES,
    WORKBOOK,
    Outline,
    SheetEntry,
    read_outline,
    read_properties,
)
from sanwu_cli.workbook.package import CheckedCopy, Package
from sanwu_cli.workbook.quick import scan, trim
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_PART_BYTES,
    MAX_STRING_BYTES,
    MAX_TEXT_BYTES,
    MAX_VALUES,
    refuse_damaged,
    refuse_unsafe,
)
from sanwu_cli.workbook.regular import WORTH_BYTES, RegularSheet, read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from sanwu_cli.workbook.facts import SheetFacts

# The copy's entrance: whatever the file's own says, it leads to the workbook part that was checked.
_ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Target="xl/workbook.xml"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    b"</Relationships>"
)
_STRING_END = compile_later(rb"</(?:[\w.-]+:)?si\s*>|<(?:[\w.-]+:)?si\s*/>")
_COUNT = compile_later(rb"""\b(?:count|uniqueCount)\s*=\s*["']([^"']*)["']""")
_CONTROL_ESCAPE = compile_later(rb"_x00[01][0-9A-Fa-f]_")


def read_xlsx(data: bytes, *, file: str, sha256: str) -> Book:
    """Read a workbook of the zip kind; raises Refused.

    Args:
        data: its bytes.
        file: the path to report.
        sha256: of the bytes.
    """
    package = Package(data)
    outline = read_outline(package)
    with closing(CheckedCopy(sum(package.size(part) for part in outline.large_parts))) as copy:
        _copy_small_parts(package, outline, copy)
        sizes, escaped = _copy_strings(package, outline.strings, copy)
        sheets = _copy_sheets(package, outline.sheets, sizes, copy)
        grids = _read_grids(copy, sheets, escaped=escaped)
    marks = find_marks(grids) | read_properties(package)
    return Book(file=file, sha256=sha256, kind="xlsx", grids=drop_helpers(grids), marks=marks)


def _copy_small_parts(package: Package, outline: Outline, copy: CheckedCopy) -> None:
    """Copy what the value reader needs besides; pictures, macros, links elsewhere stay behind unread."""
    copy.add("_rels/.rels", _ROOT)
    for name, part in ((WORKBOOK, WORKBOOK), (RELATIONS, RELATIONS), (STYLES, outline.styles)):
        if part in package:
            content = package.read(part)
            _check_counts(content)
            copy.add(name, content)


def _check_counts(content: bytes) -> None:
    """Refuse a declared number of entries that the part cannot hold; a part in another encoding is parsed."""
    if b"\0" in content or b"<!" in content:
        walk(content, lambda _, attributes: refuse_false_count(attributes, len(content)))
    for digits in _COUNT.findall(content):
        refuse_false_count({"count": digits.decode()}, len(content))


def _copy_strings(package: Package, part: str, copy: CheckedCopy) -> tuple[Sequence[int], bool]:
    """Copy the shared strings; answer the size of each and whether any holds an escaped control character."""
    if part not in package:
        return (), False
    content = package.read(part, limit=MAX_PART_BYTES)
    _check_strings(content)
    sizes = _weigh_strings(content)
    if max(sizes) > MAX_STRING_BYTES:
        raise refuse_unsafe("有一格文字过长")
    copy.add(STRINGS, content)
    return sizes, _CONTROL_ESCAPE.search(content) is not None


def _weigh_strings(content: bytes) -> Sequence[int]:
    """Give the size of each shared string; those spelled the usual way are found without a pattern."""
    usual = content.split(b"</si>")
    if content.count(b"<si") == len(usual) - 1:
        return array("L", map(len, usual))
    return array("L", map(len, _STRING_END.split(content)))


def _check_strings(content: bytes) -> None:
    parser = make_parser()

    def check_root(_: str, attributes: Mapping[str, str]) -> None:
        parser.StartElementHandler = None
        refuse_false_count(attributes, len(content))

    parser.StartElementHandler = check_root
    feed(parser, content)
    if content.count(b"si>") + content.count(b"si/>") + content.count(b"si ") > 2 * MAX_VALUES:
        raise refuse_unsafe("文字条目过多")


class _Copied(NamedTuple):
    """A worksheet in the copy, whole or, when it is regular, as the small sheet of its different cells."""

    entry: SheetEntry
    facts: SheetFacts
    regular: RegularSheet | None


def _copy_sheets(
    package: Package, sheets: tuple[SheetEntry, ...], sizes: Sequence[int], copy: CheckedCopy
) -> list[_Copied]:
    copied: list[_Copied] = []
    for sheet in sheets:
        copied.append(_copy_sheet(package, sheet, sizes, copy))
        _check_sum([one.facts for one in copied])
    return copied


def _copy_sheet(package: Package, sheet: SheetEntry, sizes: Sequence[int], copy: CheckedCopy) -> _Copied:
    size = package.size(sheet.part)
    if size < WORTH_BYTES:
        return _copy_whole(package.read(sheet.part, limit=MAX_PART_BYTES), sheet, sizes, copy)
    with package.open(sheet.part, limit=MAX_PART_BYTES) as stream:
        regular = read_regular(stream, size, sizes)
    if regular is None:
        return _copy_whole(package.read_anew(sheet.part), sheet, sizes, copy)
    copy.add(sheet.part, regular.write_small())
    return _Copied(sheet, regular.facts, regular)


def _copy_whole(content: bytes, sheet: SheetEntry, sizes: Sequence[int], copy: CheckedCopy) -> _Copied:
    content = trim(content)
    facts = scan(content, sizes)
    copy.add(sheet.part, content)
    return _Copied(sheet, facts, None)


def _check_sum(facts: list[SheetFacts]) -> None:
    """A book's sheets share one memory: their sums keep the same limits."""
    values = sum(one.values for one in facts)
    text = sum(one.shared_bytes for one in facts)
    if values > MAX_VALUES or text > MAX_TEXT_BYTES:
        raise refuse_unsafe("单元格过多，或相隔过远")


def _read_grids(copy: CheckedCopy, sheets: list[_Copied], *, escaped: bool) -> tuple[Grid, ...]:
    try:
        return tuple(_load_grids(copy, sheets, escaped=escaped))
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as error:
        raise refuse_unsafe("内存不够") from error
    except BaseException as error:
        # calamine's PanicException is no Exception; whatever it is, this one file is damaged.
        raise refuse_damaged("内容有错") from error


def _load_grids(copy: CheckedCopy, sheets: list[_Copied], *, escaped: bool) -> list[Grid]:
    from python_calamine import load_workbook  # noqa: PLC0415 - start-up: only a reading command pays for it

    with load_workbook(copy.finish()) as workbook:
        return [_load_grid(workbook, sheet, escaped=escaped) for sheet in sheets]


def _load_grid(workbook: CalamineWorkbook, copied: _Copied, *, escaped: bool) -> Grid:
    sheet, facts, regular = copied
    name = workbook.sheet_names[sheet.index]
    worksheet = workbook.get_sheet_by_index(sheet.index)
    if regular is not None:
        columns = regular.fill(worksheet.iter_rows(), escaped=escaped)
    else:
        columns = _load_columns(worksheet)
        columns = [clean_column(cells) for cells in columns] if escaped else columns
    return assemble_columns(
        name,
        columns,
        merges=facts.merges,
        hidden=sheet.hidden,
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
        error_cells=facts.errors,
        uncached=facts.uncached,
        long_numbers=facts.long_numbers,
        is_1904=sheet.is_1904,
    )


def _load_columns(worksheet: CalamineSheet) -> Columns:
    """Take the values by columns, from A1 on: calamine pads the rows above, not the columns before."""
    if worksheet.start is None or worksheet.end is None:
        return []
    bottom, right = worksheet.end
    if (bottom + 1) * (right + 1) > MAX_AREA:
        raise refuse_unsafe("单元格过多，或相隔过远")
    return tidy_columns(worksheet.iter_rows(), left=worksheet.start[1])
