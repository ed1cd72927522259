"""The frozen records of attendance: what was expected, who signed in, what became of each duty."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from sanwu_cli.activities import SignIn
    from sanwu_cli.model import Source
    from sanwu_cli.terms import DutyBasis, ReminderStep, StationedRole, StepState

_Day = date  # for records that have a field called `date`


class ExpectedDuty(Struct, frozen=True):
    """One duty of one person on one day; `area_code` is a township or, for a village role, a village.

    `person_id` is empty where the roster's name is nobody's of the register. `source` is the roster's line.
    """

    date: date
    area_code: str
    township_code: str
    role: StationedRole
    person_id: str
    person: str
    unit: str
    basis: DutyBasis
    hours: str = ""
    moved_from: _Day | None = None
    source: Source | None = None


class Visit(Struct, frozen=True):
    """One line of a sign-in sheet with the persons it names, in the order of the cell.

    `person_ids` holds those who are known beyond doubt; `candidates` every id that a name in doubt may
    mean (empty where nobody is like it), `unknown_names` the names in doubt as written, `problem` says in
    words what keeps the line from being used in full.
    """

    record: SignIn
    person_ids: tuple[str, ...]
    candidates: tuple[str, ...] = ()
    unknown_names: tuple[str, ...] = ()
    problem: str = ""


class SheetSpan(Struct, frozen=True):
    """Days, both included, for which a sign-in sheet speaks of an area, or of all villages of a township."""

    area_code: str
    of_villages: bool
    first: date
    last: date
    source: Source


class DutyOutcome(Struct, frozen=True):
    """What became of a duty; `is_time_known` False: the times say nothing of late or early.

    `substitute_id` is who stood in, `made_up_on` the day it was made up, `corrected_on` the day it was made
    up within the limit or after it, `why` says in words why it is not known. The evidence of an absence are
    the sheets in which the person's line is missing.
    """

    duty: ExpectedDuty
    status: Attendance
    is_late: bool = False
    left_early: bool = False
    is_time_known: bool = False
    signed_in_at: str = ""
    signed_out_at: str = ""
    substitute_id: str = ""
    made_up_on: date | None = None
    corrected_on: date | None = None
    why: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def is_absence(self) -> bool:
        """Say whether it was an absence without leave or substitute, be it made up since or not."""
        is_made_up = self.status is Attendance.MADE_UP and not self.why
        return self.status is Attendance.ABSENT or is_made_up


class Proposal(Struct, frozen=True):
    """A step the plan asks for after an absence; never taken to have happened unless it was recorded.

    `due_on` is the last day on which the step is in time; `done_on` the day it was recorded for. `basis`
    says how sure the duty itself is: one generated from registers was perhaps never announced. A step that
    follows a record about conduct has no duty: no basis, no area, and the record's day as `absent_on`.
    """

    person_id: str
    person: str
    unit: str
    township_code: str
    area_code: str
    absent_on: date
    step: ReminderStep
    due_on: date
    state: StepState
    clause: str
    why: str
    basis: DutyBasis | None
    done_on: date | None = None
    document_number: str = ""
    evidence: tuple[Source, ...] = ()


class StepRecord(Struct, frozen=True):
    """A step that was really taken, as a sheet or a command tells.

    `absent_on` None: the absence on one of the `named_days` (of its reason), else the last one before it.
    """

    person_id: str
    step: ReminderStep
    made_on: date
    absent_on: date | None
    is_mended: bool | None
    mended_on: date | None
    document_number: str
    source: Source
    named_days: tuple[date, ...] = ()


class StepRules(Struct, frozen=True):
    """The numbers of T-26 and the clauses the steps follow from."""

    makeup_workdays: int
    absences_per_quarter: int
    reminder_clause: str = ""
    supervision_clause: str = ""
