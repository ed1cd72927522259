"""A written document opened as another program would open it, and held against what was composed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from sanwu_cli.documents.blocks import Addressee, Heading, JointMark, Paragraph, Table, Title
from sanwu_cli.documents.plain import plain_text
from sanwu_cli.errors import PlanError, SanwuError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from sanwu_cli.documents.blocks import Block, Document

# A4 in millimetres (GB/T 9704-2012, 5.1), short side first.
_PAPER = (210, 297)
_LEFTOVERS = ("{{", "{%", "{#")


def verify_document(data: bytes, document: Document) -> None:
    """Check that a file just written opens, is on A4 and holds every text and table of the document.

    Raises PlanError when it does not: then the writer is wrong, and nothing may be handed over.
    """
    import docx  # noqa: PLC0415 - a tenth of a second, only where documents are written

    try:
        opened = docx.Document(BytesIO(data))
    except Exception as error:
        raise PlanError(f"the document written cannot be opened: {type(error).__name__}") from error
    _check_paper(opened)
    _check_texts(opened, document)
    _check_tables(opened, document)


def check_opens(data: bytes, *, place: str) -> None:
    """Check that a filled form opens; `place` is the form. Raises SanwuError when it does not."""
    import docx  # noqa: PLC0415 - as above

    try:
        docx.Document(BytesIO(data))
    except Exception as error:
        raise SanwuError(
            "表样填好以后打不开，没有写",
            place=place,
            remedy="请用 Word 或 WPS 打开表样看一遍，另存为 .docx 再试",
        ) from error


def _check_paper(opened: WordDocument) -> None:
    for section in opened.sections:
        width, height = section.page_width, section.page_height
        if width is None or height is None:
            raise PlanError("a section has no paper size")
        sides = tuple(sorted((round(width.mm), round(height.mm))))
        if sides != _PAPER:
            raise PlanError(f"a section is on {sides} mm paper")


def _check_texts(opened: WordDocument, document: Document) -> None:
    """Every composed text stands in a paragraph, in the document's order; nothing of a template is left."""
    written = [paragraph.text for paragraph in opened.paragraphs]
    composed = plain_text(document)  # a name may look like a tag
    if any(mark in text and mark not in composed for text in written for mark in _LEFTOVERS):
        raise PlanError("a tag of the template is left in the document")
    position = 0
    for wanted in (_text_of(block) for block in document.blocks):
        if wanted is None:
            continue
        found = next((at for at in range(position, len(written)) if _squeeze(written[at]) == wanted), None)
        if found is None:
            raise PlanError(f"a paragraph of {len(wanted)} characters is missing from the document")
        position = found + 1


def _text_of(block: Block) -> str | None:
    """Give the text one paragraph of the file holds for a block; None for blocks set in other ways."""
    match block:
        case Title(text):
            return _squeeze(text)
        case Heading(_, text, rest):
            return _squeeze(text + rest)
        case Paragraph(text) | Addressee(text):
            return _squeeze(text)
        case _:
            return None


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _check_tables(opened: WordDocument, document: Document) -> None:
    expected = [
        len(block.rows) + 1 if isinstance(block, Table) else len(block.issuers)
        for block in document.blocks
        if isinstance(block, (Table, JointMark))
    ]
    written = [len(table.rows) for table in opened.tables]
    if written != expected:
        raise PlanError(f"tables of {written} rows were written where {expected} were composed")
