"""One look-up of a row's place: by code, by township and village, by what stands in one cell."""

from __future__ import annotations

from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import Place
from sanwu_cli.places.index import AreaIndex, normalise_code
from sanwu_cli.places.names import (
    SHORTEST_NAME,
    choose_on,
    cut_group,
    fold_forms,
    fold_name,
    is_township_level,
    load_county_finals,
    load_joints,
    load_spelling,
)
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.model import Area

Resolution = tuple[Place, str | None, tuple[str, ...]]

AMBIGUOUS = "AREA-VILLAGE-AMBIGUOUS"
BLANK = "AREA-VILLAGE-BLANK"
MISMATCH = "AREA-MISMATCH"
TOWNSHIP_UNKNOWN = "AREA-TOWNSHIP-UNKNOWN"
VILLAGE_UNKNOWN = "AREA-VILLAGE-UNKNOWN"

_SUGGESTIONS = 3
_LIKENESS = 0.5


def _place_at(area: Area) -> Resolution:
    return Place(area.code, _township_of(area)), None, ()


def _township_of(area: Area) -> str:
    return area.code if area.level is AreaLevel.TOWNSHIP else area.parent


def _hold(finding: str, candidates: Iterable[Area], suggestions: tuple[str, ...] = ()) -> Resolution:
    pool = tuple(candidates)
    first = _township_of(pool[0]) if pool else None
    township = first if all(_township_of(area) == first for area in pool) else None
    return Place(None, township, tuple(dict.fromkeys(area.code for area in pool))), finding, suggestions


