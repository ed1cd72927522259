"""A Word file as it is laid out: sections, paragraphs and tables in reading order, footers, drawn lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.formats import (
    Border,
    ParagraphFormat,
    RunFormat,
    Styles,
    read_borders,
    read_margins,
    to_float,
)
from sanwu_cli.documents.check.nodes import EMPTY, Node, Package
from sanwu_cli.documents.check.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BODY, TABLE, BOX, HEAD = "正文", "表格", "文本框", "页眉"
_THROUGH = {
    "w:ins", "w:hyperlink", "w:smartTag", "w:sdt", "w:sdtContent", "w:fldSimple", "mc:AlternateContent",
    "mc:Choice", "w:moveTo", "w:customXml",
}  # fmt: skip
_LINE_SHAPES = {"line", "straightConnector1"}
_OFF = {"0", "false", "off"}


class Run(Struct, frozen=True):
    """A piece of text of one form."""

    text: str
    format: RunFormat


class Line(Struct, frozen=True):
    """A drawn line (a shape): its colour and its kind, as the file writes them."""

    colour: str
    kind: str


class Para(Struct, frozen=True):
    """A paragraph: its number in the body as people count it (1-based), text with automatic number, form."""

    number: int
    text: str
    runs: tuple[Run, ...]
    format: ParagraphFormat
    where: str
    new_page: bool
    section: int = 0
    lines: tuple[Line, ...] = ()
    boxes: tuple[Para, ...] = ()
    tables: tuple[TableBlock, ...] = ()
    empty_size: float = 0.0

    @property
    def bare(self) -> str:
        """The text without any white space."""
        return "".join(self.text.split())


class Row(Struct, frozen=True):
    """A table's row: repeated as head, kept whole, the paragraphs of its cells."""

    is_head: bool
    is_whole: bool
    cells: tuple[tuple[Para, ...], ...]


class TableBlock(Struct, frozen=True):
    """A table; lengths in twips."""

    number: int
    rows: tuple[Row, ...]
    borders: Mapping[str, Border]
    margins: Mapping[str, float]
    width: float
    section: int = 0
    where: str = BODY

    @property
    def paragraphs(self) -> tuple[Para, ...]:
        """Every paragraph of its cells in reading order."""
        return tuple(para for row in self.rows for cell in row.cells for para in cell)


class Footer(Struct, frozen=True):
    """A footer's paragraphs, and which of them hold the page number."""

    paragraphs: tuple[Para, ...]
    numbered: tuple[Para, ...]


