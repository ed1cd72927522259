"""The heads (版头) other than the plain one: letters, joint issue, upward documents; who was at a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.documents.runs import write_paragraph, write_run
from sanwu_cli.documents.titles import measure

if TYPE_CHECKING:
    from sanwu_cli.documents.blocks import JointMark, Present, SignedNumber

# The part that holds a letter's head.
LETTER_HEADER = "word/header_letter.xml"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Characters that fill 156 mm at the mark's 42 pt and 70 % width.
_MARK_CAPACITY = 15
_MARK_SCALE = 70
# One character of the mark at that width, in twips, and what a name needs beside its characters.
_MARK_CHARACTER = 588
_NAME_SLACK = 120
# What parts 文件 from the names.
_WORD_GAP = 160
_PAPER_WORD = "文件"
_TAB = "<w:r><w:tab/></w:r>"


def write_mark(style: str, text: str) -> str:
    """Write 发文机关标志 in one line; a name that is too long for it is narrowed."""
    width = measure(text)
    scale = None if width <= _MARK_CAPACITY else int(_MARK_SCALE * _MARK_CAPACITY / width)
    return write_paragraph(style, write_run(text, scale=scale))


def write_letter_header(text: str) -> str:
    """Write the part that holds a letter's mark and the red double line below it."""
    return f'<w:hdr xmlns:w="{_WORD}">{write_mark("LetterMark", text)}</w:hdr>'


def write_signed_number(block: SignedNumber) -> str:
    """Set the number one character from the left, 签发人 and the name one from the right (7.2.6)."""
    signer = write_run("签发人：") + write_run(block.signer or "\u3000\u3000\u3000", style="Level2Lead")
    return write_paragraph("SignedNumber", f"{_TAB}{write_run(block.number)}{_TAB}{signer}")


def write_present(block: Present, *, is_first: bool) -> str:
    """Set the label in 黑体, the names beside it and under one another; the first has a line above (10.3)."""
    return write_paragraph(
        "PresentFirst" if is_first else "Present",
        write_run(f"{block.label}：", style="PresentLead") + write_run(block.names),
    )


def write_joint_mark(block: JointMark) -> list[str]:
    """Set the issuers' names under one another, spread to one width, 文件 beside the middle (7.2.4)."""
    left = int(max(measure(issuer) for issuer in block.issuers) * _MARK_CHARACTER) + _NAME_SLACK
    right = int(measure(_PAPER_WORD) * _MARK_CHARACTER) + _NAME_SLACK + _WORD_GAP
    rows = "".join(
        f"<w:tr>{_write_cell(left, write_paragraph('JointName', write_run(issuer)))}"
        f"{_write_cell(right, _write_paper_word(index), _MERGE[index > 0])}</w:tr>"
        for index, issuer in enumerate(block.issuers)
    )
    table = (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableNormal"/><w:tblW w:w="{left + right}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{left}"/><w:gridCol w:w="{right}"/></w:tblGrid>{rows}</w:tbl>'
    )
    return [write_paragraph("JointGap", ""), table]


_MERGE = {False: '<w:vMerge w:val="restart"/>', True: "<w:vMerge/>"}


def _write_paper_word(index: int) -> str:
    gap = f'<w:ind w:left="{_WORD_GAP}"/>'
    return write_paragraph("JointName", write_run("" if index else _PAPER_WORD), properties=gap)


def _write_cell(width: int, content: str, merge: str = "") -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f"{content}</w:tc>"
    )
