"""What the offices do all year besides the three indicators, as the ledger tells it: frozen records.

Each record has the id of its ledger subject, the row it came from, and None wherever a cell said nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from sanwu_cli.model import Place, Source
    from sanwu_cli.periods import Month, Period


class SignIn(Struct, frozen=True):
    """One line of a sign-in sheet (六(三)): names as written, times as HH:MM, counts None where blank."""

    id: str
    day: date | None
    person: str
    unit: str
    role: str
    place: Place | None
    signed_in_at: str
    signed_out_at: str
    consulted_count: int | None
    mediated_count: int | None
    source: Source


class DisputeRecord(Struct, frozen=True):
    """One dispute (四1, 四7) without anybody's name; `is_resolved` None where the sheet does not say.

    `year` is known without a day of registration where its sheet says which year it is of.
    """

    id: str
    registered_on: date | None
    case_number: str
    place: Place | None
    dispute_type: str
    dispute_level: str
    responsible_unit: str
    due_on: date | None
    is_resolved: bool | None
    status: str
    resolved_on: date | None
    source: Source
    year: int | None = None


class DisputeCount(Struct, frozen=True):
    """An area's disputes of a span as somebody counted them."""

    id: str
    period: Period | None
    place: Place | None
    total_count: int | None
    resolved_count: int | None
    open_count: int | None
    source: Source


class CentreRecord(Struct, frozen=True):
    """A governance centre (三1); `items` maps the item's field name to yes, no or None (not verified)."""

    id: str
    year: int | None
    name: str
    level: str
    place: Place | None
    items: Mapping[str, bool | None]
    staff_count: int | None
    camera_count: int | None
    source: Source


class OfficeRecord(Struct, frozen=True):
    """A police station or judicial office (三2)."""

    id: str
    year: int | None
    name: str
    office_type: str
    place: Place | None
    is_standard: bool | None
    is_fengqiao: bool | None
    staff_count: int | None
    source: Source


class GridWorker(Struct, frozen=True):
    """One line of a township's list of grid workers (三4); `grid` is its number, else its name."""

    id: str
    year: int | None
    place: Place | None
    grid_number: str
    grid_name: str
    worker: str
    is_full_time: bool | None
    source: Source


class RosterLine(Struct, frozen=True):
    """One line of a roster a unit made itself: who goes where by which monthly rule.

    `names` maps a StationedRole value to the names the line gives for it.
    """

    id: str
    year: int | None
    place: Place | None
    names: Mapping[str, str]
    rule: str
    hours: str
    venue: str
    source: Source


class Publication(Struct, frozen=True):
    """A month's roster posted at a township or village; `channel` is board or chat_group (六(三), 四9)."""

    id: str
    month: Month | None
    place: Place | None
    channel: str
    posted_on: date | None
    handler: str
    source: Source


class Meeting(Struct, frozen=True):
    """A meeting held; `meeting_type` is progress, joint or supervision (六(二), 五(一))."""

    id: str
    held_on: date | None
    meeting_type: str
    unit: str
    township_code: str | None
    topics: str
    document_number: str
    source: Source


class FiledReport(Struct, frozen=True):
    """A paper a unit sent in; `period_told` is the span it is for as written, mostly empty (五)."""

    id: str
    unit: str
    township_code: str | None
    subject: str
    document_number: str
    filed_on: date | None
    period_told: str
    source: Source


class Reminder(Struct, frozen=True):
    """A reminder, a feedback or an urging that was really made; `step` is one of these three (六(三))."""

    id: str
    made_on: date | None
    person_id: str
    person: str
    step: str
    absent_on: date | None
    reason: str
    is_mended: bool | None
    mended_on: date | None
    document_number: str
    source: Source


class AssessmentItem(Struct, frozen=True):
    """One item of the office's own assessment rules (附1), its cells as written.

    `part` is one_centre, other or empty where nothing says so; `applies` empty means every township;
    `is_example` where title, sheet or row calls the rules an example or a draft.
    """

    id: str
    year: int | None
    number: str
    item: str
    points: Decimal | None
    way: str
    data_source: str
    basis: str
    part: str
    applies: str
    is_example: bool
    source: Source


class ItemScore(Struct, frozen=True):
    """What somebody gave a township for one item of the assessment rules (附1).

    Either ready `points`, or the numbers the item is scored by: `actual` of `due`. With `occurrence_class`
    the line counts those of its occurrences that weigh more (集体访).
    """

    id: str
    year: int | None
    township_code: str | None
    item_number: str
    points: Decimal | None
    source: Source
    actual: Decimal | None = None
    due: Decimal | None = None
    occurrence_class: str = ""
    basis: str = ""


class Activities(Struct, frozen=True):
    """Everything the ledger knows of the year's work, of all years, in the order of the ledger."""

    sign_ins: tuple[SignIn, ...] = ()
    disputes: tuple[DisputeRecord, ...] = ()
    dispute_counts: tuple[DisputeCount, ...] = ()
    centres: tuple[CentreRecord, ...] = ()
    offices: tuple[OfficeRecord, ...] = ()
    grid_workers: tuple[GridWorker, ...] = ()
    duty_rosters: tuple[RosterLine, ...] = ()
    mediator_rosters: tuple[RosterLine, ...] = ()
    publications: tuple[Publication, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    filed_reports: tuple[FiledReport, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    assessment_items: tuple[AssessmentItem, ...] = ()
    item_scores: tuple[ItemScore, ...] = ()
