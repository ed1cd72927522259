"""From the rows of a sheet to claims: what each row says of its subject, ready for the ledger.

The content of a claim is JSON with `kind` (of the sheet's records) and, by kind:
incident: indicator, date, places, case_number, not_counted, unreadable, values; ruling: see rulings.py;
count (a claim an indicator): indicator, count, period, place, of an unknown place values too;
nil: indicators, period, township;
record: schema, year, place, values; period too where it is told month by month.
Personal fields never reach this module; fields marked as not stored do not either.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.ledger.entries import Claim, Json, SheetClaims, canonical_json, read_json
from sanwu_cli.ledger.keys import join_rows, make_key, name_sender
from sanwu_cli.ledger.rulings import claim_ruling
from sanwu_cli.model import UNKNOWN_PART, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.schema import SERIAL
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sanwu_cli.model import Place, Row, SheetReading, Value
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.schema import SheetSchema


def make_claims(reading: SheetReading, schema: SheetSchema, places: Places | None = None) -> SheetClaims:
    """Make the claims of a sheet in the order of its rows: one a row, of a row of counts one a number.

    `places` are asked for the areas a ruling names.
    """
    repeats: Counter[str] = Counter()
    if schema.record.kind == "incident":
        claims = _claim_incidents(reading, schema)
    elif schema.record.kind == "count":
        claims = [claim for row in reading.rows for claim in _claim_counts(row, reading, schema, repeats)]
    elif schema.record.kind == "ruling":
        claims = [claim_ruling(row, schema.id, places) for row in reading.rows]
    else:
        make = _MAKERS[schema.record.kind]
        claims = [make(row, reading, schema, repeats) for row in reading.rows]
    return SheetClaims(
        Source(reading.file, reading.sha256, reading.sheet),
        schema.id,
        reading.header_row or 0,
        reading.period,
        reading.coverage,
        reading.fields,
        tuple(claims),
    )


def _claim_incidents(reading: SheetReading, schema: SheetSchema) -> list[Claim]:
    batch = _Batch(schema, name_sender(reading.file, reading.sheet))
    claims = [_claim_incident(row, batch) for row in reading.rows]
    times = Counter(claim.key for claim in claims)
    if len(times) == len(claims):
        return claims
    shared = [position for position, claim in enumerate(claims) if times[claim.key] > 1]
    contents = {position: read_json(claims[position].content) for position in shared}
    marks = {position: schema.mark_case(reading.rows[position]) for position in shared}
    return join_rows([(claim, contents.get(position, {})) for position, claim in enumerate(claims)], marks)


class _Batch(Struct, frozen=True):
    """The incident rows of one sheet: who sent it, what was seen above a row, what was answered already."""

    schema: SheetSchema
    sender: str
    repeats: Counter[str] = field(default_factory=Counter)
    unclear: dict[tuple[Value, ...], str] = field(default_factory=dict)

    def why_unclear(self, row: Row) -> str:
        """Say why it cannot be told whether the row counts; rows alike are asked about once."""
        if row.unreadable:
            return _why_unclear(row, self.schema)
        key = tuple([row.values.get(name) for name in self.schema.deciding_fields])
        if key not in self.unclear:
            self.unclear[key] = _why_unclear(row, self.schema)
        return self.unclear[key]


def _claim_incident(row: Row, batch: _Batch) -> Claim:
    schema, record = batch.schema, batch.schema.record
    day = row.values.get(record.date) if record.date else None
    number = _text(row.values.get("case_number"))
    not_counted = schema.why_not_counted(row.values)
    unclear = "" if not_counted is not None else batch.why_unclear(row)
    content: dict[str, Json] = {
        "kind": "incident",
        "indicator": record.indicator,
        "date": day.isoformat() if isinstance(day, date) else None,
        "places": [place_json(row.place)],
        "case_number": number,
        "not_counted": not_counted,
        "unclear": unclear or None,
        "unreadable": list(row.unreadable),
        "values": _values(row, {record.date or "", "case_number"}),
    }
    nature, why = RowClass.NEW, ""
    if not_counted is not None:
        nature, why = RowClass.IGNORED, not_counted.label
    elif reason := unclear or _why_held(row, day):
        nature, why = RowClass.HELD, reason
    key = number
    if not number or SERIAL.fullmatch(number):
        key = _make_key(row, schema, batch.repeats, number, sender=batch.sender)
    return Claim(schema.id, key, canonical_json(content), row.source, nature, why)


def _why_unclear(row: Row, schema: SheetSchema) -> str:
    """Say why it cannot be told whether the row counts; empty when it can."""
    lost = [name for name in row.unreadable if name in schema.ruling_fields]
    if lost:
        header = f"“{schema.by_name[lost[0]].header}”"
        said = f"{header}没有读出来" if lost[0] in row.cells else f"没有{header}这一列"
        return f"{said}，是否计入说不准"
    if unclear := schema.why_unclear(row.values, row.cells):
        return f"“{schema.by_name[unclear.field].header}”{unclear.why}，是否计入说不准"
    return ""


def _why_held(row: Row, day: Value) -> str:
    if row.place is None or row.place.area_code is None:
        return "归属的村(社区)没有确定"
    return "" if isinstance(day, date) else "日期没有读出来"


def _make_key(
    row: Row, schema: SheetSchema, repeats: Counter[str], number: str = "", *, sender: str = ""
) -> str:
    """Key a row without a number by its date and place.

    A bare serial number, which starts anew on every sheet, tells rows apart but is no case number.
    """
    fields = [schema.record.date or "", "person_count", "cause", "case_category"]
    where = row.place.area_code if row.place else None
    names = [where] if where else [value_json(row.values.get(name)) for name in ("township", "village")]
    return make_key([*names, number, *(value_json(row.values.get(name)) for name in fields)], repeats, sender)


def _claim_counts(row: Row, reading: SheetReading, schema: SheetSchema, repeats: Counter[str]) -> list[Claim]:
    is_placed = row.place is not None and row.place.area_code is not None
    where = str(row.place.area_code) if row.place and is_placed else _make_key(row, schema, repeats)
    span = str(reading.period) if reading.period else ""
    nature, why = (RowClass.NEW, "") if is_placed else (RowClass.HELD, "归属的村(社区)没有确定")
    if not span:
        nature, why = RowClass.HELD, "不知道是哪个月的数"
    claims = []
    for indicator in schema.counted:
        count = row.values.get(indicator.value)
        if isinstance(count, int) and not isinstance(count, bool):
            content: dict[str, Json] = {
                "kind": "count",
                "indicator": indicator.value,
                "count": count,
                "period": span,
                "place": place_json(row.place),
            }
            if not is_placed:  # what was written says where to look
                content["values"] = {n: value_json(row.values.get(n)) for n in ("township", "village")}
            key = f"{span}|{where}|{indicator.value}"
            claims.append(Claim(schema.id, key, canonical_json(content), row.source, nature, why))
    return claims or [_claim_nothing(row, schema, f"{span}|{where}")]


def _claim_nothing(row: Row, schema: SheetSchema, key: str) -> Claim:
    """A row of counts without any number: kept as such, counted as nothing."""
    content = canonical_json({"kind": "empty", "unreadable": list(row.unreadable)})
    if row.unreadable:
        return Claim(schema.id, key, content, row.source, RowClass.HELD, "件数没有读出来，按未报处理")
    return Claim(schema.id, key, content, row.source, RowClass.IGNORED, "没有填写任何件数，按未报处理")


def _claim_nil(row: Row, reading: SheetReading, schema: SheetSchema, repeats: Counter[str]) -> Claim:
    span = row.values.get("span") or row.values.get("month") or reading.period
    if isinstance(span, Month):
        span = Period(span, span)
    indicators = row.values.get("indicators")
    names = list(indicators) if isinstance(indicators, tuple) else []
    township = row.place.township_code if row.place else reading.coverage
    content: dict[str, Json] = {
        "kind": "nil",
        "indicators": [str(name) for name in names],
        "period": str(span) if isinstance(span, Period) else None,
        "township": township,
        "values": _values(row, {"span", "month", "indicators"}),
    }
    nature, why = RowClass.NEW, ""
    if denied := _why_denied(row, schema):
        content["unclear"] = denied
        nature, why = RowClass.HELD, denied
    elif not names:
        nature, why = RowClass.HELD, "没有写明是哪项指标"
    elif township == UNKNOWN_PART:
        nature, why = RowClass.HELD, "看不出是哪里报的"
    elif not isinstance(span, Period):
        nature, why = RowClass.HELD, "没有写明是哪个月"
    key = (
        "|".join((str(span), township or "county", *map(str, names)))
        if names
        else _make_key(row, schema, repeats)
    )
    return Claim(schema.id, key, canonical_json(content), row.source, nature, why)


def _why_denied(row: Row, schema: SheetSchema) -> str:
    """Say why a nil line may not be one: a number or a 否 beside it, or one that cannot be read."""
    lost = next((name for name in schema.deciding_fields if name in row.unreadable), None)
    return f"“{schema.by_name[lost].header}”没有读出来" if lost else _why_unclear(row, schema)


def _claim_record(row: Row, reading: SheetReading, schema: SheetSchema, repeats: Counter[str]) -> Claim:
    year, span = _date_record(row, reading, schema)
    content: dict[str, Json] = {
        "kind": "record",
        "schema": schema.id,
        "year": year,
        **({"period": span} if schema.record.period == "month" else {}),
        "place": place_json(row.place),
        "values": _values(row, set()),
    }
    where = (row.place.area_code or row.place.township_code) if row.place else None
    nature, why = RowClass.NEW, ""
    if row.place is not None and where is None:
        nature, why = RowClass.HELD, "归属的乡镇(街道)没有确定"
    elif year is None:
        nature, why = RowClass.HELD, "不知道是哪一年的"
    own = {name: _text(row.values.get(name)) for name in schema.record.key if name not in _PLACE_FIELDS}
    number = own.get("case_number", "")
    names = [text for text in own.values() if text and not (text == number and SERIAL.fullmatch(number))]
    if own and not names:  # nothing tells it apart but its place, and perhaps a serial number
        key = _make_key(row, schema, repeats, number)
    else:
        parts = [span or str(year), where or "", *own.values()]
        key = "|".join(parts) if where or row.place is None else _make_key(row, schema, repeats)
    text = canonical_json(content)
    if schema.record.keeps_repeats:
        key = _part_repeats(key, text, repeats)
    return Claim(schema.id, key, text, row.source, nature, why)


def _part_repeats(key: str, text: str, repeats: Counter[str]) -> str:
    """Give a line of a sheet its own key when another line with its key says something else."""
    mark = f"{key}\0{text}"
    if mark not in repeats:
        repeats[key] += 1
        repeats[mark] = repeats[key]
    return key if repeats[mark] == 1 else f"{key}|{repeats[mark]}"


def _date_record(row: Row, reading: SheetReading, schema: SheetSchema) -> tuple[int | None, str]:
    """Give the year of a record, and the span of one that is told month by month (else empty).

    Where each row is dated its own day says the year; else the sheet's span does.
    """
    day = row.values.get(schema.record.date) if schema.record.date else None
    if schema.record.period == "row" and isinstance(day, date):
        return day.year, ""
    if reading.period is None:
        return None, ""
    return reading.period.first.year, str(reading.period) if schema.record.period == "month" else ""


_PLACE_FIELDS = frozenset({"township", "village", "area_code"})
_MAKERS: Mapping[str, Callable[[Row, SheetReading, SheetSchema, Counter[str]], Claim]] = {
    "nil": _claim_nil,
    "record": _claim_record,
}


def place_json(place: Place | None) -> dict[str, Json]:
    """Write a place as JSON."""
    if place is None:
        return {"area": None, "township": None, "candidates": []}
    return {"area": place.area_code, "township": place.township_code, "candidates": list(place.candidates)}


def _values(row: Row, left_out: set[str]) -> dict[str, Json]:
    return {
        name: value if type(value) is str else value_json(value)
        for name, value in row.values.items()
        if value is not None and name not in left_out
    }


def _text(value: Value) -> str:
    return "" if value is None else str(value_json(value))


def value_json(value: Value) -> Json:
    """Write a cell's value as it stands in a claim."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, Month, Period)):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
