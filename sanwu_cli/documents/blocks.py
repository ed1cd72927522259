"""The typed blocks a document consists of, from the red head to the drafting note."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

# The level whose heading and text share a paragraph: （一）标题。正文
RUN_IN_LEVEL = 2


class Mark(Struct, frozen=True):
    """发文机关标志: the issuer's name in red at the top of the first page (GB/T 9704 7.2.4)."""

    text: str


class LetterMark(Struct, frozen=True):
    """发文机关标志 of a 函 in 信函格式: the issuer's name without 文件, above a red double line (10.1)."""

    text: str


class JointMark(Struct, frozen=True):
    """发文机关标志 of several issuers: their names under one another, the leading one first."""

    issuers: tuple[str, ...]


class SignedNumber(Struct, frozen=True):
    """发文字号 of an upward document, on one line with the 签发人 (7.2.6); nobody signed yet: a blank."""

    number: str
    signer: str


class Present(Struct, frozen=True):
    """Who was at a meeting: 出席, 请假 or 列席, and the names (10.3)."""

    label: str
    names: str


class Number(Struct, frozen=True):
    """发文字号 above the red line; a draft leaves the serial number blank."""

    text: str


class Title(Struct, frozen=True):
    """标题; `lines` are the balanced lines it is set in, together they are `text`."""

    text: str
    lines: tuple[str, ...]


class Addressee(Struct, frozen=True):
    """主送机关, with its full-width colon."""

    text: str


class Heading(Struct, frozen=True):
    """A numbered paragraph: level 1 一、, 2 （一）, 3 1., 4 （1）.

    `text` is the heading itself; `rest` is what follows it in the same paragraph.
    """

    level: int
    text: str
    rest: str = ""


class Paragraph(Struct, frozen=True):
    """A paragraph of the body text."""

    text: str


class AnnexNote(Struct, frozen=True):
    """附件说明: label and title of each annex, exactly as they stand on the annexes."""

    annexes: tuple[tuple[str, str], ...]


class SignOff(Struct, frozen=True):
    """署名 and 成文日期; a date not yet given is a row of blanks."""

    issuer: str
    date: str


class Remark(Struct, frozen=True):
    """附注 in full-width parentheses."""

    text: str


class AnnexStart(Struct, frozen=True):
    """A new page with the annex's label and title; what follows belongs to the annex."""

    label: str
    title: str
    lines: tuple[str, ...]
    landscape: bool = False


class Align(StrEnum):
    """How the cells of a column are set."""

    CENTRE = "居中"
    LEFT = "居左"


class Column(Struct, frozen=True):
    """A column: its head, its width as a share of the type area, and how its cells are set."""

    title: str
    width: int
    align: Align = Align.CENTRE


class Table(Struct, frozen=True):
    """A table with a repeated head; every row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


class TableNote(Struct, frozen=True):
    """A paragraph in the type of the table, below it."""

    text: str


class Chart(Struct, frozen=True):
    """A native chart: its title, and its columns as label and text; a text that is no whole number is a gap.

    What stands instead of the number, such as 未报, is shown with the label.
    """

    title: str
    points: tuple[tuple[str, str], ...]


class Colophon(Struct, frozen=True):
    """版记 at the foot of the last page: 抄送 (may be empty), 印发机关, 印发日期.

    Without issuer and date it is that of a letter: 抄送 alone, without rules (10.1).
    """

    copies: str
    issuer: str
    date: str


class DraftStart(Struct, frozen=True):
    """A new page that is no part of the official text; what follows explains the draft."""

    text: str


Block = (
    Mark
    | LetterMark
    | JointMark
    | SignedNumber
    | Present
    | Number
    | Title
    | Addressee
    | Heading
    | Paragraph
    | AnnexNote
    | SignOff
    | Remark
    | AnnexStart
    | Table
    | TableNote
    | Chart
    | Colophon
    | DraftStart
)


class Document(Struct, frozen=True):
    """A composed document: its kind's id, its title in one line, its blocks in reading order."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
