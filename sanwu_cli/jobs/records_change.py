"""A person's decisions about a record: single columns corrected, the whole record withdrawn."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.records_view import period_of, show_value
from sanwu_cli.jobs.runs import Target, append_decision
from sanwu_cli.ledger.claims import place_json, value_json
from sanwu_cli.ledger.entries import EntryKind, canonical_json
from sanwu_cli.nearest import hint_near
from sanwu_cli.periods import Period, parse_month
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import Unreadable
from sanwu_cli.terms import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Json
    from sanwu_cli.ledger.listed import LedgerRecord
    from sanwu_cli.model import Place, Value
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

_PLACE_TYPES = ("township", "village", "area_code")
_YEAR_WORDS = ("年度", "年份", "year")
_SPAN_WORDS = ("月份", "期间", "period")
_YEAR = re.compile(r"(20\d\d)年?")


def correct_record(
    workspace: Workspace,
    registers: RegisterReading,
    record: LedgerRecord,
    given: Sequence[str],
    *,
    ruling: Ruling,
    as_of: str,
) -> int:
    """Correct columns of a record by a later entry that names it and its reason; gives the run's number.

    Args:
        workspace: whose ledger is written.
        registers: where places are looked up.
        record: the record as it stands.
        given: as given, 栏目=值 each; an empty value says that nothing stands there.
        ruling: reason and document number.
        as_of: the day of the decision, ISO.

    Raises SanwuError: an unknown, dropped or personal column, a value that cannot be read, a place that is
    not in the register, nothing changed, a record that is withdrawn.
    """
    _check_standing(record)
    schema = load_schemas()[record.schema_id]
    content = _read_changes(schema, record, given)
    content |= _find_place(schema, record, content.get("values"), registers.places)
    if not content or not _differs(record, content):
        raise SanwuError("更正的内容和台账现有的一样", remedy="请用 sanwu records show 查看现在写的是什么")
    target = Target("records", record.schema_id, record.id)
    decision = canonical_json(content)
    return append_decision(workspace, target, EntryKind.CORRECTION, decision, ruling=ruling, as_of=as_of)


def withdraw_record(workspace: Workspace, record: LedgerRecord, *, ruling: Ruling, as_of: str) -> int:
    """Withdraw a record by a later entry; it stays in the ledger and is left out of everything computed."""
    _check_standing(record)
    target = Target("records", record.schema_id, record.id)
    return append_decision(workspace, target, EntryKind.WITHDRAWAL, "{}", ruling=ruling, as_of=as_of)


def _check_standing(record: LedgerRecord) -> None:
    if record.status is RecordStatus.WITHDRAWN:
        raise SanwuError(
            f"“{record.id}”已经撤回", remedy="撤回有误的，用 sanwu incidents undo 操作序号 撤销那次操作"
        )


def _read_changes(schema: SheetSchema, record: LedgerRecord, given: Sequence[str]) -> dict[str, Json]:
    """Read 栏目=值 into the fields of a correction: values, and the year or span they make."""
    if not given:
        raise SanwuError("没有写要改什么", remedy="请写 --set 栏目=值，可以写几次")
    values: dict[str, Json] = {}
    content: dict[str, Json] = {}
    for text in given:
        header, sign, written = (part.strip() for part in text.replace("＝", "=", 1).partition("="))
        if not sign or not header:
            raise SanwuError(f"“{text}”看不懂", remedy="请写成 --set 栏目=值 的样子")
        if (span := _read_span(schema, header, written)) is not None:
            content |= span
            continue
        spec = find_field(schema, header)
        if spec.name in values:
            raise SanwuError(f"“{spec.header}”写了两次", remedy="请只留一个")
        value = _parse(spec, written, period_of(record))
        values[spec.name] = value_json(value)
        if spec.name == schema.record.date and isinstance(value, date):
            content |= {"year": value.year} if schema.record.period == "row" else {}
    return {**content, "values": values} if values else content


def find_field(schema: SheetSchema, text: str) -> FieldSpec:
    """Find the column a person names, by any spelling of its header; raises SanwuError.

    One that is not kept is refused, a personal one with REFUSED.
    """
    spec = schema.find_field(text)
    if spec is None and (found := schema.match_header(text)) is not None:
        spec = schema.by_name[found[0]]
    if spec is None:
        names = [one.header for one in schema.fields if one.is_read]
        hint = hint_near(text, names, count=3)
        raise SanwuError(
            f"《{schema.title}》没有“{text}”这一栏", remedy=f"{hint}可以改的有：{'、'.join(names)}"
        )
    if spec.personal:
        raise SanwuError(f"“{spec.header}”是个人信息，不进台账", remedy="不用填写", status=ExitStatus.REFUSED)
    if not spec.is_read:
        raise SanwuError(f"“{spec.header}”认得，但不保存，没有可以更正的", remedy="请改别的栏目")
    return spec


def _read_span(schema: SheetSchema, header: str, written: str) -> dict[str, Json] | None:
    """Read the year of a yearly sheet, or the month of a monthly one; None when neither is meant."""
    if schema.find_field(header) is not None:
        return None
    if schema.record.period == "year" and header in _YEAR_WORDS:
        if (found := _YEAR.fullmatch(written)) is None:
            raise SanwuError(f"年度“{written}”看不懂", remedy="请写成 2026 的样子")
        return {"year": int(found[1])}
    if schema.record.period == "month" and header in _SPAN_WORDS:
        month = parse_month(written)
        return {"year": month.year, "period": str(Period(month, month))}
    return None


def _parse(spec: FieldSpec, written: str, hint: Period | None) -> Value:
    """Read a value by its column's type; raises SanwuError with the reader's own words."""
    if not written:
        if spec.required and spec.type not in _PLACE_TYPES:
            raise SanwuError(f"“{spec.header}”不能空着", remedy="整条不该有的，用 sanwu records withdraw")
        return None
    value = make_parser(spec, hint=hint)(written)
    if not isinstance(value, Unreadable):
        return value
    hinted = f"（{value.hint}）" if value.hint else ""
    told = make_finding(value.code, header=spec.header, text=written, hint=hinted)
    is_personal = value.code == "PERSONAL-VALUE"
    status = ExitStatus.REFUSED if is_personal else ExitStatus.USAGE
    remedy = "请去掉其中的个人信息" if is_personal else told.remedy
    raise SanwuError(told.message, remedy=remedy, status=status)


def _find_place(schema: SheetSchema, record: LedgerRecord, values: Json, places: Places) -> dict[str, Json]:
    """Find where a record belongs once columns of its place are corrected; raises SanwuError."""
    fields = {spec.type: spec.name for spec in reversed(schema.fields) if spec.type in _PLACE_TYPES}
    changed: Mapping[str, Json] = values if isinstance(values, dict) else {}
    touched = {kind for kind, name in fields.items() if name in changed}
    if not touched:
        return {}
    after = {**record.values, **changed}
    texts = {kind: after.get(name) for kind, name in fields.items()}
    if "area_code" not in touched:  # a code told before is overruled by names told now
        texts["area_code"] = None
    elif touched == {"area_code"}:  # and names told before by a code
        texts = {"area_code": texts["area_code"]}
    township, village, code = (str(texts[kind]) if texts.get(kind) else None for kind in _PLACE_TYPES)
    within = None if township else record.place.township_code if record.place else None
    day = after.get(schema.record.date or "")
    place, _, near = places.resolve(
        township=township,
        village=village,
        code=code,
        on=date.fromisoformat(day) if isinstance(day, str) else None,
        within=within,
        blank_village=schema.record.blank_village,
    )
    if place.area_code is None:
        _refuse_place("".join(filter(None, (township, village, code))), near)
    return {"place": place_json(place)}


def _refuse_place(named: str, near: Sequence[str]) -> None:
    raise SanwuError(
        f"登记表里定不下来“{named}”是哪里",
        remedy=f"是不是{'、'.join(f'“{one}”' for one in near)}；也可以写代码"
        if near
        else "请写登记表里的名称或代码；乡镇(街道)和村(社区)都要改的，两栏都写",
        status=ExitStatus.INPUT_MISSING,
    )


def _differs(record: LedgerRecord, content: Mapping[str, Json]) -> bool:
    """Say whether a correction says anything the record does not say already."""
    values = content.get("values")
    told = values if isinstance(values, dict) else {}
    place: Place | None = record.place
    return (
        any(record.values.get(name) != value for name, value in told.items())
        or ("place" in content and content["place"] != place_json(place))
        or ("year" in content and content["year"] != record.year)
        or ("period" in content and content["period"] != str(record.period))
    )


def describe_change(record: LedgerRecord, given: LedgerRecord) -> list[str]:
    """Say which columns two states of one record tell differently: 栏目：原来 → 现在."""
    schema = load_schemas()[record.schema_id]
    lines = []
    for spec in schema.fields:
        before, after = record.values.get(spec.name), given.values.get(spec.name)
        if before != after:
            old, new = show_value(spec, before) or "（空）", show_value(spec, after) or "（空）"
            lines.append(f"{spec.header}：{old} → {new}")
    return lines
