"""Typed access to the rows of one register, and findings that point at their cells."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from sanwu_cli.findings import make_finding
from sanwu_cli.places.names import fold_name, is_blank
from sanwu_cli.sheets.values import has_personal_number
from sanwu_cli.terms import Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.model import Finding, Row, SheetReading

AnyTerm = TypeVar("AnyTerm", bound=Term)


class Entry(Struct, frozen=True):
    """One row of a register."""

    row: Row

    def text(self, field: str) -> str:
        """Give a text field, empty when nothing stands there."""
        value = self.row.values.get(field)
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def day(self, field: str) -> date | None:
        """Give a date field."""
        value = self.row.values.get(field)
        return value if isinstance(value, date) else None

    def number(self, field: str) -> int | None:
        """Give a whole number field; None when it is empty or no whole number."""
        digits = fold_name(self.text(field))
        return int(digits) if digits.isascii() and digits.isdigit() else None

    def flag(self, field: str) -> bool | None:
        """Give a yes or no field."""
        value = self.row.values.get(field)
        return value if isinstance(value, bool) else None

    def items(self, field: str) -> tuple[str, ...]:
        """Give the items of a list field; words that say nothing, such as 无, are none."""
        value = self.row.values.get(field)
        return tuple(item for item in value if not is_blank(item)) if isinstance(value, tuple) else ()

    def term(self, field: str, kind: type[AnyTerm]) -> AnyTerm | None:
        """Give the word of the field, by its identifier or its label; None when it is neither."""
        text = self.text(field)
        return next((member for member in kind if text in (member.value, member.label)), None)

    def is_lost(self, field: str) -> bool:
        """Say whether something stands in the cell that could not be read."""
        return field in self.row.unreadable

    def is_silent(self, field: str) -> bool:
        """Say whether the cell is empty or holds a word that says nothing."""
        return not self.is_lost(field) and is_blank(self.text(field))

    def report(self, code: str, field: str = "", **values: object) -> Finding:
        """Make a finding at the field's cell, or at the row when the field has none."""
        source = self.row.source
        cell = self.row.cells.get(field, f"A{source.row}" if source.row else "")
        return make_finding(code, file=source.file, sheet=source.sheet, cell=cell, row=source.row, **values)

    def report_missing(self, **labels: str) -> Finding | None:
        """Report fields without which the row cannot be used, given as name=column; None when all are."""
        missing = [label for field, label in labels.items() if self.row.values.get(field) in (None, "")]
        if not missing:
            return None
        field = next(name for name in labels if self.row.values.get(name) in (None, ""))
        return self.report("REG-ROW-INCOMPLETE", field, columns="、".join(missing))

    def report_reversed(self, first: str, last: str, code: str, **values: object) -> Finding | None:
        """Report two dates that run backwards."""
        begins, ends = self.day(first), self.day(last)
        if begins is None or ends is None or begins <= ends:
            return None
        return self.report(code, last, first=begins, last=ends, **values)


def holds_mobile_number(text: str) -> bool:
    """Say whether a personal number stands in the text, with or without blanks and dashes inside."""
    return has_personal_number(text) or has_personal_number(re.sub(r"[\s\-－—]", "", text))


def list_entries(readings: Mapping[str, SheetReading], register: str) -> tuple[Entry, ...]:
    """List the rows of one register; none when the workspace has no such file."""
    reading = readings.get(register)
    return tuple(Entry(row) for row in reading.rows) if reading else ()


def name_file(readings: Mapping[str, SheetReading], register: str, default: str) -> str:
    """Give the register's file as reported, for messages; its usual name when there is none."""
    reading = readings.get(register)
    return reading.file if reading and reading.file else default


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Say whether two spans of days share a day; None is open."""
    first, last = max(one[0] or date.min, other[0] or date.min), min(one[1] or date.max, other[1] or date.max)
    return first <= last
