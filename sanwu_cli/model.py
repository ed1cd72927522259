"""The frozen records every layer speaks: areas, sources, rows, findings, people, duties, intervals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import AreaKind, AreaLevel, ColumnUse, HeaderMatch, Severity, StationedRole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.terms import Indicator

# In place of a township's code: a part of the county that could not be told, which speaks for nobody.
UNKNOWN_PART = "?"

Number = int | Fraction | Decimal
Value = str | int | bool | date | Decimal | Month | Period | tuple[str, ...] | None
_Day = date  # for records that have a field called `date`


class Source(Struct, frozen=True):
    """Where a value came from: the file (path as reported), its sha-256, sheet name, 1-based row or None."""

    file: str
    sha256: str
    sheet: str
    row: int | None = None


class Finding(Struct, frozen=True):
    """A problem in the data, as a value: stable code, place, what is wrong, what to do, which clause asks."""

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    clause: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""


class Interval(Struct, frozen=True):
    """What is known of a number: low … high; high None means unbounded."""

    low: Number
    high: Number | None

    def __post_init__(self) -> None:
        if self.high is not None and self.high < self.low:
            raise ValueError(f"empty interval {self.low}..{self.high}")

    @property
    def is_exact(self) -> bool:
        """Say whether the number is known exactly."""
        return self.high is not None and self.low == self.high


class AddedIndicator(Struct, frozen=True):
    """An indicator beyond the plan's three (T-01): counted by month, judged like them.

    `headers` are further spellings of its column in a month's count; `limit` is the number a village may
    reach in a year; `source` the paper that asks for it; `sender` who reports it.
    """

    indicator: Indicator
    headers: tuple[str, ...] = ()
    limit: int = 0
    source: str = ""
    sender: str = ""


class Area(Struct, frozen=True):
    """A township-level unit or a village, with the days between which it exists.

    `code` is 9 (township) or 12 (village) digits, `parent` the 9-digit township code of a village
    (6-digit county code of a township), `successor` the code it was merged into, if any.
    """

    code: str
    name: str
    kind: AreaKind
    parent: str
    competes: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> AreaLevel:
        """Township or village."""
        village = self.kind in (AreaKind.VILLAGE, AreaKind.COMMUNITY)
        return AreaLevel.VILLAGE if village else AreaLevel.TOWNSHIP

    def exists_on(self, day: date) -> bool:
        """Say whether the area exists on the day; its last day counts."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


class Place(Struct, frozen=True):
    """Where a row belongs.

    Placed: `area_code` is the village, or the township for an event at township level.
    Not placed: `area_code` is None and `candidates` lists every area the row may belong to.
    """

    area_code: str | None
    township_code: str | None
    candidates: tuple[str, ...] = ()


class Row(Struct, frozen=True):
    """A data row of a sheet: typed values by field, its place, and the A1 address of each field.

    `unreadable` names fields whose cell holds something that could not be read; such a field's value
    is None. Fields marked personal never appear.
    """

    source: Source
    values: Mapping[str, Value]
    place: Place | None = None
    unreadable: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


class ColumnEvidence(Struct, frozen=True):
    """What became of a column: letters, header as written (a personal number in it is not shown), and why.

    `field` is the field's name, empty for none; `match` says by which spelling it was found.
    """

    letters: str
    header: str
    use: ColumnUse
    field: str = ""
    match: HeaderMatch | None = None


class LayoutEvidence(Struct, frozen=True):
    """Why a sheet was read the way it was, or what came nearest when nothing claims it.

    `header_rows` are 1-based, first and last; `fingerprint` names the headers; `remembered` says whose
    accepted mapping was followed; `rival` is the id of the runner-up, or of the nearest form, with the
    number of columns it knows and the headers it lacks. Origins are Chinese words.
    """

    header_rows: tuple[int, int] | None = None
    fingerprint: str = ""
    remembered: str = ""
    columns: tuple[ColumnEvidence, ...] = ()
    title_words: tuple[str, ...] = ()
    rival: str = ""
    rival_columns: int = 0
    rival_lacks: tuple[str, ...] = ()
    period_origin: str = ""
    coverage_origin: str = ""


