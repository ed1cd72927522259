"""The ledger as people need it: listed, shown, corrected, withdrawn, undone, exported."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.annex import list_decisions, show_after, show_before, show_origin
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.intake import choices_of
from sanwu_cli.jobs.reading import detail_sheets
from sanwu_cli.jobs.runs import Target, append_decision, lay_out_runs
from sanwu_cli.ledger.claims import place_json
from sanwu_cli.ledger.derive import derive_held_counts, derive_incidents, derive_records
from sanwu_cli.ledger.entries import EntryKind, Json, canonical_json, show_grounds
from sanwu_cli.model import Place
from sanwu_cli.nearest import hint_near
from sanwu_cli.sheets.values import fold
from sanwu_cli.tables import count_by_month
from sanwu_cli.terms import Indicator
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from sanwu_cli.jobs.runs import Ruling
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area
    from sanwu_cli.periods import Period
    from sanwu_cli.records import Change, Incident, YearRecords
    from sanwu_cli.terms import NotCounted

HEADERS = (
    "指标",
    "编号",
    "日期",
    "乡镇(街道)",
    "村(社区)",
    "区划代码",
    "状态",
    "不计或挂起的原因",
    "来源文件",
    "工作表",
    "行",
    "说明",
)


class Filter(Struct, frozen=True):
    """What to list: by indicator, span, area (a township takes in its villages), counted or not."""

    indicator: Indicator | None = None
    period: Period | None = None
    area_code: str | None = None
    status: str | None = None


def list_incidents(workspace: Workspace, chosen: Filter) -> tuple[Incident, ...]:
    """List the cases of the ledger that pass the filter, counted or not."""
    incidents = derive_incidents(workspace.ledger.read(), choices_of(workspace))
    return tuple(incident for incident in incidents if _passes(incident, chosen))


def list_held_counts(workspace: Workspace, chosen: Filter) -> tuple[Incident, ...]:
    """List the numbers counted for places nobody knows, as held records that pass the filter."""
    held = derive_held_counts(workspace.ledger.read())
    return tuple(incident for incident in held if _passes(incident, chosen))


def _passes(incident: Incident, chosen: Filter) -> bool:
    if chosen.indicator is not None and incident.indicator is not chosen.indicator:
        return False
    if chosen.status is not None and incident.status.value != chosen.status:
        return False
    if chosen.period is not None and incident.filed_on is not None and incident.filed_on not in chosen.period:
        return False
    if chosen.area_code is None:
        return True
    codes = [code for p in incident.places for code in (p.area_code, p.township_code, *p.candidates) if code]
    return chosen.area_code in codes


def derive_all(workspace: Workspace, contents: Contents) -> YearRecords:
    """Derive the records of all years, for what does not hang on one: areas are not in them."""
    return derive_records(
        contents, year=0, areas=(), choices=choices_of(workspace), detail_indicators=detail_sheets()
    )


def incident_as_json(incident: Incident) -> dict[str, object]:
    """Give one case as an element of sanwu/incidents/1."""
    place = incident.places[0]
    source = incident.sources[0]
    return {
        "id": incident.id,
        "indicator": incident.indicator.value,
        "case_number": incident.case_number,
        "filed_on": incident.filed_on.isoformat() if incident.filed_on else None,
        "area_code": place.area_code,
        "township_code": place.township_code,
        "area_codes": [p.area_code for p in incident.places],
        "status": incident.status.value,
        "counts": incident.counts,
        "reason": incident.reason.value if incident.reason else None,
        "source": {"file": source.file, "sheet": source.sheet, "row": source.row},
        "sources": [{"file": s.file, "sheet": s.sheet, "row": s.row} for s in incident.sources],
        "counted_number": incident.number,
        "objection_pending": incident.is_contested,
        "suspended": incident.is_suspended,
        "changes": [_change_as_json(change) for change in incident.changes],
    }


def _change_as_json(change: Change) -> dict[str, object]:
    source = change.source
    return {
        "matter": change.matter.value,
        "day": change.day,
        "before": list(change.before),
        "after": list(change.after),
        "reason": change.reason,
        "document_number": change.document_number,
        "unit": change.unit,
        "asked": list(change.asked),
        "counted_before": change.was_counted,
        "counted_after": change.is_counted,
        "source": {"file": source.file, "sheet": source.sheet, "row": source.row} if source else None,
    }


def incident_as_row(incident: Incident, names: dict[str, str]) -> tuple[str | int | None, ...]:
    """Give one case as a row under HEADERS; `names` maps codes to names."""
    source = incident.sources[0]
    codes = [place.area_code or "" for place in incident.places]
    townships = dict.fromkeys(place.township_code or "" for place in incident.places)
    villages = [names.get(code, "") for code in codes if code not in townships]
    why = incident.reason.label if incident.reason else (incident.why if incident.widens else "")
    return (
        incident.indicator.label,
        incident.case_number or incident.id,
        incident.filed_on.isoformat() if incident.filed_on else "",
        "、".join(names.get(code, "") for code in townships),
        "、".join(villages),
        "、".join(codes),
        incident.status.label,
        why,
        source.file,
        source.sheet,
        source.row,
        incident.note,
    )


def describe_changes(incident: Incident, names: dict[str, str]) -> list[str]:
    """Say what people decided about a case, one line each: old and new unit, the grounds, the sheet."""
    return [_describe_change(change, names) for change in incident.changes]


def _describe_change(change: Change, names: dict[str, str]) -> str:
    before, after = (
        "、".join(names.get(code, code) for code in codes) for codes in (change.before, change.after)
    )
    moved = f"{before or '未定'} → {after}" if after else ""
    grounds = show_grounds(change.reason, change.document_number)
    source = change.source
    where = f"{source.file}:{source.sheet}!第{source.row}行" if source else ""
    return " ".join(filter(None, (change.matter.label, change.day, change.unit, moved, grounds, where)))


def name_areas(areas: tuple[Area, ...]) -> dict[str, str]:
    """Map every code to its name; of several lives of one code the last is named."""
    ordered = sorted(areas, key=lambda area: area.valid_from or date.min)
    return {area.code: area.name for area in ordered}


def find_area_code(registers: RegisterReading, text: str) -> str:
    """Find the code of an area, past or present, by code or full name; raises SanwuError."""
    areas = registers.registers.areas
    found = {
        a.code: a for a in areas if text in (a.code, a.name, *a.aliases) or text == a.code.ljust(12, "0")
    }
    if len(found) == 1:
        return next(iter(found))
    if found:
        options = "、".join(f"{area.name}（{code}）" for code, area in found.items())
        raise SanwuError(f"叫“{text}”的不止一个：{options}", remedy="请写代码")
    raise SanwuError(
        f"登记表里没有“{text}”",
        remedy=hint_near(text, (area.name for area in areas)) + "请写登记表里的代码或全名",
        status=ExitStatus.INPUT_MISSING,
    )


def find_incident(workspace: Workspace, text: str, indicator: Indicator | None = None) -> Incident:
    """Find a case by its number or id; raises SanwuError when there is none or more than one."""
    wanted = fold(text)
    known = list_incidents(workspace, Filter(indicator=indicator))
    found = [i for i in known if wanted == fold(i.id)]
    found = found or [i for i in known if wanted == fold(i.case_number)]
    if len(found) == 1:
        return found[0]
    if found:
        kinds = "、".join(incident.indicator.label for incident in found)
        raise SanwuError(f"编号“{wanted}”在几项指标里都有：{kinds}", remedy="请用 --indicator 指明是哪一项")
    raise SanwuError(
        f"台账里没有编号“{wanted}”",
        remedy=hint_near(wanted, (incident.id for incident in known)) + "请用 sanwu incidents list 查看编号",
        status=ExitStatus.INPUT_MISSING,
    )


def _schema_of(incident: Incident) -> str:
    return next(sheet for sheet, indicator in detail_sheets().items() if indicator is incident.indicator)


def correct_incident(
    workspace: Workspace,
    incident: Incident,
    *,
    ruling: Ruling,
    as_of: str,
    area: Area | None = None,
    filed_on: date | None = None,
    not_counted: NotCounted | None = None,
    is_counted: bool = False,
) -> int:
    """Correct a case by a later entry that names it and its reason; gives the run's number."""
    content: dict[str, Json] = {}
    if area is not None:
        is_village = area.level.value == "village"
        place = Place(area.code, area.parent if is_village else area.code)
        content["places"] = [place_json(place)]
    if filed_on is not None:
        content["date"] = filed_on.isoformat()
    if not_counted is not None:
        content["not_counted"] = not_counted.value
    elif is_counted:
        content |= {"not_counted": None, "unclear": None}
    if not content:
        raise SanwuError(
            "没有写要改什么", remedy="请写 --area、--filed-on、--counted、--not-counted 中的至少一项"
        )
    decision = canonical_json(content)
    return append_decision(
        workspace, _target_of(incident), EntryKind.CORRECTION, decision, ruling=ruling, as_of=as_of
    )


