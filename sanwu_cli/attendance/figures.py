"""Figures of attendance by person, unit, township or month; what nobody wrote down is not zero."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.periods import Month
from sanwu_cli.terms import Attendance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sanwu_cli.attendance.records import DutyOutcome, Visit
    from sanwu_cli.model import Person


class Tally(Struct, frozen=True):
    """A sum of the cells of `lines`: at least `low`, exactly that where no cell is blank and nothing unknown.

    `unknown` counts the duties of which nobody knows whether they were done: no line may mean no sheet.
    """

    low: int = 0
    blank: int = 0
    lines: int = 0
    unknown: int = 0

    @property
    def high(self) -> int | None:
        """The upper end, None where a cell is blank or a duty unknown."""
        return None if self.blank or self.unknown else self.low

    @property
    def told(self) -> int | None:
        """What is known to have been: the lower end, None where nobody told anything of an unknown duty."""
        return self.low if self.lines or self.high is not None else None


class Figures(Struct, frozen=True):
    """The numbers of one group; the seven kinds of `statuses` add up to `duties`.

    Late and early ones are among the present; `unplanned` counts visits on days without a duty there.
    """

    key: str
    duties: int
    statuses: Mapping[Attendance, int]
    late: int
    early: int
    unplanned: int
    consulted: Tally
    mediated: Tally


class Grouping(Struct, frozen=True):
    """How duties and visits are grouped; a visit may belong to several groups, or to none that is known."""

    of_duty: Callable[[DutyOutcome], str]
    of_visit: Callable[[Visit], tuple[str, ...]]


def count_figures(
    outcomes: Sequence[DutyOutcome], visits: Sequence[Visit], unplanned: Iterable[Visit], grouping: Grouping
) -> tuple[Figures, ...]:
    """Count by group, in the order of the groups' keys."""
    groups: dict[str, list[DutyOutcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[grouping.of_duty(outcome)].append(outcome)
    extra = Counter(key for visit in unplanned for key in grouping.of_visit(visit))
    told = _sum_counts(visits, grouping)
    keys = sorted({*groups, *extra, *told})
    return tuple(_count_one(key, groups.get(key, ()), extra[key], told.get(key, _NOTHING)) for key in keys)


_NOTHING = (Tally(), Tally())


def _count_one(key: str, outcomes: Sequence[DutyOutcome], extra: int, told: tuple[Tally, Tally]) -> Figures:
    kinds = Counter(outcome.status for outcome in outcomes)
    return Figures(
        key=key,
        duties=len(outcomes),
        statuses={status: kinds[status] for status in Attendance},
        late=sum(outcome.is_late for outcome in outcomes),
        early=sum(outcome.left_early for outcome in outcomes),
        unplanned=extra,
        consulted=replace(told[0], unknown=kinds[Attendance.UNKNOWN]),
        mediated=replace(told[1], unknown=kinds[Attendance.UNKNOWN]),
    )


def _sum_counts(visits: Iterable[Visit], grouping: Grouping) -> dict[str, tuple[Tally, Tally]]:
    """Sum what the lines tell; a line of several groups tells none of them how much is theirs."""
    cells: dict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
    for visit in visits:
        keys = tuple(dict.fromkeys(grouping.of_visit(visit)))
        counts = (visit.record.consulted_count, visit.record.mediated_count)
        for key in keys:
            cells[key].append(counts if len(keys) == 1 else (None, None))
    return {
        key: (_add(one for one, _ in pairs), _add(other for _, other in pairs))
        for key, pairs in cells.items()
    }


def _add(counts: Iterable[int | None]) -> Tally:
    given = tuple(counts)
    known = [count for count in given if count is not None]
    return Tally(sum(known), len(given) - len(known), len(given))


def group_by_person() -> Grouping:
    """Group by the person's number; a line nobody is known of belongs to no person."""
    return Grouping(
        lambda outcome: outcome.duty.person_id or outcome.duty.person, lambda visit: visit.person_ids
    )


def group_by_unit(persons: Mapping[str, Person]) -> Grouping:
    """Group by the sending unit of the register."""
    return Grouping(
        lambda outcome: outcome.duty.unit,
        lambda visit: tuple(persons[one].unit for one in visit.person_ids if one in persons),
    )


def group_by_township() -> Grouping:
    """Group by the township's code; a line whose place is not known belongs to none."""
    return Grouping(
        lambda outcome: outcome.duty.township_code,
        lambda visit: (
            (visit.record.place.township_code,)
            if visit.record.place is not None and visit.record.place.township_code is not None
            else ()
        ),
    )


def group_by_month() -> Grouping:
    """Group by month."""
    return Grouping(
        lambda outcome: str(Month.of(outcome.duty.date)),
        lambda visit: (str(Month.of(visit.record.day)),) if visit.record.day else (),
    )
