"""The areas of the register prepared for looking up: by code, by name, by township, over time."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.places.names import NameTable, choose_on, fold_name, is_alive, load_spelling
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Area

COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12
_FILLER = "000"


def normalise_code(text: str | None) -> str | None:
    """Give a code as 6, 9 or 12 digits; None when the text holds none.

    A township of 12 digits ending 000 becomes 9 digits; a number that went through a float is healed.
    Source: domain research §4.
    """
    digits = fold_name(text or "").lstrip("'").removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        return None
    while len(digits) in (TOWNSHIP_DIGITS, VILLAGE_DIGITS) and digits.endswith(_FILLER):
        digits = digits.removesuffix(_FILLER)
    return digits if len(digits) in (COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS) else None


def follow_successors(lives: Mapping[str, tuple[Area, ...]], code: str, on: date) -> str:
    """Give the code that stands for this one on the day, following 并入代码 (T-14).

    `lives` are the areas by code. A merge takes effect the day after 停用日期; a chain that runs in a
    circle leads back to `code`.
    """
    seen = {code}
    current = code
    while (following := _successor_on(lives.get(current, ()), on)) is not None:
        if following in seen:
            return code
        current = following
        seen.add(current)
    return current


def _successor_on(lives: tuple[Area, ...], on: date) -> str | None:
    if not lives or any(area.valid_to is None or on <= area.valid_to for area in lives):
        return None
    return max(lives, key=lambda area: str(area.valid_to)).successor


class AreaIndex(Struct, frozen=True, eq=False):
    """Areas by code and by name, in the county and by township; `standing` are names to find in a text."""

    areas: tuple[Area, ...]
    by_code: Mapping[str, tuple[Area, ...]]
    townships: NameTable
    villages: NameTable
    inside: Mapping[str, tuple[tuple[Area, ...], NameTable]]
    standing: tuple[tuple[str, tuple[Area, ...]], ...]
    _pools: dict[tuple[str | None, date | None], tuple[Area, ...]] = field(default_factory=dict)
    _turns: list[date] = field(default_factory=list)

    def stretch_of(self, on: date | None) -> int | None:
        """Number the stretch of days in which no area begins or ends."""
        return None if on is None else bisect_right(self._turns, on)

    @classmethod
    def of(cls, areas: tuple[Area, ...]) -> AreaIndex:
        """Prepare the areas."""
        of_township, of_village = load_spelling(AreaLevel.TOWNSHIP), load_spelling(AreaLevel.VILLAGE)
        by_code = _group((area.code, area) for area in areas)
        villages = [area for area in areas if area.level is AreaLevel.VILLAGE]
        townships = NameTable.of((area for area in areas if area.level is AreaLevel.TOWNSHIP), of_township)
        inside = _group((parent, area) for area in villages for parent in _parents_ever(by_code, area))
        return cls(
            areas,
            by_code,
            townships,
            NameTable.of(villages, of_village),
            {code: (found, NameTable.of(found, of_village)) for code, found in inside.items()},
            _list_standing(townships, villages),
            _turns=_list_turns(areas),
        )

    def find_township_in_front(self, name: str) -> tuple[Area, str] | None:
        """Split a folded name that begins with a township's full name: the township and the rest."""
        for standing, areas in self.standing:
            if len(areas) == 1 and name.startswith(standing) and len(name) > len(standing):
                return areas[0], name.removeprefix(standing)
        return None

    def current_code(self, code: str, on: date | None) -> str:
        """Give the code that stands for this one on the day; its own when no day is given."""
        return code if on is None else follow_successors(self.by_code, code, on)

    def find_inside(self, township: str, name: str, on: date | None) -> tuple[Area, ...]:
        """Find the villages so named inside a township, or inside those merged into it."""
        found = self.inside.get(township)
        return found[1].find(name, on) if found else ()

    def list_possible(self, township: str | None, on: date | None) -> tuple[Area, ...]:
        """List where a row of this township (None: of the county) may belong: its villages on the day.

        A unit without villages stands for itself. When none exists on the day, all that ever did.
        """
        key = (township, on)
        if key not in self._pools:
            pool = self._list_all() if township is None else self._list_in(township, on)
            self._pools[key] = tuple(area for area in pool if is_alive(area, on)) or pool
        return self._pools[key]

    def _list_all(self) -> tuple[Area, ...]:
        return tuple(a for a in self.areas if a.level is AreaLevel.VILLAGE or a.code not in self.inside)

    def _list_in(self, township: str, on: date | None) -> tuple[Area, ...]:
        if township not in self.inside:
            return self.by_code.get(township, ())[-1:]
        ever = self.inside[township][0]
        return tuple(a for a in ever if township in (a.parent, self.current_code(a.parent, on))) or ever


def _list_turns(areas: tuple[Area, ...]) -> list[date]:
    """List the days on which an area begins to exist, or no longer does."""
    begun = {area.valid_from for area in areas if area.valid_from is not None}
    ended = {
        area.valid_to + timedelta(days=1) for area in areas if area.valid_to and area.valid_to < date.max
    }
    return sorted(begun | ended)


def _group(pairs: Iterable[tuple[str, Area]]) -> dict[str, tuple[Area, ...]]:
    groups: defaultdict[str, list[Area]] = defaultdict(list)
    for key, area in pairs:
        groups[key].append(area)
    return {key: tuple(found) for key, found in groups.items()}


def _parents_ever(by_code: Mapping[str, tuple[Area, ...]], area: Area) -> tuple[str, ...]:
    """List the village's township and those it was merged into, one after the other."""
    parents: dict[str, None] = {}
    pending = [area.parent]
    while pending:
        parent = pending.pop()
        if parent not in parents:
            parents[parent] = None
            pending += [life.successor for life in by_code.get(parent, ()) if life.successor]
    return tuple(parents)


def _list_standing(townships: NameTable, villages: list[Area]) -> tuple[tuple[str, tuple[Area, ...]], ...]:
    """List the full names to find in a text, longest first, with their townships.

    A village whose name contains the name of a township it does not belong to stands there without any,
    so that the township is not found inside it.
    """
    full = {name: areas for name, areas in townships.bodies.items() if townships.spelling.has_final(name)}
    merged = {**full, **townships.aliases, **townships.names}
    names = {name: choose_on(found, None) for name, found in merged.items()}
    for village in villages:
        name = fold_name(village.name)
        hidden = [area.code for part, areas in names.items() if areas and part in name for area in areas]
        if name not in names and hidden and village.parent not in hidden:
            names[name] = ()
    return tuple(sorted(names.items(), key=lambda item: (-len(item[0]), item[0])))
