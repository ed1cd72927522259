"""Names as people sign them, found in the register of persons; likeness only makes suggestions."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.sheets.values import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sanwu_cli.model import Person, Place

# How offices write the six roles before or behind a name.
_ROLE_TITLES = {
    "judge": ("法官", "审判员", "员额法官"),
    "prosecutor": ("检察官", "检察员", "员额检察官"),
    "lawyer": ("律师", "法律顾问"),
    "mediator": ("人民调解员", "专职人民调解员", "专职调解员", "调解员"),
    "governance_officer": ("综治专干", "专干", "综治干部", "综治员"),
    "community_police": ("社区民警", "民警", "警官"),
}
_OTHER_TITLES = (
    "同志",
    "庭长",
    "副庭长",
    "所长",
    "副所长",
    "主任",
    "副主任",
    "科长",
    "副科长",
    "院长",
    "副院长",
)
_TITLES = sorted(
    [(title, role) for role, titles in _ROLE_TITLES.items() for title in titles]
    + [(title, "") for title in _OTHER_TITLES],
    key=lambda pair: -len(pair[0]),
)
_SUGGESTIONS = 3
_LIKENESS = 0.5
_LIST_MARK = "、"


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


def split_names(text: str) -> tuple[str, ...]:
    """Part the names of one cell."""
    return tuple(dict.fromkeys(name for name in text.split(_LIST_MARK) if name))


def find_role(text: str) -> str:
    """Give the identifier of the role a text speaks of, empty when it speaks of none or of several."""
    folded = fold(text)
    found = {role for title, role in _TITLES if role and title in folded}
    return found.pop() if len(found) == 1 else ""


def match_name(signature: Signature, persons: Sequence[Person]) -> NameMatch:
    """Find the one person a signature means: by number or name, with or without a title.

    Several persons of one name are told apart by days of service, role, unit and place, as far as these
    say anything. A surname alone, and a name nobody bears, is never taken for anybody.
    """
    name, role = _strip_title(fold(signature.text))
    own = [p for p in persons if fold(p.name) == fold(signature.text) or p.id == signature.text.strip()]
    own = own or [p for p in persons if len(name) > 1 and fold(p.name) == name]
    if not own:
        return NameMatch(None, _suggest(name, role or find_role(signature.role), persons))
    left = _narrow(own, signature, role or find_role(signature.role) or find_role(signature.unit))
    return NameMatch(left[0]) if len(left) == 1 else NameMatch(None, tuple(left), is_shared=True)


def _strip_title(text: str) -> tuple[str, str]:
    """Take a title from behind or before a name; gives the rest and the role the title means."""
    for title, role in _TITLES:
        if text.endswith(title) and text != title:
            return text.removesuffix(title), role
        if text.startswith(title) and text != title:
            return text.removeprefix(title), role
    return text, ""


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
    scored = [(SequenceMatcher(None, name, fold(person.name)).ratio(), person) for person in persons]
    alike = sorted((pair for pair in scored if pair[0] >= _LIKENESS), key=lambda pair: (-pair[0], pair[1].id))
    return tuple(person for _, person in alike[:_SUGGESTIONS])
