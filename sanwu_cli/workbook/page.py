"""A page of HTML as a flow of texts and tables, tables within tables kept apart."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.refusal import MAX_VALUES, refuse_damaged, refuse_unsafe
from sanwu_cli.workbook.tags import BREAK, COMMENT, parse_attributes, split_page, tidy_text

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 30
# What browsers allow; a title merged over more columns than that is none.
_WIDEST_SPAN, _TALLEST_SPAN = 1_000, 65_534
# Cells with such attributes; each takes as long as ten without.
_MAX_TELLING = MAX_VALUES // 4
_TELLING = compile_later(r"span|\bx:|display|hidden|collapse|mso-number", re.IGNORECASE)
_UNSEEN = compile_later(
    r"display\s*:\s*none|visibility\s*:\s*(?:collapse|hidden)|mso-hidden\s*:\s*all", re.IGNORECASE
)
_BLOCKS = ("p", "div", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "center", "ul", "ol")
_BREAKING = frozenset(("br", "hr", *_BLOCKS, *(f"/{name}" for name in _BLOCKS)))
_SECTIONS = frozenset(("thead", "tbody", "tfoot", "/thead", "/tbody", "/tfoot"))


class Cell(Struct):
    """A cell that is more than its text: spans, attributes that tell its type, tables inside."""

    text: str
    across: int = 1
    down: int = 1
    hidden: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    flow: list[str | Table] | None = None

    @property
    def is_special(self) -> bool:
        """Say whether there is more to the cell than its text."""
        spans = self.across > 1 or self.down > 1
        return spans or self.hidden or bool(self.attributes) or self.flow is not None


class Table(Struct):
    """Rows of cells; a cell of which there is nothing but text to say is that text."""

    rows: list[list[str | Cell]] = field(default_factory=list)
    foot: list[list[str | Cell]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    implied: bool = False


class Page(Struct):
    """What stands on a page in its order, and what its comments say of a workbook."""

    flow: list[str | Table]
    remarks: str


class _Frame(Struct):
    """A table being read: its open row and cell, and the texts and tables of that cell."""

    table: Table
    row: list[str | Cell] | None = None
    cell: Cell | None = None
    flow: list[str | Table] = field(default_factory=list)
    columns: int = 0
    in_foot: bool = False


def read_page(text: str) -> Page:
    """Read a page, tags left open and letters of any case included.

    Raises Refused when it breaks off inside a table, or is built to hurt.
    """
    reader = _Reader()
    for before, name, attributes in split_page(text):
        reader.take(before, name, attributes)
    return reader.finish()


class _Reader:
    """Keeps the tables that are open; everything else on a page needs no memory."""

    def __init__(self) -> None:
        self._page: list[str | Table] = []
        self._frames: list[_Frame] = []
        self._flow = self._page
        self._remarks: list[str] = []
        self._values = self._telling = 0
        self._is_cut = self._is_closed = False
        self._handlers: dict[str, Callable[[str], None]] = {
            "table": self._open_table, "/table": self._close_table,
            "tr": self._open_row, "/tr": self._close_row,
            "td": self._open_cell, "th": self._open_cell, "/td": self._close_cell, "/th": self._close_cell,
            "col": self._note_column, COMMENT: self._note_remark, "<": self._note_cut,
            "/body": self._note_end, "/html": self._note_end,
        }  # fmt: skip
        self._handlers |= dict.fromkeys(_BREAKING, self._break_line)
        self._handlers |= {name: partial(self._change_section, in_foot=name == "tfoot") for name in _SECTIONS}

    def take(self, before: str, name: str, attributes: str) -> None:
        """Take the text up to a tag, and the tag."""
        if before and (self._flow is not self._page or not before.isspace()):
            self._flow.append(before)
        handle = self._handlers.get(name)
        if handle is not None:
            handle(attributes)

    def finish(self) -> Page:
        """Close what is open and give the page."""
        open_tables = [frame for frame in self._frames if not frame.table.implied]
        if self._is_cut or (open_tables and not self._is_closed):
            raise refuse_damaged("网页不完整，可能没有传完")
        while self._frames:
            self._close_table("")
        return Page(self._page, "\n".join(self._remarks))

    def _open_table(self, attributes: str) -> None:
        if self._frames and self._frames[-1].cell is None:
            self._close_table("")
        self._push(Table(hidden=_is_unseen(attributes)))

    def _push(self, table: Table) -> None:
        if len(self._frames) >= _DEEPEST:
            raise refuse_unsafe("表格层层嵌套过深")
        self._frames.append(_Frame(table))

    def _close_table(self, _: str) -> None:
        if not self._frames:
            return
        self._close_row("")
        table = self._frames.pop().table
        outer = self._frames[-1] if self._frames else None
        self._flow = outer.flow if outer is not None and outer.cell is not None else self._page
        table.rows += table.foot
        table.foot = []
        if table.rows:
            self._flow.append(table)

    def _open_row(self, attributes: str) -> None:
        if not self._frames:
            self._push(Table(implied=True))
        self._close_row("")
        frame = self._frames[-1]
        frame.row = []
        if _is_unseen(attributes) and not frame.in_foot:
            frame.table.hidden_rows.add(len(frame.table.rows))

    def _close_row(self, _: str) -> None:
        if not self._frames:
            return
        self._close_cell("")
        frame = self._frames[-1]
        if frame.row is not None:
            (frame.table.foot if frame.in_foot else frame.table.rows).append(frame.row)
            frame.row = None

    def _open_cell(self, attributes: str) -> None:
        if not self._frames or self._frames[-1].row is None:
            self._open_row("")
        self._close_cell("")
        frame = self._frames[-1]
        frame.cell = Cell("")
        if attributes and _TELLING.search(attributes):
            self._telling += 1
            if self._telling > _MAX_TELLING:
                raise refuse_unsafe("合并或隐藏的单元格过多")
            frame.cell = _make_cell(attributes)
        self._flow = frame.flow = []

    def _close_cell(self, _: str) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is None or frame.cell is None or frame.row is None:
            return
        cell, frame.cell = frame.cell, None
        self._flow = self._page
        texts = [piece for piece in frame.flow if isinstance(piece, str)]
        if len(texts) < len(frame.flow):
            cell.flow = frame.flow
        else:
            cell.text = tidy_text("".join(texts))
        frame.row.append(cell if cell.is_special else cell.text)
        self._values += bool(cell.text)
        if self._values > MAX_VALUES:
            raise refuse_unsafe("单元格过多")

    def _change_section(self, _: str, *, in_foot: bool) -> None:
        if self._frames:
            self._close_row("")
            self._frames[-1].in_foot = in_foot

    def _note_column(self, attributes: str) -> None:
        if not self._frames:
            return
        frame = self._frames[-1]
        span = _read_span(parse_attributes(attributes).get("span", ""), _WIDEST_SPAN)
        if _is_unseen(attributes) and frame.columns < _WIDEST_SPAN:
            frame.table.hidden_columns.update(range(frame.columns, frame.columns + span))
        frame.columns += span

    def _break_line(self, _: str) -> None:
        self._flow.append(BREAK)

    def _note_remark(self, text: str) -> None:
        if "x:" in text:
            self._remarks.append(text)

    def _note_cut(self, _: str) -> None:
        self._is_cut = True

    def _note_end(self, _: str) -> None:
        self._is_closed = True


def _is_unseen(attributes: str) -> bool:
    if not attributes or not _TELLING.search(attributes):
        return False
    parsed = parse_attributes(attributes)
    return "hidden" in parsed or _UNSEEN.search(parsed.get("style", "")) is not None


def _make_cell(text: str) -> Cell:
    attributes = parse_attributes(text)
    style = attributes.get("style", "")
    typed = {key: value for key, value in attributes.items() if key.startswith("x:")}
    if "mso-number-format" in style.lower():
        typed["style"] = style
    return Cell(
        "",
        across=_read_span(attributes.get("colspan", ""), _WIDEST_SPAN),
        down=_read_span(attributes.get("rowspan", ""), _TALLEST_SPAN),
        hidden="hidden" in attributes or _UNSEEN.search(style) is not None,
        attributes=typed,
    )


def _read_span(text: str, largest: int) -> int:
    """Read a span; what is no number is 1, a number of any length is cut at the largest there can be."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdecimal():
        return 1
    return max(1, min(int(digits[:9]), largest))
