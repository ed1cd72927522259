"""Every text of a Word file with its place: paragraphs, tables, notes, properties, what was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.forms.package import open_form
from sanwu_cli.documents.forms.tags import Places, name_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.xml_spans import Element

_SHOWN_TEXTS = {"w:t", "w:delText", "w:instrText", "a:t"}
# What stands in attributes and may be read: of pictures, content controls, fields, tracked changes.
_SAID = ("descr", "title", "w:instr", "w:val")
_SAYING = {"wp:docPr", "w:fldSimple", "w:alias", "w:tag", "w:docVar"}
_BLANKS = {"w:tab", "w:br", "w:cr"}


class FileText(Struct, frozen=True):
    """A text of a file and where it stands; `is_heading` in the first row of a table."""

    place: str
    text: str
    is_heading: bool = False


def list_file_texts(data: bytes, *, place: str) -> tuple[FileText, ...]:
    """List every text of a .docx, runs joined by paragraph; raises SanwuError as `open_form` does."""
    form = open_form(data, place=place)
    found: list[FileText] = []
    for name in sorted(form.trees):
        if not name.endswith(".rels"):
            found += _list_part(form.trees[name], name_part(name))
    return tuple(one for one in found if one.text.strip())


def _list_part(root: Element, part: str) -> Iterator[FileText]:
    places = Places(root, part)
    for one in root.walk():
        if one.name == "w:p":
            yield FileText(places.name(one), "".join(_list_pieces(one)), _is_heading(one))
        elif one.name == "a:p":
            yield FileText(f"{part}的图形", "".join(_list_pieces(one)))
        elif one.text.strip() and one.name not in _SHOWN_TEXTS:
            yield FileText(f"{part}的属性", one.text)
        if one.name in _SAYING:
            for key in _SAID:
                yield FileText(f"{part}的说明文字", one.attributes.get(key, ""))


def _list_pieces(paragraph: Element) -> Iterator[str]:
    waiting = list(reversed(paragraph.children))
    while waiting:
        one = waiting.pop()
        if one.name in _SHOWN_TEXTS:
            yield one.text
        elif one.name in _BLANKS:
            yield " "
        elif one.name not in {"w:p", "a:p"}:
            waiting += reversed(one.children)


def _is_heading(paragraph: Element) -> bool:
    row = next((one for one in paragraph.ancestors() if one.name == "w:tr"), None)
    if row is None or row.parent is None:
        return False
    return next((one for one in row.parent.children if one.name == "w:tr"), None) is row