class SectionForm(Struct, frozen=True):
    """The set-up of a section in twips; `footers` by type (default, even, first), inherited ones included."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    gutter: float
    header: float
    footer: float
    grid_kind: str
    grid_pitch: float
    grid_space: float
    title_page: bool
    restarts: bool
    footers: Mapping[str, Footer]

    @property
    def is_landscape(self) -> bool:
        """Say whether the sheet lies across."""
        return self.width > self.height


class Layout(Struct, frozen=True):
    """A file as laid out."""

    items: tuple[Para | TableBlock, ...]
    sections: tuple[SectionForm, ...]
    odd_even: bool
    mirrored: bool
    normal: RunFormat


def read_layout(package: Package) -> Layout:
    """Read the layout of a package; raises SanwuError as `Package` does."""
    return _Reader(package).read()


class _Reader:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._relations = package.relations()
        self._styles = Styles(package.part("word/styles.xml"), package.part("word/theme/theme1.xml"))
        self._numbering = Numbering(package.part("word/numbering.xml"))
        self._items: list[Para | TableBlock] = []
        self._number = 0
        self._section = 0
        self._new_page = False
        self._forms: list[Node] = []
        self._grids: list[float] = []
        self._footers: dict[str, Footer] = {}

    def read(self) -> Layout:
        body = self._package.main().find("w:body") or EMPTY
        settings = self._package.part("word/settings.xml") or EMPTY
        self._forms = [node for node in body.walk() if node.name == "w:sectPr"]
        self._grids = [to_float((one.find("w:docGrid") or EMPTY).get("linePitch")) for one in self._forms]
        sections = [self._read_section(one) for one in self._forms]
        self._take_head()
        for node in _inside(body):
            self._take(node)
        return Layout(
            tuple(self._items),
            tuple(sections),
            odd_even=_is_on(settings, "w:evenAndOddHeaders"),
            mirrored=_is_on(settings, "w:mirrorMargins"),
            normal=self._styles.run(None, style=""),
        )

    def _take_head(self) -> None:
        """Take what the first page's header shows as the beginning: a letter's mark stands there."""
        if not self._forms:
            return
        form = self._forms[0]
        wanted = "first" if _is_on(form, "w:titlePg") else "default"
        for one in form.all("w:headerReference"):
            if one.get("type", "default") != wanted:
                continue
            root = self._package.part(self._relations.get(one.get("r:id"), "")) or EMPTY
            for node in _inside(root):
                para = self._read_paragraph(node, HEAD) if node.name == "w:p" else None
                if para is not None and para.text.strip():
                    self._items.append(para)

    def _take(self, node: Node) -> None:
        if node.name == "w:p":
            self._number += 1
            para = self._read_paragraph(node, BODY)
            self._items.append(para)
            section = (node.find("w:pPr") or EMPTY).find("w:sectPr")
            self._new_page = _ends_page(node)
            if section is not None:
                self._section += 1
                self._new_page = self._new_page or self._starts_new_page()
        elif node.name == "w:tbl":
            self._number += 1
            self._items.append(self._read_table(node, BODY))
            self._new_page = False

    def _starts_new_page(self) -> bool:
        """Say whether the section that begins now begins on a new page: its own set-up says so."""
        if self._section >= len(self._forms):
            return True
        kind = self._forms[self._section].find("w:type")
        return kind is None or kind.get("val") != "continuous"

    def _read_paragraph(self, node: Node, where: str, table_style: str = "") -> Para:
        properties = node.find("w:pPr")
        style = (properties or EMPTY).find("w:pStyle")
        grid = self._grids[self._section] if self._section < len(self._grids) else 0
        form = self._styles.paragraph(properties, table_style=table_style, grid=grid)
        runs = list(self._read_runs(node, style.get("val") if style else "", table_style))
        mark = self._styles.run(
            (properties or EMPTY).find("w:rPr"),
            style=style.get("val") if style else "",
            table_style=table_style,
        )
        label = self._numbering.label(self._styles.number_of(properties)) if where == BODY else ""
        if label:
            runs.insert(0, Run(label, runs[0].format if runs else mark))
        text = "".join(run.text for run in runs)
        boxes, tables = self._read_boxes(node)
        return Para(
            number=self._number,
            text=text,
            runs=tuple(runs),
            format=form,
            where=where,
            new_page=where == BODY and (self._new_page or form.page_break or _breaks_first(node)),
            section=self._section,
            lines=tuple(_read_lines(node)),
            boxes=tuple(boxes),
            tables=tuple(tables),
            empty_size=mark.size,
        )

    def _read_runs(self, paragraph: Node, style: str, table_style: str) -> Iterator[Run]:
        for node in _inside(paragraph):
            if node.name != "w:r":
                continue
            properties = node.find("w:rPr")
            text = _read_text(node)
            if text and not self._styles.is_hidden(properties):
                yield Run(text, self._styles.run(properties, style=style, table_style=table_style))

    def _read_boxes(self, node: Node) -> tuple[list[Para], list[TableBlock]]:
        paragraphs: list[Para] = []
        tables: list[TableBlock] = []
        for box in _boxes(node):
            for inner in _inside(box):
                if inner.name == "w:p":
                    paragraphs.append(self._read_paragraph(inner, BOX))
                elif inner.name == "w:tbl":
                    tables.append(self._read_table(inner, BOX))
        return paragraphs, tables

    def _read_table(self, node: Node, where: str) -> TableBlock:
        properties = node.find("w:tblPr") or EMPTY
        style_node = properties.find("w:tblStyle")
        style = style_node.get("val") if style_node else ""
        rows = []
        for row in (one for one in _inside(node) if one.name == "w:tr"):
            cells = tuple(
                tuple(self._read_paragraph(one, TABLE, style) for one in _inside(cell) if one.name == "w:p")
                for cell in _inside(row)
                if cell.name == "w:tc"
            )
            form = row.find("w:trPr") or EMPTY
            rows.append(Row(_is_on(form, "w:tblHeader"), _is_on(form, "w:cantSplit"), cells))
        width = properties.find("w:tblW") or EMPTY
        grid = sum(to_float(one.get("w")) for one in (node.find("w:tblGrid") or EMPTY).children)
        return TableBlock(
            number=self._number,
            rows=tuple(rows),
            borders=dict(self._styles.border_settings(style)) | read_borders(properties.find("w:tblBorders")),
            margins=dict(self._styles.cell_margins(style)) | read_margins(properties),
            width=to_float(width.get("w")) if width.get("type") == "dxa" else grid,
            section=self._section,
            where=where,
        )

    def _read_section(self, node: Node) -> SectionForm:
        size, margins = node.find("w:pgSz") or EMPTY, node.find("w:pgMar") or EMPTY
        grid, numbers = node.find("w:docGrid") or EMPTY, node.find("w:pgNumType") or EMPTY
        for one in node.all("w:footerReference"):
            part = self._package.part(self._relations.get(one.get("r:id"), ""))
            self._footers[one.get("type", "default")] = self._read_footer(part or EMPTY)
        return SectionForm(
            width=to_float(size.get("w")),
            height=to_float(size.get("h")),
            **{
                side: to_float(margins.get(side))
                for side in ("top", "bottom", "left", "right", "gutter", "header", "footer")
            },
            grid_kind=grid.get("type", "default"),
            grid_pitch=to_float(grid.get("linePitch")),
            grid_space=to_float(grid.get("charSpace")),
            title_page=_is_on(node, "w:titlePg"),
            restarts=bool(numbers.get("start")),
            footers=dict(self._footers),
        )

    def _read_footer(self, root: Node) -> Footer:
        nodes = [node for node in _inside(root) if node.name == "w:p"]
        nodes += [
            inner for node in nodes for box in _boxes(node) for inner in _inside(box) if inner.name == "w:p"
        ]
        paragraphs = [self._read_paragraph(node, BOX) for node in nodes]
        numbered = [para for node, para in zip(nodes, paragraphs, strict=True) if _has_page_field(node)]
        return Footer(tuple(paragraphs), tuple(numbered))


def _inside(node: Node) -> Iterator[Node]:
    """Give what stands in a node, seen through what only wraps it; of two alternatives the first."""
    waiting = [*reversed(node.children)]
    while waiting:
        child = waiting.pop()
        if child.name in _THROUGH:
            waiting += reversed(child.children)
        else:
            yield child


def _boxes(node: Node) -> Iterator[Node]:
    """Give the text boxes anchored in a paragraph; what they hold themselves is not opened again."""
    waiting = [*reversed(node.children)]
    while waiting:
        child = waiting.pop()
        if child.name == "w:txbxContent":
            yield child
        elif child.name != "mc:Fallback":
            waiting += reversed(child.children)


def _read_text(run: Node) -> str:
    texts = {"w:tab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}
    parts = []
    for node in run.children:
        if node.name == "w:t":
            parts.append(node.text)
        elif node.name == "w:br" and node.get("type", "textWrapping") == "textWrapping":
            parts.append("\n")
        else:
            parts.append(texts.get(node.name, ""))
    return "".join(parts)


def _read_lines(node: Node) -> Iterator[Line]:
    """Give the lines drawn in a paragraph, old shapes and new."""
    for one in node.walk():
        if one.name == "v:line":
            stroke = one.find("v:stroke") or EMPTY
            yield Line(one.get("strokecolor").lstrip("#").upper(), stroke.get("linestyle", "single"))
        elif one.name == "wps:spPr" and (one.find("a:prstGeom") or EMPTY).get("prst") in _LINE_SHAPES:
            line = one.find("a:ln") or EMPTY
            colours = [inner.get("val").upper() for inner in line.walk() if inner.name == "a:srgbClr"]
            yield Line(colours[0] if colours else "", line.get("cmpd", "sng"))


def _has_page_field(node: Node) -> bool:
    texts = (
        one.text if one.name == "w:instrText" else one.get("instr")
        for one in node.walk()
        if one.name in {"w:instrText", "w:fldSimple"}
    )
    own = [text.split()[:1] for text in texts]
    return ["PAGE"] in own and not any(one.name == "w:txbxContent" for one in node.walk())


def _is_page_break(node: Node) -> bool:
    return node.name == "w:br" and node.get("type") == "page"


def _breaks_first(paragraph: Node) -> bool:
    """Say whether a page break stands before any text of the paragraph."""
    for node in paragraph.walk():
        if _is_page_break(node):
            return True
        if node.name == "w:t" and node.text.strip():
            return False
    return False


def _ends_page(paragraph: Node) -> bool:
    """Say whether a page break stands behind all text of the paragraph."""
    ends = False
    for node in paragraph.walk():
        if _is_page_break(node):
            ends = True
        elif node.name == "w:t" and node.text.strip():
            ends = False
    return ends


def _is_on(node: Node, name: str) -> bool:
    child = node.find(name)
    return child is not None and child.get("val", "1") not in _OFF
