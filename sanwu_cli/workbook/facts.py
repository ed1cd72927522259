"""What the value reader does not tell of a worksheet: extent, errors, formulas, hidden parts, digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.grid import Merge
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.markup import Attributes, feed, local_name, make_parser, refuse_false_count
from sanwu_cli.workbook.refusal import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_REMARKABLE,
    MAX_ROWS,
    MAX_TEXT_BYTES,
    MAX_VALUES,
    refuse_unsafe,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = tuple[int, int]

_REFERENCE = compile_later(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_LETTERS_IN_ALPHABET = 26
_CHECKED_EVERY = 1 << 16
# A number of more digits than a spreadsheet keeps: written out, or with an exponent of 15 or more.
_LONG = compile_later(r"-?(?:[0-9]{16,}(?:\.0*)?|[0-9]\.?[0-9]*[Ee]\+(?:1[5-9]|[2-9][0-9]))")


class SheetFacts(Struct):
    """Facts of one worksheet part; all positions 0-based.

    `bottom` and `right` are the last row and column that hold a value (-1: none), `values` the number of
    cells with a value, `shared_bytes` what its references to shared strings come to.
    """

    bottom: int = -1
    right: int = -1
    values: int = 0
    shared_bytes: int = 0
    errors: dict[Cell, str] = field(default_factory=dict)
    uncached: set[Cell] = field(default_factory=set)
    long_numbers: dict[Cell, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Take note of a cell with a value; raises Refused outside the largest sheet there can be."""
        if row >= MAX_ROWS or column >= MAX_COLUMNS:
            raise refuse_unsafe("有单元格超出表格的最大范围")
        self.bottom = max(self.bottom, row)
        self.right = max(self.right, column)

    def check_limits(self) -> None:
        """Raise Refused when the sheet would not fit into memory once read."""
        if self.values > MAX_VALUES or (self.bottom + 1) * (self.right + 1) > MAX_AREA:
            raise refuse_unsafe("单元格过多，或相隔过远")
        if max(len(self.errors), len(self.uncached), len(self.long_numbers)) > MAX_REMARKABLE:
            raise refuse_unsafe("出错或没有结果的单元格过多")
        if self.shared_bytes > MAX_TEXT_BYTES:
            raise refuse_unsafe("文字展开后过大")


def parse_reference(text: str) -> Cell | None:
    """Read an A1 address as 0-based row and column; None when it is none."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * _LETTERS_IN_ALPHABET + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def is_long_number(digits: str) -> bool:
    """Say whether a number as stored has more than the 15 digits a spreadsheet keeps."""
    return _LONG.fullmatch(digits) is not None


def scan_sheet(xml: bytes, string_sizes: Sequence[int]) -> SheetFacts:
    """Scan a worksheet part of any spelling; raises Refused.

    Args:
        xml: the part.
        string_sizes: bytes of each shared string, to weigh the references to them.
    """
    scanner = Scanner(len(xml), string_sizes)
    feed(scanner.parser, xml)
    scanner.facts.check_limits()
    return scanner.facts


class Scanner:
    """The expat pass over a worksheet part; feed `parser`, then take `facts`."""

    def __init__(self, size: int, string_sizes: Sequence[int]) -> None:
        self.facts = SheetFacts()
        self.parser = make_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._size = size
        self._string_sizes = string_sizes
        self._row = self._column = -1
        self._kind = ""
        self._formula = self._inline = False
        self._text: list[str] | None = None
        self._starts = {
            "c": self._start_cell, "row": self._start_row, "v": self._start_value, "f": self._start_formula,
            "is": self._start_inline, "col": self._start_column, "mergeCell": self._start_merge,
            "mergeCells": self._start_merges,
        }  # fmt: skip

    def _start(self, tag: str, attributes: Attributes) -> None:
        handle = self._starts.get(tag) or self._starts.get(local_name(tag))
        if handle is not None:
            handle(attributes)

    def _end(self, tag: str) -> None:
        if tag in {"v", "f", "is"}:
            self.parser.CharacterDataHandler = None
        elif tag == "c" or local_name(tag) == "c":
            self._end_cell()

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        self._row = int(number) - 1 if number.isdecimal() else self._row + 1
        self._column = -1
        if attributes.get("hidden") in {"1", "true"} and self._row < MAX_ROWS:
            self.facts.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        at = parse_reference(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if at is None or self._row < 0:
            raise refuse_unsafe("有单元格超出表格的最大范围")
        self._row, self._column = at
        self._kind = attributes.get("t", "n")
        self._formula = self._inline = False
        self._text = None

    def _start_value(self, _: Attributes) -> None:
        self._text = []
        self.parser.CharacterDataHandler = self._text.append

    def _start_formula(self, _: Attributes) -> None:
        self._formula = True

    def _start_inline(self, _: Attributes) -> None:
        self._inline = True

    def _end_cell(self) -> None:
        at = (self._row, self._column)
        text = None if self._text is None else "".join(self._text)
        if self._formula and not text and (text is None or self._kind != "str"):
            self.facts.uncached.add(at)
        elif text is None and not self._inline:
            return
        self.facts.values += 1
        self.facts.reach(*at)
        if text:
            self._note_value(at, text)
        if self.facts.values % _CHECKED_EVERY == 0:
            self.facts.check_limits()

    def _note_value(self, at: Cell, text: str) -> None:
        if self._kind == "e":
            self.facts.errors[at] = text
        elif self._kind == "n" and is_long_number(text):
            self.facts.long_numbers[at] = text
        elif self._kind == "s":
            self.facts.shared_bytes += weigh_string(text, self._string_sizes)

    def _start_column(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in {"1", "true"} and first.isdecimal() and last.isdecimal():
            self.facts.hidden_columns.update(range(int(first) - 1, min(int(last), MAX_COLUMNS)))

    def _start_merges(self, attributes: Attributes) -> None:
        refuse_false_count(attributes, self._size)

    def _start_merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        top_left, bottom_right = parse_reference(first), parse_reference(last or first)
        if top_left is None or bottom_right is None or len(self.facts.merges) >= MAX_MERGES:
            raise refuse_unsafe("合并单元格过多，或超出表格的最大范围")
        self.facts.merges.append(Merge(*top_left, *bottom_right))


def weigh_string(index: str, sizes: Sequence[int]) -> int:
    """Give the bytes of the shared string a cell refers to; nothing for an index there is not."""
    try:
        position = int(index)
    except ValueError:
        return 0
    return sizes[position] if 0 <= position < len(sizes) else 0
