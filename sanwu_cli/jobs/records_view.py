"""The records beside the three indicators, as people need them: listed, found, shown, exported."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.forms import canonical_fields, find_schema
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.ledger_view import name_areas
from sanwu_cli.jobs.runs import lay_out_runs
from sanwu_cli.ledger.listed import LedgerRecord, list_records
from sanwu_cli.nearest import hint_near
from sanwu_cli.periods import Month, Period
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import RecordStatus
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Source
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

HEADERS = (
    "编号",
    "表式",
    "时间",
    "乡镇(街道)",
    "村(社区)",
    "状态",
    "挂起的原因",
    "内容",
    "来源文件",
    "工作表",
    "行",
    "说明",
)
_STATE = ("状态", "来源文件", "工作表", "行", "说明")


class RecordFilter(Struct, frozen=True):
    """What to list: by sheet, year, month, area (a township takes in its villages), status."""

    schema_id: str | None = None
    year: int | None = None
    month: Month | None = None
    area_code: str | None = None
    status: str | None = None


def find_record_schema(text: str) -> SheetSchema:
    """Find a sheet whose rows are records; raises SanwuError with the ones there are."""
    schema = find_schema(text)
    if schema.record.kind == "record":
        return schema
    known = "、".join(one.id for one in load_schemas().values() if one.record.kind == "record")
    raise SanwuError(
        f"《{schema.title}》不在这里查看",
        remedy=f"三项指标的案件用 sanwu incidents list，认定写在案件上；这里有：{known}",
    )


def list_ledger_records(workspace: Workspace, chosen: RecordFilter | None = None) -> tuple[LedgerRecord, ...]:
    """List the records that pass the filter (without one: all), held and withdrawn ones among them."""
    records = list_records(workspace.ledger.read())
    return select_records(records, chosen) if chosen else records


def select_records(records: Iterable[LedgerRecord], chosen: RecordFilter) -> tuple[LedgerRecord, ...]:
    """Select the records that pass the filter."""
    return tuple(record for record in records if _passes(record, chosen))


def shorten_ids(records: Iterable[LedgerRecord]) -> dict[tuple[str, str], str]:
    """Give, by sheet and id, the shortest thing `find_record` knows each of all records by."""
    known = tuple(records)
    times = Counter(name for record in known for name in {fold(record.id), *_own_names(record)})
    return {
        (record.schema_id, record.id): next(
            (name for name in _own_names(record) if times[name] == 1), record.id
        )
        for record in known
    }


def _passes(record: LedgerRecord, chosen: RecordFilter) -> bool:
    if chosen.schema_id not in (None, record.schema_id):
        return False
    if chosen.status not in (None, record.status.value):
        return False
    if chosen.year is not None and record.year not in (None, chosen.year):
        return False
    if chosen.month is not None and not _is_of_month(record, chosen.month):
        return False
    if chosen.area_code is None:
        return True
    place = record.place
    return place is not None and chosen.area_code in (place.area_code, place.township_code, *place.candidates)


def _is_of_month(record: LedgerRecord, month: Month) -> bool:
    """Say whether a record is of the month: by its day, the month it names, or the span of its sheet."""
    if record.period is not None:
        return month in record.period
    told = record.values.get("month")
    day = day_of_record(record)
    return told == str(month) or (day is not None and Month.of(day) == month)


def day_of_record(record: LedgerRecord) -> date | None:
    """Give the day a record is dated with, where its sheet has one."""
    field = load_schemas()[record.schema_id].record.date
    text = record.values.get(field) if field else None
    return date.fromisoformat(text) if isinstance(text, str) else None


def find_record(workspace: Workspace, text: str, schema_id: str | None = None) -> LedgerRecord:
    """Find a record by its id, or by the number or name it goes by in its sheet.

    Raises SanwuError when there is none, or more than one.
    """
    wanted = fold(text)
    known = list_ledger_records(workspace, RecordFilter(schema_id))
    found = [record for record in known if fold(record.id) == wanted]
    found = found or [record for record in known if wanted in _own_names(record)]
    if len(found) == 1:
        return found[0]
    if found:
        titles = "、".join(f"{record.id}（{load_schemas()[record.schema_id].title}）" for record in found[:5])
        more = f"等{len(found)}条" if len(found) > 5 else ""  # noqa: PLR2004 - as many as fit a line or two
        raise SanwuError(
            f"叫“{wanted}”的不止一条：{titles}{more}", remedy="请写全编号；两种表同号的，用 --sheet 指明"
        )
    raise SanwuError(
        f"台账里没有编号“{wanted}”的记录",
        remedy=hint_near(wanted, (name for record in known for name in _own_names(record)))
        + "请用 sanwu records list 查看编号；三项指标的案件用 sanwu incidents show",
        status=ExitStatus.INPUT_MISSING,
    )


def _own_names(record: LedgerRecord) -> tuple[str, ...]:
    """Give what tells a record apart in its own sheet, one field each."""
    schema = load_schemas()[record.schema_id]
    texts = [record.values.get(name) for name in schema.record.key if schema.by_name[name].type != "date"]
    return tuple(fold(str(text)) for text in texts if text is not None)


def show_value(spec: FieldSpec, value: object) -> str:
    """Write a value as people read it: 是, 否, the word of a choice, items with 、 between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    words = spec.choices.get(str(value))
    return words[0] if words else str(value)


