"""Sections: which blocks share a paper, and the page set-up of GB/T 9704 as WordprocessingML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.blocks import AnnexStart, Block, Colophon, DraftStart, LetterMark

if TYPE_CHECKING:
    from collections.abc import Iterable

# Twips. Portrait: 天头 37 mm, 订口 28 mm, 版心 156 x 225 mm; the dash of the number 7 mm below it.
_PORTRAIT = (
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1440"'
    ' w:gutter="0"/>'
)
# Landscape: the sheet's binding edge is on top; 36 mm on both sides, because mirrored margins swap them.
_LANDSCAPE = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1588" w:right="2041" w:bottom="1474" w:left="2041" w:header="851" w:footer="930"'
    ' w:gutter="0"/>'
)
# A letter: its head 30 mm below the paper's upper edge, its lower double line 20 mm above the lower one.
_LETTER = _PORTRAIT.replace('w:header="851" w:footer="1440"', 'w:header="1701" w:footer="1106"')
# No grid across: 156 mm are no whole number of lines, and LibreOffice shares the rest out above and below.
_GRID = '<w:docGrid w:type="lines" w:linePitch="579"/>'
_NO_GRID = '<w:docGrid w:linePitch="579"/>'
_TEXT_WIDTH = {False: 8844, True: 12756}


class Section(Struct, frozen=True):
    """Blocks that share a paper; each section begins on a new page."""

    blocks: tuple[Block, ...]
    landscape: bool
    numbered: bool

    @property
    def is_letter(self) -> bool:
        """Whether it is in 信函格式: the first page has its own head and foot, and no number."""
        return any(isinstance(block, LetterMark) for block in self.blocks)

    @property
    def text_width(self) -> int:
        """The width of the type area in twips: 156 mm upright, 225 mm across."""
        return _TEXT_WIDTH[self.landscape]


def split_sections(blocks: Iterable[Block]) -> tuple[Section, ...]:
    """Cut the blocks where an annex, the colophon after a landscape page, or the drafting note begins."""
    sections: list[Section] = []
    open_blocks: list[Block] = []
    landscape, numbered = False, True

    def close() -> None:
        if open_blocks:
            sections.append(Section(tuple(open_blocks), landscape, numbered))
            open_blocks.clear()

    for block in blocks:
        if isinstance(block, AnnexStart):
            close()
            landscape, numbered = block.landscape, True
        elif isinstance(block, DraftStart) or (isinstance(block, Colophon) and landscape):
            close()
            landscape, numbered = False, False
        open_blocks.append(block)
    close()
    return tuple(sections)


def write_section(section: Section) -> str:
    """Write the section's properties; odd and even pages have footers of their own."""
    if section.is_letter:
        return (
            '<w:sectPr><w:headerReference w:type="first" r:id="rIdHeaderLetter"/>'
            '<w:footerReference w:type="default" r:id="rIdFooterLetterOdd"/>'
            '<w:footerReference w:type="even" r:id="rIdFooterLetterEven"/>'
            '<w:footerReference w:type="first" r:id="rIdFooterLetter"/><w:type w:val="nextPage"/>'
            f"{_LETTER}<w:titlePg/>{_GRID}</w:sectPr>"
        )
    kind = "rIdFooterAcross" if section.landscape else "rIdFooter"
    odd, even = (f"{kind}Odd", f"{kind}Even") if section.numbered else ("rIdFooterNone", "rIdFooterNone")
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{odd}"/>'
        f'<w:footerReference w:type="even" r:id="{even}"/><w:type w:val="nextPage"/>'
        f"{_LANDSCAPE + _NO_GRID if section.landscape else _PORTRAIT + _GRID}</w:sectPr>"
    )
