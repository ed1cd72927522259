"""The table of contents of an .xlsx: its worksheets, the parts they lie in, its custom properties."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.workbook.markup import feed, local_name, make_parser, walk
from sanwu_cli.workbook.refusal import MAX_SHEETS, refuse_damaged, refuse_unsafe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.workbook.package import Package

WORKBOOK = "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
_PROPERTIES = "docProps/custom.xml"
_TRUE = frozenset({"1", "true", "on"})


class SheetEntry(Struct, frozen=True):
    """A worksheet: its name, whether hidden, the part it lies in, its place among all sheets, its epoch."""

    name: str
    hidden: bool
    part: str
    index: int
    is_1904: bool = False


class Outline(Struct, frozen=True):
    """The worksheets of a book in order, and where its shared strings and styles lie."""

    sheets: tuple[SheetEntry, ...]
    strings: str
    styles: str

    @property
    def large_parts(self) -> tuple[str, ...]:
        """The parts that grow with the rows."""
        return (self.strings, *(sheet.part for sheet in self.sheets))


class _Relation(Struct, frozen=True):
    """Where a relation leads, and what it is: worksheet, chartsheet, sharedStrings, styles or else."""

    target: str
    kind: str


def read_outline(package: Package) -> Outline:
    """Read what the book consists of; raises Refused."""
    relations = _read_relations(package)
    return Outline(
        sheets=_read_sheets(package, relations),
        strings=_find_part(relations, "sharedStrings", STRINGS),
        styles=_find_part(relations, "styles", STYLES),
    )


def read_properties(package: Package) -> dict[str, str]:
    """Read the custom document properties as text by name; empty when there are none."""
    properties: dict[str, str] = {}
    if _PROPERTIES not in package:
        return properties
    parser = make_parser()
    name = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal name
        if local_name(tag) == "property":
            name = attributes.get("name", "")

    def collect(text: str) -> None:
        if name and text.strip():
            properties[name] = properties.get(name, "") + text

    parser.StartElementHandler = start
    parser.CharacterDataHandler = collect
    feed(parser, package.read(_PROPERTIES))
    return properties


def _read_relations(package: Package) -> Mapping[str, _Relation]:
    relations: dict[str, _Relation] = {}

    def note(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = _Relation(part, kind)

    walk(package.read(RELATIONS), note)
    return relations


def _read_sheets(package: Package, relations: Mapping[str, _Relation]) -> tuple[SheetEntry, ...]:
    sheets: list[SheetEntry] = []
    count = 0
    is_1904 = False

    def note(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal count, is_1904
        if name == "workbookPr":
            is_1904 = attributes.get("date1904", "").strip().lower() in _TRUE
        if name != "sheet":
            return
        identifier = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
        relation = relations.get(identifier)
        if relation is None:
            raise refuse_damaged("工作表没有内容")
        if relation.kind == "worksheet":
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(SheetEntry(attributes.get("name", ""), hidden, relation.target, count, is_1904))
        count += 1

    walk(package.read(WORKBOOK), note)
    if count > MAX_SHEETS:
        raise refuse_unsafe("工作表过多")
    if len({sheet.part for sheet in sheets}) != len(sheets):
        raise refuse_unsafe("几张工作表共用一份内容")
    return tuple(sheets)


def _find_part(relations: Mapping[str, _Relation], kind: str, usual: str) -> str:
    return next((relation.target for relation in relations.values() if relation.kind == kind), usual)
