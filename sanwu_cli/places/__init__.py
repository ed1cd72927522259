"""Places: the names and codes of a row resolved to areas of the register; likeness only makes suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.places.index import AreaIndex, follow_successors, normalise_code
from sanwu_cli.places.names import fold_name, is_blank, trim_marks
from sanwu_cli.places.query import Query, Resolution, suggest_names
from sanwu_cli.places.target import find_in_unit, split_code

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.model import Area

__all__ = ["Places", "Resolution", "follow_successors", "normalise_code"]


class Places(Struct, frozen=True, eq=False):
    """The areas of the register, prepared for looking up; made with `Places.of`."""

    index: AreaIndex
    county: str
    _memo: dict[tuple[str | int | None, ...], Resolution] = field(default_factory=dict)

    @classmethod
    def of(cls, areas: tuple[Area, ...], *, county: str = "") -> Places:
        """Prepare the areas; `county` is the county's name, which may stand before a township's."""
        return cls(AreaIndex.of(areas), fold_name(county))

    def current_code(self, code: str, on: date) -> str:
        """Give the code that stands for this one on the day (T-14); an unknown code stands for itself."""
        return self.index.current_code(code, on)

    def find_townships_in(self, text: str) -> tuple[str, ...]:
        """List the codes of the townships whose registered name or alias stands in a text, in its order."""
        rest = fold_name(text)
        found: list[tuple[int, str]] = []
        for name, areas in self.index.standing:
            while (at := rest.find(name)) >= 0:
                found += [(at, area.code) for area in areas]
                rest = rest[:at] + "\0" * len(name) + rest[at + len(name) :]
        return tuple(dict.fromkeys(code for _, code in sorted(found)))

    def resolve(
        self,
        *,
        township: str | None,
        village: str | None,
        code: str | None,
        on: date | None,
        within: str | None,
        blank_village: str,
    ) -> Resolution:
        """Find the area a row belongs to: the place, the code of a finding or None, names to suggest.

        `on` is the row's date, `within` the township the whole sheet is about, `blank_village` what an
        empty village means (`township`: the event is the township's own). A place without `area_code`
        lists as candidates every area the row may belong to. A known code wins; nothing is guessed.
        """
        key = (township, village, code, self.index.stretch_of(on), within, blank_village)
        if key not in self._memo:
            query = Query(self.index, self.county, on, blank_village)
            names, found = self._take_codes(_clear(township), _clear(village), code)
            self._memo[key] = query.resolve(*names, found, within)
        return self._memo[key]

    def _take_codes(
        self, township: str | None, village: str | None, code: str | None
    ) -> tuple[tuple[str | None, str | None], str | None]:
        """Take known codes out of the name cells: a township's becomes its name, a village's the row's."""
        known, _ = split_code(township or "")
        if known in self.index.by_code:
            township = self.index.by_code[str(known)][-1].name
        if code is None:
            own, rest = split_code(village or "")
            if own in self.index.by_code:
                return (township, rest), own
        return (township, village), code

    def find_target(self, text: str, *, on: date | None, within: str | None = None) -> Resolution:
        """Find the area a person names by code, by name, or as 某镇某村（代码）; as `resolve`, never a guess.

        `within` is the township the case is known to lie in: a name is looked up there first.
        """
        code, name = split_code(text)
        for scope in dict.fromkeys((None if code else within, None)):
            found = self.resolve(
                township=None, village=name, code=code, on=on, within=scope, blank_village="township"
            )
            if found[0].area_code is not None:
                return found
        # 东塔 means 东塔镇 where no village goes by that name.
        if code is None and name and not self.index.villages.find(name, on):
            town = self.resolve(
                township=name, village=None, code=None, on=on, within=None, blank_village="township"
            )
            return town if town[0].area_code is not None else found
        return found

    def find_in_unit(self, unit: str) -> tuple[Area, ...]:
        """List the townships whose name, with or without its 镇, stands in the name of a unit."""
        return find_in_unit(self.index, self.county, unit)

    def suggest(self, name: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Give up to three registered names like this one among these areas, the likest first."""
        return suggest_names(name, [area for code in codes for area in self.index.by_code.get(code, ())])


def _clear(name: str | None) -> str | None:
    return None if name is None or is_blank(name) else trim_marks(name) or None
