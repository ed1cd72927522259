"""The plan's due items of a workspace: opened, narrowed to somebody, given as JSON and rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.calendars import build_calendar
from sanwu_cli.due.ics import write_calendar
from sanwu_cli.due.items import list_whole
from sanwu_cli.due.records import Item, ItemState, Known, Span
from sanwu_cli.due.unused import list_unused
from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.due_sources import find_proposals, list_issues
from sanwu_cli.jobs.gate import pass_text
from sanwu_cli.jobs.intake import choices_of
from sanwu_cli.jobs.reading import detail_sheets
from sanwu_cli.ledger.derive import derive_records
from sanwu_cli.model import Source
from sanwu_cli.nearest import hint_near
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.registers import REGISTER_FILES
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.due.records import Proposal, RosterIssue
    from sanwu_cli.due.unused import UnusedRow
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Person
    from sanwu_cli.places import Places
    from sanwu_cli.plan.records import Plan

_TOWNSHIP_DIGITS = 9
CALENDAR_TITLE = "三无工作到期事项"
DUE_HEADERS = (
    *(
        "事项",
        "条款",
        "责任单位",
        "区域代码",
        "内容",
        "所属期",
        "期限",
        "建议期限",
        "状态",
        "说明",
        "怎么办",
        "依据",
    ),
)


class Who(Struct, frozen=True):
    """Whose items are asked for: a unit of the plan, or an area with everything in it."""

    unit_id: str = ""
    area_code: str = ""

    @property
    def scope(self) -> str:
        """A short stable name of it."""
        return self.unit_id or self.area_code

    def is_meant(self, item: Item) -> bool:
        """Say whether the item is theirs."""
        if self.unit_id:
            return item.party.unit.id == self.unit_id
        return item.party.code.startswith(self.area_code)


class Dues(Struct, frozen=True):
    """The due items of a span as they stand on a day, and the rows that are evidence of nothing.

    `whole` are the items of everybody bound by the same tasks and periods, in whatever state.
    """

    as_of: date
    span: Span
    items: tuple[Item, ...]
    unused: tuple[UnusedRow, ...]
    has_overdue_of_year: bool = False
    whole: tuple[Item, ...] = ()

    def keep(self, *, who: Who | None = None, state: ItemState | None = None) -> Dues:
        """Narrow to somebody's items, or to one state."""
        whole = tuple(item for item in self.whole if who is None or who.is_meant(item))
        meant = (item for item in self.items if who is None or who.is_meant(item))
        kept = tuple(item for item in meant if state is None or item.state is state)
        return replace(self, items=kept, whole=whole)

    def count(self) -> dict[str, int]:
        """Count the items by state."""
        return {state.value: sum(item.state is state for item in self.items) for state in ItemState}


def open_dues(
    workspace: Workspace,
    registers: RegisterReading,
    *,
    as_of: date,
    period: Period | None = None,
) -> Dues:
    """Open the due items of a period; without one those of the month of `as_of` and the year's overdue ones.

    Raises SanwuError for a period before the plan.
    """
    month = Month.of(as_of)
    asked = period or Period(month, month)
    span = Span(asked.first.first_day, asked.last.last_day)
    begins = workspace.plan.duties.begins
    if span.last < begins or as_of < begins:
        raise SanwuError(
            f"方案从{Month.of(begins).label}起实施，{asked.label}没有要办的事项",
            remedy="请写以后的月份或年份；--as-of 也要在这之后",
        )
    wide = span if period else Span(date(as_of.year, 1, 1), span.last)
    issues = list_issues(workspace)
    proposals = find_proposals(workspace, registers, wide, as_of=as_of)
    known = gather_known(workspace, registers, wide, issues=issues, proposals=proposals)
    whole = list_whole(workspace.plan, known, as_of=as_of, span=wide)
    kept = tuple(item for item in whole if not item.is_settled and (period or _is_wanted(item, span)))
    unused = list_unused(workspace.plan, known)
    return Dues(as_of, span, kept, unused, has_overdue_of_year=period is None, whole=whole)


def gather_known(
    workspace: Workspace,
    registers: RegisterReading,
    span: Span,
    *,
    issues: Sequence[RosterIssue] = (),
    proposals: Sequence[Proposal] | None = None,
) -> Known:
    """Gather everything the checks look at for a span."""
    years = range(span.first.year, span.last.year + 1)
    known = registers.registers
    days = workspace.settings.readings["T-24"]
    return Known(
        activities=open_activities(workspace, registers),
        areas=tuple(sorted(known.areas, key=lambda area: area.code)),
        calendar=build_calendar(years, known.overrides),
        roles=_list_roles(known.persons),
        issues=tuple(issues),
        duty_days=known.duty_days,
        duty_day_source=Source(f"registers/{REGISTER_FILES['register_duty_day']}", "", ""),
        assessed=_list_assessed(workspace, registers, years),
        proposals=None if proposals is None else tuple(proposals),
        numbers={"T-24": int(days["days_per_month"])} if isinstance(days, dict) else {},
        labels={field.name: field.header for field in load_schemas()["centre"].fields},
    )


