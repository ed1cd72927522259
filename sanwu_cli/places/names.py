"""Spellings of an area's name: folding, bodies (村委会 …), final words, and a table to look names up in."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.patterns import compile_later
from sanwu_cli.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sanwu_cli.model import Area
    from sanwu_cli.terms import AreaLevel

SHORTEST_NAME = 2
_NUMERALS = "一二三四五六七八九十百零〇两"
_BRACKETED = compile_later(r"\([^()]*\)?")


class Spelling(Struct, frozen=True):
    """How one level's names vary: final words (镇, 村 …), leading words, and (ending, what it leaves)."""

    finals: tuple[str, ...]
    prefixes: tuple[str, ...]
    endings: tuple[tuple[str, str], ...]
    all_endings: tuple[str, ...]

    def stem_of(self, name: str) -> str | None:
        """Give the name without its final word; None when it has none or too little would be left."""
        final = next((word for word in self.finals if name.endswith(word)), None)
        if final is None or len(name) - len(final) < SHORTEST_NAME:
            return None
        return name.removesuffix(final)

    def has_final(self, name: str) -> bool:
        """Say whether the name ends with a final word."""
        return name.endswith(self.finals)

    def bodies_of(self, name: str) -> tuple[str, ...]:
        """List the names that remain when leading words and endings of bodies fall away, again and again."""
        found: dict[str, None] = {}
        pending = [name]
        while pending:
            for shorter in self._shorten(pending.pop(0)):
                if len(shorter) >= SHORTEST_NAME and shorter != name and shorter not in found:
                    found[shorter] = None
                    pending.append(shorter)
        return tuple(found)

    def _shorten(self, name: str) -> Iterable[str]:
        for prefix in self.prefixes:
            if name.startswith(prefix):
                yield name.removeprefix(prefix)
        if not name.endswith(self.all_endings):
            return
        for ending, keep in self.endings:
            if not name.endswith(ending):
                continue
            rest = name.removesuffix(ending)
            if self.has_final(rest):
                yield rest
            if rest:
                yield rest + keep


class _Words(Struct, frozen=True):
    """Whole cells that are no names (the township itself; nothing), signs and what they are folded to."""

    township_level: frozenset[str]
    blank: frozenset[str]
    joints: str
    county_finals: tuple[str, ...]
    signs: Mapping[int, str]
    marks: str
    group: re.Pattern[str]


@cache
def _load_data() -> dict[str, dict[str, Any]]:
    return load_toml("places", "spellings")


@cache
def load_spelling(level: AreaLevel) -> Spelling:
    """Read how the names of this level vary."""
    table = _load_data()[level]
    finals = sorted(table["finals"], key=len, reverse=True)
    endings = [(ending, body["keep"]) for body in table["body"] for ending in body["endings"]]
    all_endings = tuple(ending for ending, _ in endings)
    return Spelling(tuple(finals), tuple(table["prefixes"]), tuple(endings), all_endings)


@cache
def _load_words() -> _Words:
    words = _load_data()["words"]
    opening, closing = words["brackets"]
    brackets = str.maketrans(dict.fromkeys(opening, "(") | dict.fromkeys(closing, ")"))
    variants = {ord(old): new for old, new in words["variants"]}
    return _Words(
        frozenset(words["township_level"]),
        frozenset(words["blank"]),
        words["joints"],
        tuple(words["county_finals"]),
        variants | brackets,
        words["marks"],
        re.compile(rf"第?[0-9{_NUMERALS}]+(?:{'|'.join(words['groups'])})$"),
    )


def is_blank(cell: str) -> bool:
    """Say whether a cell says nothing: empty, a dash, 无."""
    return fold_name(cell) in _load_words().blank


def is_township_level(cell: str) -> bool:
    """Say whether a village cell means the township itself, such as 本级."""
    return any(form in _load_words().township_level for form in fold_forms(cell))


def trim_marks(cell: str) -> str:
    """Cut punctuation and blanks off both ends of a cell."""
    return cell.strip(_load_words().marks + " \u3000\n\t")


def cut_group(name: str) -> str | None:
    """Give a folded village name without the group, team or grid behind it; None when there is none."""
    rest = _load_words().group.sub("", name)
    return rest if rest != name and len(rest) >= SHORTEST_NAME else None


def load_joints() -> str:
    """Give the signs that may stand between a township and a village in one cell."""
    return _load_words().joints


def load_county_finals() -> tuple[str, ...]:
    """Give the last words of a county's name, which the office may leave out when it writes its own."""
    return _load_words().county_finals


def _fold_brackets(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_load_words().signs)


