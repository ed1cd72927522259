"""The held cases: what is known of each, which places it may be, and a worksheet to answer them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.forms import canonical_fields, column_of, find_schema
from sanwu_cli.jobs.gate import INTERNAL_MARK, write_checked_form
from sanwu_cli.jobs.ledger_view import Filter, incident_as_json, list_held_counts, list_incidents, name_areas
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import AreaLevel, IncidentStatus, Matter
from sanwu_cli.workbook.form import FormColumn, FormSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Area
    from sanwu_cli.records import Incident
    from sanwu_cli.terms import Indicator

HEADERS = ("编号", "日期", "线索", "可能是", "挂起原因", "来源")
_MOST_LIKELY = 5
_CLUES = ("clue", "named", "likely", "why", "case_date", "source")
_NOTE = (
    "请在“改归区域代码”一列选择或填写每件案件属于哪个村(社区)，也可以写名称；定不下来的空着，以后再填。"
    "填好后用 sanwu records import 导入。"
)


class HeldCase(Struct, frozen=True):
    """A held case with its clue in words, and the areas it most likely belongs to (code and name)."""

    incident: Incident
    clue: str
    likely: tuple[tuple[str, str], ...]

    @property
    def is_unplaced(self) -> bool:
        """Say whether it is a case whose place is missing, and not its date or whether it counts."""
        return self.incident.number is None and any(place.area_code is None for place in self.incident.places)


def list_held(
    workspace: Workspace, registers: RegisterReading, chosen: Filter | None = None
) -> tuple[HeldCase, ...]:
    """List the held cases that pass the filter, with their clues; after them held numbers of counts."""
    chosen = chosen or Filter(status=IncidentStatus.HELD.value)
    incidents = (*list_incidents(workspace, chosen), *list_held_counts(workspace, chosen))
    return describe_held([i for i in incidents if i.status is IncidentStatus.HELD], registers)


def describe_held(incidents: Sequence[Incident], registers: RegisterReading) -> tuple[HeldCase, ...]:
    """Give the clues of held cases; equal clues are looked up once."""
    names = name_areas(registers.registers.areas)
    known: dict[tuple[object, ...], tuple[tuple[str, str], ...]] = {}
    described = []
    for incident in incidents:
        codes = tuple(dict.fromkeys(code for place in incident.places for code in place.candidates))
        key = (incident.unit, incident.named, codes)
        if key not in known:
            known[key] = _find_likely(incident, codes, registers, names)
        described.append(HeldCase(incident, _say_clue(incident, names), known[key]))
    return tuple(described)


def _say_clue(incident: Incident, names: Mapping[str, str]) -> str:
    """Say what is known: the unit, the place as it was written, else the township the row was placed in."""
    named = "".join(incident.named)
    towns = dict.fromkeys(names.get(place.township_code or "", "") for place in incident.places)
    return " ".join(filter(None, (incident.unit, named or "、".join(filter(None, towns)))))


def _find_likely(
    incident: Incident, codes: tuple[str, ...], registers: RegisterReading, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Find the likeliest areas: names like the one written, the unit's township, the only few there are."""
    places = registers.places
    if incident.named[1]:
        alike = places.suggest(incident.named[1], codes)
        found = [(code, names[code]) for name in alike for code in codes if names.get(code) == name]
        if found:
            return tuple(dict.fromkeys(found))
    is_open = len({place.township_code for place in incident.places} - {None}) != 1
    towns = places.find_in_unit(incident.unit) if incident.unit and is_open else ()
    if towns or not 0 < len(codes) <= _MOST_LIKELY:
        return tuple((area.code, area.name) for area in towns[:_MOST_LIKELY])
    return tuple((code, names.get(code, "")) for code in codes)


def incidents_as_json(
    incidents: Sequence[Incident], registers: RegisterReading | None
) -> list[dict[str, object]]:
    """Give cases as elements of sanwu/incidents/1, the held ones with their clues.

    `registers` may be left out where no case is held.
    """
    held = [incident for incident in incidents if incident.status is IncidentStatus.HELD]
    cases = describe_held(held, registers) if registers is not None else ()
    known = {(case.incident.indicator, case.incident.id): _known_as_json(case) for case in cases}
    nothing: dict[str, object] = {"clue": None, "candidates": [], "why": ""}
    return [{**incident_as_json(i), **known.get((i.indicator, i.id), nothing)} for i in incidents]