def find_who(plan: Plan, places: Places, text: str, as_of: date) -> Who:
    """Find whom a person means by a department's name, a township's or village's name, or a code."""
    word = text.strip()
    if named := [unit for unit in plan.duties.units if word in (unit.name, unit.id)]:
        return Who(unit_id=named[0].id)
    place = places.find_target(word, on=as_of)[0]
    if place.area_code is not None:
        return Who(area_code=place.area_code)
    if units := [unit for unit in plan.duties.units if unit.is_named_in(word)]:
        return Who(unit_id=units[0].id)
    names = "、".join(unit.name for unit in plan.duties.units)
    areas = [area.name for lives in places.index.by_code.values() for area in lives]
    hint = hint_near(word, [*(unit.name for unit in plan.duties.units), *areas])
    raise SanwuError(
        f"不知道“{text}”是哪个单位", remedy=f"{hint}可以写乡镇(街道)、村(社区)的全名或代码，或者：{names}"
    )


def year_period(year: int) -> Period:
    """Give the months of a year."""
    return Period(Month(year, 1), Month(year, MONTHS_A_YEAR))


def dues_as_json(dues: Dues) -> dict[str, object]:
    """Give the items as sanwu/due/1; `counts` are of the items by state."""
    return {
        "schema": "sanwu/due/1",
        "as_of": dues.as_of.isoformat(),
        "span": {
            "first": dues.span.first.isoformat(),
            "last": dues.span.last.isoformat(),
            "overdue_of_year": dues.has_overdue_of_year,
        },
        "items": [_item_as_json(item) for item in dues.items],
        "unused": [{**_source_as_json(row.source), "why": row.why} for row in dues.unused],
        "counts": dues.count(),
    }


def due_rows(dues: Dues) -> list[tuple[object, ...]]:
    """Lay the items out as rows under DUE_HEADERS."""
    return [
        (
            item.obligation.id,
            "、".join(item.obligation.clauses),
            item.party.name,
            item.party.code,
            item.what,
            item.period.label,
            item.due_on,
            item.is_soft if item.due_on else None,
            item.state,
            item.why,
            item.task.todo,
            "；".join(show_source(source) for source in item.evidence),
        )
        for item in dues.items
    ]


def show_source(source: Source) -> str:
    """Write where a record stands, such as inbox/会议.xlsx:台账!第3行."""
    sheet = f":{source.sheet}" if source.sheet else ""
    return f"{source.file}{sheet}" + (f"!第{source.row}行" if source.row else "")


def _is_wanted(item: Item, span: Span) -> bool:
    """Say whether an item is of the month, or of an earlier one and still open or overdue."""
    if item.state is ItemState.OVERDUE or item.period.last is None:
        return True
    return (item.due_on or item.period.last) in span


def _list_roles(persons: Sequence[Person]) -> dict[str, frozenset[str]]:
    """Map each name and each number, folded, to the roles it is registered for."""
    roles: dict[str, set[str]] = {}
    for person in persons:
        for text in {fold(person.name), fold(person.id)} - {""}:
            roles.setdefault(text, set()).add(person.role.value)
    return {name: frozenset(found) for name, found in roles.items()}


def _list_assessed(
    workspace: Workspace, registers: RegisterReading, years: range
) -> dict[int, dict[str, Source]]:
    """Map each year to the townships with a score: a ready total, or both its halves."""
    contents = workspace.ledger.read()
    found: dict[int, dict[str, Source]] = {}
    for year in years:
        records = derive_records(
            contents,
            year=year,
            areas=registers.registers.areas,
            choices=choices_of(workspace),
            detail_indicators=detail_sheets(),
        )
        found[year] = {
            score.township_code: score.source
            for score in records.assessments
            if score.total_score is not None or None not in (score.centre_score, score.other_score)
        }
    return found


def _item_as_json(item: Item) -> dict[str, object]:
    return {
        "obligation": item.obligation.id,
        "task": item.task_number,
        "clauses": list(item.obligation.clauses),
        "who": item.party.name,
        "area_code": item.party.code or None,
        "what": item.what,
        "person": item.person or None,
        "period": item.period.name or None,
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "soft": item.is_soft,
        "state": item.state.value,
        "late": item.is_late,
        "evidence": [_source_as_json(source) for source in item.evidence],
        "why": item.why,
        "todo": item.task.todo,
    }


def _source_as_json(source: Source) -> Mapping[str, object]:
    return {"file": source.file, "sheet": source.sheet, "row": source.row}


def write_due_calendar(dues: Dues, *, scope: str = "") -> bytes:
    """Write the open items as a calendar file; `scope` where they are somebody's; see `pass_text`."""
    data = write_calendar(dues.items, as_of=dues.as_of, title=CALENDAR_TITLE, scope=scope, whole=dues.whole)
    return pass_text(CALENDAR_TITLE, data)
