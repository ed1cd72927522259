"""Where the rows of a table belong: names and codes looked up, and what is told when they are unknown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.model import UNKNOWN_PART, Place
from sanwu_cli.places.query import AMBIGUOUS, MISMATCH, TOWNSHIP_UNKNOWN, VILLAGE_UNKNOWN
from sanwu_cli.sheets.columns import PLACE_TYPES
from sanwu_cli.sheets.coverage import find_coverage
from sanwu_cli.sheets.subject import LOCATING_TYPES
from sanwu_cli.sheets.values import show_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sanwu_cli.model import Source, Value
    from sanwu_cli.places import Resolution
    from sanwu_cli.sheets.subject import Report, Table


class Siting(Struct, frozen=True):
    """Finds the places of a table's rows."""

    table: Table
    report: Report

    @property
    def is_by_unit(self) -> bool:
        """Say whether rows name only the unit that reports, no township and no village."""
        located = self.table.located
        return located["township"] is None and located["village"] is None

    def place(
        self,
        source: Source,
        values: Mapping[str, Value],
        cells: Mapping[str, str],
        unreadable: Sequence[str],
    ) -> Place | None:
        """Place one row, and tell what keeps it from being placed."""
        if self.table.schema.record.kind == "register":
            return None
        if self.is_by_unit:
            return self._place_unit(source, values, cells)
        located = self.table.located
        texts = {kind: self._text_of(kind, values) for kind in LOCATING_TYPES}
        lost = {
            kind for kind in LOCATING_TYPES if (spec := located[kind]) is not None and spec.name in unreadable
        }
        day = values.get(self.table.schema.record.date or "")
        place, code, suggestions = self._resolve(
            texts["township"],
            texts["village"],
            texts["area_code"],
            day if isinstance(day, date) else None,
            blank_village="hold" if lost else self.table.blank_village,
        )
        if lost and place.area_code is not None and texts["village"] is None:
            return Place(None, place.township_code, (place.area_code,))
        if code is not None and self.table.schema.why_not_counted(values) is None:
            if not lost or _is_about_read(code, texts, lost):
                self._tell(code, source, texts, cells, self._name_choices(code, place, suggestions))
            if code == TOWNSHIP_UNKNOWN and texts["township"] is not None:
                self._tell_unknown_village(source, texts, cells, day)
        return place

    def _tell_unknown_village(
        self, source: Source, texts: Mapping[str, str | None], cells: Mapping[str, str], day: Value
    ) -> None:
        """Tell of a village no township has, beside a township that is not known either."""
        village = texts["village"]
        if village is None:
            return
        on = day if isinstance(day, date) else self.table.last_day
        blank = self.table.blank_village
        _, code, suggestions = self.table.places.resolve(
            township=None, village=village, code=None, on=on, within=None, blank_village=blank
        )
        if code == VILLAGE_UNKNOWN:
            self._tell(code, source, {**texts, "township": None}, cells, suggestions)

    def _name_choices(self, code: str, place: Place, suggestions: tuple[str, ...]) -> tuple[str, ...]:
        """Name the areas an ambiguous name may mean, each with its township; else what was suggested."""
        if code != AMBIGUOUS:
            return suggestions
        by_code = self.table.places.index.by_code
        areas = [by_code[one][-1] for one in place.candidates if one in by_code][:_MOST_NAMED]
        return tuple(f"{by_code[a.parent][-1].name if a.parent in by_code else ''}{a.name}" for a in areas)

    def place_all(
        self, columns: Mapping[str, Sequence[Value]], count: int
    ) -> tuple[list[Place | None], set[int]]:
        """Place rows by their columns; the second are positions of rows that need a look of their own."""
        if self.table.schema.record.kind == "register":
            return [None] * count, set()
        if self.is_by_unit:
            return [None] * count, set(range(count))
        names = [self._column_of(columns, kind, count) for kind in _ORDER]
        days = columns.get(self.table.schema.record.date or "", (None,) * count)
        stretch, speaking = self._number_days(set(days))
        keys = list(zip(*names, [stretch[day] for day in days], strict=True))
        found = {
            (township, village, code, time): self._resolve(
                township, village, code, speaking[time], blank_village=self.table.blank_village
            )
            for township, village, code, time in set(keys)
        }
        unsure = {key for key, (_, code, _) in found.items() if code is not None and self._is_told(code)}
        places: list[Place | None] = [found[key][0] for key in keys]
        return places, {position for position, key in enumerate(keys) if key in unsure} if unsure else set()

    def is_known(self, name: str) -> bool:
        """Say whether a text names an area of the register."""
        if not name or len(name) > _LONGEST_NAME:
            return False
        if self.find_township(name) is not None:
            return True
        _, problem, _ = self._resolve(None, name, None, None, blank_village="hold")
        return problem not in ("AREA-VILLAGE-UNKNOWN", "AREA-TOWNSHIP-UNKNOWN")

    def _number_days(self, days: set[Value]) -> tuple[dict[Value, int], dict[int, Value]]:
        """Number the stretches of time the days lie in, in which no area begins or ends; one day of each."""
        stretch: dict[Value, int] = {}
        speaking: dict[int, Value] = {}
        for day in days:
            on = day if isinstance(day, date) else self.table.last_day
            number = self.table.places.index.stretch_of(on)
            stretch[day] = -1 if number is None else number
            speaking.setdefault(stretch[day], on)
        return stretch, speaking

    def find_township(self, name: str) -> str | None:
        """Give the code of the township that a text names and nothing besides; None when it names none."""
        if not name or len(name) > _LONGEST_NAME:
            return None
        place, problem, _ = self._resolve(name, None, None, None, blank_village="township")
        return place.area_code if problem is None else None

    def _column_of(self, columns: Mapping[str, Sequence[Value]], kind: str, count: int) -> Sequence[Value]:
        spec = self.table.located[kind]
        return columns.get(spec.name if spec else "", (None,) * count)

    def _resolve(
        self, township: Value, village: Value, code: Value, day: Value, *, blank_village: str
    ) -> Resolution:
        coverage = self.table.coverage
        return self.table.places.resolve(
            township=township if isinstance(township, str) else None,
            village=village if isinstance(village, str) else None,
            code=code if isinstance(code, str) else None,
            on=day if isinstance(day, date) else self.table.last_day,
            within=None if coverage == UNKNOWN_PART else coverage,
            blank_village=blank_village,
        )

    def _text_of(self, kind: str, values: Mapping[str, Value]) -> str | None:
        spec = self.table.located[kind]
        value = values.get(spec.name) if spec else None
        return value if isinstance(value, str) else None

    def _place_unit(
        self, source: Source, values: Mapping[str, Value], cells: Mapping[str, str]
    ) -> Place | None:
        """Place a row that names only a reporting unit: None for the whole county, else its part of it."""
        unit = self._text_of("unit", values)
        if unit is None:
            return Place(None, UNKNOWN_PART)
        found = find_coverage((), [unit], self.table.places, county_name=self.table.county_name)
        if found.area == UNKNOWN_PART:
            self.report.tell("COVERAGE-UNKNOWN", self._cell_of("unit", source, cells), part=found.part)
        return None if found.area is None else Place(found.area, found.area)

    def _cell_of(self, kind: str, source: Source, cells: Mapping[str, str]) -> str:
        spec = self.table.located[kind]
        return cells.get(spec.name, f"A{source.row}") if spec else f"A{source.row}"

    def _is_told(self, code: str) -> bool:
        """Say whether a row's place is told row by row: not when the sheet lacks the very columns."""
        absent = self.table.absent_places
        return absent != PLACE_TYPES and not (code == "AREA-VILLAGE-BLANK" and "village" in absent)

    def _tell(
        self,
        code: str,
        source: Source,
        texts: Mapping[str, str | None],
        cells: Mapping[str, str],
        suggestions: tuple[str, ...],
    ) -> None:
        if not self._is_told(code):
            return  # told once for the whole sheet
        township, village = texts["township"], texts["village"]
        kind = "township" if code == "AREA-TOWNSHIP-UNKNOWN" or village is None else "village"
        kind = "village" if code == "AREA-VILLAGE-BLANK" else kind
        cell = self._cell_of(kind, source, cells)
        if code == "AREA-TOWNSHIP-UNKNOWN" and township is None:
            spec = self.table.located[kind]
            self.report.tell("VALUE-MISSING", cell, row=source.row, header=spec.header if spec else "")
            return
        shown = show_text(township)
        if code == "AREA-VILLAGE-UNKNOWN":
            shown = f"的“{shown}”" if township else ""
        guess = f"，是不是{'、'.join(f'“{name}”' for name in suggestions)}" if suggestions else ""
        self.report.tell(
            code, cell, row=source.row, township=shown, village=show_text(village), suggestions=guess
        )


def _is_about_read(code: str, texts: Mapping[str, str | None], lost: Collection[str]) -> bool:
    """Say whether a finding is about cells that were read, and not about one that was lost."""
    if code == TOWNSHIP_UNKNOWN:
        return texts["township"] is not None
    if code == VILLAGE_UNKNOWN:
        return texts["village"] is not None
    return code in {AMBIGUOUS, MISMATCH} and lost == {"area_code"}


_MOST_NAMED = 6
_ORDER = ("township", "village", "area_code")
_LONGEST_NAME = 20
