"""From what the ledger's subjects say to the records of the year's work; withdrawn ones are left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.activities import (
    Activities,
    AssessmentItem,
    CentreRecord,
    DisputeCount,
    DisputeRecord,
    FiledReport,
    GridWorker,
    ItemScore,
    Meeting,
    OfficeRecord,
    Publication,
    Reminder,
    RosterLine,
    SignIn,
)
from sanwu_cli.ledger.entries import read_json, settle
from sanwu_cli.model import Place, Source
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import ReminderStep, StationedRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sanwu_cli.ledger.entries import Contents, Subject

    FindTownship = Callable[[str], str | None]

# What tells of a centre besides its items (sheets/centre.toml).
_NO_ITEM = frozenset({"has_sign"})
_FULL_TIME = "full_time"
# The sheets whose rows are the year's work.
_WORK = frozenset(
    {
        *(
            "sign_in",
            "dispute",
            "dispute_count",
            "centre",
            "office",
            "grid",
            "duty_roster",
            "mediator_roster",
        ),
        *("publication", "meeting", "report_filed", "reminder", "assessment_item", "item_score"),
    }
)
# Where a record came from that a command wrote: no file.
BY_COMMAND = Source("", "", "")
# How a file or sheet says that its rules are in force for nobody (titles: sheets/assessment_item.toml).
_DRAFT_WORDS = ("示例", "草案", "征求意见", "讨论稿", "样例")


class Line(Struct, frozen=True):
    """A subject's content with its cells read by type; the writer is claims.py."""

    id: str
    source: Source
    content: Mapping[str, Any]

    @property
    def year(self) -> int | None:
        """The year the record is for."""
        year: int | None = self.content["year"]
        return year

    @property
    def period(self) -> Period | None:
        """The span of a record told month by month."""
        text = self.content.get("period")
        return Period.of_text(text) if text else None

    @property
    def place(self) -> Place | None:
        """Where the record belongs, or None where its sheet names no place."""
        place = self.content["place"]
        if place["area"] is None and place["township"] is None and not place["candidates"]:
            return None
        return Place(place["area"], place["township"], tuple(place["candidates"]))

    def text(self, name: str) -> str:
        """Give a cell as text, empty where it said nothing."""
        value = self.content["values"].get(name)
        return "" if value is None else str(value)

    def day(self, name: str) -> date | None:
        """Give a cell that holds a day."""
        text = self.text(name)
        return date.fromisoformat(text) if text else None

    def number(self, name: str) -> int | None:
        """Give a cell that holds a count."""
        value = self.content["values"].get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def decimal(self, name: str) -> Decimal | None:
        """Give a cell that holds a number with decimals."""
        text = self.text(name)
        return Decimal(text) if text else None

    def flag(self, name: str) -> bool | None:
        """Give a cell that says yes or no."""
        value = self.content["values"].get(name)
        return value if isinstance(value, bool) else None


def derive_activities(contents: Contents, find_township: FindTownship) -> Activities:
    """Give the records of the year's work; `find_township` gives the code of the township a unit's name is.

    Held records are among them: their place has no code, or their year is None.
    """
    lines: dict[str, list[Line]] = {}
    for subject in settle(contents).values():
        if subject.is_withdrawn or subject.schema_id not in _WORK:
            continue  # cases and counts are many: they are not even parsed
        content = read_json(subject.content)
        if content["kind"] == "record":
            lines.setdefault(subject.schema_id, []).append(_make_line(subject, content))
    return Activities(
        tuple(map(_read_sign_in, lines.get("sign_in", ()))),
        tuple(map(_read_dispute, lines.get("dispute", ()))),
        tuple(map(_read_dispute_count, lines.get("dispute_count", ()))),
        tuple(map(_read_centre, lines.get("centre", ()))),
        tuple(map(_read_office, lines.get("office", ()))),
        tuple(map(_read_grid_worker, lines.get("grid", ()))),
        tuple(map(_read_duty_roster, lines.get("duty_roster", ()))),
        tuple(map(_read_mediator_roster, lines.get("mediator_roster", ()))),
        tuple(map(_read_publication, lines.get("publication", ()))),
        tuple(_read_meetings(lines.get("meeting", ()), find_township)),
        tuple(_read_filed_reports(lines.get("report_filed", ()), find_township)),
        tuple(map(_read_reminder, lines.get("reminder", ()))),
        tuple(map(read_assessment_item, lines.get("assessment_item", ()))),
        tuple(map(_read_item_score, lines.get("item_score", ()))),
    )


def _make_line(subject: Subject, content: Mapping[str, Any]) -> Line:
    source = subject.sources[0] if subject.sources else BY_COMMAND
    return Line(subject.key, source, content)


def _read_sign_in(line: Line) -> SignIn:
    return SignIn(
        line.id,
        line.day("signed_on"),
        line.text("person"),
        line.text("unit"),
        line.text("role"),
        line.place,
        line.text("signed_in_at"),
        line.text("signed_out_at"),
        line.number("consulted_count"),
        line.number("mediated_count"),
        line.source,
    )


