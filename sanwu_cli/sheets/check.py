"""Checks of one sheet that need no ledger: 合计 and 小计 against the rows, one number on several rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.findings import make_finding
from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.schema import SERIAL, load_schemas
from sanwu_cli.sheets.sums import Sums
from sanwu_cli.sheets.wording import LineKind
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sanwu_cli.model import Finding, Row, Value
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.lines import TotalLine
    from sanwu_cli.sheets.schema import SheetSchema, UnclearRule
    from sanwu_cli.sheets.subject import Table
    from sanwu_cli.sheets.table import SheetRows

_PLACES = frozenset({"township", "village", "area_code", "attribution_basis", "person_count"})


def check_duplicates(schema: SheetSchema, rows: SheetRows) -> list[Finding]:
    """Name rows that repeat a case number; rows that differ in place only are one shared case (T-20).

    A bare serial number is none: the rows are told apart by what they say.
    """
    if schema.record.kind != "incident":
        return []
    keys = list(zip(*(rows.column(name) for name in schema.record.key), strict=True))
    if len(set(keys)) == len(keys):
        return []
    times = Counter(keys)
    first: dict[tuple[object, ...], Row] = {}
    findings = []
    for position, key in enumerate(keys):
        if times[key] == 1 or None in key or SERIAL.fullmatch(str(key[0])):
            continue
        row = rows[position]
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
    is_one = schema.mark_case(earlier) == schema.mark_case(row)
    return make_finding(
        "ROW-REPEATED" if not different else "ROW-VARIANT" if is_one else "ROW-DUPLICATE",
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
                    cell=_place_cell(schema, row),
                    row=row.source.row,
                    first=earlier.source.row,
                    headers="、".join(different),
                )
            )
    return findings


def _place_cell(schema: SheetSchema, row: Row) -> str:
    """Give the cell that says where a row belongs: the village, else the township, else the code."""
    specs = [spec for kind in ("village", "township", "area_code") if (spec := schema.field_of_type(kind))]
    told = [spec.name for spec in specs if row.values.get(spec.name) is not None]
    return next((row.cells[name] for name in told if name in row.cells), f"A{row.source.row}")


def check_unclear(schema: SheetSchema, rows: SheetRows) -> list[Finding]:
    """Name the rows of which it cannot be said whether they count; they are held."""
    return [
        make_finding(
            "ROW-UNCLEAR",
            file=row.source.file,
            sheet=row.source.sheet,
            cell=row.cells[rule.field],
            row=row.source.row,
            header=schema.by_name[rule.field].header,
            why=rule.why,
        )
        for row, rule in _list_unclear(schema, rows)
        if rule.field not in row.unreadable
    ]


def _list_unclear(schema: SheetSchema, rows: SheetRows) -> Iterator[tuple[Row, UnclearRule]]:
    """List the rows that are unclear; rows alike in the deciding fields are asked about once."""
    names = schema.deciding_fields
    keys = list(zip(*(rows.column(name) for name in names), strict=True))
    rules: dict[tuple[Value, ...], UnclearRule] = {}
    for key in set(keys):
        values = dict(zip(names, key, strict=True))
        rule = schema.why_unclear(values, rows.letters)
        if rule is not None and not schema.why_not_counted(values):
            rules[key] = rule
    if rules:
        for position, key in enumerate(keys):
            if key in rules:
                yield rows[position], rules[key]


def check_outside(table: Table, rows: SheetRows) -> list[Finding]:
    """Name the rows of a township's sheet that were placed in another; they are read all the same."""
    own, kind = table.coverage, table.schema.record.kind
    if own is None or own == UNKNOWN_PART or kind not in {"incident", "count"}:
        return []
    home = _latest(table, own)
    codes = {place.township_code for place in rows.places if place is not None} - {None}
    others = {code for code in codes if code is not None and _latest(table, code) != home}
    findings = []
    for position, place in enumerate(rows.places):
        if place is None or place.township_code not in others:
            continue
        row = rows[position]
        names = [spec.name for kind in _SPOTS if (spec := table.located[kind]) is not None]
        filled = [name for name in names if row.values.get(name) is not None]
        findings.append(
            make_finding(
                "AREA-OUTSIDE-SHEET",
                file=row.source.file,
                sheet=row.source.sheet,
                cell=row.cells.get(filled[0], "") if filled else "",
                row=row.source.row,
                own=_name(table, own),
                other=_name(table, str(place.township_code)),
            )
        )
    return findings


_SPOTS = ("township", "village", "area_code")


def _latest(table: Table, code: str) -> str:
    return table.places.index.current_code(code, date.max)


def _name(table: Table, code: str) -> str:
    areas = table.places.index.by_code.get(code, ())
    return areas[-1].name if areas else code


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
    layout: Layout, rows: SheetRows, totals: Sequence[TotalLine], *, file: str, sheet: str
) -> list[Finding]:
    """Compare 合计 and 小计 lines with the rows they stand for: their figures, and the number of cases."""
    findings = []
    lines = Sums(layout.schema, rows, totals)
    for position, line in enumerate(totals):
        stated = [(name, number, line.cells[name]) for name, number in line.numbers.items()]
        if line.cases is not None:
            stated.append(("", line.cases, line.cases_cell))
        for name, number, cell in stated:
            sums = lines.list_sums(position, name)
            likeliest = next(sums, None)
            if likeliest is not None and number != likeliest and number not in sums:
                findings.append(
                    make_finding(
                        "TOTAL-MISMATCH",
                        file=file,
                        sheet=sheet,
                        cell=cell,
                        header=layout.schema.by_name[name].header if name else "件数",
                        label="小计" if line.kind is LineKind.SUBTOTAL else "合计",
                        stated=number,
                        summed=likeliest,
                    )
                )
    return findings
