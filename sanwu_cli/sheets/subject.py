"""One table of a sheet with all that its lines are read with, and the place its findings go to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.findings import make_finding
from sanwu_cli.sheets.columns import PLACE_TYPES, list_absent_places, list_missing_fields
from sanwu_cli.sheets.parse import ReadColumn, list_read_columns
from sanwu_cli.sheets.rows import MergedColumns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.grid import Book, Grid
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Period
    from sanwu_cli.places import Places
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

LOCATING_TYPES = PLACE_TYPES | {"area_code"}


class Table(Struct, frozen=True, dict=True):
    """A claimed table: where it stands, what it speaks for, and how its names are looked up.

    `end` is the row (0-based) at which it ends at the latest. `hint` completes dates without a year,
    `coverage` is a township's code, None for the county, or UNKNOWN_PART; `blank_village` says what an
    empty village means.
    """

    book: Book
    grid: Grid
    layout: Layout
    places: Places
    hint: Period | None
    coverage: str | None
    blank_village: str
    county_name: str
    end: int

    @property
    def first(self) -> int:
        """The row below the header, 0-based."""
        return self.layout.bottom + 1

    @property
    def schema(self) -> SheetSchema:
        """The description of the sheet."""
        return self.layout.schema

    @property
    def last_day(self) -> date | None:
        """Day on which an undated row's names are looked up: the last of the sheet's span."""
        return self.hint.last.last_day if self.hint is not None else None

    @cached_property
    def columns(self) -> tuple[ReadColumn, ...]:
        """The columns that are read."""
        return tuple(list_read_columns(self.layout, hint=self.hint, is_1904=self.grid.is_1904))

    @cached_property
    def merged(self) -> MergedColumns:
        """The vertical merges below the header."""
        return MergedColumns(self.grid, self.layout.bottom)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Fields that must have a column and have none: nobody can read them in any row."""
        return tuple(spec.name for spec in list_missing_fields(self.layout))

    @cached_property
    def located(self) -> Mapping[str, FieldSpec | None]:
        """The field of each type that says where a row belongs."""
        return {kind: self.schema.field_of_type(kind) for kind in (*sorted(LOCATING_TYPES), "unit")}

    @cached_property
    def absent_places(self) -> frozenset[str]:
        """The types of place the sheet has no column for."""
        return frozenset(spec.type for spec in list_absent_places(self.layout))

    @cached_property
    def title_values(self) -> Mapping[str, str]:
        """Fields whose value the title gives where a row has none."""
        return {
            one.field: value
            for one in self.schema.derived
            if one.source == "title" and (value := one.find_value(self.layout.context)) is not None
        }

    @cached_property
    def has_special(self) -> bool:
        """Say whether any cell's value does not tell all: errors, formulas without value, lost digits."""
        return bool(self.grid.error_cells or self.grid.uncached or self.grid.long_numbers)


class Report(Struct):
    """Gathers the findings of one table; what is said of a cell is said once, however many rows it spans."""

    file: str
    sheet: str
    findings: list[Finding] = field(default_factory=list)
    _said: set[tuple[str, str]] = field(default_factory=set)

    def tell(self, code: str, cell: str, **values: object) -> None:
        """Add a finding on a cell."""
        if (code, cell) not in self._said:
            self._said.add((code, cell))
            self.findings.append(make_finding(code, file=self.file, sheet=self.sheet, cell=cell, **values))
