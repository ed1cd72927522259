"""Checks of one sheet that need no ledger: 合计 and 小计 against the rows, one number on several rows."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.sheets.rows import LineKind
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.model import Finding, Row
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.lines import TotalLine
    from sanwu_cli.sheets.schema import SheetSchema

_PLACES = frozenset({"township", "village", "area_code", "attribution_basis", "person_count"})
_TOTAL_WORD = re.compile(r"(?:小计|合计)$")


def check_duplicates(schema: SheetSchema, rows: Sequence[Row]) -> list[Finding]:
    """Name rows that repeat a case number; rows that differ in place only are one shared case (T-20)."""
    if schema.record.kind != "incident":
        return []
    first: dict[tuple[object, ...], Row] = {}
    findings = []
    for row in rows:
        key = tuple(row.values.get(name) for name in schema.record.key)
        if None in key:
            continue
        earlier = first.setdefault(key, row)
        if earlier is not row and (finding := _compare(schema, earlier, row)) is not None:
            findings.append(finding)
    return findings


def _compare(schema: SheetSchema, earlier: Row, row: Row) -> Finding | None:
    different = [name for name in row.values if row.values[name] != earlier.values.get(name)]
    if different and set(different) <= _PLACES:
        return None
    name = schema.record.key[0]
    headers = "、".join(schema.by_name[one].header for one in different if one in schema.by_name)
    return make_finding(
        "ROW-DUPLICATE" if different else "ROW-REPEATED",
        file=row.source.file,
        sheet=row.source.sheet,
        cell=row.cells.get(name, ""),
        row=row.source.row,
        first=earlier.source.row,
        headers=headers,
    )


def check_counted_twice(schema: SheetSchema, rows: Sequence[Row]) -> list[Finding]:
    """Name rows that give another number for a place already counted in the same sheet."""
    if schema.record.kind != "count":
        return []
    first: dict[str, Row] = {}
    findings = []
    for row in rows:
        if row.place is None or row.place.area_code is None:
            continue
        earlier = first.setdefault(row.place.area_code, row)
        different = [
            spec.header
            for spec in schema.fields
            if spec.type == "count"
            and None not in (row.values.get(spec.name), earlier.values.get(spec.name))
            and row.values[spec.name] != earlier.values[spec.name]
        ]
        if different:
            findings.append(
                make_finding(
                    "ROW-COUNTED-TWICE",
                    file=row.source.file,
                    sheet=row.source.sheet,
                    cell=f"A{row.source.row}",
                    row=row.source.row,
                    first=earlier.source.row,
                    headers="、".join(different),
                )
            )
    return findings


def check_unclear(schema: SheetSchema, rows: Sequence[Row]) -> list[Finding]:
    """Name the rows of which it cannot be said whether they count; they are held."""
    findings = []
    for row in rows:
        rule = schema.why_unclear(row.values, row.cells)
        if rule is None or rule.field in row.unreadable or schema.why_not_counted(row.values):
            continue
        findings.append(
            make_finding(
                "ROW-UNCLEAR",
                file=row.source.file,
                sheet=row.source.sheet,
                cell=row.cells[rule.field],
                row=row.source.row,
                header=schema.by_name[rule.field].header,
                why=rule.why,
            )
        )
    return findings


def check_nil_lines(schema: SheetSchema, rows: Sequence[Row]) -> list[Finding]:
    """Name the lines in which one department reports nothing for all three: perhaps it meant its own."""
    if schema.record.kind != "nil":
        return []
    findings = []
    for row in rows:
        named, unit = row.values.get("indicators"), row.values.get("reporting_unit")
        own = _own_indicator(str(unit or ""))
        if own is not None and isinstance(named, tuple) and len(named) == len(Indicator):
            findings.append(
                make_finding(
                    "NIL-FOR-OTHERS",
                    file=row.source.file,
                    sheet=row.source.sheet,
                    cell=row.cells.get("indicators", ""),
                    row=row.source.row,
                    unit=unit,
                    own=own.label,
                )
            )
    return findings


def _own_indicator(unit: str) -> Indicator | None:
    """Give the indicator a department answers for; None when the unit is none of the three, or several."""
    own = [
        schema.record.indicator
        for schema in load_schemas().values()
        if schema.record.indicator is not None and schema.sender.removesuffix("局") in unit
    ]
    return own[0] if len(own) == 1 else None


def check_totals(
    layout: Layout, rows: Sequence[Row], totals: Sequence[TotalLine], *, file: str, sheet: str
) -> list[Finding]:
    """Compare 合计 and 小计 lines with the rows they stand for; unreadable columns are left out."""
    findings = []
    for position, line in enumerate(totals):
        for name, stated in line.numbers.items():
            sums = [_add_up(chosen, name) for chosen in _rows_summed(line, position, rows, totals)]
            known = [one for one in sums if one is not None]
            if known and stated not in known:
                findings.append(
                    make_finding(
                        "TOTAL-MISMATCH",
                        file=file,
                        sheet=sheet,
                        cell=line.cells[name],
                        header=layout.schema.by_name[name].header,
                        label="小计" if line.kind is LineKind.SUBTOTAL else "合计",
                        stated=stated,
                        summed=known[0],
                    )
                )
    return findings


def _add_up(rows: Iterable[Row], name: str) -> int | Decimal | None:
    total: int | Decimal = 0
    for row in rows:
        value = row.values.get(name)
        if name in row.unreadable:
            return None
        if isinstance(value, (int, Decimal)):
            total += value
    return total


def _rows_summed(
    line: TotalLine, position: int, rows: Sequence[Row], totals: Sequence[TotalLine]
) -> list[list[Row]]:
    """Rows a line may sum: 合计 all; 小计 its township's, or those since the last line or until the next."""
    if line.kind is LineKind.TOTAL:
        return [list(rows)]
    named = _TOTAL_WORD.sub("", line.township) or _TOTAL_WORD.sub("", line.label)
    own = [row for row in rows if named and fold(str(row.values.get("township") or "")) == named]
    if own:
        return [own]
    above = totals[position - 1].row if position else 0
    below = totals[position + 1].row if position + 1 < len(totals) else None
    before = [row for row in rows if above < (row.source.row or 0) < line.row]
    after = [
        row
        for row in rows
        if (row.source.row or 0) > line.row and (below is None or (row.source.row or 0) < below)
    ]
    return [before, after] if before else [after]
