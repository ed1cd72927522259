"""A column that is read: one cell, or all its cells at once."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field

from sanwu_cli.grid import column_letters
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.values import Unreadable, is_plain_case_number, is_plain_text
from sanwu_cli.sheets.values.bulk import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sanwu_cli.grid import CellValue
    from sanwu_cli.model import Value
    from sanwu_cli.periods import Period
    from sanwu_cli.sheets.cells import Parser
    from sanwu_cli.sheets.layout import Layout
    from sanwu_cli.sheets.schema import FieldSpec

_FIGURE_TYPES = frozenset({"count", "decimal"})
_MOST_KNOWN = 4096
# From so many different texts on, looking at all at once is quicker than reading each.
_MANY = 24
_TEXTS = frozenset({"text", "rule_text", "township", "village", "unit"})


class ColumnValues(Struct, frozen=True):
    """What the cells of a column say, in their order; whether any is empty, whether any cannot be read."""

    values: list[Value | Unreadable]
    has_blank: bool
    has_unreadable: bool


class ReadColumn(Struct, frozen=True):
    """A column that is read; a figure of a count sheet may not stand in a cell merged over several rows."""

    index: int
    letters: str
    spec: FieldSpec
    parser: Parser
    stands_alone: bool
    _known: dict[tuple[type, CellValue], Value | Unreadable] = field(default_factory=dict)

    def parse(self, cell: CellValue) -> Value | Unreadable:
        """Parse a cell; what a column repeats is parsed once."""
        key = (cell.__class__, cell)  # 1, 1.0 and TRUE are equal and not the same
        if key in self._known:
            return self._known[key]
        value = self.parser(cell)
        if len(self._known) < _MOST_KNOWN:
            self._known[key] = value
        return value

    def parse_all(self, cells: Sequence[CellValue]) -> ColumnValues:
        """Parse the cells of a column; every one as `parse` would."""
        kinds = set(map(type, cells))
        if bool in kinds and len(kinds) > 1:
            values = [self.parse(cell) for cell in cells]
            return _describe(values, values)
        distinct = set(cells)
        if len(distinct) > _MANY and kinds <= {str, type(None)} and self._are_plain(distinct):
            texts = cast("list[Value | Unreadable]", list(cells))
            return ColumnValues(texts, has_blank=None in distinct, has_unreadable=False)
        table = {cell: self.parse(cell) for cell in distinct}
        return _describe([table[cell] for cell in cells], table.values())

    def _are_plain(self, distinct: set[CellValue]) -> bool:
        """Say whether every text would be read as it stands."""
        look = _choose_look(self.spec.type)
        if look is None:
            return False
        texts = cast("set[str]", distinct - {None})
        joined = BETWEEN.join(texts)
        # A cell with the sign itself is looked at alone.
        return joined.count(BETWEEN) < len(texts) and look(joined)


def _describe(values: list[Value | Unreadable], distinct: Collection[Value | Unreadable]) -> ColumnValues:
    has_unreadable = any(isinstance(value, Unreadable) for value in distinct)
    return ColumnValues(values, has_blank=any(v is None for v in distinct), has_unreadable=has_unreadable)


def _choose_look(kind: str) -> Callable[[str], bool] | None:
    if kind == "case_number":
        return is_plain_case_number
    return is_plain_text if kind in _TEXTS else None


def list_read_columns(layout: Layout, *, hint: Period | None, is_1904: bool = False) -> list[ReadColumn]:
    """List the columns of a layout that are read; `hint` completes dates without a year."""
    is_count = layout.schema.record.kind == "count"
    return [
        ReadColumn(
            column.index,
            column_letters(column.index),
            column.field,
            make_parser(column.field, hint=hint, is_1904=is_1904),
            is_count and column.field.type in _FIGURE_TYPES,
        )
        for column in layout.columns
        if column.field and column.field.is_read
    ]


def fill_merged(cells: Sequence[CellValue], spans: Sequence[tuple[int, int]]) -> list[CellValue]:
    """Fill merged ranges of a column down; `spans` are first and last positions, both included."""
    filled = list(cells)
    for top, bottom in spans:
        filled[top : bottom + 1] = [cells[top]] * (bottom + 1 - top)
    return filled


def find_tops(count: int, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Give for every position the one whose cell speaks for it."""
    tops = list(range(count))
    for top, bottom in spans:
        tops[top : bottom + 1] = [top] * (bottom + 1 - top)
    return tops


def tell_positions(spans: Mapping[int, Sequence[tuple[int, int]]]) -> set[int]:
    """List the positions that lie in any of the spans."""
    return set(chain.from_iterable(range(a, b + 1) for found in spans.values() for a, b in found))