def withdraw_incident(workspace: Workspace, incident: Incident, *, ruling: Ruling, as_of: str) -> int:
    """Withdraw a case by a later entry; it stays in the ledger and no longer counts."""
    return append_decision(
        workspace, _target_of(incident), EntryKind.WITHDRAWAL, "{}", ruling=ruling, as_of=as_of
    )


def _target_of(incident: Incident) -> Target:
    return Target("incidents", _schema_of(incident), incident.id)


CHANGE_HEADERS = ("编号", "指标", "事项", "日期", "原归属", "改归", "理由", "文号", "来源")


def _lay_out_changes(records: YearRecords, names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    """Lay every decision out under CHANGE_HEADERS, of all years: nothing is changed without a trace."""
    return tuple(
        (
            one.number,
            Indicator(one.indicator).label if one.indicator else "",
            one.change.matter.label,
            one.change.day,
            show_before(one.change, names),
            show_after(one.change, names),
            one.change.reason,
            one.change.document_number,
            show_origin(one.change),
        )
        for one in list_decisions(records, None)
    )


def export_ledger(workspace: Workspace, registers: RegisterReading) -> bytes:
    """Write the ledger as a workbook: every case, the numbers by month, the sheets taken in, the runs."""
    names = name_areas(registers.registers.areas)
    everything = workspace.ledger.read()
    incidents = list_incidents(workspace, Filter())
    records = derive_all(workspace, everything)
    cases = [incident_as_row(incident, names) for incident in incidents]
    headers, months = count_by_month(incidents, names)
    sheets, runs = lay_out_runs(everything, names)
    name = workspace.settings.name
    return write_internal(
        f"{name}三无台账",
        (
            TableSheet("明细", HEADERS, tuple(cases), title=f"{name}三无台账", landscape=True),
            TableSheet("认定和更正", CHANGE_HEADERS, _lay_out_changes(records, names), landscape=True),
            TableSheet("按月统计", headers, tuple(months), title=f"{name}三无指标按月统计"),
            sheets,
            runs,
        ),
    )
