"""From what the ledger's subjects say to the records a year is judged by."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.ledger.alike import hold_alike
from sanwu_cli.ledger.counted import derive_counts, read_place
from sanwu_cli.ledger.decisions import Decided
from sanwu_cli.ledger.entries import (
    Contents,
    EntryKind,
    Subject,
    drop_reread_receipts,
    drop_undone,
    order_of,
    read_json,
    settle,
    show_grounds,
)
from sanwu_cli.ledger.rulings import Rulings, decide
from sanwu_cli.model import UNKNOWN_PART, Place, Source
from sanwu_cli.periods import Period
from sanwu_cli.records import Assessment, Binding, Incident, Report, YearRecords
from sanwu_cli.terms import IncidentStatus, Indicator, Matter, NotCounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Area

# How the content of an entry is read back; the writer is claims.py.
Content = dict[str, Any]
# Looked up for every case: calling an enumeration costs more.
_INDICATORS = {indicator.value: indicator for indicator in Indicator}
_REASONS = {reason.value: reason for reason in NotCounted}


class Choices(Struct, frozen=True):
    """The settings that change what the ledger's records mean."""

    exclude_causes: tuple[str, ...] = ()
    uses_event_date: bool = False
    holds_township_suits: bool = False


def derive_incidents(contents: Contents, choices: Choices) -> tuple[Incident, ...]:
    """Give every case the ledger knows, counted or not, in order of indicator and id."""
    subjects = _read_subjects(contents)
    return _derive_incidents(subjects, choices, Rulings.of(subjects, contents.runs))


def derive_held_counts(contents: Contents) -> tuple[Incident, ...]:
    """Give the numbers somebody counted for places nobody knows, as held records, in order of id."""
    known = _read_subjects(contents)
    subjects = [(s, content) for s, content in known if not s.is_withdrawn]
    held = derive_counts(subjects, Rulings.of(known, contents.runs)).unplaced
    return tuple(sorted(held, key=lambda incident: (incident.indicator, incident.id)))


def _read_subjects(contents: Contents) -> list[tuple[Subject, Content]]:
    """Give every subject with its content read; the costly step, done once."""
    return [(subject, read_json(subject.content)) for subject in settle(contents).values()]


def _derive_incidents(
    subjects: list[tuple[Subject, Content]], choices: Choices, rulings: Rulings
) -> tuple[Incident, ...]:
    known = [(subject, content) for subject, content in subjects if content["kind"] == "incident"]
    cases = [_make_incident(subject, content, choices, rulings) for subject, content in known]
    followed = {incident.indicator for incident, content in cases if _is_later(content)}
    roots = _find_roots((i, c) for i, c in cases if i.indicator in followed)
    originals: dict[tuple[str, str], str] = {
        (i.indicator, i.case_number): c["values"].get("original_case_number") or ""
        for i, c in cases
        if _is_later(c) and i.status in _IN_PLAY
    }
    settled = [_drop_later_instance(i, content, roots, originals) for i, content in cases]
    settled = hold_alike(settled, {i.id for i, content in cases if content.get("is_ruled_in")})
    return tuple(sorted(settled, key=lambda incident: (incident.indicator, incident.id)))


def _make_incident(
    subject: Subject, content: Content, choices: Choices, rulings: Rulings
) -> tuple[Incident, Content]:
    """Make a case of what its sheets and people's decisions say; gives that content beside it."""
    decided = Decided(content)
    is_touched = subject.is_corrected or subject.is_withdrawn
    if is_touched or (rulings.by_case and rulings.list_for(subject.key, content["indicator"])):
        decided = decide(json.loads(subject.said), subject, rulings)
        content = decided.content
    reason = _REASONS[content["not_counted"]] if content.get("not_counted") else None
    cause = content["values"].get("cause") or content["values"].get("case_category") or ""
    is_excluded = reason is None and any(word and word in cause for word in choices.exclude_causes)
    if is_excluded and not content.get("is_ruled_in"):
        reason = NotCounted.EXCLUDED_CAUSE
    places = tuple(read_place(place) for place in content["places"])
    if choices.holds_township_suits and not decided.is_placed and not content["values"].get("village"):
        places = tuple(_hold_township(place) for place in places)
    day = content["date"]
    if choices.uses_event_date and content["values"].get("occurred_on"):
        day = content["values"]["occurred_on"]
    why = _why_held(content, places, day)
    values = content["values"]
    incident = Incident(
        subject.key,
        _INDICATORS[content["indicator"]],
        content.get("case_number") or "",
        date.fromisoformat(day) if day else None,
        places,
        _find_status(subject, reason, is_held=bool(why)),
        reason,
        subject.sources,
        _ruling_period(subject),
        _join_notes(subject, decided),
        why,
        values.get("handling_unit") or "",
        (values.get("township") or "", values.get("village") or ""),
        decided.is_contested,
        decided.changes,
        is_suspended=decided.is_suspended,
        rivals=decided.rivals,
        first_told=_find_first_period(subject),
    )
    return incident, content


