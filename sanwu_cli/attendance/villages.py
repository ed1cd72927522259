"""How many days of a month a mediator was in each village (O-19; T-24): at least, and at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.periods import Month
from sanwu_cli.terms import Answer, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sanwu_cli.attendance.match import Facts
    from sanwu_cli.attendance.records import SheetSpan, Visit
    from sanwu_cli.model import Area, Source


class VillageMonth(Struct, frozen=True):
    """A village's month: days with a mediator, at least `low`, at most `high` (None: no sheet tells)."""

    area_code: str
    township_code: str
    month: Month
    low: int
    high: int | None
    needed: int
    sources: tuple[Source, ...] = ()

    @property
    def answer(self) -> Answer:
        """Say whether the days are enough."""
        if self.low >= self.needed:
            return Answer.MET
        return Answer.UNKNOWN if self.high is None or self.high >= self.needed else Answer.NOT_MET


def count_village_days(
    villages: Iterable[Area], months: Sequence[Month], facts: Facts, needed: int
) -> tuple[VillageMonth, ...]:
    """Count the days with a mediator's sign-in, by month and village, in the order of their codes.

    A month is told of only when a sheet speaks for the village on all its days and the month is over;
    a line in doubt may be a mediator's.
    """
    signed = _index(facts)
    ordered = sorted(villages, key=lambda area: (area.code, area.name))
    return tuple(
        _count_one(area, month, signed.get((area.code, month), {}), facts, needed)
        for month in months
        for area in ordered
        if area.exists_on(month.first_day) and area.exists_on(month.last_day)
    )


def _index(facts: Facts) -> dict[tuple[str, Month], dict[date, tuple[list[Source], bool]]]:
    found: dict[tuple[str, Month], dict[date, tuple[list[Source], bool]]] = {}
    for visit in facts.visits:
        day, place = visit.record.day, visit.record.place
        if day is None or day > facts.as_of or place is None:
            continue
        certain = _is_mediator(visit, facts.roles)
        codes = (place.area_code,) if place.area_code else place.candidates
        if not certain and not visit.problem:
            continue
        for code in codes:
            days = found.setdefault((code, Month.of(day)), {})
            lines, known = days.get(day, ([], False))
            is_known = known or (certain and place.area_code is not None)
            days[day] = ([*lines, visit.record.source], is_known)
    return found


def _is_mediator(visit: Visit, roles: Mapping[str, StationedRole]) -> bool:
    return any(roles.get(person_id) is StationedRole.MEDIATOR for person_id in visit.person_ids)


def _count_one(
    area: Area, month: Month, days: Mapping[date, tuple[list[Source], bool]], facts: Facts, needed: int
) -> VillageMonth:
    sheets = [span for span in facts.spans if _covers(span, area, month)]
    is_told = bool(sheets) and month.last_day <= facts.as_of
    lines = tuple(source for day in sorted(days) for source in days[day][0])
    return VillageMonth(
        area.code,
        area.parent,
        month,
        sum(known for _, known in days.values()),
        len(days) if is_told else None,
        needed,
        lines or tuple(dict.fromkeys(span.source for span in sheets)),
    )


def _covers(span: SheetSpan, area: Area, month: Month) -> bool:
    is_meant = span.area_code == (area.parent if span.of_villages else area.code)
    return is_meant and span.first <= month.first_day and month.last_day <= span.last
