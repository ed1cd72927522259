"""Names as people sign them, found in the register of persons; likeness only makes suggestions."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.sheets.values import find_role, fold, strip_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sanwu_cli.model import Person, Place

_LONGEST_COMPARED = 64
_SUGGESTIONS = 3
_LIKENESS = 0.5


class Signature(Struct, frozen=True):
    """One name as signed, with what stands beside it: unit, role, where and when."""

    text: str
    unit: str = ""
    role: str = ""
    place: Place | None = None
    day: date | None = None


class NameMatch(Struct, frozen=True):
    """Who is meant: exactly one person, or nobody for certain with those it may be, the likest first.

    `is_shared` says that several persons of the register bear the very name.
    """

    person: Person | None
    candidates: tuple[Person, ...] = ()
    is_shared: bool = False


def match_name(signature: Signature, persons: Sequence[Person]) -> NameMatch:
    """Find the one person a signature means: by number or name, with or without a title.

    Several persons of one name are told apart by days of service, role, unit and place, as far as these
    say anything. A surname alone, and a name nobody bears, is never taken for anybody.
    """
    name, role = strip_title(fold(signature.text))
    own = [p for p in persons if fold(p.name) == fold(signature.text) or p.id == signature.text.strip()]
    own = own or [p for p in persons if len(name) > 1 and fold(p.name) == name]
    if not own:
        return NameMatch(None, _suggest(name, role or find_role(signature.role), persons))
    left = _narrow(own, signature, role or find_role(signature.role) or find_role(signature.unit))
    return NameMatch(left[0]) if len(left) == 1 else NameMatch(None, tuple(left), is_shared=True)


def _narrow(persons: list[Person], signature: Signature, role: str) -> list[Person]:
    """Keep those whom every mark fits; a mark that fits nobody says nothing, marks that differ keep all."""
    unit, place, day = fold(signature.unit), signature.place, signature.day
    marks: list[Callable[[Person], bool]] = []
    if day is not None:
        marks.append(lambda person: person.serves_on(day))
    if role:
        marks.append(lambda person: person.role.value == role)
    if unit:
        marks.append(lambda person: bool(person.unit) and _shares_unit(fold(person.unit), unit))
    if place is not None:
        marks.append(lambda person: _serves_at(person, place))
    telling = [fits for fits in marks if any(fits(person) for person in persons)]
    left = [person for person in persons if all(fits(person) for fits in telling)]
    return left or persons


def _shares_unit(one: str, other: str) -> bool:
    return one in other or other in one


def _serves_at(person: Person, place: Place) -> bool:
    codes = [code for code in (place.area_code, place.township_code) if code]
    return any(code.startswith(own) or own.startswith(code) for own in person.areas if own for code in codes)


def _suggest(name: str, role: str, persons: Sequence[Person]) -> tuple[Person, ...]:
    """Name those a name may mean: of a surname its bearers of that role, else the likest names."""
    if len(name) == 1:
        near = [p for p in persons if p.name.startswith(name) and role in ("", p.role.value)]
        return tuple(near)
    scored = [(_compare(name, fold(person.name)), person) for person in persons]
    alike = sorted((pair for pair in scored if pair[0] >= _LIKENESS), key=lambda pair: (-pair[0], pair[1].id))
    return tuple(person for _, person in alike[:_SUGGESTIONS])


def _compare(one: str, other: str) -> float:
    """Measure likeness; unlike lengths, or such as no name has, are not compared, which takes its time."""
    shorter, longer = sorted((len(one), len(other)))
    if longer > _LONGEST_COMPARED or 2 * shorter < _LIKENESS * (shorter + longer):
        return 0.0
    return SequenceMatcher(None, one, other).ratio()