class SheetReading(Struct, frozen=True):
    """One worksheet as read: which schema claims it, its period and coverage, its rows and findings.

    `schema_id` is None when no schema claims it; `header_row` is 1-based; `coverage` is a township code,
    None for the whole county, or UNKNOWN_PART. `filled_rows` counts every non-empty row of the sheet:
    `heading_rows` down to the end of the header, the data `rows`, `layout_rows` below it that are no data,
    and `unread_rows` of a sheet nobody claims.
    """

    file: str
    sha256: str
    sheet: str
    schema_id: str | None
    header_row: int | None = None
    period: Period | None = None
    coverage: str | None = None
    rows: Sequence[Row] = ()
    layout_rows: int = 0
    unread_rows: int = 0
    fields: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    filled_rows: int = 0
    heading_rows: int = 0
    evidence: LayoutEvidence | None = None


class Person(Struct, frozen=True):
    """An official on duty; `areas` the areas served first (empty: any), `avoid` those never served."""

    id: str
    name: str
    role: StationedRole
    unit: str
    areas: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    monthly_limit: int | None = None
    office_phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def serves_on(self, day: date) -> bool:
        """Say whether the person is in service on the day."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


class DutyDay(Struct, frozen=True):
    """An area's fixed monthly duty day: the rule as written, the role (None: all), where and when."""

    area_code: str
    role: StationedRole | None
    rule: str
    place: str = ""
    hours: str = ""


class Leave(Struct, frozen=True):
    """Days on which a person cannot serve, both ends included; the reason is not kept."""

    person_id: str
    first: date
    last: date


class Limit(Struct, frozen=True):
    """A quota the office registered (T-02): the count an indicator may reach in a year.

    `scope` is a village's or township's code, a kind of area (village, community), or empty for all.
    """

    indicator: Indicator
    scope: str
    number: int
    document_number: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the quota is in force on the day."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


class Distance(Struct, frozen=True):
    """Kilometres from a sending unit to an area visited, one way."""

    unit: str
    area_code: str
    kilometres: int


class DayOverride(Struct, frozen=True):
    """One day of the local overlay of the national calendar."""

    day: date
    is_off: bool
    name: str
    document_number: str


class Grid(Struct, frozen=True):
    """A grid of a village (三4); `workers` are names, none where nobody is named, None where nobody knows.

    `cell` is the address of the workers' cell in the register's row.
    """

    id: str
    name: str
    village_code: str
    workers: tuple[str, ...] | None
    is_full_time: bool | None
    source: Source
    cell: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def exists_on(self, day: date) -> bool:
        """Say whether the grid is in use on the day; its last day counts."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


class Registers(Struct, frozen=True):
    """The office's own registers, as read and cross-checked."""

    areas: tuple[Area, ...] = ()
    persons: tuple[Person, ...] = ()
    duty_days: tuple[DutyDay, ...] = ()
    leaves: tuple[Leave, ...] = ()
    overrides: tuple[DayOverride, ...] = ()
    limits: tuple[Limit, ...] = ()
    grids: tuple[Grid, ...] = ()
    distances: tuple[Distance, ...] = ()


class Duty(Struct, frozen=True):
    """One visit of one person to one township on one day; `moved_from` is the day the rule named."""

    date: date
    area_code: str
    role: StationedRole
    person_id: str
    person: str
    place: str
    hours: str = ""
    moved_from: _Day | None = None
    frozen: bool = False


class Unfilled(Struct, frozen=True):
    """A visit nobody can make, with the reasons in words.

    `planned_on` is the duty day it was meant for (None: no readable rule), the rest as in Duty.
    """

    area_code: str
    role: StationedRole
    month: Month
    reasons: tuple[str, ...]
    planned_on: date | None = None
    place: str = ""
    hours: str = ""
    moved_from: date | None = None


class Roster(Struct, frozen=True):
    """A month's duties, what stays empty, and what was optimised (level, value, proven bound)."""

    month: Month
    duties: tuple[Duty, ...]
    unfilled: tuple[Unfilled, ...]
    objective: tuple[tuple[str, int, int], ...]
    optimal: bool
    draft_reason: str = ""