def _why_held(content: Content, places: tuple[Place, ...], day: str | None) -> str:
    """Say why a case cannot be counted for any place as yet; empty when it can."""
    if content.get("unclear"):
        return str(content["unclear"])
    if day is None:
        return "日期没有读出来"
    if any(place.area_code is not None for place in places):
        return ""
    values = content["values"]
    return "原表写的村(社区)定不下来" if values.get("village") else "没有写明村(社区)"


def _join_notes(subject: Subject, decided: Decided) -> str:
    """Join the grounds of the rulings and of the subject's own corrections and withdrawals."""
    told = [
        change.matter.label + (f"：{grounds}" if grounds else "")
        for change in decided.changes
        if change.matter not in (Matter.CORRECTION, Matter.WITHDRAWAL)
        for grounds in [show_grounds(change.reason, change.document_number)]
    ]
    return "；".join(filter(None, (subject.note, *told)))


def _find_status(subject: Subject, reason: NotCounted | None, *, is_held: bool) -> IncidentStatus:
    if subject.is_withdrawn:
        return IncidentStatus.WITHDRAWN
    if reason is not None:
        return IncidentStatus.NOT_COUNTED
    return IncidentStatus.HELD if is_held else IncidentStatus.COUNTED


def _hold_township(place: Place) -> Place:
    """Hold a row that names a township and no village: it may belong to any village of it (T-19)."""
    return Place(None, place.township_code) if place.area_code == place.township_code else place


def _ruling_period(subject: Subject) -> Period | None:
    if len(subject.entries) == 1:
        return subject.entries[0].period
    claims = [entry for entry in subject.entries if entry.kind is EntryKind.CLAIM]
    return max(claims, key=order_of).period


def _find_first_period(subject: Subject) -> Period | None:
    """Find the earliest span a sheet told of the case in, by the month in which it ends."""
    spans = [e.period for e in subject.entries if e.kind is EntryKind.CLAIM and e.period is not None]
    return min(spans, key=lambda span: span.last) if spans else None


def _is_later(content: Content) -> bool:
    """Say whether a case is a second or later instance."""
    return content["values"].get("instance", "first") not in (None, "first")


def _find_roots(cases: Iterable[tuple[Incident, Content]]) -> dict[tuple[str, ...], list[tuple[str, str]]]:
    """Index first-instance suits by case number and by what names the same dispute."""
    roots: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for incident, content in cases:
        if content["values"].get("instance", "first") != "first" or not incident.counts:
            continue
        for mark in _dispute_marks(incident, content):
            roots.setdefault(mark, []).append((incident.id, str(incident.filed_on)))
    return roots


def _dispute_marks(incident: Incident, content: Content) -> list[tuple[str, ...]]:
    marks: list[tuple[str, ...]] = []
    if incident.case_number:
        marks.append((incident.indicator, incident.case_number))
    values = content["values"]
    if values.get("defendant") and values.get("cause"):
        where = ",".join(place.area_code or "" for place in incident.places)
        marks.append((incident.indicator, where, values["defendant"], values["cause"]))
    return marks


_IN_PLAY = (IncidentStatus.COUNTED, IncidentStatus.HELD)


def _drop_later_instance(
    incident: Incident,
    content: Content,
    roots: Mapping[tuple[str, ...], list[tuple[str, str]]],
    originals: Mapping[tuple[str, str], str],
) -> Incident:
    """Do not count a later instance of a suit whose first instance is known (one dispute, one suit)."""
    values = content["values"]
    if content.get("is_ruled_in") or not _is_later(content):
        return incident
    if incident.status not in _IN_PLAY:
        return incident
    original = values.get("original_case_number")
    if original:  # the number decides: a like dispute under another number is another case
        is_known = _has_original(incident, original, roots, originals)
    else:
        by_dispute = [r for mark in _dispute_marks(incident, content)[-1:] for r in roots.get(mark, [])]
        filed = str(incident.filed_on or date.max)
        is_known = any(root != incident.id and day <= filed for root, day in by_dispute)
    if not is_known:
        return incident
    return replace(incident, status=IncidentStatus.NOT_COUNTED, reason=NotCounted.LATER_INSTANCE)


