"""Disputes: taken in, settled, open, overdue, how old; per township, village and type (四1, 四7, 六(二)).

A dispute of which nobody says whether it is settled is between both: every number that hangs on it is low …
high. No record at all is not no dispute: then there is nothing to give.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.grassroots.shares import find_median
from sanwu_cli.model import Interval
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from sanwu_cli.activities import DisputeRecord
    from sanwu_cli.grassroots.terrain import Terrain
    from sanwu_cli.model import Area, Finding
    from sanwu_cli.periods import Period


class DisputeState(Term):
    """What is known of a dispute on the day of reference."""

    SETTLED = "settled", "已化解"
    OPEN = "open", "未化解"
    UNKNOWN = "unknown", "没有写明"


class Dispute(Struct, frozen=True):
    """One dispute on the day: where, since how many days, and how late; days None where a date is missing.

    `age` runs to its settlement or to the day of reference; `overdue` counts the days past its deadline, for
    an open one to the day of reference (None: not overdue, or no deadline).
    """

    record: DisputeRecord
    state: DisputeState
    township: Area | None
    village: Area | None
    age: int | None
    overdue: int | None


class DisputeFigures(Struct, frozen=True):
    """The figures of a group of disputes taken in during a span, as they stand on the day of reference.

    `intake` is open above where some have no date; `settled`, `open` and `overdue` (open past the deadline)
    are at least … at most, `share` the settled of the intake. `no_deadline` counts those not
    settled that nobody can call overdue. Ages in days, exact.
    """

    intake: Interval
    settled: Interval
    open: Interval
    overdue: Interval
    share: Interval | None
    no_deadline: int
    open_median: Fraction | None
    open_max: int | None
    settled_median: Fraction | None
    settled_max: int | None


class DisputeReport(Struct, frozen=True):
    """The disputes of a span on a day; `total` is None where no record of the span exists (未报).

    `by_township` and `by_village` hold only areas with records; `unplaced` counts those of no known township,
    which are in the total. `overdue` lists every open dispute past its deadline, whenever it was taken in.
    """

    period: Period
    as_of: date
    total: DisputeFigures | None
    by_township: tuple[tuple[Area, DisputeFigures], ...]
    by_village: tuple[tuple[Area, DisputeFigures], ...]
    by_type: tuple[tuple[str, DisputeFigures], ...]
    unplaced: int
    overdue: tuple[Dispute, ...]
    disputes: tuple[Dispute, ...]
    findings: tuple[Finding, ...]


def judge_disputes(records: Iterable[DisputeRecord], terrain: Terrain, period: Period) -> DisputeReport:
    """Judge the disputes taken in during the span, as they stand on the terrain's day.

    What was registered after that day is not there yet; what was settled after it is still open.
    """
    day = terrain.day
    known = [assess(r, terrain) for r in records if r.registered_on is None or r.registered_on <= day]
    own = [one for one in known if _may_lie_in(one.record, period)]
    has_any = any(one.record.registered_on is not None for one in own)
    late = [one for one in known if one.overdue is not None and one.state is not DisputeState.SETTLED]
    return DisputeReport(
        period,
        day,
        count_disputes(own) if has_any else None,
        _group_by_area(own, lambda one: one.township),
        _group_by_area(own, lambda one: one.village),
        _group_by_type(own),
        sum(1 for one in own if one.township is None),
        tuple(sorted(late, key=_urgency)),
        tuple(own),
        tuple(finding for one in own for finding in _check(one)),
    )


def _may_lie_in(record: DisputeRecord, period: Period) -> bool:
    if record.registered_on is not None:
        return record.registered_on in period
    return record.year is None or period.first.year <= record.year <= period.last.year


def assess(record: DisputeRecord, terrain: Terrain) -> Dispute:
    """Say how one dispute stands on the terrain's day."""
    day = terrain.day
    state = find_state(record, day)
    settled_on = record.resolved_on if state is DisputeState.SETTLED else None
    until = settled_on if state is DisputeState.SETTLED else day
    age = (until - record.registered_on).days if until and record.registered_on else None
    late = (until - record.due_on).days if until and record.due_on else None
    return Dispute(
        record,
        state,
        terrain.find_township(record.place),
        terrain.find_village(record.place),
        age if age is not None and age >= 0 else None,
        late if late is not None and late > 0 else None,
    )


