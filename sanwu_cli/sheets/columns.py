"""What is said of a sheet's columns: not used, personal, doubled, hidden, missing, assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address, column_letters, turn
from sanwu_cli.sheets.cells import show_header
from sanwu_cli.sheets.dated import check_unclear_counts
from sanwu_cli.sheets.parts import check_parts
from sanwu_cli.sheets.told import IGNORED, sounds_personal
from sanwu_cli.sheets.values import fold, is_blank

if TYPE_CHECKING:
    from sanwu_cli.grid import Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import FieldSpec

PLACE_TYPES = frozenset({"township", "village"})
_LOOKED_AT = 200
_LONGEST_HEADER = 20


def check_columns(file: str, grid: Grid, layout: Layout, *, rows: int) -> list[Finding]:
    """List what is to be said of the columns; only headers are ever named, never what stands below."""
    findings = [*_list_unused(file, grid, layout)]
    for header in layout.doubled:
        kept = next((column for column in layout.columns if column.field and column.header == header), None)
        letters = column_letters(kept.index) if kept else ""
        findings.append(
            make_finding("COLUMN-DOUBLED", file=file, sheet=grid.name, header=header, column=letters)
        )
    findings += _list_hidden(file, grid, layout)
    if rows:
        findings += check_unclear_counts(file, grid, layout)
        findings += [*_list_missing(file, grid, layout, rows), *check_parts(file, grid, layout)]
    return findings


def _list_hidden(file: str, grid: Grid, layout: Layout) -> list[Finding]:
    """Name the hidden columns that have a header; they are read, or left, like the others."""
    hidden = [
        f"{column_letters(column.index)}列“{show_header(column.header)[:_LONGEST_HEADER]}”"
        for column in layout.columns
        if column.index in grid.hidden_columns
    ]
    if not hidden:
        return []
    return [make_finding("HIDDEN-COLUMNS", file=file, sheet=grid.name, headers="、".join(hidden))]


def _list_unused(file: str, grid: Grid, layout: Layout) -> list[Finding]:
    personal: list[str] = []
    unused: list[str] = []
    for column in layout.columns:
        shown = show_header(column.header)[:_LONGEST_HEADER]
        if column.field is None:
            if sounds_personal(column.header):
                personal.append(shown)
            elif column.told != IGNORED:
                unused.append(shown)
        elif column.field.personal:
            personal.append(shown)
    unused += _name_headless(grid, layout)
    schema = layout.schema
    findings = []
    if personal:
        headers = "、".join(personal)
        findings.append(make_finding("PERSONAL-COLUMN-SKIPPED", file=file, sheet=grid.name, headers=headers))
    if unused:
        headers = "、".join(unused)
        findings.append(
            make_finding("COLUMN-UNMAPPED", file=file, sheet=grid.name, headers=headers, id=schema.id)
        )
    return findings


def _name_headless(grid: Grid, layout: Layout) -> list[str]:
    """Name columns that hold something below the header but have no header."""
    headed = {column.index for column in layout.columns}
    below = turn(grid.rows[layout.bottom + 1 : layout.bottom + 1 + _LOOKED_AT])
    headless = ((index, cells) for index, cells in enumerate(below) if index not in headed)
    filled = [index for index, cells in headless if not all(map(is_blank, cells))]
    return [f"{column_letters(index)}列（没有表头）" for index in filled]


def list_missing_fields(layout: Layout) -> list[FieldSpec]:
    """List the fields for want of which no row can be settled; places are left to `list_absent_places`."""
    return [*_list_required(layout), *_list_undecided(layout)]


def _list_required(layout: Layout) -> list[FieldSpec]:
    fields = layout.fields
    return [
        spec
        for spec in layout.schema.fields
        if spec.required and not spec.optional_column and spec.is_read and spec.name not in fields
    ]


def _list_undecided(layout: Layout) -> list[FieldSpec]:
    """List the fields that say whether a row counts, where neither a column nor the title says it."""
    return [
        spec
        for spec in layout.schema.fields
        if spec.hold_missing and _is_assumed(spec, layout) and not _is_supported(spec, layout)
    ]


def _is_supported(spec: FieldSpec, layout: Layout) -> bool:
    """Say whether a column stands there beside which a missing one is assumed, with a warning."""
    return any(name in layout.fields for name in spec.assumed_columns)


def list_absent_places(layout: Layout) -> list[FieldSpec]:
    """List the place columns a sheet could have and lacks, where they leave rows unplaced."""
    fields = layout.fields
    if any(column.field and column.field.type == "area_code" for column in fields.values()):
        return []
    if layout.schema.record.kind == "register":
        return []
    return [spec for spec in layout.schema.fields if spec.type in PLACE_TYPES and spec.name not in fields]


def _list_missing(file: str, grid: Grid, layout: Layout, rows: int) -> list[Finding]:
    schema = layout.schema
    findings = [
        make_finding(
            "COLUMN-MISSING",
            file=file,
            sheet=grid.name,
            cell=address(layout.top, 0),
            title=schema.title,
            header=spec.header,
        )
        for spec in _list_required(layout)
    ]
    absent = list_absent_places(layout)
    holds_blank = schema.record.blank_village == "hold"
    if any(spec.type == "village" for spec in absent) and (holds_blank or len(absent) == len(PLACE_TYPES)):
        headers = "”“".join(spec.header for spec in absent)
        findings.append(
            make_finding(
                "COLUMN-PLACE-MISSING",
                file=file,
                sheet=grid.name,
                title=schema.title,
                headers=headers,
                count=rows,
            )
        )
    findings += [
        make_finding(
            "COLUMN-UNDECIDED",
            file=file,
            sheet=grid.name,
            note=spec.missing_note,
            count=rows,
            header=spec.header,
            words="".join(spec.missing_ok_title[:1]),
        )
        for spec in _list_undecided(layout)
    ]
    findings += [
        make_finding("COLUMN-ASSUMED", file=file, sheet=grid.name, note=spec.assumed_note, header=spec.header)
        for spec in schema.fields
        if spec.assumed_note and _is_assumed(spec, layout) and _is_supported(spec, layout)
    ]
    return findings


def _is_assumed(spec: FieldSpec, layout: Layout) -> bool:
    if spec.name in layout.fields or any(name in layout.fields for name in spec.missing_ok_columns):
        return False
    return not any(fold(word).lower() in layout.context for word in spec.missing_ok_title)
