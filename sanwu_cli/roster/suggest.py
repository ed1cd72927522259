"""Fixed days that meet each other and holidays least: one 每月第N个周X a place, proven to be the best.

Places that are there on the same days are alike: the model counts how many of them take each rule, and is
small whatever the number of places. Which place takes which is settled afterwards, today's rules first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.periods import Period
from sanwu_cli.roster.cpsat import make_solver, read_bound
from sanwu_cli.roster.days import duty_dates, nth_weekday, parse_rules
from sanwu_cli.roster.exact import Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.roster.days import DutyDate, DutyRule
    from sanwu_cli.roster.place_days import Crew, PlaceDays
    from sanwu_cli.roster.role_year import Staffing

# They hardly ever meet a holiday, and every month has them.
SLOTS = tuple(nth_weekday(number, weekday) for number in range(1, 5) for weekday in range(5))
LEVELS = ("over", "moved", "date_squares", "changed")
_Chosen = Counter[tuple[int, int]]  # how many places of a kind take a slot


class Suggestion(Struct, frozen=True):
    """The places with the rule and days suggested to each, and each level's value and proven bound."""

    places: tuple[PlaceDays, ...]
    rules: Mapping[str, DutyRule]
    levels: tuple[Level, ...]


def suggest_days(
    year: int,
    places: Sequence[PlaceDays],
    crews: Sequence[Crew],
    staffing: Staffing,
    *,
    slots: Sequence[DutyRule] = SLOTS,
) -> Suggestion:
    """Suggest a rule for each place, crew by crew; all roles of a place come on one day.

    Levels, one after the other: fewest visits beyond the people of their date, fewest days moved, least sum
    of squares of the places of a date, fewest of today's rules changed; each is summed over the crews. The
    effort of the wishes bounds the solver's deterministic time for each. The order of the input is no matter.
    """
    named = tuple(
        tuple(
            when
            for month in Period.of_year(year).months()
            for when in duty_dates([slot], month, staffing.calendar, moves_back=staffing.moves_back)
        )
        for slot in slots
    )
    parts = []
    for crew in crews:
        own = [place for place in places if {place.area.code, place.area.parent} & crew.townships]
        board = _Board(own, crew, dict(zip(slots, named, strict=True)))
        parts.append(_suggest_part(board, staffing.wishes.effort))
    return Suggestion(
        tuple(sorted((p for part in parts for p in part.places), key=_place_key)),
        {code: rule for part in parts for code, rule in part.rules.items()},
        tuple(
            Level(
                name, sum(part.levels[n].value for part in parts), sum(part.levels[n].bound for part in parts)
            )
            for n, name in enumerate(LEVELS)
        ),
    )


def _suggest_part(board: _Board, effort: float) -> Suggestion:
    """Suggest the rules of one crew's places."""
    chosen, levels = board.start(), []
    model = _Model(board)
    for level in LEVELS:
        chosen, bound = model.solve(level, chosen, effort)
        value = board.measure(chosen)[level]
        levels.append(Level(level, value, min(bound, value)))
        model.hold(level, value)
    rules = board.settle(chosen)
    return Suggestion(board.place(rules), rules, tuple(levels))


def today_rules(places: Sequence[PlaceDays]) -> dict[str, tuple[DutyRule, ...]]:
    """Give the rules of each place as registered; none where the roles' differ, or none can be read."""
    rows: dict[str, list[tuple[DutyRule, ...]]] = defaultdict(list)
    for place in places:
        rows[place.area.code].append(parse_rules(place.row.rule) if place.row else ())
    return {code: own[0] if len(set(own)) == 1 else () for code, own in rows.items()}


