"""Which townships a mediator's judicial office (司法所) looks after, by the office's name (四9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.terms import AreaLevel, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.model import Area, Person

OFFICE_WORD = "司法所"


def find_offices(persons: Iterable[Person], areas: Iterable[Area]) -> dict[str, tuple[str, ...]]:
    """Give by person id the townships of the mediators whose unit is a judicial office named after one.

    柳河司法所, 柳河镇司法所 and 清河市司法局柳河司法所 are all that of 柳河镇. An office whose name leads to
    no township, or a mediator of another unit, is bound by nothing but the areas listed for him or her.
    """
    townships = [area for area in areas if area.level is AreaLevel.TOWNSHIP]
    found: dict[str, tuple[str, ...]] = {}
    by_unit: dict[str, tuple[str, ...]] = {}
    for person in persons:
        unit = person.unit
        if person.role is StationedRole.MEDIATOR and unit.endswith(OFFICE_WORD):
            if unit not in by_unit:
                by_unit[unit] = tuple(dict.fromkeys(a.code for a in townships if _is_office_of(unit, a)))
            if by_unit[unit]:
                found[person.id] = by_unit[unit]
    return found


def _is_office_of(unit: str, area: Area) -> bool:
    """Say whether the office bears the township's name, whole or without 镇, 乡, 街道."""
    stem = unit.removesuffix(OFFICE_WORD)
    return any(
        stem.endswith(name) for one in (area.name, *area.aliases) for name in (one, _shorten(one)) if name
    )


def _shorten(name: str) -> str:
    """Cut off the word for the kind of place; a name of one character is none."""
    for ending in ("街道办事处", "街道", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return ""
