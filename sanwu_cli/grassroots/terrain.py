"""The county's areas on one day, and where a record of an older area belongs now (T-14)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.places import follow_successors
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.model import Area, Place


class Terrain(Struct, frozen=True):
    """The areas that exist on a day, in the order of their codes; `lives` are all areas ever, by code."""

    day: date
    townships: tuple[Area, ...]
    villages: tuple[Area, ...]
    lives: Mapping[str, tuple[Area, ...]]

    def find_area(self, code: str | None) -> Area | None:
        """Find the area of the day that a code stands for; None for none, and for one that is gone."""
        if code is None:
            return None
        current = follow_successors(self.lives, code, self.day)
        return next((area for area in self.lives.get(current, ()) if area.exists_on(self.day)), None)

    def find_village(self, place: Place | None) -> Area | None:
        """Find the village a record belongs to."""
        area = self.find_area(place.area_code) if place else None
        return area if area is not None and area.level is AreaLevel.VILLAGE else None

    def find_township(self, place: Place | None) -> Area | None:
        """Find the township a record belongs to, by its village where that is known."""
        if place is None:
            return None
        village = self.find_village(place)
        for code in (village.parent if village else None, place.area_code, place.township_code):
            area = self.find_area(code)
            if area is not None and area.level is AreaLevel.TOWNSHIP:
                return area
        return None

    def on(self, day: date) -> Terrain:
        """Give the same areas as they stand on another day."""
        return survey(tuple(area for known in self.lives.values() for area in known), day)

    def villages_of(self, township: str) -> tuple[Area, ...]:
        """List the villages of a township."""
        return tuple(area for area in self.villages if area.parent == township)

    def name_of(self, code: str | None) -> str:
        """Give an area's name; empty for a code nobody knows."""
        lives = self.lives.get(code or "", ())
        return lives[-1].name if lives else ""


def survey(areas: tuple[Area, ...], day: date) -> Terrain:
    """Survey the areas of the register on a day; farms are among the townships."""
    lives: dict[str, list[Area]] = defaultdict(list)
    for area in areas:
        lives[area.code].append(area)
    standing = sorted((area for area in areas if area.exists_on(day)), key=lambda area: area.code)
    return Terrain(
        day,
        tuple(area for area in standing if area.level is AreaLevel.TOWNSHIP),
        tuple(area for area in standing if area.level is AreaLevel.VILLAGE),
        {code: tuple(known) for code, known in lives.items()},
    )
