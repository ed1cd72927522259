"""The data rows of a sheet kept column by column; a Row is made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from sanwu_cli.model import Row, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sanwu_cli.model import Place, Value


class SheetRows(Sequence[Row]):
    """Rows in the order of the sheet: one list a field, all as long as `numbers`, the 1-based sheet rows.

    `letters` gives the column of each field that has one. `tops` gives, for fields with merged cells, the
    sheet row whose cell speaks. `unreadable` are fields nobody can read in any row; `exact` holds the rows
    that were read cell by cell, by position, and stands before the columns.
    """

    def __init__(
        self,
        source: Source,
        letters: Mapping[str, str],
        numbers: Sequence[int],
        columns: Mapping[str, Sequence[Value]],
        places: Sequence[Place | None],
        *,
        unreadable: tuple[str, ...] = (),
        tops: Mapping[str, Sequence[int]] | None = None,
        exact: Mapping[int, Row] | None = None,
    ) -> None:
        self.source = source
        self.letters = letters
        self.numbers = numbers
        self.columns = columns
        self.places = places
        self.unreadable = unreadable
        self.tops = tops or {}
        self.exact = exact or {}

    @classmethod
    def of(cls, source: Source, rows: Iterable[Row]) -> SheetRows:
        """Keep rows that were read one by one."""
        exact = dict(enumerate(rows))
        names = dict.fromkeys(name for row in exact.values() for name in row.values)
        return cls(
            source,
            {name: "" for row in exact.values() for name in row.cells},
            [row.source.row or 0 for row in exact.values()],
            {name: [row.values.get(name) for row in exact.values()] for name in names},
            [row.place for row in exact.values()],
            exact=exact,
        )

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        position = index + len(self) if index < 0 else index
        if position in self.exact:
            return self.exact[position]
        if not 0 <= position < len(self):
            raise IndexError(index)
        return self._make_row(position)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # rows hold dicts

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def column(self, name: str | None) -> Sequence[Value]:
        """Give a field's values in every row; None throughout where the sheet has no such field."""
        values = self.columns.get(name or "")
        return [None] * len(self) if values is None else values

    def _make_row(self, position: int) -> Row:
        number = self.numbers[position]
        source = Source(self.source.file, self.source.sha256, self.source.sheet, number)
        values = {name: column[position] for name, column in self.columns.items()}
        cells = {
            name: f"{letters}{self.tops[name][position] if name in self.tops else number}"
            for name, letters in self.letters.items()
        }
        return Row(source, values, self.places[position], self.unreadable, cells)
