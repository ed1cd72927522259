"""The year's work laid out so that a check finds its evidence at once; nothing later than the day."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sanwu_cli.periods import Month
from sanwu_cli.sheets.values import fold, split_names, strip_title
from sanwu_cli.terms import AreaLevel, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sanwu_cli.activities import CentreRecord, FiledReport, GridWorker, Meeting, OfficeRecord, SignIn
    from sanwu_cli.due.records import Known, TaskPeriod
    from sanwu_cli.model import Area, Source
    from sanwu_cli.plan.tasks import DutyBook

    Dated = tuple[date, Source]
    Issued = tuple[date | None, Source]

_SHOWN_NAMES = 5
# Keys beside the codes of parents: all areas, and those that belong to nobody.
_ANYWHERE, _NOWHERE = "", "-"

_Paper = TypeVar("_Paper", "FiledReport", "Meeting")


class Rostered(StrEnum):
    """What a yearly roster shows: a township is served, it has its fixed day, a village is served."""

    TOWNSHIP = "township"
    FIXED_DAY = "fixed_day"
    VILLAGE = "village"


class Evidence:
    """What is known by a day, by place and month; made once for all items, then only read."""

    def __init__(self, known: Known, book: DutyBook, as_of: date) -> None:
        """Lay out the records dated up to `as_of`; one without a day is evidence of no day."""
        self.known, self.book, self.as_of = known, book, as_of
        work = known.activities
        self.reports = _lay_out_by_township(r for r in work.filed_reports if self._is_past(r.filed_on))
        self.meetings = _lay_out_by_township(m for m in work.meetings if self._is_past(m.held_on))
        self.postings = self._lay_out_postings()
        self.sign_ins = self._lay_out_sign_ins()
        self.disputes = self._lay_out_disputes()
        self.centres: dict[str, list[CentreRecord]] = defaultdict(list)
        for centre in work.centres:
            if centre.place and centre.place.area_code and self._is_past_year(centre.year):
                self.centres[centre.place.area_code].append(centre)
        self.grids: dict[tuple[str, int], list[GridWorker]] = defaultdict(list)
        for worker in work.grid_workers:
            if worker.place and worker.place.area_code and worker.year is not None:
                self.grids[worker.place.area_code, worker.year].append(worker)
        self.offices: list[OfficeRecord] = [o for o in work.offices if self._is_past_year(o.year)]
        self._bound: dict[tuple[str, TaskPeriod], dict[str, tuple[Area, ...]]] = {}
        self._issued: dict[tuple[str, TaskPeriod], dict[str, Issued]] = {}
        self._rostered: dict[tuple[Rostered, str, TaskPeriod], dict[str | None, Source]] = {}

    def bound_areas(self, level: AreaLevel, period: TaskPeriod, *, within: str = "") -> tuple[Area, ...]:
        """List the competing areas of a level that exist all through the period, of one township if given."""
        key = level, period
        if key not in self._bound:
            last = period.last or self.as_of
            found = [
                area
                for area in self.known.areas
                if area.competes
                and area.level is level
                and area.exists_on(last)
                and (period.last is None or area.exists_on(period.first))
            ]
            by_parent: dict[str, list[Area]] = {_ANYWHERE: found}
            for area in found:
                by_parent.setdefault(area.parent or _NOWHERE, []).append(area)
            self._bound[key] = {code: tuple(areas) for code, areas in by_parent.items()}
        return self._bound[key].get(within, ())

    def rostered(self, kind: Rostered, role: str, period: TaskPeriod) -> Mapping[str | None, Source]:
        """Give the areas that yearly rosters name for the role in a year of the period, by code."""
        key = kind, role, period
        if key not in self._rostered:
            work = self.known.activities
            lines = work.mediator_rosters if kind is Rostered.VILLAGE else work.duty_rosters
            years = range(period.first.year, (period.last or self.as_of).year + 1)
            self._rostered[key] = {
                line.place.area_code if kind is Rostered.VILLAGE else line.place.township_code: line.source
                for line in lines
                if line.place
                and line.year in years
                and role in line.names
                and (line.rule or kind is not Rostered.FIXED_DAY)
            }
        return self._rostered[key]

    def issued(self, role: str, period: TaskPeriod) -> Mapping[str, Issued]:
        """Give the areas of the published rosters of the period's months, each with its first day."""
        key = role, period
        if key not in self._issued:
            found: dict[str, Issued] = {}
            for issue in self.known.issues:
                is_of_period = period.first <= issue.month.last_day and (
                    period.last is None or issue.month.first_day <= period.last
                )
                is_past = issue.issued_on is None or issue.issued_on <= self.as_of
                if issue.role == role and is_of_period and is_past:
                    found.setdefault(issue.area_code, (issue.issued_on, issue.source))
            self._issued[key] = found
        return self._issued[key]

    def _lay_out_postings(self) -> dict[tuple[str, str, str], list[Dated]]:
        found: dict[tuple[str, str, str], list[Dated]] = defaultdict(list)
        for posting in self.known.activities.publications:
            area = posting.place.area_code if posting.place else None
            if area and posting.month and posting.posted_on and self._is_past(posting.posted_on):
                found[area, str(posting.month), posting.channel].append((posting.posted_on, posting.source))
        return found

    def _lay_out_sign_ins(self) -> dict[tuple[str, str], list[Dated]]:
        """Lay out by area and role; who signed in at a village was in its township too."""
        found: dict[tuple[str, str], list[Dated]] = defaultdict(list)
        for entry in self.known.activities.sign_ins:
            if entry.place is None or entry.day is None or not self._is_past(entry.day):
                continue
            for code in {entry.place.area_code, entry.place.township_code} - {None}:
                for role in find_roles(entry, self.known, self.book):
                    found[str(code), role].append((entry.day, entry.source))
        return found

    def _lay_out_disputes(self) -> dict[tuple[str, str], list[Source]]:
        found: dict[tuple[str, str], list[Source]] = defaultdict(list)
        for dispute in self.known.activities.disputes:
            if dispute.place and dispute.place.township_code and self._is_past(dispute.registered_on):
                month = Month.of(dispute.registered_on)  # type: ignore[arg-type]  # a past day is a day
                found[dispute.place.township_code, str(month)].append(dispute.source)
        for count in self.known.activities.dispute_counts:
            if count.place and count.place.township_code and count.period and count.total_count is not None:
                for month in count.period.months():
                    if month.first_day <= self.as_of:
                        found[count.place.township_code, str(month)].append(count.source)
        return found

    def _is_past(self, day: date | None) -> bool:
        return day is not None and day <= self.as_of

    def _is_past_year(self, year: int | None) -> bool:
        return year is not None and year <= self.as_of.year


