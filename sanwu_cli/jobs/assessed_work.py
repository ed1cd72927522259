"""The year's work an assessment rests on, and its measures of rosters and attendance (六(三))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.assessment.ways import Measured
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.attendance import open_attendance
from sanwu_cli.model import Interval
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.plan.facts import Evidence
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.activities import Activities, AssessmentItem, Publication
    from sanwu_cli.attendance.records import DutyOutcome
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents

    Taken = Mapping[tuple[str, str], Measured]

_ATTENDANCE, _PUBLICATION = "attendance_share", "roster_publication"
_CAME = (Attendance.PRESENT, Attendance.MADE_UP, Attendance.SUBSTITUTED)
_NOT_ASKED = (Attendance.ON_LEAVE, Attendance.PENDING)
_CHANNELS = frozenset({"board", "chat_group"})
# The readings by which a duty is expected and made up; no other one changes who came.
_FOLLOWED = ("T-25", "T-26")


class Work(Struct, frozen=True):
    """A year's work as its assessment needs it: one reading of ledger and registers, up to a day.

    It is handed on to the same year under other readings; `outcomes` remembers who came, by the answers to
    the readings that decides it.
    """

    registers: RegisterReading
    contents: Contents
    activities: Activities
    items: tuple[AssessmentItem, ...]
    year: int
    as_of: date
    outcomes: dict[tuple[str, ...], tuple[DutyOutcome, ...]]


def take_work(workspace: Workspace, work: Work, *, wanted: Iterable[str], townships: Sequence[str]) -> Taken:
    """Take the wanted measures (ids) of the townships for the year's months up to the day."""
    ids = set(wanted)
    last = min(Month(work.year, MONTHS_A_YEAR), Month.of(work.as_of))
    if last.year < work.year:
        return {}
    period = Period(Month(work.year, 1), last)
    taken: dict[tuple[str, str], Measured] = {}
    if _ATTENDANCE in ids:
        outcomes = _find_outcomes(workspace, work, period)
        taken |= {(_ATTENDANCE, code): measure_attendance(outcomes, code) for code in townships}
    if _PUBLICATION in ids:
        told = work.activities.publications
        by_day = [one for one in told if one.posted_on is not None and one.posted_on <= work.as_of]
        taken |= {(_PUBLICATION, code): measure_publication(by_day, code, period) for code in townships}
    return taken


def _find_outcomes(workspace: Workspace, work: Work, period: Period) -> tuple[DutyOutcome, ...]:
    answers = tuple(str(workspace.settings.readings[reading]) for reading in _FOLLOWED)
    if answers not in work.outcomes:
        work.outcomes[answers] = _list_outcomes(workspace, work, period)
    return work.outcomes[answers]


def _list_outcomes(workspace: Workspace, work: Work, period: Period) -> tuple[DutyOutcome, ...]:
    try:
        return open_attendance(
            workspace,
            work.registers,
            period,
            as_of=work.as_of,
            contents=work.contents,
            activities=work.activities,
        ).outcomes
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        return ()


def measure_attendance(outcomes: Iterable[DutyOutcome], township: str) -> Measured:
    """Count the duties somebody came to among those asked of a township; leave is not asked for."""
    asked = [o for o in outcomes if o.duty.township_code == township and o.status not in _NOT_ASKED]
    came = sum(outcome.status in _CAME for outcome in asked)
    unknown = sum(outcome.status is Attendance.UNKNOWN for outcome in asked)
    if not asked:
        return Measured(gaps=("没有可以核对的值班",))
    gaps = (f"{unknown}次值班没有签到表，不知道到没到",) if unknown else ()
    return Measured(
        Interval(came, came + unknown), Interval(len(asked), len(asked)), evidence=_cite(asked), gaps=gaps
    )


def _cite(outcomes: Iterable[DutyOutcome]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(Evidence(source) for outcome in outcomes for source in outcome.sources))


def measure_publication(publications: Iterable[Publication], township: str, period: Period) -> Measured:
    """Count the months whose roster hung on the board and stood in the chat group before they began.

    What nobody wrote down may have been posted all the same, so the count is a lower bound.
    """
    own = [one for one in publications if _is_of(one, township)]
    months = period.months()
    in_time = [m for m in months if {one.channel for one in own if _is_early(one, m)} >= _CHANNELS]
    rest = len(months) - len(in_time)
    gaps = (f"{rest}个月没有登记按时公示",) if rest else ()
    evidence = tuple(Evidence(one.source) for one in own if one.month in in_time)
    total = Interval(len(months), len(months))
    return Measured(Interval(len(in_time), len(months)), total, evidence=evidence, gaps=gaps)


def _is_of(one: Publication, township: str) -> bool:
    """Say whether a posting is the township's own, not one of its villages'."""
    return one.place is not None and one.place.area_code == township


def _is_early(one: Publication, month: Month) -> bool:
    return one.month == month and one.posted_on is not None and one.posted_on < month.first_day