def _fold_signs(text: str) -> str:
    # What can be printed holds no white space but the plain blank, and no sign that only formats.
    if not text.isprintable() or " " in text:
        kept = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")
        text = "".join(kept)
    return text.replace("(", "").replace(")", "").casefold()


@lru_cache(maxsize=1 << 16)
def fold_name(text: str) -> str:
    """Fold a name: NFKC, lower case, no white space or invisible signs, no brackets (their content stays)."""
    return _fold_signs(_fold_brackets(text))


@lru_cache(maxsize=1 << 14)
def fold_forms(text: str) -> tuple[str, ...]:
    """Give the folded name and, when that differs, the folded name without its bracketed parts."""
    opened = _fold_brackets(text)
    whole = _fold_signs(opened)
    bare = _fold_signs(_BRACKETED.sub("", opened)) if "(" in opened else whole
    return (whole,) if bare == whole or len(bare) < SHORTEST_NAME else (whole, bare)


def choose_on(areas: Iterable[Area], on: date | None) -> tuple[Area, ...]:
    """Keep the areas that exist on the day (still exist, when no day is given), one for each code.

    When none does, those that ended before it; else all.
    """
    pool = tuple(areas)
    if len(pool) == 1:
        return pool
    alive = [area for area in pool if is_alive(area, on)]
    ended = [area for area in pool if on is not None and area.valid_to is not None and area.valid_to < on]
    return tuple({area.code: area for area in alive or ended or pool}.values())


def is_alive(area: Area, on: date | None) -> bool:
    """Say whether the area exists on the day, or has no end when no day is given."""
    return area.valid_to is None if on is None else area.exists_on(on)


class NameTable(Struct, frozen=True):
    """Areas by registered name, alias, name of their body, and stem; made once, looked up often."""

    spelling: Spelling
    areas: tuple[Area, ...]
    names: Mapping[str, tuple[Area, ...]]
    aliases: Mapping[str, tuple[Area, ...]]
    bodies: Mapping[str, tuple[Area, ...]]
    stems: Mapping[str, tuple[Area, ...]]

    @classmethod
    def of(cls, areas: Iterable[Area], spelling: Spelling) -> NameTable:
        """Prepare the table of these areas."""
        areas = tuple(areas)
        tables: tuple[defaultdict[str, dict[Area, None]], ...] = tuple(defaultdict(dict) for _ in range(4))
        names, aliases, bodies, stems = tables
        for area in areas:
            for form in fold_forms(area.name)[:1]:
                names[form][area] = None
            for alias in area.aliases:
                aliases[fold_name(alias)][area] = None
            spellings = [fold_name(area.name), *map(fold_name, area.aliases)]
            for body in [body for name in spellings for body in spelling.bodies_of(name)]:
                bodies[body][area] = None
                spellings.append(body)
            for stem in filter(None, map(spelling.stem_of, spellings)):
                stems[stem][area] = None
        frozen = ({key: tuple(found) for key, found in table.items()} for table in tables)
        return cls(spelling, areas, *frozen)

    def find_named(self, text: str, on: date | None) -> tuple[Area, ...]:
        """Find the areas so named, by registered name, alias, body; those that exist on the day first."""
        fallback: tuple[Area, ...] = ()
        for pool in self._pools(text):
            chosen = choose_on(pool, on)
            if chosen and is_alive(chosen[0], on):
                return chosen
            fallback = fallback or chosen
        return fallback

    def find(self, text: str, on: date | None) -> tuple[Area, ...]:
        """Find the areas so named, or with a final word more or less when that points to one stem."""
        return self.find_named(text, on) or self._find_by_stem(text, on)

    def _pools(self, text: str) -> Iterable[tuple[Area, ...]]:
        forms = fold_forms(text)
        for table in (self.names, self.aliases):
            for form in forms:
                if form in table:
                    yield table[form]
        for form in forms:
            bodies = self.spelling.bodies_of(form)
            merged = [area for key in (form, *bodies) for area in self.bodies.get(key, ())]
            merged += [
                area for key in bodies for table in (self.names, self.aliases) for area in table.get(key, ())
            ]
            if merged:
                yield tuple(merged)

    def _find_by_stem(self, text: str, on: date | None) -> tuple[Area, ...]:
        for form in fold_forms(text):
            for name in (form, *self.spelling.bodies_of(form)):
                stem = self.spelling.stem_of(name)
                bare = self.names.get(stem, ()) + self.aliases.get(stem, ()) if stem else ()
                if stem and not bare:
                    continue
                found = choose_on(self.stems.get(stem or name, ()) + bare, on)
                if found:
                    return found
        return ()
