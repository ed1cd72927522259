"""The documents about the ledger: cases, objections and rulings, records of other sheets, runs, exports."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from sanwu_cli.ledger.entries import EntryKind
from sanwu_cli.schemas.parts import (
    AreaPart,
    Bounds,
    Checked,
    Code,
    Count,
    Day,
    IndicatorId,
    MonthText,
    Part,
    PartCode,
    PeriodText,
    Run,
    Source,
    Values,
)
from sanwu_cli.terms import IncidentStatus, Matter, NotCounted, RecordStatus, Timing, Verdict


class ChangePart(Part, frozen=True, kw_only=True):
    """台账里对一件案件的一次决定。"""

    matter: Matter
    day: str
    before: list[str]
    after: list[str]
    reason: str
    document_number: str
    unit: str
    asked: list[str]
    counted_before: bool
    counted_after: bool
    source: Source | None


class IncidentPart(Part, frozen=True, kw_only=True):
    """一件案件的现状和出处；counted_number 是月报数的件数，明细的案件为 null。"""

    id: str
    indicator: IndicatorId
    case_number: str
    filed_on: Day | None
    area_code: Code | None
    township_code: PartCode | None
    area_codes: list[Code | None]
    status: IncidentStatus
    counts: bool
    reason: NotCounted | None
    source: Source
    sources: list[Source]
    counted_number: Count | None
    objection_pending: bool
    suspended: bool
    changes: list[ChangePart]


class ListedIncident(IncidentPart, frozen=True, kw_only=True):
    """列出的案件；挂起的有线索、可能的地方和原因。"""

    clue: str | None
    candidates: list[AreaPart]
    why: str


class Incidents(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/incidents/1"):
    """台账里的案件。"""

    incidents: list[ListedIncident]


class Incident(IncidentPart, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/incident/1"):
    """一件案件。"""


class Placed(Part, frozen=True, kw_only=True):
    """归属了的一件案件。"""

    id: str
    area_codes: list[Code | None]


class LedgerRun(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/ledger-run/1"):
    """台账的一次操作；run 为 null 表示没有写。归属案件的另有 placed。"""

    run: Run | None
    placed: list[Placed] | UnsetType = UNSET


class Export(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/export/1"):
    """写出的台账文件；待填的表另有行数。"""

    file: str
    rows: Count | None


class Decision(Part, frozen=True, kw_only=True):
    """对异议的认定。"""

    matter: Matter
    day: str
    after: list[str]
    reason: str
    document_number: str


class Objection(Part, frozen=True, kw_only=True):
    """一件异议：谁提的，期限，怎么定的。"""

    id: str
    indicator: IndicatorId | None
    unit: str
    raised_on: str | None
    recorded_on: str
    area_codes: list[str]
    asked: list[str]
    reason: str
    document_number: str
    month: MonthText | None
    opened_on: Day | None
    window_end: Day | None
    window_draft: bool
    timing: Timing
    state: Literal["decided", "no_case", "suspended", "pending"]
    decision: Decision | None
    days_waiting: int | None
    source: Source | None


class Objections(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/objections/1"):
    """异议的情况。"""

    as_of: Day
    objections: list[Objection]


class Standing(Part, frozen=True, kw_only=True):
    """一个地方在认定前后的数和结论。"""

    code: Code
    name: str
    verdict_before: Verdict
    verdict_after: Verdict
    number_before: Bounds | None
    number_after: Bounds | None


class Ruling(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/ruling/1"):
    """一件异议或认定：原来归谁、以后归谁、结论怎么变，写没写进台账。"""

    id: str
    indicator: IndicatorId
    matter: Matter | None
    day: Day | None
    unit: str
    reason: str
    document_number: str
    same: bool
    replaces: bool
    overtaken: bool
    before: list[str]
    after: list[str]
    stands_before: str
    stands_after: str
    standings: list[Standing]
    objection: Objection | None
    applied: bool
    run: Run | None


class RecordPart(Part, frozen=True, kw_only=True):
    """一条记录现在写的是什么；命令登记的没有出处。"""

    id: str
    sheet: str
    year: int | None
    period: PeriodText | None
    area_code: Code | None
    township_code: PartCode | None
    values: Values
    status: RecordStatus
    why: str
    corrected: bool
    source: Source | None
    sources: list[Source]


class Records(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/records/1"):
    """各种表的记录。"""

    records: list[RecordPart]


class Entry(Part, frozen=True, kw_only=True):
    """台账里说到这条记录的一笔。"""

    kind: EntryKind
    run: Run
    command: str
    as_of: str
    undone_by: Run | None
    source: Source | None
    values: Values
    area_code: Code | None
    township_code: PartCode | None
    reason: str | None
    document_number: str | None


class Record(RecordPart, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/record/1"):
    """一条记录和它的来历。"""

    entries: list[Entry]