def _read_dispute(line: Line) -> DisputeRecord:
    return DisputeRecord(
        line.id,
        line.day("registered_on"),
        line.text("case_number"),
        line.place,
        line.text("dispute_type"),
        line.text("dispute_level"),
        line.text("responsible_unit"),
        line.day("due_on"),
        line.flag("is_resolved"),
        line.text("status"),
        line.day("resolved_on"),
        line.source,
        line.year,
    )


def _read_dispute_count(line: Line) -> DisputeCount:
    return DisputeCount(
        line.id,
        line.period,
        line.place,
        line.number("total_count"),
        line.number("resolved_count"),
        line.number("open_count"),
        line.source,
    )


def _read_centre(line: Line) -> CentreRecord:
    """Read a centre; an item nobody filled in is not there, and so unknown."""
    values: Mapping[str, object] = line.content["values"]
    items = {name: v for name, v in values.items() if isinstance(v, bool) and name not in _NO_ITEM}
    return CentreRecord(
        line.id,
        line.year,
        line.text("name"),
        line.text("level"),
        line.place,
        items,
        line.number("staff_count"),
        line.number("camera_count"),
        line.source,
    )


def _read_office(line: Line) -> OfficeRecord:
    return OfficeRecord(
        line.id,
        line.year,
        line.text("name"),
        line.text("office_type"),
        line.place,
        line.flag("is_standard"),
        line.flag("is_fengqiao"),
        line.number("staff_count"),
        line.source,
    )


def _read_grid_worker(line: Line) -> GridWorker:
    employed = line.text("is_full_time")
    return GridWorker(
        line.id,
        line.year,
        line.place,
        line.text("grid_number"),
        line.text("grid_name"),
        line.text("worker"),
        employed == _FULL_TIME if employed else None,
        line.source,
    )


def _read_duty_roster(line: Line) -> RosterLine:
    roles = (StationedRole.JUDGE, StationedRole.PROSECUTOR, StationedRole.LAWYER)
    names = {role.value: line.text(role.value) for role in roles if line.text(role.value)}
    return _make_roster_line(line, names, line.text("place"))


def _read_mediator_roster(line: Line) -> RosterLine:
    return _make_roster_line(line, {StationedRole.MEDIATOR.value: line.text("mediator")}, line.text("place"))


def _make_roster_line(line: Line, names: Mapping[str, str], venue: str) -> RosterLine:
    rule, hours = line.text("rule"), line.text("hours")
    return RosterLine(line.id, line.year, line.place, names, rule, hours, venue, line.source)


def _read_publication(line: Line) -> Publication:
    month = line.text("month")
    return Publication(
        line.id,
        Month.of_text(month) if month else None,
        line.place,
        line.text("channel"),
        line.day("posted_on"),
        line.text("handler"),
        line.source,
    )


def _read_meetings(lines: Iterable[Line], find_township: FindTownship) -> Iterable[Meeting]:
    for line in lines:
        yield Meeting(
            line.id,
            line.day("held_on"),
            line.text("meeting_type"),
            line.text("unit"),
            find_township(line.text("unit")),
            line.text("topics"),
            line.text("document_number"),
            line.source,
        )


def _read_filed_reports(lines: Iterable[Line], find_township: FindTownship) -> Iterable[FiledReport]:
    for line in lines:
        yield FiledReport(
            line.id,
            line.text("unit"),
            find_township(line.text("unit")),
            line.text("subject"),
            line.text("document_number"),
            line.day("filed_on"),
            line.text("period_told"),
            line.source,
        )


def _read_step(reason: str) -> str:
    """Read the step off the reason where the sheet has no column for it: the furthest one named."""
    steps = (ReminderStep.SUPERVISION, ReminderStep.FEEDBACK)
    return next((step.value for step in steps if step.label in reason), ReminderStep.REMINDER.value)


def _read_reminder(line: Line) -> Reminder:
    return Reminder(
        line.id,
        line.day("made_on"),
        line.text("person_id"),
        line.text("person"),
        line.text("step") or _read_step(line.text("reason")),
        line.day("absent_on"),
        line.text("reason"),
        line.flag("is_mended"),
        line.day("mended_on"),
        line.text("document_number"),
        line.source,
    )


def read_assessment_item(line: Line) -> AssessmentItem:
    """Read an item of the assessment rules; the file or sheet may call them an example, as its row may."""
    return AssessmentItem(
        line.id,
        line.year,
        line.text("item_number"),
        line.text("item"),
        line.decimal("points"),
        line.text("way"),
        line.text("data_source"),
        line.text("basis"),
        line.text("part"),
        line.text("applies"),
        bool(line.text("draft_mark")) or any(word in _told_by(line.source) for word in _DRAFT_WORDS),
        line.source,
    )


def _told_by(source: Source) -> str:
    return f"{source.file.rpartition('/')[2]} {source.sheet}"


def _read_item_score(line: Line) -> ItemScore:
    return ItemScore(
        line.id,
        line.year,
        line.place.township_code if line.place else None,
        line.text("item_number"),
        line.decimal("points"),
        line.source,
        line.decimal("actual"),
        line.decimal("due"),
        line.text("occurrence_class"),
        line.text("basis"),
    )