def _lay_out_by_township(papers: Iterable[_Paper]) -> dict[str | None, list[_Paper]]:
    found: dict[str | None, list[_Paper]] = defaultdict(list)
    for paper in papers:
        found[paper.township_code].append(paper)
    return found


# Who sends judges is the court, and so on; the other roles come from no one department.
_ROLE_OF_UNIT = {"court": StationedRole.JUDGE.value, "procuratorate": StationedRole.PROSECUTOR.value}


def find_roles(entry: SignIn, known: Known, book: DutyBook) -> frozenset[str]:
    """Give the role somebody signed in as: as written, else as registered, else as title or unit tell.

    A name registered for several roles, with nothing else said, is none of them for sure. Of several names in
    one line each tells its own.
    """
    if told := _read_roles(entry.role):
        return told
    by_unit = {role for unit, role in _ROLE_OF_UNIT.items() if book.unit(unit).is_named_in(entry.unit)}
    each = [_find_roles_of(name, known, by_unit) for name in split_names(entry.person) or ("",)]
    return frozenset().union(*each)


def _find_roles_of(signed: str, known: Known, by_unit: set[str]) -> frozenset[str]:
    """Give the role of one name, with or without a title; a title the register denies says nothing."""
    whole = fold(signed)
    bare, titled = strip_title(whole)
    registered = known.roles.get(whole) or known.roles.get(bare) or frozenset()
    if len(registered) == 1:
        return registered
    if registered:
        return frozenset({titled} & registered) or frozenset(by_unit & registered)
    return _read_roles(whole) or frozenset(by_unit)


def _read_roles(text: str) -> frozenset[str]:
    return frozenset(role.value for role in StationedRole if role.label in text)


def list_names(names: Iterable[str]) -> str:
    """Write names in a row, from the sixth on only their number."""
    known = list(names)
    shown = "、".join(known[:_SHOWN_NAMES])
    return shown if len(known) <= _SHOWN_NAMES else f"{shown}等{len(known)}个"


def day_label(day: date) -> str:
    """Give a day within its year, such as 3月10日."""
    return f"{day.month}月{day.day}日"
