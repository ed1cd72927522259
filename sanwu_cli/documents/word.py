"""Typed blocks in, a .docx out: every block a paragraph in a named style of the base document.

The XML is written as text: a table of 300 rows costs milliseconds that way, and nothing of a
library's default template comes along. Form lives in `templates/base/word/styles.xml`; a paragraph
carries an indent or a height of its own only where it follows from the length of its text.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from sanwu_cli.documents.blocks import (
    RUN_IN_LEVEL,
    Addressee,
    AnnexNote,
    AnnexStart,
    Block,
    Chart,
    Colophon,
    Document,
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
from sanwu_cli.documents.charts import write_charts
from sanwu_cli.documents.colophon import write_colophon
from sanwu_cli.documents.heads import (
    LETTER_HEADER,
    write_joint_mark,
    write_letter_header,
    write_mark,
    write_present,
    write_signed_number,
)
from sanwu_cli.documents.package import DEFAULT_FONTS, pack
from sanwu_cli.documents.runs import write_paragraph, write_run
from sanwu_cli.documents.sections import Section, split_sections, write_section
from sanwu_cli.documents.tables import write_table
from sanwu_cli.documents.titles import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

__all__ = ["DEFAULT_FONTS", "write_document"]

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
# Blocks that are one paragraph with one text, and the style it is set in.
_STYLES: dict[type[Block], str] = {
    Number: "Number",
    Addressee: "Addressee",
    Paragraph: "Body",
    Remark: "Remark",
    TableNote: "TableNote",
    DraftStart: "DraftTitle",
}
# One 三号 character in twips; the date stands four of them from the right edge.
_CHARACTER = 320
_DATE_RIGHT = 4
# What leads to a table stays with it and does not touch it.
_KEPT = "<w:keepNext/>"
_BEFORE_TABLE = f'{_KEPT}<w:spacing w:before="0" w:after="100" w:line="579" w:lineRule="exact"/>'


def write_document(
    document: Document, *, fonts: Mapping[str, str] | None = None, issued_on: date | None = None
) -> bytes:
    """Write a document as .docx in the form of GB/T 9704-2012.

    Args:
        document: the composed document.
        fonts: for a font the base names, such as 仿宋_GB2312, the name to write instead.
        issued_on: 成文日期 as far as known; stands in the file's properties.

    Returns:
        The file's bytes; the same arguments always give the same.

    Raises:
        SanwuError: a font name cannot be used.
    """
    sections = split_sections(document.blocks)
    parts = []
    charted = 0
    for section in sections[:-1]:
        *before, last = _write_blocks(section, charted)
        charted += _count_charts(section.blocks)
        parts += [*before, last.replace("</w:pPr>", f"{write_section(section)}</w:pPr>", 1)]
    parts += [*_write_blocks(sections[-1], charted), write_section(sections[-1])]
    body = f"<w:document {_NAMESPACES}><w:body>{''.join(parts)}</w:body></w:document>"
    letter = next((block for block in document.blocks if isinstance(block, LetterMark)), None)
    own = {LETTER_HEADER: write_letter_header(letter.text)} if letter else {}
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    return pack(body, title=document.title, fonts=fonts or {}, issued_on=issued_on, parts=own, charts=charts)


def _write_blocks(section: Section, charted: int) -> list[str]:  # noqa: C901 - one branch a neighbourhood: it is a table
    """Write the blocks of a section; the last one is a paragraph, which can carry the section's end.

    `charted` is how many charts stand in the sections before.
    """
    parts = []
    is_draft = isinstance(section.blocks[0], DraftStart)
    preceding = (None, *section.blocks[:-1])
    following = (*section.blocks[1:], None)
    for at, (before, block, after) in enumerate(zip(preceding, section.blocks, following, strict=True)):
        if isinstance(block, Chart):
            # Charts that follow one another share a paragraph: side by side, as many as fit.
            if not isinstance(before, Chart):
                parts.append(_write_chart_row(section, at, charted))
        elif is_draft and isinstance(block, (Heading, Paragraph)):
            parts.append(_write_draft_text(block))
        elif isinstance(block, Paragraph) and isinstance(after, (SignOff, AnnexNote)):
            parts.append(write_paragraph("BodyKept", write_run(block.text)))
        elif isinstance(block, Heading) and isinstance(after, (SignOff, AnnexNote)):
            parts += _write_block(block, _KEPT)
        elif isinstance(block, (Heading, Paragraph)) and isinstance(after, Table):
            parts += _write_block(block, _BEFORE_TABLE)
        elif isinstance(block, Present):
            parts.append(write_present(block, is_first=not isinstance(before, Present)))
        elif isinstance(block, Number) and section.is_letter:
            parts.append(write_paragraph("LetterNumber", write_run(block.text)))
        elif isinstance(block, SignOff):
            parts += _write_sign_off(block, "IssueDateKept" if isinstance(after, Remark) else "IssueDate")
        elif isinstance(block, Table):
            parts.append(write_table(block, section.text_width))
            parts += [] if isinstance(after, TableNote) else [write_paragraph("TableGap", "")]
        else:
            parts += _write_block(block)
    return parts


def _write_block(block: Block, own: str = "") -> list[str]:  # noqa: C901, PLR0911 - one return a block kind: it is a table
    """Write a block that looks the same wherever it stands; `own` are properties of a text or heading."""
    match block:
        case Mark(text):
            return [write_mark("Mark", text)]
        case LetterMark():
            return []  # in the header of the first page
        case JointMark():
            return write_joint_mark(block)
        case SignedNumber():
            return [write_signed_number(block)]
        case Number() | Addressee() | Paragraph() | Remark() | TableNote() | DraftStart():
            return [write_paragraph(_STYLES[type(block)], write_run(block.text), properties=own)]
        case Title(_, lines):
            return [write_paragraph("DocumentTitle", write_run("\n".join(lines)))]
        case Heading(level, text, rest):
            lead = write_run(text, style="Level2Lead" if level == RUN_IN_LEVEL else "")
            return [write_paragraph(f"Level{level}", lead + write_run(rest), properties=own)]
        case AnnexNote(annexes):
            return _write_annex_note(annexes)
        case AnnexStart(label, _, lines, _):
            title = write_paragraph("AnnexTitle", write_run("\n".join(lines)))
            return [write_paragraph("AnnexLabel", write_run(label)), title]
        case Colophon():
            return [write_colophon(block)]
        case Present() | SignOff() | Table() | Chart():
            raise AssertionError("these depend on the blocks around them")


def _write_chart_row(section: Section, at: int, charted: int) -> str:
    """Write the charts that follow one another from a place on, numbered through the document."""
    row = takewhile(lambda block: isinstance(block, Chart), section.blocks[at:])
    first = charted + _count_charts(section.blocks[:at]) + 1
    numbered = [(number, block) for number, block in enumerate(row, first) if isinstance(block, Chart)]
    return write_paragraph("ChartRow", write_charts(numbered, landscape=section.landscape))


def _count_charts(blocks: Sequence[Block]) -> int:
    return sum(isinstance(block, Chart) for block in blocks)


def _write_draft_text(block: Heading | Paragraph) -> str:
    if isinstance(block, Heading):
        return write_paragraph("DraftHeading", write_run(block.text + block.rest))
    return write_paragraph("DraftText", write_run(block.text))


def _write_annex_note(annexes: tuple[tuple[str, str], ...]) -> list[str]:
    """Write 附件：1.… under one another; an annex without number stands without one."""
    paragraphs = []
    for index, (label, title) in enumerate(annexes):
        number = re.sub(r"^附件", "", label)
        text = f"{number}. {title}" if number else title
        if index == 0:
            style = "AnnexNoteFirst" if number else "AnnexNote"
            paragraphs.append(write_paragraph(style, write_run(f"附件：{text}")))
        else:
            paragraphs.append(write_paragraph("AnnexNoteNext", write_run(text)))
    return paragraphs


def _write_sign_off(block: SignOff, date_style: str) -> list[str]:
    """Set the date four characters from the right and the issuer centred above it (7.3.5.1)."""
    issuer, day = measure(block.issuer), measure(block.date)
    day_right = max(_DATE_RIGHT, (issuer - day) / 2)
    issuer_right = day_right + (day - issuer) / 2
    return [
        write_paragraph("Issuer", write_run(block.issuer), properties=_indent_right(issuer_right)),
        write_paragraph(date_style, write_run(block.date), properties=_indent_right(day_right)),
    ]


def _indent_right(characters: float) -> str:
    chars, twips = round(characters * 100), round(characters * _CHARACTER)
    return f'<w:ind w:rightChars="{chars}" w:right="{twips}"/>'