def _known_as_json(case: HeldCase) -> dict[str, object]:
    return {
        "clue": case.clue or None,
        "candidates": [{"code": code, "name": name} for code, name in case.likely],
        "why": case.incident.why,
    }


def held_as_row(case: HeldCase) -> tuple[str, ...]:
    """Give a held case as a row under HEADERS."""
    incident = case.incident
    day = incident.filed_on.isoformat() if incident.filed_on else ""
    likely = "、".join(name for _, name in case.likely)
    return show_number(incident), day, case.clue, likely, incident.why, show_source(incident)


def list_sources(cases: Sequence[HeldCase]) -> list[str]:
    """Say of every sheet which cases stand in which of its rows."""
    sheets: dict[str, list[str]] = {}
    for case in cases:
        source = case.incident.sources[0]
        row = f"第{source.row}行 {show_number(case.incident)}"
        sheets.setdefault(f"{source.file}:{source.sheet}", []).append(row)
    return [f"{sheet}：{'、'.join(rows)}" for sheet, rows in sheets.items()]


def show_number(incident: Incident) -> str:
    """Give the number by which commands and rulings find the case; of a count, what it is."""
    if incident.number is None:
        return incident.id
    span = incident.months.label if incident.months else ""
    return f"{span}月报数{incident.indicator.label}{incident.number}件"


def show_source(incident: Incident) -> str:
    """Give file, sheet and row of the row in force."""
    source = incident.sources[0]
    return f"{source.file}:{source.sheet}!第{source.row}行"


def select_unit(cases: Sequence[HeldCase], unit: str, indicator: Indicator | None) -> tuple[HeldCase, ...]:
    """Select the unplaced cases of one handling unit."""
    return tuple(
        case
        for case in cases
        if fold(case.incident.unit) == fold(unit)
        and case.is_unplaced
        and indicator in (None, case.incident.indicator)
    )


def write_worksheet(cases: Sequence[HeldCase], registers: RegisterReading, *, on: date) -> bytes:
    """Write the unplaced cases as a sheet of rulings to fill in: clues beside each, areas to choose from."""
    schema = find_schema("ruling")
    specs = [*canonical_fields(schema), *(schema.by_name[name] for name in _CLUES)]
    columns = []
    for spec in specs:
        column = column_of(spec)
        if spec.name == "target":
            choices = _list_choices(registers, on)
            column = FormColumn(column.header, column.note, choices, width=30, required=True, is_strict=False)
        columns.append(column)
    rows = [_lay_out(case, [spec.name for spec in specs]) for case in cases if case.is_unplaced]
    return write_checked_form(
        schema.title,
        FormSpec(
            sheet_id=schema.id,
            version=schema.version,
            title=schema.title,
            unit_line="填报单位：　　　　　　　　　　填报时间：　　　年　　月　　日",
            columns=tuple(columns),
            notes=(f"{INTERNAL_MARK}。{_NOTE}",),
            rows=len(rows),
            filled=tuple(rows),
        ),
        dated=on,
    )


def _lay_out(case: HeldCase, names: Sequence[str]) -> tuple[str, ...]:
    number, day, _, likely, why, source = held_as_row(case)
    texts = {
        "indicator": case.incident.indicator.label,
        "case_number": number,
        "matter": Matter.MOVE.label,
        "clue": case.incident.unit,
        "named": "".join(case.incident.named),
        "likely": likely,
        "why": why,
        "case_date": day,
        "source": source,
    }
    return tuple(texts.get(name, "") for name in names)


def _list_choices(registers: RegisterReading, on: date) -> tuple[str, ...]:
    """List the areas to choose from, each with its township before it and its code behind it."""
    areas = [area for area in registers.registers.areas if area.exists_on(on)]
    towns = {area.code: area.name for area in areas if area.level is AreaLevel.TOWNSHIP}
    return tuple(_show_area(area, towns) for area in sorted(areas, key=lambda area: area.code))


def _show_area(area: Area, towns: Mapping[str, str]) -> str:
    before = towns.get(area.parent, "") if area.level is AreaLevel.VILLAGE else ""
    return f"{before}{area.name}（{area.code}）"
