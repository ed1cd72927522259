"""What a 合计 or 小计 line may rightly state: every sum of the rows it can stand for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import fold
from sanwu_cli.sheets.wording import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sanwu_cli.sheets.lines import TotalLine
    from sanwu_cli.sheets.schema import SheetSchema
    from sanwu_cli.sheets.table import SheetRows

_TOTAL_WORD = compile_later(r"(?:小计|合计)$")
# Further than this no line of groups of groups is looked for.
_MOST_STARTS = 60


class Sums(Struct, frozen=True):
    """The rows of a table and its total lines, in order."""

    schema: SheetSchema
    rows: SheetRows
    totals: Sequence[TotalLine]

    def list_sums(self, position: int, name: str) -> Iterator[int | Decimal]:
        """Give what the line at a position may state for a field (empty: for the cases), the likeliest first.

        There is none when a cell that belongs to the likeliest could not be read.
        """
        choices = self._choose_rows(position)
        if self._add_up(choices[0], name) is None:
            return
        for pick in (list, self._drop_uncounted, self._drop_townships):
            for chosen in choices:
                if (total := self._add_up(pick(chosen), name)) is not None:
                    yield total

    def _choose_rows(self, position: int) -> list[list[int]]:
        """Rows a line may sum: 合计 all, 小计 its township's, or those since or until another line."""
        line = self.totals[position]
        everything = list(range(len(self.rows)))
        if line.kind is LineKind.TOTAL:
            above = self._between(0, line.row)
            return [everything, above] if above else [everything]
        if own := self._find_own(line):
            return [own]
        earlier = [other.row for other in self.totals[:position]][::-1][:_MOST_STARTS]
        before = [self._between(start, line.row) for start in (*earlier, 0)]
        if before[-1] and self._stand_below():
            return before
        below = self.totals[position + 1].row if position + 1 < len(self.totals) else None
        return [
            [n for n in everything if self._row(n) > line.row and (below is None or self._row(n) < below)]
        ]

    def _stand_below(self) -> bool:
        """Say whether the sheet's 小计 lines stand below their rows: there are rows before the first."""
        first = next(line.row for line in self.totals if line.kind is LineKind.SUBTOTAL)
        return bool(len(self.rows)) and self._row(0) < first

    def _find_own(self, line: TotalLine) -> list[int]:
        """Find the rows of the township a line names, by its name or by where the rows were placed."""
        named = _TOTAL_WORD.sub("", line.township) or _TOTAL_WORD.sub("", line.label)
        spec = self.schema.field_of_type("township")
        if not named or spec is None:
            return []
        written = self.rows.column(spec.name)
        alike = [n for n, text in enumerate(written) if isinstance(text, str) and fold(text) == named]
        codes = {place.township_code for n in alike if (place := self.rows.places[n]) is not None} - {None}
        if len(codes) != 1:
            return alike
        own = set(alike)
        return [
            n
            for n, place in enumerate(self.rows.places)
            if n in own or (place is not None and place.township_code in codes)
        ]

    def _between(self, above: int, below: int) -> list[int]:
        return [n for n in range(len(self.rows)) if above < self._row(n) < below]

    def _row(self, position: int) -> int:
        return self.rows.numbers[position]

    def _drop_uncounted(self, chosen: Sequence[int]) -> list[int]:
        """Leave out the rows that do not count: a department may leave them out of its total."""
        names = self.schema.deciding_fields
        keys = list(zip(*(self.rows.column(name) for name in names), strict=True))
        if not keys:
            return list(chosen)
        values = {key: dict(zip(names, key, strict=True)) for key in set(keys)}
        counted = {key for key, found in values.items() if self.schema.why_not_counted(found) is None}
        return [n for n in chosen if keys[n] in counted]

    def _drop_townships(self, chosen: Sequence[int]) -> list[int]:
        """Leave out the lines of townships whose villages are listed as well: they are totals themselves."""
        places = self.rows.places
        villages = {p.township_code for n in chosen if (p := places[n]) and p.area_code != p.township_code}
        return [n for n in chosen if not ((p := places[n]) and p.area_code == p.township_code in villages)]

    def _lost(self, name: str) -> set[int]:
        return {position for position, row in self.rows.exact.items() if name in row.unreadable}

    def _add_up(self, chosen: Sequence[int], name: str) -> int | Decimal | None:
        if not name:
            return len(chosen)
        if not self._lost(name).isdisjoint(chosen):
            return None
        values, tops = self.rows.column(name), self.rows.tops.get(name)
        total: int | Decimal = 0
        added: set[int] = set()
        for position in chosen:
            value = values[position]
            if tops is not None:  # a figure merged over several rows is one
                if tops[position] in added:
                    continue
                added.add(tops[position])
            if isinstance(value, (int, Decimal)):
                total += value
        return total
