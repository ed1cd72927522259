"""Effective form of paragraphs and runs: defaults, table style, paragraph styles, direct settings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.nodes import EMPTY, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Settings = dict[str, str]
_OFF = {"0", "false", "off", "none"}
_MOST_STYLES = 32
# Settings that are one attribute, and the name they are kept under.
_SINGLE = {
    "w:jc", "w:pStyle", "w:rStyle", "w:sz", "w:color", "w:b", "w:vanish", "w:pageBreakBefore",
    "w:snapToGrid",
}  # fmt: skip
_GROUPED = {"w:ind", "w:spacing", "w:framePr"}
_SLOTS = ("eastAsia", "ascii", "hAnsi", "cs")
_POINT_SIZE, _LINE = 10.0, 240
_DEFAULT_CHARACTER = 210


class Border(Struct, frozen=True):
    """A rule: its kind (single, thickThinSmallGap), eighths of a point, points from the text, colour."""

    kind: str
    size: float
    space: float
    colour: str

    @property
    def is_there(self) -> bool:
        """Say whether it is drawn at all."""
        return self.kind not in {"", "nil", "none"}


class RunFormat(Struct, frozen=True):
    """How a run looks: points, the Chinese and the Latin font, bold, colour, spacing in twips."""

    size: float
    east: str
    latin: str
    hint: bool
    bold: bool
    colour: str
    spacing: float


class ParagraphFormat(Struct, frozen=True):
    """How a paragraph is set; lengths in twips. `pitch` None: the line follows the type."""

    align: str
    left: float
    right: float
    first: float
    before: float
    after: float
    pitch: float | None
    multiple: float
    snaps: bool
    page_break: bool
    top: Border | None
    bottom: Border | None
    frame_align: str
    style: str


class Styles:
    """The styles of a file, with its defaults and theme fonts."""

    def __init__(self, styles: Node | None, theme: Node | None) -> None:
        root = styles or EMPTY
        self._by_id = {one.get("styleId"): one for one in root.all("w:style")}
        self._default = next(
            (
                one.get("styleId")
                for one in root.all("w:style")
                if one.get("type") == "paragraph" and one.get("default") not in {"", *_OFF}
            ),
            "",
        )
        defaults = root.find("w:docDefaults") or EMPTY
        self._paragraph = _collect((defaults.find("w:pPrDefault") or EMPTY).find("w:pPr"))
        self._run = _collect((defaults.find("w:rPrDefault") or EMPTY).find("w:rPr"))
        self._theme = _read_theme(theme)
        self._of = lru_cache(maxsize=None)(self._settings_of)

    def name_of(self, style: str) -> str:
        """Give a style's name as people see it."""
        node = self._by_id.get(style or self._default)
        name = node.find("w:name") if node else None
        return name.get("val") if name else style

    def border_settings(self, style: str) -> Mapping[str, Border]:
        """Give the borders of a table style, the base first."""
        found: dict[str, Border] = {}
        for node in self._chain(style):
            found |= read_borders((node.find("w:tblPr") or EMPTY).find("w:tblBorders"))
        return found

    def cell_margins(self, style: str) -> Mapping[str, float]:
        """Give the inner margins (left, right) of a table style's cells in twips."""
        found: dict[str, float] = {}
        for node in self._chain(style):
            found |= read_margins(node.find("w:tblPr"))
        return found

    def number_of(self, properties: Node | None) -> tuple[str, int] | None:
        """Give the numbering (numId, level) of a paragraph, its own or its style's."""
        own = properties.find("w:pStyle") if properties else None
        nodes = [properties, *(n.find("w:pPr") for n in reversed(self._chain(own.get("val") if own else "")))]
        for node in nodes:
            numbering = node.find("w:numPr") if node else None
            if numbering is not None:
                number, level = numbering.find("w:numId"), numbering.find("w:ilvl")
                if number is not None:
                    return number.get("val"), to_int(level.get("val") if level else "0")
        return None

    def paragraph(
        self, properties: Node | None, *, table_style: str = "", grid: float = 0
    ) -> ParagraphFormat:
        """Give the effective form of a paragraph; `grid` is the pitch of its section's line grid."""
        own = _collect(properties)
        style = own.get("w:pStyle", self._default)
        known = {**self._paragraph, **self._of(table_style)[0], **self._of(style)[0], **own}
        return _make_paragraph(
            known, self._borders(style, properties), self.name_of(style), self._size(style), grid
        )

    def run(self, properties: Node | None, *, style: str, table_style: str = "") -> RunFormat:
        """Give the effective form of a run in a paragraph of `style` (empty: the default style)."""
        own = _collect(properties)
        layers = [self._run, self._of(table_style)[1], self._of(style or self._default)[1]]
        known: Settings = {}
        for layer in (*layers, self._of(own.get("w:rStyle", ""))[1], own):
            known |= layer
        return RunFormat(
            size=to_float(known.get("w:sz", "20")) / 2,
            east=self._font(known.get("eastAsia", "")),
            latin=self._font(known.get("ascii", "")),
            hint=known.get("hint", "") == "eastAsia",
            bold=known.get("w:b", "0") not in _OFF,
            colour=known.get("w:color", "auto").upper(),
            spacing=to_float(known.get("r.spacing", "0")),
        )

    def is_hidden(self, properties: Node | None) -> bool:
        """Say whether a run is hidden text."""
        return _collect(properties).get("w:vanish", "0") not in _OFF

    def _size(self, style: str) -> float:
        return to_float({**self._run, **self._of(style)[1]}.get("w:sz", "20")) / 2

    def _font(self, name: str) -> str:
        return self._theme.get(name.removeprefix("@"), "") if name.startswith("@") else name

    def _borders(self, style: str, properties: Node | None) -> Mapping[str, Border]:
        found: dict[str, Border] = {}
        for node in (*(one.find("w:pPr") for one in self._chain(style)), properties):
            found |= read_borders((node or EMPTY).find("w:pBdr"))
        return found

    def _chain(self, style: str) -> list[Node]:
        """List a style and those it is based on, the base first; a circle ends where it began."""
        chain: list[Node] = []
        while style in self._by_id and len(chain) < _MOST_STYLES:
            node = self._by_id[style]
            if node in chain:
                break
            chain.append(node)
            base = node.find("w:basedOn")
            style = base.get("val") if base else ""
        return chain[::-1]

    def _settings_of(self, style: str) -> tuple[Settings, Settings]:
        paragraph: Settings = {}
        run: Settings = {}
        for node in self._chain(style):
            paragraph |= _collect(node.find("w:pPr"))
            run |= _collect(node.find("w:rPr"))
        return paragraph, run