def list_values(record: LedgerRecord) -> list[tuple[str, str]]:
    """List what a record says, header and value, in the order of its sheet; blanks are left out."""
    schema = load_schemas()[record.schema_id]
    shown = [(spec, record.values.get(spec.name)) for spec in schema.fields if spec.is_read]
    return [(spec.header, show_value(spec, value)) for spec, value in shown if value is not None]


def show_time(record: LedgerRecord) -> str:
    """Give the day, the month or the year a record is of."""
    day = day_of_record(record)
    if day is not None:
        return day.isoformat()
    span = str(record.period or record.values.get("month") or record.year or "")
    return span or "不详"


def record_as_row(record: LedgerRecord, names: Mapping[str, str]) -> tuple[str | int | None, ...]:
    """Give a record as a row under HEADERS; `names` maps codes to names."""
    township, village = name_place(record, names)
    return (
        record.id,
        load_schemas()[record.schema_id].title,
        show_time(record),
        township,
        village,
        record.status.label,
        record.why,
        "；".join(f"{header}：{text}" for header, text in list_values(record)),
        *_cells_of_source(record),
        record.note,
    )


def _cells_of_source(record: LedgerRecord) -> tuple[str, str, int | None]:
    """Give file, sheet and row of where a record was told first; one kept by a command has none."""
    if not record.sources:
        return "命令登记", "", None
    source = record.sources[0]
    return source.file, source.sheet, source.row


def _source_as_json(source: Source) -> dict[str, object]:
    return {"file": source.file, "sheet": source.sheet, "row": source.row}


def name_place(record: LedgerRecord, names: Mapping[str, str]) -> tuple[str, str]:
    """Give the names of a record's township and village, as far as they are known."""
    place = record.place
    if place is None:
        return "", ""
    township = names.get(place.township_code or "", "")
    is_village = place.area_code is not None and place.area_code != place.township_code
    return township, names.get(place.area_code or "", "") if is_village else ""


def record_as_json(record: LedgerRecord) -> dict[str, object]:
    """Give a record as an element of sanwu/records/1."""
    return {
        "id": record.id,
        "sheet": record.schema_id,
        "year": record.year,
        "period": str(record.period) if record.period else None,
        "area_code": record.place.area_code if record.place else None,
        "township_code": record.place.township_code if record.place else None,
        "values": dict(record.values),
        "status": record.status.value,
        "why": record.why,
        "corrected": record.is_corrected,
        # None: kept by a command, not told by a sheet.
        "source": _source_as_json(record.sources[0]) if record.sources else None,
        "sources": [_source_as_json(source) for source in record.sources],
    }


def export_records(workspace: Workspace, registers: RegisterReading) -> bytes:
    """Write the records as a workbook: one sheet a kind with its own columns, what was taken in, the runs."""
    names = name_areas(registers.registers.areas)
    records = list_ledger_records(workspace)
    kinds = dict.fromkeys(record.schema_id for record in records)
    ordered = [schema for schema in load_schemas().values() if schema.id in kinds]
    tables = [_lay_out_kind(schema, [r for r in records if r.schema_id == schema.id]) for schema in ordered]
    sheets = (*tables, *lay_out_runs(workspace.ledger.read(), names))
    return write_internal(f"{workspace.settings.name}其他台账", sheets)


def _lay_out_kind(schema: SheetSchema, records: Iterable[LedgerRecord]) -> TableSheet:
    own = {spec.name for spec in canonical_fields(schema)}
    specs = [spec for spec in canonical_fields(schema) if spec.is_read]
    specs += [spec for spec in schema.fields if spec.is_read and spec.name not in own]
    rows = tuple(_lay_out_record(record, specs) for record in records)
    headers = ("台账编号", "年度", *(spec.header for spec in specs), *_STATE)
    return TableSheet(schema.title, headers, rows, title=schema.title, landscape=True)


def _lay_out_record(record: LedgerRecord, specs: Iterable[FieldSpec]) -> tuple[str | int | date | None, ...]:
    state = record.status.label if record.status is not RecordStatus.HELD else f"挂起：{record.why}"
    span = str(record.period) if record.period else record.year
    cells = [_lay_out_value(spec, record.values.get(spec.name)) for spec in specs]
    return (record.id, span, *cells, state, *_cells_of_source(record), record.note)


def _lay_out_value(spec: FieldSpec, value: object) -> str | int | date | None:
    if spec.type == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return show_value(spec, value) or None


def period_of(record: LedgerRecord) -> Period | None:
    """Give the span that completes dates of a record written without a year."""
    return record.period or (Period.of_year(record.year) if record.year is not None else None)
