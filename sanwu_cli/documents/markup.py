"""The line-based markup of a template's text: one line, one block; values from outside stay opaque."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.documents.blocks import (
    RUN_IN_LEVEL,
    Addressee,
    Align,
    AnnexNote,
    AnnexStart,
    Block,
    Chart,
    Colophon,
    Column,
    DraftStart,
    Heading,
    JointMark,
    LetterMark,
    Mark,
    Number,
    Paragraph,
    Present,
    Remark,
    SignedNumber,
    SignOff,
    Table,
    TableNote,
    Title,
)
from sanwu_cli.documents.titles import LANDSCAPE_CAPACITY, PORTRAIT_CAPACITY, break_title
from sanwu_cli.errors import SanwuError
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A value travels through the markup as hex between two private-use characters, so that nothing in it
# can be read as markup; it turns back into text only inside a finished block.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SEALED = compile_later(f"{_OPEN}([0-9a-f]*){_CLOSE}")
# Facts never contain the two characters, so a text that does was sealed by us.
FORBIDDEN = dict.fromkeys(map(ord, (_OPEN, _CLOSE)), "\ufffd")
_LINE_ENDS = compile_later("\r\n|[\r\v\f\x85\u2028\u2029]")
# What XML cannot carry, and what no one can read.
_UNPRINTABLE = compile_later("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_HEADINGS = (
    (1, re.compile(r"[一二三四五六七八九十]+、")),
    (2, re.compile(r"（[一二三四五六七八九十]+）")),
    (3, re.compile(r"\d+[.．]")),
    (4, re.compile(r"（\d+）")),
)


def clean(text: str) -> str:
    """Make a text printable: every line end is one newline, a tab a blank, what no document can hold is �."""
    return _UNPRINTABLE.sub("\ufffd", _LINE_ENDS.sub("\n", text).replace("\t", " "))


# The cells of a table are often alike: a different one is sealed and opened once, here and below.
@lru_cache(maxsize=4096)
def seal(text: str) -> str:
    """Close a value up so that the markup reads over it; a text sealed before stays as it is."""
    if _OPEN in text:
        return text
    return f"{_OPEN}{clean(text).encode().hex()}{_CLOSE}"


@lru_cache(maxsize=4096)
def unseal(text: str) -> str:
    """Open every sealed value of a text."""
    return _SEALED.sub(lambda match: bytes.fromhex(match[1]).decode(), text)


def parse_blocks(
    text: str, *, title: str, annexes: Mapping[str, tuple[str, bool]], place: str
) -> tuple[Block, ...]:
    """Turn rendered lines into blocks.

    `annexes` maps the label of each annex the template's head declares to its title and whether it
    lies on a landscape page; `place` names the template in messages. Raises SanwuError.
    """
    return _Parser(title, annexes, place).parse(text)


class _Parser:
    """Reads the lines of one document; keeps the open table and the annexes begun so far."""

    def __init__(self, title: str, annexes: Mapping[str, tuple[str, bool]], place: str) -> None:
        self._title = title
        self._annexes = annexes
        self._place = place
        self._blocks: list[Block] = []
        self._columns: list[Column] = []
        self._rows: list[tuple[str, ...]] = []
        self._builders: dict[str, Callable[[str], Block]] = {
            "标志": lambda text: Mark(unseal(text)),
            "信函标志": lambda text: LetterMark(unseal(text)),
            "联合标志": lambda text: JointMark(tuple(unseal(part).strip(" ") for part in text.split("|"))),
            "发文字号": lambda text: Number(unseal(text)),
            "上行字号": lambda text: SignedNumber(*self._fields(text, 2)),
            "出席": lambda text: Present(*self._fields(text, 2)),
            "标题": lambda _: Title(_join_lines(self._title), break_title(self._title)),
            "主送": lambda text: Addressee(unseal(text).rstrip("：:") + "："),
            "附件说明": lambda _: AnnexNote(()),
            "落款": lambda text: SignOff(*self._fields(text, 2)),
            "附注": lambda text: Remark(f"（{unseal(text)}）"),
            "附件": self._start_annex,
            "图": lambda text: Chart(unseal(text), ()),
            "表注": lambda text: TableNote(unseal(text)),
            "版记": lambda text: Colophon(*self._fields(text, 3)),
            "起草说明": lambda text: DraftStart(unseal(text)),
        }

    def parse(self, text: str) -> tuple[Block, ...]:
        for line in text.split("\n"):
            self._read(line.strip(" \t\r"))
        self._close_table()
        return self._fill_annex_note()

    def _read(self, line: str) -> None:
        if line.startswith("@列 "):
            self._add_column(line.removeprefix("@列 "))
        elif line.startswith("|"):
            self._add_row(line)
        elif line.startswith("@点 "):
            self._add_point(line.removeprefix("@点 "))
        elif line == "@表":
            self._close_table()
        elif line:
            self._close_table()
            self._blocks.append(self._directive(line) if line.startswith("@") else _read_text(line))

    def _directive(self, line: str) -> Block:
        word, _, rest = line[1:].partition(" ")
        builder = self._builders.get(word)
        if builder is None:
            known = "、".join(f"@{name}" for name in (*self._builders, "表", "列", "点"))
            raise self._error(f"“@{unseal(word)}”看不懂", f"能用的标记有：{known}")
        return builder(rest.strip())

    def _fields(self, text: str, count: int) -> list[str]:
        fields = [unseal(part).strip(" ") for part in text.split("|")]
        if len(fields) != count:
            raise self._error(f"“{unseal(text)}”应有 {count} 项", "各项之间用 | 隔开，没有的项留空")
        return fields

    def _start_annex(self, text: str) -> AnnexStart:
        label = unseal(text)
        if label not in self._annexes:
            raise self._error(f"开头没有登记“{label}”", "请在文件开头的 [[annexes]] 写明它的名称")
        title, landscape = self._annexes[label]
        capacity = LANDSCAPE_CAPACITY if landscape else PORTRAIT_CAPACITY
        return AnnexStart(label, _join_lines(title), break_title(title, capacity), landscape)

    def _add_column(self, text: str) -> None:
        if self._rows:
            self._close_table()
        title, width, align = self._fields(text, 3)
        if not width.isdecimal() or int(width) == 0 or align not in {member.value for member in Align}:
            raise self._error(f"“@列 {unseal(text)}”看不懂", "请写成“@列 名称 | 宽度 | 居中（或居左）”")
        self._columns.append(Column(title, int(width), Align(align)))

    def _add_row(self, line: str) -> None:
        if not self._columns:
            raise self._error(f"“{unseal(line)}”前没有 @列", "请先用 @表、@列 写明表的各列")
        cells = tuple(unseal(cell).strip(" ") for cell in line.strip("|").split("|"))
        if len(cells) != len(self._columns):
            raise self._error(
                f"“{unseal(line)}”有 {len(cells)} 格，表有 {len(self._columns)} 列", "请使两者一致"
            )
        self._rows.append(cells)

    def _add_point(self, text: str) -> None:
        """Add a column to the chart just begun."""
        chart = self._blocks[-1] if self._blocks else None
        if not isinstance(chart, Chart):
            raise self._error(f"“@点 {unseal(text)}”前没有 @图", "请先用 @图 写明图的标题")
        label, number = self._fields(text, 2)
        self._blocks[-1] = Chart(chart.title, (*chart.points, (label, number)))

    def _close_table(self) -> None:
        if self._columns:
            self._blocks.append(Table(tuple(self._columns), tuple(self._rows)))
        self._columns, self._rows = [], []

    def _fill_annex_note(self) -> tuple[Block, ...]:
        """The note lists the annexes that follow; without any it falls away, as does an empty colophon."""
        begun = tuple((block.label, block.title) for block in self._blocks if isinstance(block, AnnexStart))
        filled = (AnnexNote(begun) if isinstance(block, AnnexNote) else block for block in self._blocks)
        return tuple(block for block in filled if block not in (AnnexNote(()), Colophon("", "", "")))

    def _error(self, message: str, remedy: str) -> SanwuError:
        return SanwuError(f"文书模板里的{message}", remedy=remedy, place=self._place)


def _read_text(line: str) -> Block:
    """Read a heading by its number, else a paragraph; a number inside a value does not count."""
    for level, pattern in _HEADINGS:
        if pattern.match(line):
            if level != RUN_IN_LEVEL:
                return Heading(level, unseal(line))
            head, stop, rest = line.partition("。")
            return Heading(level, unseal(head + (stop if rest else "")), unseal(rest))
    return Paragraph(unseal(line))


def _join_lines(title: str) -> str:
    return "".join(line.strip() for line in title.split("\n"))