def read_borders(node: Node | None) -> dict[str, Border]:
    """Read a set of borders by side."""
    return {
        side.name.removeprefix("w:"): Border(
            side.get("val"), to_float(side.get("sz")), to_float(side.get("space")), side.get("color").upper()
        )
        for side in (node or EMPTY).children
    }


def read_margins(properties: Node | None) -> dict[str, float]:
    """Read the left and right inner margins of a table's cells."""
    node = (properties or EMPTY).find("w:tblCellMar") or EMPTY
    names = {"w:left": "left", "w:start": "left", "w:right": "right", "w:end": "right"}
    return {names[one.name]: to_float(one.get("w")) for one in node.children if one.name in names}


def to_float(text: str) -> float:
    """Read a number; what is none is 0."""
    try:
        number = float(text.removesuffix("pt"))
    except ValueError:
        return 0.0
    return number if abs(number) < 1e9 else 0.0  # noqa: PLR2004 - beyond any length, and no infinity


def to_int(text: str) -> int:
    """Read a whole number; what is none is 0."""
    return int(to_float(text))


def _collect(properties: Node | None) -> Settings:
    """Lay the settings we look at out flat, by their names."""
    found: Settings = {}
    is_run = properties is not None and properties.name == "w:rPr"
    for node in (properties or EMPTY).children:
        if node.name in _SINGLE:
            found[node.name] = node.get("val", "1")
        elif node.name == "w:rFonts":
            found |= _collect_fonts(node)
        elif node.name == "w:spacing" and is_run:
            found["r.spacing"] = node.get("val")
        elif node.name in _GROUPED:
            found |= {f"{node.name}.{key}": text for key, text in node.attributes.items()}
    return found


def _collect_fonts(node: Node) -> Settings:
    """Give the fonts by slot; one taken from the theme (marked @) goes before a name beside it."""
    found = {"hint": node.get("hint")} if node.get("hint") else {}
    for slot in _SLOTS:
        theme = node.get("cstheme" if slot == "cs" else f"{slot}Theme")
        if theme:
            found[slot] = f"@{theme}"
        elif node.get(slot):
            found[slot] = node.get(slot)
    return found


def _read_theme(theme: Node | None) -> Mapping[str, str]:
    """Give the fonts behind minorEastAsia, majorHAnsi and so on."""
    found: Settings = {}
    for node in theme.walk() if theme else ():
        if node.name not in {"a:majorFont", "a:minorFont"}:
            continue
        kind = node.name[2:7]
        latin, east = node.find("a:latin"), node.find("a:ea")
        chinese = next((one.get("typeface") for one in node.all("a:font") if one.get("script") == "Hans"), "")
        found[f"{kind}EastAsia"] = (east.get("typeface") if east else "") or chinese
        for slot in ("Ascii", "HAnsi"):
            found[f"{kind}{slot}"] = latin.get("typeface") if latin else ""
    return found


def _make_paragraph(
    known: Settings, borders: Mapping[str, Border], style: str, size: float, grid: float
) -> ParagraphFormat:
    character = size * 20
    rule, line = known.get("w:spacing.lineRule", "auto"), to_float(known.get("w:spacing.line", "240"))
    unit = grid or _LINE * 1.3
    return ParagraphFormat(
        align=_align(known.get("w:jc", "left")),
        left=_indent(known, ("left", "start"), character),
        right=_indent(known, ("right", "end"), character),
        first=_indent(known, ("firstLine",), character) - _indent(known, ("hanging",), character),
        before=_gap(known, "before", unit),
        after=_gap(known, "after", unit),
        pitch=line if rule in {"exact", "atLeast"} and line else None,
        multiple=line / _LINE if rule == "auto" else 1.0,
        snaps=known.get("w:snapToGrid", "1") not in _OFF,
        page_break=known.get("w:pageBreakBefore", "0") not in _OFF,
        top=borders.get("top"),
        bottom=borders.get("bottom"),
        frame_align=known.get("w:framePr.xAlign", ""),
        style=style,
    )


def _align(name: str) -> str:
    return {"start": "left", "end": "right", "distribute": "both"}.get(name, name)


def _indent(known: Settings, sides: Iterable[str], character: float) -> float:
    """Give an indent; one in characters goes before one in twips."""
    for side in sides:
        chars = to_float(known.get(f"w:ind.{side}Chars", "0"))
        if chars:
            return chars / 100 * character
        if f"w:ind.{side}" in known:
            return to_float(known[f"w:ind.{side}"])
    return 0.0


def _gap(known: Settings, side: str, unit: float) -> float:
    lines = to_float(known.get(f"w:spacing.{side}Lines", "0"))
    return lines / 100 * unit if lines else to_float(known.get(f"w:spacing.{side}", "0"))
