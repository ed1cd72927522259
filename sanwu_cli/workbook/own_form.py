"""An office's own .xlsx form opened: its sheets, named cells and tags, and the pattern row, or why not."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.findings import make_finding
from sanwu_cli.workbook.outline import WORKBOOK, read_outline
from sanwu_cli.workbook.package import Package, fold_name
from sanwu_cli.workbook.refusal import MEGABYTE, Refused
from sanwu_cli.xml_spans import Element, SpoiltXmlError, parse_spans

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FORM_BYTES = 16 * MEGABYTE
_MAX_XML_BYTES = 24 * MEGABYTE
_SAVE_ANEW = "请用 WPS 或 Excel 打开看一遍，另存为 .xlsx 再试"
_UNSAFE = (
    ("xl/vbaproject", "里面有宏", "请另存为不带宏的 .xlsx"),
    ("xl/macrosheets/", "里面有宏表", "请删去宏表，另存为 .xlsx"),
    ("xl/dialogsheets/", "里面有对话框表", "请删去对话框表，另存为 .xlsx"),
    ("xl/externallinks/", "里面有指向别的工作簿的链接", "请在“编辑链接”里断开链接"),
    ("xl/connections", "里面有外部数据连接", "请删去数据连接"),
    ("xl/querytables/", "里面有外部数据连接", "请删去数据连接"),
    ("xl/embeddings/", "里面嵌有别的文件", "请删去嵌入的对象"),
    ("xl/activex/", "里面有 ActiveX 控件", "请删去控件"),
    ("customui/", "里面有自定义的菜单", "请用 WPS 或 Excel 另存为普通的 .xlsx"),
    ("_xmlsignatures/", "带有数字签名，填了字签名就不对了", "请用没有签名的一份"),
)


class NamedArea(Struct, frozen=True):
    """A defined name: what it is called, and the formula it stands for; `is_used` where a formula uses it."""

    name: str
    refers_to: str
    is_hidden: bool = False
    is_used: bool = False


class FormSheet(Struct, frozen=True):
    """A worksheet of a form: its name, its part, the part parsed."""

    name: str
    part: str
    root: Element


class OwnForm(Struct, frozen=True):
    """A form: its parts by their own names, XML parts parsed, its sheets, its shared strings, its names."""

    place: str
    parts: Mapping[str, bytes]
    trees: Mapping[str, Element]
    sheets: tuple[FormSheet, ...]
    strings: tuple[Element, ...]
    strings_part: str
    names: tuple[NamedArea, ...]


def open_own_form(data: bytes, *, place: str) -> OwnForm:
    """Open a workbook to be filled; raises SanwuError where it cannot serve or is not to be trusted."""
    if len(data) > MAX_FORM_BYTES:
        raise refuse_form(place, "文件过大", f"请去掉用不着的工作表和图片，不超过{MAX_FORM_BYTES >> 20} MB")
    try:
        package = Package(data)
        outline = read_outline(package)
        parts = _read_parts(data, package, place)
    except Refused as refusal:
        finding = make_finding(refusal.code, file=place, **refusal.values)
        raise refuse_form(place, finding.message, _SAVE_ANEW) from refusal
    trees = _parse_parts(parts, place)
    by_folded = {fold_name(name): name for name in parts}
    strings = by_folded.get(fold_name(outline.strings), "")
    sheets = tuple(
        FormSheet(one.name, by_folded[fold_name(one.part)], trees[by_folded[fold_name(one.part)]])
        for one in outline.sheets
        if fold_name(one.part) in by_folded
    )
    return OwnForm(
        place,
        parts,
        trees,
        sheets,
        tuple(one for one in trees[strings].children if one.name == "s:si") if strings in trees else (),
        strings,
        _list_names(trees[by_folded[WORKBOOK]], trees),
    )


def refuse_form(place: str, why: str, remedy: str, *, is_unsafe: bool = False) -> SanwuError:
    """Make the error for a form that cannot be used (REFUSED where it is for safety's sake)."""
    status = ExitStatus.REFUSED if is_unsafe else ExitStatus.USAGE
    return SanwuError(f"这份表样不能用：{why}", place=place, remedy=remedy, status=status)


def text_of(element: Element) -> str:
    """Give the text of a shared or inline string; readings beside it (rPh) are none of it."""
    pieces = []
    for one in element.children:
        text = one.find("s:t") if one.name == "s:r" else one
        if text is not None and text.name == "s:t":
            pieces.append(text.text)
    return "".join(pieces)


def _read_parts(data: bytes, package: Package, place: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    for name in names:
        folded = fold_name(name)
        for start, why, remedy in _UNSAFE:
            if folded.startswith(start):
                raise refuse_form(place, why, remedy, is_unsafe=True)
        parts[name.replace("\\", "/").lstrip("/")] = package.read(name)
    if sum(len(content) for name, content in parts.items() if name.endswith(".xml")) > _MAX_XML_BYTES:
        raise refuse_form(place, "里面的内容过多", "请只留要填的工作表")
    return parts


def _parse_parts(parts: Mapping[str, bytes], place: str) -> dict[str, Element]:
    trees = {}
    for name, content in parts.items():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        try:
            trees[name] = parse_spans(content)
        except SpoiltXmlError as error:
            raise refuse_form(place, f"{error}（{name}）", _SAVE_ANEW) from error
        for one in trees[name].walk():
            if one.attributes.get("TargetMode", "").lower() == "external":
                raise refuse_form(
                    place,
                    f"里面有指向文件外面的链接（在 {name}）",
                    "请取消超链接和外部链接再试",
                    is_unsafe=True,
                )
            if "macroenabled" in one.attributes.get("ContentType", "").lower():
                raise refuse_form(place, "里面有宏", "请另存为不带宏的 .xlsx", is_unsafe=True)
    return trees


def _list_names(book: Element, trees: Mapping[str, Element]) -> tuple[NamedArea, ...]:
    """List the defined names; those a formula, a validation or a chart uses are marked."""
    formulas = "\n".join(
        one.text
        for name, root in trees.items()
        if name.startswith("xl/")
        for one in root.walk()
        if one.name.rpartition(":")[2] in {"f", "formula", "formula1", "formula2", "definedName"}
    )
    return tuple(
        NamedArea(
            one.attributes.get("name", ""),
            one.text.strip(),
            is_hidden=one.attributes.get("hidden", "") in {"1", "true"},
            is_used=one.attributes.get("name", "") in formulas,
        )
        for one in book.walk()
        if one.name == "s:definedName"
    )
