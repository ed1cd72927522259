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
    """What people changed of a case: the codes it was charged to before and after, why, on which paper."""

    matter: Matter
    day: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str = ""
    document_number: str = ""
    source: Source | None = None


class Incident(Struct, frozen=True):
    """One case as the ledger knows it now.

    `places` has one entry, or several when one case is charged to several villages (T-20);
    `filed_on` is None when the date could not be read, then `months` is the span it was reported for.
    `sources` lists every row that spoke of it, the one in force first. Of a held case `why` says why, `unit`
    names the unit that handles it, `named` township and village as the sheet wrote them. `changes` are
    people's decisions in the order they hold; `is_contested` while an objection waits for one. `number` is
    given for a number somebody counted for a place nobody knows: so many cases are held in one.
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
    """A number somebody counted for an area and a span; for a township it is the sum of all its villages."""

    indicator: Indicator
    period: Period
    area_code: str
    count: int
    source: Source


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
    """Everything a year's verdict is computed from."""

    year: int
    areas: tuple[Area, ...]
    incidents: tuple[Incident, ...] = ()
    reports: tuple[Report, ...] = ()
    counts: tuple[Count, ...] = ()
    bindings: tuple[Binding, ...] = ()
    assessments: tuple[Assessment, ...] = ()
