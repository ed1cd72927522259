"""Columns of counts that are split, or headed with a span: the sheet's own number, never its neighbour's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.findings import make_finding
from sanwu_cli.grid import address
from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import Period
from sanwu_cli.sheets.cells import show_header
from sanwu_cli.sheets.values import Unreadable, fold, is_blank, parse_count, parse_period

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sanwu_cli.grid import Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.sheets.followers import Matched
    from sanwu_cli.sheets.layout import Column, Layout
    from sanwu_cli.sheets.schema import SheetSchema

_BRACKETED = compile_later(r"\(([^()]*)\)")
# Any year lends itself to find out whether a text speaks of months at all.
_SOME_YEAR = Period.of_year(2000)
_COUNTED_KINDS = frozenset({"count", "record"})


def has_spans(schema: SheetSchema) -> bool:
    """Say whether a description's columns may be headed with spans of which only one is the sheet's."""
    return schema.record.kind in _COUNTED_KINDS and schema.record.period == "month"


@lru_cache(maxsize=1 << 13)
def cut_spans(parts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cut the spans out of a header's levels, as of 刑事案件(2月) or 2月 over 刑事案件; give both."""
    rest: list[str] = []
    spans: list[str] = []
    for part in parts:
        if _is_span(part):
            spans.append(part)
            continue
        found = [text for text in _BRACKETED.findall(part) if _is_span(text)]
        spans += found
        for text in found:
            part = part.replace(f"({text})", "")  # noqa: PLW2901 (the level without its spans)
        rest.append(part)
    return (tuple(rest), tuple(spans)) if any(rest) else (parts, ())


def _is_span(text: str) -> bool:
    return not text.isdecimal() and isinstance(parse_period(text, period=_SOME_YEAR), Period)


def drop_split(schema: SheetSchema, matched: Sequence[Matched], grid: Grid, bottom: int) -> list[Matched]:
    """Take a count's columns from it where its header is split below: none of them is the number."""
    if schema.record.kind != "count":
        return list(matched)
    headed = {column for column, _, _ in matched}
    return [
        (column, parts, None)
        if hit and schema.by_name[hit[0]].type == "count" and _is_split(column, headed, grid, bottom)
        else (column, parts, hit)
        for column, parts, hit in matched
    ]


def _is_split(column: int, headed: Collection[int], grid: Grid, bottom: int) -> bool:
    """Say whether a header stands over several columns that are filled, or told apart in the row below."""
    first, last = column, column
    for merge in grid.merges:
        if merge.left <= column <= merge.right and merge.top <= bottom <= merge.bottom:
            first, last = merge.left, merge.right
    if last > first:
        below = grid.rows[bottom + 1 :]
        return sum(any(_holds(cells, index) for cells in below) for index in range(first, last + 1)) > 1
    while last + 1 not in headed and _is_word(grid, bottom + 1, last + 1):
        last += 1
    return last > first and _is_word(grid, bottom + 1, first)


def _holds(cells: Sequence[object], index: int) -> bool:
    return index < len(cells) and cells[index] is not None and cells[index] != ""


def _is_word(grid: Grid, row: int, column: int) -> bool:
    """Say whether a cell may be the lower level of a header: a word that is no number, 没有 neither."""
    cell = grid.at(row, column)
    if not isinstance(cell, str) or is_blank(cell):
        return False
    is_long = re.search(r"[一-鿿]{2}", cell) is not None
    return (is_long and isinstance(parse_count(cell), Unreadable)) or _is_span(fold(cell))


def settle_spans(layout: Layout, period: Period | None) -> Layout:
    """Keep of the columns headed with a span only the one of the sheet's own months."""
    if not has_spans(layout.schema):
        return layout
    owners = {column.field.name: column for column in layout.columns if column.field and column.field.is_read}
    chosen: dict[str, Column | None] = {}
    for name, owner in owners.items():
        if _spans_of(owner) and not owner.told and owner.field and owner.field.type in {"count", "decimal"}:
            rivals = [one for one in layout.columns if _names(layout.schema, one, name)]
            own = [one for one in rivals if _is_of(one, period)]
            chosen[name] = own[0] if len(own) == 1 else None
    if not chosen:
        return layout
    columns = []
    for column in layout.columns:
        name = column.field.name if column.field else ""
        field = column.field if chosen.get(name, column) is column else None
        field = next((layout.schema.by_name[one] for one, own in chosen.items() if own is column), field)
        columns.append(replace(column, field=field))
    return replace(layout, columns=tuple(columns))


def _spans_of(column: Column) -> tuple[str, ...]:
    return cut_spans(tuple(column.header.split("/")))[1]


def _names(schema: SheetSchema, column: Column, name: str) -> bool:
    """Say whether a column is headed with a field's name and a span."""
    rest, spans = cut_spans(tuple(column.header.split("/")))
    hit = schema.match_header("/".join(rest)) if spans else None
    return hit is not None and hit[0] == name


def _is_of(column: Column, period: Period | None) -> bool:
    return period is not None and all(
        parse_period(text, period=period) == period for text in _spans_of(column)
    )


def check_unclear_counts(file: str, grid: Grid, layout: Layout) -> list[Finding]:
    """Name the counts that are in the sheet in columns of which none is surely the sheet's own number."""
    schema = layout.schema
    if schema.record.kind != "count":
        return []
    findings = []
    for spec in schema.fields:
        if spec.type != "count" or not spec.is_read or spec.name in layout.fields:
            continue
        unclear = [one for one in layout.columns if one.field is None and not one.told]
        unclear = [one for one in unclear if _is_about(schema, one, spec.name)]
        if unclear:
            headers = "、".join(show_header(column.header) for column in unclear)
            cell = address(layout.top, unclear[0].index)
            findings.append(
                make_finding(
                    "COUNT-COLUMN-UNCLEAR",
                    file=file,
                    sheet=grid.name,
                    cell=cell,
                    header=spec.header,
                    headers=headers,
                )
            )
    return findings


def _is_about(schema: SheetSchema, column: Column, name: str) -> bool:
    """Say whether a level of a column's header, without spans and brackets, is a field's name."""
    if any(word in column.header for word in schema.evidence.not_headers):
        return False
    rest, _ = cut_spans(tuple(column.header.split("/")))
    texts = ["/".join(rest), *rest, *(_BRACKETED.sub("", text) for text in rest)]
    return any((hit := schema.match_header(text)) is not None and hit[0] == name for text in texts if text)