def _has_original(
    incident: Incident,
    original: str,
    roots: Mapping[tuple[str, ...], list[tuple[str, str]]],
    originals: Mapping[tuple[str, str], str],
) -> bool:
    """Say whether the case a later instance names is known: a first instance, or a later one.

    A retrial may name the second instance; two that name each other are nobody's later instance.
    """
    if roots.get((incident.indicator, original)):
        return True
    seen, number = {incident.case_number}, original
    while (incident.indicator, number) in originals:
        if number in seen:
            return False
        seen.add(number)
        number = originals[incident.indicator, number]
    return number != original


def derive_records(
    contents: Contents,
    *,
    year: int,
    areas: tuple[Area, ...],
    choices: Choices,
    detail_indicators: Mapping[str, Indicator],
) -> YearRecords:
    """Give everything a year is judged by; `detail_indicators` maps detail sheets to their indicator.

    A run that asks again of the very same contents is given what was derived before.
    """
    asked = _Asked(contents, year, areas, choices, tuple(detail_indicators.items()))
    for before, records in _derived:
        if before.is_same(asked):
            return records
    records = _derive_records(contents, year, areas, choices, detail_indicators)
    _derived[:] = [(asked, records), *_derived[: _REMEMBERED - 1]]
    return records


class _Asked(Struct, frozen=True):
    """All that the records of a year follow from."""

    contents: Contents
    year: int
    areas: tuple[Area, ...]
    choices: Choices
    details: tuple[tuple[str, Indicator], ...]

    def is_same(self, other: _Asked) -> bool:
        """Say whether it is the same; contents and areas only when they are the very same."""
        alike = (self.year, self.choices, self.details) == (other.year, other.choices, other.details)
        return alike and self.contents is other.contents and self.areas is other.areas


_REMEMBERED = 2  # a year, and the one after it
_derived: list[tuple[_Asked, YearRecords]] = []


def _derive_records(
    contents: Contents,
    year: int,
    areas: tuple[Area, ...],
    choices: Choices,
    detail_indicators: Mapping[str, Indicator],
) -> YearRecords:
    known = _read_subjects(contents)
    subjects = [(subject, content) for subject, content in known if not subject.is_withdrawn]
    rulings = Rulings.of(known, contents.runs)
    incidents = _derive_incidents(known, choices, rulings)
    counted = derive_counts(subjects, rulings)
    return YearRecords(
        year,
        areas,
        incidents + counted.unplaced,
        _derive_reports(contents, subjects, detail_indicators),
        counted.counts,
        tuple(_derive_bindings(subjects, year)),
        tuple(_derive_assessments(subjects, year)),
        counted.voided,
        rulings.list_waiting(),
    )


def _derive_reports(
    contents: Contents, subjects: list[tuple[Subject, Content]], detail_indicators: Mapping[str, Indicator]
) -> tuple[Report, ...]:
    """A detail sheet reports its span for what it covers; a nil line does so for one indicator."""
    reports = [
        Report(detail_indicators[receipt.schema_id], receipt.period, receipt.coverage, receipt.source)
        for receipt in drop_reread_receipts(drop_undone(contents).receipts)
        if receipt.schema_id in detail_indicators
        and receipt.period is not None
        and receipt.coverage != UNKNOWN_PART
    ]
    for subject, content in subjects:
        if content["kind"] != "nil" or content.get("unclear"):
            continue
        if content["period"] and content["township"] != UNKNOWN_PART:
            period, source = Period.of_text(content["period"]), _first_source(subject)
            reports += [
                Report(Indicator(name), period, content["township"], source, is_nil=True)
                for name in content["indicators"]
            ]
    return tuple(dict.fromkeys(reports))


def _derive_bindings(subjects: list[tuple[Subject, Content]], year: int) -> Iterable[Binding]:
    for subject, content, township in _records_of(subjects, "binding", year):
        values = content["values"]
        yield Binding(
            year,
            township,
            values.get("indicator_name") or "",
            values.get("is_breached"),
            values.get("document_number") or "",
            _first_source(subject),
        )


def _derive_assessments(subjects: list[tuple[Subject, Content]], year: int) -> Iterable[Assessment]:
    for subject, content, township in _records_of(subjects, "assessment", year):
        centre, other, total = (
            _decimal(content["values"].get(name)) for name in ("centre_score", "other_score", "total_score")
        )
        yield Assessment(year, township, centre, other, total, _first_source(subject))


def _records_of(
    subjects: list[tuple[Subject, Content]], schema_id: str, year: int
) -> Iterable[tuple[Subject, Content, str]]:
    """Give the records of a sheet that are placed and of the year, with their township's code."""
    for subject, content in subjects:
        if content["kind"] == "record" and content["schema"] == schema_id and content["year"] == year:
            township = content["place"]["township"]
            if township:
                yield subject, content, township


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _first_source(subject: Subject) -> Source:
    return subject.sources[0]