class _Board:
    """The places by kind, the days each slot gives a kind, and today's rules."""

    def __init__(
        self, places: Sequence[PlaceDays], crew: Crew, named: Mapping[DutyRule, tuple[DutyDate, ...]]
    ) -> None:
        self.slots, self.crew = tuple(named), crew
        self._lives: dict[str, list[PlaceDays]] = defaultdict(list)
        for place in sorted(places, key=lambda place: (place.area.code, repr(place.area))):
            self._lives[place.area.code].append(place)
        kinds: dict[tuple[tuple[DutyDate, ...], ...], list[str]] = defaultdict(list)
        for code, lives in self._lives.items():
            kinds[
                tuple(
                    tuple(w for w in days if any(life.area.exists_on(w.date) for life in lives))
                    for days in named.values()
                )
            ].append(code)
        self.kinds = tuple(tuple(codes) for codes in kinds.values())
        self.days = tuple(kinds)
        today = today_rules(places)
        self.today = {
            code: self.slots.index(own[0]) if len(own) == 1 and own[0] in named else None
            for code, own in today.items()
        }
        self.ruled = frozenset(code for code, own in today.items() if own)
        self.kept = {
            (kind, slot): sum(self.today[code] == slot for code in codes)
            for kind, codes in enumerate(self.kinds)
            for slot in range(len(self.slots))
        }

    def start(self) -> _Chosen:
        """Take today's rules where they are slots, the rest in turn."""
        chosen: _Chosen = Counter()
        for kind, codes in enumerate(self.kinds):
            for number, code in enumerate(codes):
                slot = self.today[code]
                chosen[kind, number % len(self.slots) if slot is None else slot] += 1
        return chosen

    @cached_property
    def dates(self) -> tuple[tuple[tuple[tuple[int, int], ...], int | None], ...]:
        """Give for each date the kinds and slots that come on it, and how many may go."""
        found: dict[date, list[tuple[int, int]]] = defaultdict(list)
        for kind, slots in enumerate(self.days):
            for slot, days in enumerate(slots):
                for when in days:
                    found[when.date].append((kind, slot))
        return tuple((tuple(own), self.crew.least(day)) for day, own in sorted(found.items()))

    def moves(self, kind: int, slot: int) -> int:
        """Count the days of a slot that are moved."""
        return sum(when.moved_from is not None for when in self.days[kind][slot])

    def measure(self, chosen: _Chosen) -> dict[str, int]:
        """Count every level of a choice."""
        over = squares = 0
        for own, least in self.dates:
            number = sum(chosen[one] for one in own)
            over += 0 if least is None else max(0, number - least)
            squares += number**2
        kept = sum(min(number, self.kept[one]) for one, number in chosen.items())
        moved = sum(number * self.moves(*one) for one, number in chosen.items())
        return dict(zip(LEVELS, (over, moved, squares, len(self.ruled) - kept), strict=True))

    def settle(self, chosen: _Chosen) -> dict[str, DutyRule]:
        """Say which place takes which slot: those keep today's that can, the others follow by their codes."""
        rules: dict[str, DutyRule] = {}
        for kind, codes in enumerate(self.kinds):
            left = Counter({slot: chosen[kind, slot] for slot in range(len(self.slots))})
            for code in codes:
                slot = self.today[code]
                if slot is not None and left[slot]:
                    left[slot] -= 1
                    rules[code] = self.slots[slot]
            rest = [code for code in codes if code not in rules]
            rules |= {
                code: self.slots[slot] for code, slot in zip(rest, sorted(left.elements()), strict=True)
            }
        return dict(sorted(rules.items()))

    def place(self, rules: Mapping[str, DutyRule]) -> tuple[PlaceDays, ...]:
        """Lay the suggested rules out as places with their days."""
        found = []
        for kind, codes in enumerate(self.kinds):
            for code in codes:
                lives = self._lives[code]
                roles = tuple(dict.fromkeys(role for life in lives for role in life.roles))
                row = next((life.row for life in lives if life.row is not None), None)
                for area in dict.fromkeys(life.area for life in lives):
                    days = self.days[kind][self.slots.index(rules[code])]
                    own = tuple(when for when in days if area.exists_on(when.date))
                    found.append(replace(lives[0], area=area, roles=roles, row=row, days=own))
        return tuple(found)


def _place_key(place: PlaceDays) -> tuple[str, str]:
    return place.area.code, place.area.name


class _Model:
    """An integer a kind and slot; what the levels count is linear in them."""

    def __init__(self, board: _Board) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - heavy, and only to suggest

        self._cp: Any = cp_model
        self._board = board
        self._model: Any = cp_model.CpModel()
        self._takes = {
            (kind, slot): self._model.new_int_var(0, len(codes), "")
            for kind, codes in enumerate(board.kinds)
            for slot in range(len(board.slots))
        }
        for kind, codes in enumerate(board.kinds):
            self._model.add(sum(self._takes[kind, s] for s in range(len(board.slots))) == len(codes))
        self._figures: Mapping[str, Any] = {
            "over": self._count_over(),
            "moved": sum(board.moves(*one) * takes for one, takes in self._takes.items()),
            "date_squares": self._sum_squares(),
            "changed": self._count_changed(),
        }

    def hold(self, level: str, value: int) -> None:
        """Keep a level at its value or below."""
        self._model.add(self._figures[level] <= value)

    def solve(self, level: str, start: _Chosen, effort: float) -> tuple[_Chosen, int]:
        """Minimise one level from a choice that keeps all before it; gives the choice and the bound."""
        self._model.minimize(self._figures[level])
        self._model.clear_hints()
        for one, takes in self._takes.items():
            self._model.add_hint(takes, start[one])
        solver = make_solver(effort)
        status = solver.solve(self._model)
        if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return start, 0
        bound = read_bound(solver)
        found: _Chosen = Counter({one: solver.value(takes) for one, takes in self._takes.items()})
        best = min((start, found), key=lambda chosen: self._board.measure(chosen)[level])
        return best, bound

    def _count_over(self) -> Any:  # noqa: ANN401 - the library has no types
        """Count visits beyond the people; dates on which the same ones come are taken together."""
        alike: Counter[tuple[tuple[tuple[int, int], ...], int]] = Counter()
        for own, least in self._board.dates:
            if least is not None:
                alike[own, least] += 1
        total: Any = 0
        for (own, least), times in alike.items():
            most = self._most(own)
            if most > least:
                beyond = self._model.new_int_var(0, most - least, "")
                self._model.add(beyond >= sum(self._takes[one] for one in own) - least)
                total += times * beyond
        return total

    def _sum_squares(self) -> Any:  # noqa: ANN401
        """Sum squares by the lines through neighbouring whole numbers, above which each square lies."""
        total: Any = 0
        for own, times in Counter(own for own, _ in self._board.dates).items():
            most, number = self._most(own), sum(self._takes[one] for one in own)
            square = self._model.new_int_var(0, most**2, "")
            for low in range(max(1, most)):
                self._model.add(square >= (2 * low + 1) * number - low * (low + 1))
            total += times * square
        return total

    def _count_changed(self) -> Any:  # noqa: ANN401
        kept: Any = 0
        for one, most in self._board.kept.items():
            if most:
                stays = self._model.new_int_var(0, most, "")
                self._model.add(stays <= self._takes[one])
                kept += stays
        return len(self._board.ruled) - kept

    def _most(self, own: Sequence[tuple[int, int]]) -> int:
        """Count the places that could come on a date: all of the kinds of which some slot does."""
        return sum(len(self._board.kinds[kind]) for kind in {kind for kind, _ in own})
