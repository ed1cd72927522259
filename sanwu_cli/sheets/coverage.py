"""What part of the county a sheet speaks for: all of it, one township, or a part nobody can tell."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import UNKNOWN_PART
from sanwu_cli.sheets.values import fold, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.places import Places


class Coverage(Struct, frozen=True):
    """What a text speaks for: None the whole county, a township's code, or UNKNOWN_PART with its words."""

    area: str | None = None
    part: str = ""


def find_coverage(
    titles: Iterable[str], units: Iterable[str], places: Places, *, county_name: str = ""
) -> Coverage:
    """Give the one township that titles and reporting units name; None when they name no place at all.

    Two townships, a place the register does not have, a police station or a village committee are parts
    that cannot be told: such a sheet speaks for nobody (missing is never zero, T-30).
    """
    named: dict[str, None] = {}
    parts: list[str] = []
    for texts, is_unit in ((titles, False), (units, True)):
        for text in texts:
            rest = _cut(fold(text), [fold(county_name)])
            codes = places.find_townships_in(rest)
            named |= dict.fromkeys(codes)
            rest = _cut(rest, [name for name, _ in places.index.standing])
            parts += _find_parts(rest, is_unit=is_unit)
    if parts:
        return Coverage(UNKNOWN_PART, "、".join(dict.fromkeys(parts)))
    if len(named) > 1:
        names = [places.index.by_code[code][-1].name for code in named]
        return Coverage(UNKNOWN_PART, "、".join(names))
    return Coverage(next(iter(named), None))


def _cut(text: str, names: Iterable[str]) -> str:
    """Take names out of a text; what stood around them does not grow together."""
    for name in names:
        if name:
            text = text.replace(name, "\0")
    return text


def _find_parts(text: str, *, is_unit: bool) -> list[str]:
    """List the words of a text that look like a place or a station of one."""
    text = _cut(text, _general_words())
    if not any(ending in text for ending in _endings(is_unit=is_unit)):
        return []
    return [match[0] for match in _pattern(is_unit=is_unit).finditer(text)]


@cache
def _pattern(*, is_unit: bool) -> re.Pattern[str]:
    titles, units = "|".join(_endings(is_unit=False)), "|".join(_endings(is_unit=True))
    # XX派出所 and 1号派出所 are stations too, if nobody knows which.
    name = r"(?:[一-鿿]{2,8}?|[0-9A-Za-z×*_某]{1,6}号?)"
    return re.compile(f"{name}(?:{units})|^(?:{titles})$" if is_unit else f"{name}(?:{titles})")


@cache
def _endings(*, is_unit: bool) -> tuple[str, ...]:
    words = load_words()["coverage"]
    return (*words["endings"], *words["unit_endings"]) if is_unit else tuple(words["endings"])


@cache
def _general_words() -> tuple[str, ...]:
    return tuple(sorted(map(fold, load_words()["coverage"]["general"]), key=len, reverse=True))