def find_state(record: DisputeRecord, day: date) -> DisputeState:
    """Say whether a dispute is settled on the day; a day of settlement says so where nothing else does."""
    if record.is_resolved is False:
        return DisputeState.UNKNOWN if record.resolved_on is not None else DisputeState.OPEN
    if record.resolved_on is not None:
        return DisputeState.SETTLED if record.resolved_on <= day else DisputeState.OPEN
    return DisputeState.SETTLED if record.is_resolved else DisputeState.UNKNOWN


def _urgency(one: Dispute) -> tuple[int, str]:
    return (-(one.overdue or 0), one.record.id)


def count_disputes(disputes: Sequence[Dispute]) -> DisputeFigures:
    """Count a group; one without a date of registration may or may not be of the span."""
    sure = [one for one in disputes if one.record.registered_on is not None]
    maybe = [one for one in disputes if one.record.registered_on is None]
    waiting = [one for one in sure if one.state is not DisputeState.SETTLED]
    ages = [one.age for one in sure if one.state is DisputeState.OPEN and one.age is not None]
    spans = [one.age for one in sure if one.state is DisputeState.SETTLED and one.age is not None]
    return DisputeFigures(
        Interval(len(sure), len(sure) + len(maybe)),
        _count_state(sure, maybe, DisputeState.SETTLED),
        _count_state(sure, maybe, DisputeState.OPEN),
        _count_state(_select_late(sure), _select_late(maybe), DisputeState.OPEN),
        _find_share(sure, maybe),
        sum(1 for one in waiting if one.record.due_on is None),
        find_median(ages),
        max(ages, default=None),
        find_median(spans),
        max(spans, default=None),
    )


def _select_late(disputes: Iterable[Dispute]) -> list[Dispute]:
    return [one for one in disputes if one.overdue is not None]


def _count_state(sure: Iterable[Dispute], maybe: Iterable[Dispute], state: DisputeState) -> Interval:
    """Count those in a state … those and all that may be in it."""
    either = (state, DisputeState.UNKNOWN)
    certain = [one.state for one in sure]
    low = certain.count(state)
    high = sum(1 for found in certain if found in either)
    return Interval(low, high + sum(1 for one in maybe if one.state in either))


def _find_share(sure: Sequence[Dispute], maybe: Sequence[Dispute]) -> Interval | None:
    """Give the settled of all taken in, as exact shares low … high; None where nothing was taken in for sure.

    One without a date is in or out, whichever makes the bound wider.
    """
    if not sure:
        return None
    settled = _count_state(sure, (), DisputeState.SETTLED)
    doubtful = sum(1 for one in maybe if one.state is not DisputeState.SETTLED)
    hopeful = sum(1 for one in maybe if one.state is not DisputeState.OPEN)
    most = int(settled.high or 0) + hopeful
    return Interval(Fraction(int(settled.low), len(sure) + doubtful), Fraction(most, len(sure) + hopeful))


def _group_by_area(
    disputes: Iterable[Dispute], key: Callable[[Dispute], Area | None]
) -> tuple[tuple[Area, DisputeFigures], ...]:
    groups: dict[Area, list[Dispute]] = defaultdict(list)
    for one in disputes:
        if (area := key(one)) is not None:
            groups[area].append(one)
    return tuple((area, count_disputes(groups[area])) for area in sorted(groups, key=lambda a: a.code))


def _group_by_type(disputes: Iterable[Dispute]) -> tuple[tuple[str, DisputeFigures], ...]:
    """Group by type as written, the most frequent first; an empty name where nobody wrote one."""
    groups: dict[str, list[Dispute]] = defaultdict(list)
    for one in disputes:
        groups[one.record.dispute_type].append(one)
    ordered = sorted(groups, key=lambda name: (-len(groups[name]), name))
    return tuple((name, count_disputes(groups[name])) for name in ordered)


def _check(one: Dispute) -> Iterable[Finding]:
    """Tell what contradicts itself in one dispute, and what keeps it from being counted in a span."""
    record = one.record
    if record.registered_on is None:
        yield _report(record, "DISPUTE-UNDATED")
    elif record.resolved_on is not None and record.resolved_on < record.registered_on:
        yield _report(
            record, "DISPUTE-REVERSED", resolved=record.resolved_on, registered=record.registered_on
        )
    if record.is_resolved is False and record.resolved_on is not None:
        yield _report(record, "DISPUTE-CONTRADICTS", resolved=record.resolved_on)


def _report(record: DisputeRecord, code: str, **values: object) -> Finding:
    source = record.source
    number = record.case_number or f"第{source.row}行"
    cell = f"A{source.row}"
    return make_finding(code, file=source.file, sheet=source.sheet, cell=cell, number=number, **values)
