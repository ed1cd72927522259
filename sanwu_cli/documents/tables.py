"""Tables across the type area: fixed columns, a head on every page, rows that are never split."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sanwu_cli.documents.blocks import Align
from sanwu_cli.documents.runs import write_run
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.documents.blocks import Table

_CELL_STYLES = {Align.CENTRE: "TableCentre", Align.LEFT: "TableText"}
# Twips: one character of a table, and what a cell has beside its text (margins, rules, rounding).
_CHARACTER = 240
_BESIDE = 140
# Some programs put a quarter of a character between a Chinese one and a digit or a letter.
_EDGES = compile_later(r"[0-9A-Za-z](?=[\u2e80-\uffef])|[\u2e80-\uffef](?=[0-9A-Za-z])")
_GAP = 0.25
# A cell of so few characters reads badly in two lines; a longer one is text, which may break.
_SHORT = 10


def write_table(table: Table, text_width: int) -> str:
    """Write a table: fixed columns, a head on every page, whole rows."""
    widths = share_width(table, text_width)
    head_cells = [_open_cell(width, "TableHead") for width in widths]
    cells = [
        _open_cell(width, _CELL_STYLES[column.align])
        for width, column in zip(widths, table.columns, strict=True)
    ]
    titles = [column.title for column in table.columns]
    head = _write_row(head_cells, titles, "<w:cantSplit/><w:tblHeader/>")
    rows = "".join(_write_row(cells, row, "<w:cantSplit/>") for row in table.rows)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{text_width}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{head}{rows}</w:tbl>"
    )


def share_width(table: Table, text_width: int) -> list[int]:
    """Share the width out in whole twips that add up exactly.

    A column gets its share, but not less than its titles and short cells need to stay in one line, as far
    as the paper has room; the others give way.
    """
    shares = [column.width for column in table.columns]
    titles = [_need([column.title]) for column in table.columns]
    needs = [
        max(title, _need({row[index] for row in table.rows}, most=_SHORT))
        for index, title in enumerate(titles)
    ]
    least = next((least for least in (needs, titles) if sum(least) <= text_width), [0] * len(shares))
    return _round(_widen(shares, least, text_width))


def _need(texts: Iterable[str], *, most: float = float("inf")) -> int:
    """Give what the longest line of the texts takes, those of more than `most` characters left out."""
    lines = {line for text in texts for line in text.split("\n")}
    short = [line for line in lines if measure(line) <= most]
    longest = max((measure(line) + _GAP * len(_EDGES.findall(line)) for line in short), default=0.0)
    return int(longest * _CHARACTER) + _BESIDE


def _widen(shares: Sequence[int], least: Sequence[int], width: int) -> list[float]:
    """Share the width out by shares, none below its least; the least do not exceed the width together."""
    held: set[int] = set()
    while True:
        rest = width - sum(least[index] for index in held)
        total = sum(share for index, share in enumerate(shares) if index not in held)
        widths = [
            float(least[index]) if index in held else rest * share / total
            for index, share in enumerate(shares)
        ]
        short = {index for index, one in enumerate(widths) if index not in held and one < least[index]}
        if not short:
            return widths
        held |= short


def _round(widths: Iterable[float]) -> list[int]:
    ends, reached = [0], 0.0
    for width in widths:
        reached += width
        ends.append(round(reached))
    return [end - start for start, end in pairwise(ends)]


def _open_cell(width: int, style: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    )


@lru_cache(maxsize=4096)
def _write_text(text: str) -> str:
    return write_run(text)


def _write_row(cells: list[str], texts: list[str] | tuple[str, ...], properties: str) -> str:
    content = "".join(
        f"{cell}{_write_text(text)}</w:p></w:tc>" for cell, text in zip(cells, texts, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{content}</w:tr>"