class Query(Struct, frozen=True):
    """One look-up: where, about which day, and what an empty village means."""

    index: AreaIndex
    county: str
    on: date | None
    blank_village: str

    def resolve(
        self, township: str | None, village: str | None, code: str | None, within: str | None
    ) -> Resolution:
        """Resolve by code where one is known, and by names."""
        coded = choose_on(self.index.by_code.get(normalise_code(code) or "", ()), self.on)
        if not coded:
            return self._resolve_names(township, village, within)
        if township is None and village is None:
            return _place_at(coded[0])
        named = self._resolve_names(township, village, None)
        if township is None and not named[0].area_code and coded[0].level is AreaLevel.TOWNSHIP:
            named = self._resolve_inside(coded[0], village)
        return self._reconcile(coded[0], named)

    def _reconcile(self, coded: Area, named: Resolution) -> Resolution:
        """Compare what the code and the names say: the finer of the two, or a mismatch between them."""
        place, finding, _ = named
        if finding == TOWNSHIP_UNKNOWN or (finding == VILLAGE_UNKNOWN and place.township_code is None):
            return _place_at(coded)
        codes = (place.area_code,) if place.area_code else place.candidates
        areas = tuple(choose_on(self.index.by_code[code], self.on)[0] for code in codes)
        if not self._agrees(coded, areas, finding):
            return _hold(MISMATCH, (coded, *areas))
        names_no_village = finding == BLANK or areas[0].level is AreaLevel.TOWNSHIP
        return _place_at(coded) if names_no_village or coded.level is AreaLevel.VILLAGE else named

    def _agrees(self, coded: Area, areas: tuple[Area, ...], finding: str | None) -> bool:
        near = [self._latest(_township_of(coded)) == self._latest(_township_of(area)) for area in areas]
        if finding in (BLANK, VILLAGE_UNKNOWN):
            return all(near)
        same = any(self._latest(coded.code) == self._latest(area.code) for area in areas)
        return same or any(
            is_near and coded.level is not area.level for is_near, area in zip(near, areas, strict=True)
        )

    def _latest(self, code: str) -> str:
        return self.index.current_code(code, date.max)

    def _resolve_names(self, township: str | None, village: str | None, within: str | None) -> Resolution:
        if township is None and within in self.index.by_code:
            home = choose_on(self.index.by_code[str(within)], self.on)[0]
            return self._resolve_inside(home, village)
        if township is None:
            return self._resolve_in_county(village)
        found = self._find_townships(township)
        if len(found) == 1:
            return self._resolve_inside(found[0], village, looks_elsewhere=True)
        return self._resolve_run_together(township, village) or self._hold_township(township, found, within)

    def _resolve_inside(
        self, township: Area, village: str | None, *, looks_elsewhere: bool = False
    ) -> Resolution:
        """Resolve a village cell inside a known township; one that is not there may be named in another."""
        if village is None:
            return self._resolve_blank(township)
        if is_township_level(village):
            return _place_at(township)
        found = self.index.find_inside(township.code, village, self.on)
        if found:
            return _answer(found)
        named = self._resolve_after_township(township, village)
        if named is None and (whole := cut_group(fold_name(village))) is not None:
            found = self.index.find_inside(township.code, whole, self.on)
            named = _answer(found) if found else self._resolve_after_township(township, whole)
        elsewhere = self._find_in_county(village) if looks_elsewhere and named is None else ()
        return named or self._hold_village(township, village, elsewhere)

    def _resolve_after_township(self, township: Area, village: str) -> Resolution | None:
        """Resolve a village cell that begins with a township's name; None when nothing fits."""
        named, rest = self._split(village)
        if named is None:
            return self._resolve_after_stem(township, village)
        is_level = not rest or is_township_level(rest)
        inside = () if is_level else self.index.find_inside(named.code, rest, self.on)
        if self._latest(named.code) != self._latest(township.code) and (is_level or inside):
            possible = self.index.list_possible(township.code, self.on)
            return _hold(MISMATCH, (*(inside or (named,)), *possible))
        if is_level:
            return _place_at(township)
        return _answer(inside) if inside else None

    def _resolve_after_stem(self, township: Area, village: str) -> Resolution | None:
        """Resolve 东塔果园村 in 东塔镇: the stem of the row's own township before a village of it."""
        name = fold_name(village)
        stem = load_spelling(AreaLevel.TOWNSHIP).stem_of(fold_name(township.name))
        rest = name.removeprefix(stem).lstrip(load_joints()) if stem else name
        inside = self.index.find_inside(township.code, rest, self.on) if rest and rest != name else ()
        return _answer(inside) if inside else None

    def _hold_village(self, township: Area, village: str, elsewhere: tuple[Area, ...]) -> Resolution:
        possible = self.index.list_possible(township.code, self.on)
        if township in possible:
            return _place_at(township)
        named = tuple(f"{self._name_of(area.parent)}{area.name}" for area in elsewhere)
        suggestions = (*named, *suggest_names(village, possible))[:_SUGGESTIONS]
        return _hold(VILLAGE_UNKNOWN, (*possible, *elsewhere), suggestions)

    def _name_of(self, code: str) -> str:
        areas = choose_on(self.index.by_code.get(code, ()), self.on)
        return areas[0].name if areas else ""

    def _resolve_in_county(self, village: str | None) -> Resolution:
        """Resolve a village cell when nothing names a township."""
        if village is None or is_township_level(village):
            return _hold(TOWNSHIP_UNKNOWN, self.index.list_possible(None, self.on))
        found = self.index.villages.find_named(village, self.on)
        if found:
            return _answer(found)
        named, rest = self._split(village)
        if named is not None:
            return self._resolve_inside(named, rest) if rest else _place_at(named)
        whole = cut_group(fold_name(village))
        if whole is not None and (found := self.index.villages.find_named(whole, self.on)):
            return _answer(found)
        possible = self.index.list_possible(None, self.on)
        return _hold(VILLAGE_UNKNOWN, possible, suggest_names(village, possible))

    def _resolve_run_together(self, township: str, village: str | None) -> Resolution | None:
        """Resolve a township cell that holds a village's name as well; None when it does not."""
        named, rest = self._split(township)
        if named is None or not rest or not self.index.find_inside(named.code, rest, self.on):
            return None
        return self._resolve_inside(named, rest if village is None else village)

    def _resolve_blank(self, township: Area) -> Resolution:
        possible = self.index.list_possible(township.code, self.on)
        if self.blank_village == "township" or township in possible:
            return _place_at(township)
        return _hold(BLANK, possible)

    def _hold_township(self, name: str, found: tuple[Area, ...], within: str | None) -> Resolution:
        known = within if within in self.index.by_code else None
        scopes: list[str | None] = [area.code for area in found] if found else [known]
        possible = [area for scope in scopes for area in self.index.list_possible(scope, self.on)]
        return _hold(TOWNSHIP_UNKNOWN, possible, suggest_names(name, found or self.index.townships.areas))

    def _find_townships(self, name: str) -> tuple[Area, ...]:
        forms = (name, *self._with_and_without_county(name)[1:])
        found = (self.index.townships.find(form, self.on) for form in forms)
        return next(filter(None, found), ())

    def _split(self, name: str) -> tuple[Area | None, str]:
        """Split a cell that begins with a township's full name; (None, the name) when none does."""
        forms = self._with_and_without_county(name)
        for form in forms:
            whole = self.index.townships.find_named(form, self.on)
            if len(whole) == 1:
                return whole[0], ""
        for form in forms:
            if found := self.index.find_township_in_front(form):
                return found[0], found[1].lstrip(load_joints())
        return None, forms[0]

    def _with_and_without_county(self, name: str) -> tuple[str, ...]:
        folded = fold_name(name)
        _, county, rest = folded.partition(self.county) if self.county else (folded, "", "")
        if not county and (short := self._short_county()) and folded.startswith(short):
            county, rest = self.county, folded.removeprefix(short)
        if county and not county.endswith(load_county_finals()):
            rest = rest.removeprefix(next(filter(rest.startswith, load_county_finals()), ""))
        return (folded, rest) if rest else (folded,)

    def _short_county(self) -> str:
        """Give the county's name without its 市 or 县; empty when too little is left."""
        final = next((word for word in load_county_finals() if self.county.endswith(word)), "")
        short = self.county.removesuffix(final)
        return short if final and len(short) >= SHORTEST_NAME else ""

    def _find_in_county(self, village: str | None) -> tuple[Area, ...]:
        return () if village is None else self.index.villages.find_named(village, self.on)


def _answer(found: tuple[Area, ...]) -> Resolution:
    return _place_at(found[0]) if len(found) == 1 else _hold(AMBIGUOUS, found)


def suggest_names(name: str, pool: Iterable[Area]) -> tuple[str, ...]:
    """Give up to three registered names like this one, the likest first; one 村 is not like another."""
    folded = min(fold_forms(name), key=len)
    rated: dict[str, tuple[float, float]] = {}
    for area in pool:
        form = fold_name(area.name)
        spelling = load_spelling(area.level)
        asked = min((spelling.stem_of(one) or one for one in (folded, *spelling.bodies_of(folded))), key=len)
        own = spelling.stem_of(form) or form
        # Too few signs in common are never alike: most of a county falls away before the slow comparison.
        if area.name not in rated and 2 * len(set(asked) & set(own)) >= _LIKENESS * (len(asked) + len(own)):
            rate = SequenceMatcher(None, asked, own, autojunk=False).ratio()
            if rate >= _LIKENESS:
                rated[area.name] = rate, SequenceMatcher(None, folded, form, autojunk=False).ratio()
    return tuple(sorted(rated, key=lambda shown: rated[shown], reverse=True)[:_SUGGESTIONS])
