"""The typed blocks a document consists of, from the red head to the drafting note."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The level whose heading and text share a paragraph: （一）标题。正文
RUN_IN_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志: the issuer's name in red at the top of the first page (GB/T 9704 7.2.4)."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """发文字号 above the red line; a draft leaves the serial number blank."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """标题; `lines` are the balanced lines it is set in, together they are `text`."""

    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """主送机关, with its full-width colon."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered paragraph: level 1 一、, 2 （一）, 3 1., 4 （1）.

    `text` is the heading itself; `rest` is what follows it in the same paragraph.
    """

    level: int
    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body text."""

    text: str


@dataclass(frozen=True, slots=True)
class AnnexNote:
    """附件说明: label and title of each annex, exactly as they stand on the annexes."""

    annexes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignOff:
    """署名 and 成文日期; a date not yet given is a row of blanks."""

    issuer: str
    date: str


@dataclass(frozen=True, slots=True)
class Remark:
    """附注 in full-width parentheses."""

    text: str


@dataclass(frozen=True, slots=True)
class AnnexStart:
    """A new page with the annex's label and title; what follows belongs to the annex."""

    label: str
    title: str
    lines: tuple[str, ...]
    landscape: bool = False


class Align(StrEnum):
    """How the cells of a column are set."""

    CENTRE = "居中"
    LEFT = "居左"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width as a share of the type area, and how its cells are set."""

    title: str
    width: int
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a repeated head; every row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TableNote:
    """A paragraph in the type of the table, below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Colophon:
    """版记 at the foot of the last page: 抄送 (may be empty), 印发机关, 印发日期."""

    copies: str
    issuer: str
    date: str


@dataclass(frozen=True, slots=True)
class DraftStart:
    """A new page that is no part of the official text; what follows explains the draft."""

    text: str


Block = (
    Mark
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
    | Colophon
    | DraftStart
)


@dataclass(frozen=True, slots=True)
class Document:
    """A composed document: its kind's id, its title in one line, its blocks in reading order."""

    kind: str
    title: str
    blocks: tuple[Block, ...]
