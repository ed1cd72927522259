"""What a person names outright: a place with its code in it, and the townships a unit's name speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.places.index import normalise_code
from sanwu_cli.places.names import SHORTEST_NAME, fold_name

if TYPE_CHECKING:
    from sanwu_cli.model import Area
    from sanwu_cli.places.index import AreaIndex

_CODE = compile_later(r"(?<!\d)\d{6}(?:\d{3}){0,2}(?:\.0+)?(?!\d)")


def split_code(text: str) -> tuple[str | None, str | None]:
    """Split 某镇某村（649901101201） into its code and its name; None for what is not there."""
    folded = fold_name(text)
    found = _CODE.search(folded)
    code = normalise_code(found[0]) if found else None
    name = folded[: found.start()] + folded[found.end() :] if found and code else folded
    return code, name or None


def find_in_unit(index: AreaIndex, county: str, unit: str) -> tuple[Area, ...]:
    """List the townships of today whose name or stem stands in the unit's name, the longest match first."""
    rest = fold_name(unit).replace(county, "\0", 1) if county else fold_name(unit)
    table = index.townships
    forms = {**table.stems, **table.aliases, **table.names}
    found: dict[str, Area] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        if len(form) >= SHORTEST_NAME and form in rest:
            rest = rest.replace(form, "\0")
            found |= {area.code: area for area in forms[form] if area.valid_to is None}
    return tuple(found.values())
