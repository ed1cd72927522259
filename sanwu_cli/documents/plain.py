"""A document as plain text: what a terminal shows and what the golden tests compare."""

from __future__ import annotations

from sanwu_cli.documents.blocks import (
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

# What stands before the text of a one-paragraph block.
_LABELS: dict[type[Block], str] = {
    Mark: "[标志] ",
    LetterMark: "[信函标志] ",
    Number: "[字号] ",
    Addressee: "",
    Paragraph: "",
    Remark: "[附注] ",
    TableNote: "[表注] ",
    DraftStart: "\n[起草说明] ",
}


def plain_text(document: Document) -> str:
    """Give the document's text: one block a line, its kind in brackets where it is not body text."""
    return "\n".join(line for block in document.blocks for line in _write_lines(block)) + "\n"


def _write_lines(block: Block) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - a table of the kinds
    match block:
        case Title(_, lines):
            return [f"[标题] {' / '.join(lines)}"]
        case Heading(level, text, rest):
            return [f"[{level}级] {_one_line(text + rest)}"]
        case AnnexNote(annexes):
            return [f"[附件说明] {label} {title}" for label, title in annexes]
        case SignOff(issuer, day):
            return [f"[落款] {_one_line(issuer)}", f"[日期] {_one_line(day)}"]
        case AnnexStart(label, _, lines, landscape):
            return [f"\n[{label} {'横页' if landscape else '直页'}] {' / '.join(lines)}"]
        case Table(columns, rows):
            texts = ([column.title for column in columns], *rows)
            return [f"| {' | '.join(_one_line(cell) for cell in row)} |" for row in texts]
        case Chart(title, points):
            shown = "，".join(_one_line(f"{label} {text}") for label, text in points)
            return [f"[图] {_one_line(title)}：{shown}"]
        case JointMark(issuers):
            return [f"[联合标志] {' / '.join(_one_line(issuer) for issuer in issuers)}"]
        case SignedNumber(number, signer):
            return [f"[字号] {_one_line(number)} [签发人] {_one_line(signer)}"]
        case Present(label, names):
            return [f"[{_one_line(label)}] {_one_line(names)}"]
        case Colophon(copies, "", ""):
            return [f"\n[版记] 抄送：{_one_line(copies)}"]
        case Colophon(copies, issuer, day):
            return [f"\n[版记] 抄送：{_one_line(copies)}", f"[印发] {_one_line(issuer)} {_one_line(day)}"]
        case _:
            return [_LABELS[type(block)] + _one_line(block.text)]


def _one_line(text: str) -> str:
    return text.replace("\n", " / ")
