"""One year under another answer to one reading (口径), all else as it was chosen.

What a reading touches decides how much is done again: the rules alone, the scores, the span, the register, or
the cases of some indicators. Where it can touch nothing there is no alternative.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.jobs.intake import choices_of
from sanwu_cli.jobs.reading import detail_sheets
from sanwu_cli.jobs.scores import find_assessment, find_work, join_scores
from sanwu_cli.jobs.scoring import find_period, open_scoring
from sanwu_cli.jobs.workspace import read_registers
from sanwu_cli.ledger.derive import derive_records
from sanwu_cli.ledger.entries import EntryKind
from sanwu_cli.periods import Period
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.plan.tally import may_lie_in
from sanwu_cli.terms import AreaKind, AreaLevel, IncidentStatus

if TYPE_CHECKING:
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.jobs.workspace import Workspace
    from sanwu_cli.ledger.entries import Entry
    from sanwu_cli.model import Place
    from sanwu_cli.plan.records import Plan, Reading, ReadingValue
    from sanwu_cli.records import YearRecords
    from sanwu_cli.terms import Indicator

# Followed by rules and facts alone: the same records, other answers.
_BY_RULES = frozenset({"T-01", "T-02", "T-03", "T-04", "T-05", "T-06", "T-08", "T-16"})
# Followed by the assessment alone: what its points are given for.
_BY_ASSESSMENT = frozenset({"T-22"})
# How a field is known in the canonical text of an entry that has it.
_EVENT_DATE = '"occurred_on":"'
_EVENT_YEAR = re.compile(r'"occurred_on":"([0-9]{4})-')
_FILED_YEAR = re.compile(r'"date":"([0-9]{4})-')


def list_judged(plan: Plan) -> tuple[Reading, ...]:
    """List the readings a verdict may rest on: those the rules cite."""
    cited = {reading for rule in plan.rules for reading in rule.readings}
    return tuple(reading for reading in plan.readings if reading.id in cited)


def list_other_answers(reading: Reading, chosen: ReadingValue) -> tuple[ReadingValue, ...]:
    """List the documented answers besides the one chosen; of a list or of limits the default alone."""
    if not reading.in_use:
        return ()
    if reading.kind is ReadingKind.CHOICE:
        return tuple(choice.value for choice in reading.choices if choice.value != chosen)
    return (reading.default,) if chosen != reading.default else ()


def open_answer(scoring: Scoring, reading: str, value: ReadingValue) -> Scoring | None:
    """Open the same year under another answer; None where that touches nothing there is."""
    workspace = _choose(scoring.workspace, reading, value)
    if reading in _BY_ASSESSMENT and not scoring.is_fed:
        return None
    if reading in _BY_RULES | _BY_ASSESSMENT:
        return _judge_otherwise(scoring, workspace)
    special = {
        "T-11": _open_other_span,
        "T-12": _open_other_dates,
        "T-13": _open_other_day,
        "T-18": _open_other_farms,
        "T-19": _open_other_township_cases,
        "T-21": _open_other_scores,
    }
    return special.get(reading, _reopen)(scoring, workspace)


def _choose(workspace: Workspace, reading: str, value: ReadingValue) -> Workspace:
    settings = workspace.settings
    return replace(workspace, settings=replace(settings, readings={**settings.readings, reading: value}))


def _judge_otherwise(scoring: Scoring, workspace: Workspace) -> Scoring:
    """Judge the same records by other rules; points by items may rest on any reading and are given anew."""
    settings = workspace.settings
    case = replace(
        scoring.case,
        readings=settings.readings,
        indicators=settings.indicators,
        limits=settings.limits,
        tallies=scoring.case.tallies,
    )
    if not scoring.is_fed:
        return replace(scoring, workspace=workspace, case=case)
    case = replace(case, scores={}, score_evidence={}, unranked=frozenset())
    assessment = find_assessment(workspace, case, scoring.work)
    join_scores(case, workspace, assessment, day=case.book.day)
    return replace(scoring, workspace=workspace, case=case, assessment=assessment)


def _reopen(scoring: Scoring, workspace: Workspace, records: YearRecords | None = None) -> Scoring:
    registers = scoring.registers
    return open_scoring(
        workspace,
        registers,
        year=scoring.year,
        as_of=scoring.as_of,
        last_month=scoring.case.book.period.last,
        contents=scoring.contents,
        records=records,
        before=scoring,
    )


def _open_other_scores(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    case = scoring.case
    other = replace(case, readings=workspace.settings.readings, score_evidence={}, unranked=frozenset())
    join_scores(other, workspace, scoring.assessment, day=case.book.day)
    if (other.scores, other.unranked) == (case.scores, case.unranked):
        return None
    return replace(scoring, workspace=workspace, case=other)


def _open_other_span(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    period = scoring.case.book.period
    if find_period(workspace, scoring.year, period.last) == period:
        return None
    return _reopen(scoring, workspace, scoring.case.book.records)


def _open_other_day(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    if scoring.as_of == scoring.case.book.period.last.last_day:
        return None
    return _reopen(scoring, workspace, scoring.case.book.records)


def _open_other_farms(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    areas = scoring.registers.registers.areas
    if not any(area.kind is AreaKind.FARM for area in areas):
        return None
    registers = read_registers(workspace)
    if registers.registers.areas == areas:
        return None
    records = replace(scoring.case.book.records, areas=registers.registers.areas)
    before = replace(scoring, registers=registers)
    if scoring.is_fed:  # who competes is also who is visited
        work = find_work(registers, scoring.contents, year=scoring.year, as_of=scoring.as_of)
        before = replace(before, work=work)
    opened = _reopen(before, workspace, records)
    opened.case.tallies.update(scoring.case.tallies)  # who competes changes no number
    return opened


def _open_other_dates(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    sheets = detail_sheets()
    told = [e for e in scoring.contents.entries if e.schema_id in sheets and _EVENT_DATE in e.content]
    counted = {count.indicator for count in scoring.case.book.records.counts}
    touched = {
        sheets[entry.schema_id]
        for entry in told
        if sheets[entry.schema_id] in counted or _may_change_year(entry, scoring)
    }
    return _derive_again(scoring, workspace, touched)


def _may_change_year(entry: Entry, scoring: Scoring) -> bool:
    """Say whether the two dates of a row are not plainly both in, or both out of, the year judged.

    Moving within the year changes no yearly number, unless a month's count stands beside it.
    """
    filed, event = _FILED_YEAR.search(entry.content), _EVENT_YEAR.search(entry.content)
    is_whole = scoring.case.book.period == Period.of_year(scoring.year)
    if entry.kind is not EntryKind.CLAIM or filed is None or event is None or not is_whole:
        return True
    year = str(scoring.year)
    return (filed[1] == year) is not (event[1] == year)


def _open_other_township_cases(scoring: Scoring, workspace: Workspace) -> Scoring | None:
    book = scoring.case.book
    towns = {area.code for area in book.records.areas if area.level is AreaLevel.TOWNSHIP}
    named = {
        incident.indicator
        for incident in book.records.incidents
        if incident.status in (IncidentStatus.COUNTED, IncidentStatus.HELD)
        and any(place.area_code in towns or _is_of_township(place) for place in incident.places)
        and may_lie_in(incident, book.period)
    }
    return _derive_again(scoring, workspace, named)


def _is_of_township(place: Place) -> bool:
    """Say whether a place names a township and nothing in it, which the other answer charges to it."""
    return place.area_code is None and not place.candidates


def _derive_again(scoring: Scoring, workspace: Workspace, touched: set[Indicator]) -> Scoring | None:
    """Derive the cases of the indicators touched; all other cases, and what was tallied of them, stay."""
    if not touched:
        return None
    sheets = detail_sheets()
    others = {sheet for sheet, indicator in sheets.items() if indicator not in touched}
    entries = tuple(entry for entry in scoring.contents.entries if entry.schema_id not in others)
    before = scoring.case.book.records
    derived = derive_records(
        replace(scoring.contents, entries=entries),
        year=scoring.year,
        areas=before.areas,
        choices=choices_of(workspace),
        detail_indicators=sheets,
    )
    again = [i for i in derived.incidents if i.indicator in touched]
    if again == [i for i in before.incidents if i.indicator in touched]:
        return None
    kept = [i for i in before.incidents if i.indicator not in touched]
    opened = _reopen(scoring, workspace, replace(before, incidents=(*kept, *again)))
    known = {key: tally for key, tally in scoring.case.tallies.items() if key[1] not in touched}
    opened.case.tallies.update(known)
    return opened
