"""One name looked up in the area register: what it means, why, and what else it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.ledger_view import name_areas
from sanwu_cli.nearest import hint_near
from sanwu_cli.places.names import choose_on
from sanwu_cli.places.trace import explain_life, explain_match
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading
    from sanwu_cli.model import Area


class LookUp(Struct, frozen=True):
    """What a name means on a day: the areas (several: it is ambiguous), why each, and names like it."""

    name: str
    on: date
    areas: tuple[tuple[Area, str, str], ...]
    townships: dict[str, str]
    suggestions: tuple[str, ...]
    remarks: tuple[str, ...]


def look_up(registers: RegisterReading, name: str, *, township: str | None, on: date) -> LookUp:
    """Look a name up as the import would, on a day; raises SanwuError for a township that is not known."""
    places = registers.places
    within = find_one(registers, township, on=on, level=AreaLevel.TOWNSHIP).code if township else None
    place, finding, suggestions = places.find_target(name, on=on, within=within)
    is_ambiguous = finding == "AREA-VILLAGE-AMBIGUOUS"
    codes = (place.area_code,) if place.area_code else place.candidates if is_ambiguous else ()
    areas = [choose_on(places.index.by_code[code], on)[0] for code in codes]
    found = tuple((a, explain_match(name, a), explain_life(places.index, a, on)) for a in areas)
    return LookUp(
        name,
        on,
        found,
        name_areas(registers.registers.areas),
        suggestions,
        tuple(_remark(name, finding, suggestions, len(found))),
    )


def _remark(name: str, finding: str | None, suggestions: tuple[str, ...], count: int) -> list[str]:
    if count > 1:
        return [f"“{name}”不止一个，请用 --township 写明乡镇(街道)，或者写代码"]
    if count == 1:
        return []
    if finding == "AREA-MISMATCH":
        return [f"“{name}”里的名称与代码或乡镇(街道)对不上"]
    remarks = [f"登记表里没有“{name}”"]
    if suggestions:
        remarks.append(f"相近的有：{'、'.join(suggestions)}")
        remarks.append(f"就是其中一个的：sanwu places alias {name} 代码或名称")
    return remarks


def look_up_as_rows(found: LookUp) -> list[tuple[str, ...]]:
    """Lay the areas out: code, name, township, why, what became of it."""
    return [
        (area.code, area.name, found.townships.get(area.parent, ""), why, life)
        for area, why, life in found.areas
    ]


def look_up_as_json(found: LookUp) -> dict[str, object]:
    """Give the look-up as sanwu/place/1."""
    return {
        "schema": "sanwu/place/1",
        "name": found.name,
        "on": found.on.isoformat(),
        "areas": [
            {"code": area.code, "name": area.name, "parent": area.parent, "why": why, "note": life}
            for area, why, life in found.areas
        ],
        "suggestions": list(found.suggestions),
        "remarks": list(found.remarks),
    }


def find_one(registers: RegisterReading, text: str, *, on: date, level: AreaLevel | None = None) -> Area:
    """Find the one area a person names, by code or name; raises SanwuError when none or several fit."""
    places = registers.places
    place, _, suggestions = places.find_target(text, on=on)
    code = place.area_code
    if code is not None:
        area = choose_on(places.index.by_code[code], on)[0]
        if level in (None, area.level):
            return area
    areas = [area.name for lives in places.index.by_code.values() for area in lives]
    hint = f"是不是{'、'.join(f'“{name}”' for name in suggestions)}；" if suggestions else ""
    hint = hint or hint_near(text, areas)
    raise SanwuError(
        f"登记表里定不下来“{text}”是哪里",
        remedy=f"{hint}请写登记表里的代码，或者写全“某某镇某某村”",
        status=ExitStatus.INPUT_MISSING,
    )
