"""What a year is judged by: incidents, reports, counts and attested results, as frozen records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.terms import IncidentStatus

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from sanwu_cli.model import Area, Place, Source
    from sanwu_cli.periods import Period
    from sanwu_cli.terms import Indicator, Matter, NotCounted


class Change(Struct, frozen=True):
    """What people changed of a case: the codes it was charged to before and after, why, on which paper.

    `after` is empty where the place stays. `was_counted` and `is_counted` say whether it counted before and
    after; `dates` are its date before and after, empty where it stays. Of an objection `unit` is who objects
    and `asked` the codes it says the case belongs to. `day` is the day of the run that wrote it when not
    `is_dated`. A change without a source was made by a command, in the run `run`; after one that
    `leaves_open` an objection still waits for its answer.
    """

    matter: Matter
    day: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str = ""
    document_number: str = ""
    source: Source | None = None
    unit: str = ""
    asked: tuple[str, ...] = ()
    was_counted: bool = True
    is_counted: bool = True
    dates: tuple[str, ...] = ()
    run: int = 0
    is_dated: bool = True
    leaves_open: bool = False


class Incident(Struct, frozen=True):
    """One case as the ledger knows it now.

    `places` has one entry, or several when one case is charged to several villages (T-20);
    `filed_on` is None when the date could not be read, then `months` is the span it was reported for.
    `sources` lists every row that spoke of it, the one in force first. Of a held case `why` says why, `unit`
    names the unit that handles it, `named` township and village as the sheet wrote them. `changes` are
    people's decisions in the order they hold; `is_contested` while an objection waits for one, or a decision
    has put the question off (`is_suspended`); `rivals` are then the other places it was charged to, or that
    an objection names. `number` is given for a number somebody counted for a place nobody knows: so many
    cases are held in one. `first_told` is the span of the first sheet that told of it.
    """

    id: str
    indicator: Indicator
    case_number: str
    filed_on: date | None
    places: tuple[Place, ...]
    status: IncidentStatus
    reason: NotCounted | None
    sources: tuple[Source, ...]
    months: Period | None = None
    note: str = ""
    why: str = ""
    unit: str = ""
    named: tuple[str, str] = ("", "")
    is_contested: bool = False
    changes: tuple[Change, ...] = ()
    number: int | None = None
    is_suspended: bool = False
    rivals: tuple[Place, ...] = ()
    first_told: Period | None = None

    @property
    def weight(self) -> int:
        """Say for how many cases it stands."""
        return 1 if self.number is None else self.number

    @property
    def counts(self) -> bool:
        """Say whether the case counts against its place."""
        return self.status is IncidentStatus.COUNTED

    @property
    def widens(self) -> bool:
        """Say whether the case may count somewhere: it is held."""
        return self.status is IncidentStatus.HELD


class Report(Struct, frozen=True):
    """One indicator reported case by case (or as nil) for a span of months; township None is the county."""

    indicator: Indicator
    period: Period
    township_code: str | None
    source: Source
    is_nil: bool = False


class Count(Struct, frozen=True):
    """A number somebody counted for an area and a span; for a township it is the sum of all its villages.

    `id` is the number by which rulings name it; `changes`, `is_contested`, `is_suspended` as of an Incident;
    `is_void` when a ruling took it out.
    """

    indicator: Indicator
    period: Period
    area_code: str
    count: int
    source: Source
    id: str = ""
    is_contested: bool = False
    is_suspended: bool = False
    changes: tuple[Change, ...] = ()
    is_void: bool = False


class Waiting(Struct, frozen=True):
    """A ruling or an objection about a case that the ledger does not have, or not under one indicator."""

    case_number: str
    indicator: str
    change: Change


class Binding(Struct, frozen=True):
    """One of the four binding indicators as attested: breached, not, or None when the cell says neither."""

    year: int
    township_code: str
    name: str
    is_breached: bool | None
    document_number: str
    source: Source


class Assessment(Struct, frozen=True):
    """A township's year-end score as attested; None where the sheet has no number."""

    year: int
    township_code: str
    centre_score: Decimal | None
    other_score: Decimal | None
    total_score: Decimal | None
    source: Source


class YearRecords(Struct, frozen=True):
    """Everything a year's verdict is computed from.

    `voided` are the counted numbers a ruling took out, and nobody objects; `waiting` the rulings that have no
    case as yet.
    """

    year: int
    areas: tuple[Area, ...]
    incidents: tuple[Incident, ...] = ()
    reports: tuple[Report, ...] = ()
    counts: tuple[Count, ...] = ()
    bindings: tuple[Binding, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    voided: tuple[Count, ...] = ()
    waiting: tuple[Waiting, ...] = ()
