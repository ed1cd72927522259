"""What of an .xlsx would not survive being loaded and saved, and whether loading it whole is bearable."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.markup import walk
from sanwu_cli.workbook.package import CheckedCopy, Package, fold_name
from sanwu_cli.workbook.refusal import MEGABYTE, Refused, refuse_damaged

if TYPE_CHECKING:
    from collections.abc import Mapping

# Loaded whole, a cell costs some twenty times its XML; beyond this a list of findings serves better.
MAX_LOADED_BYTES = 12 * MEGABYTE
# A range the loader makes cells for, one by one: merges, links, notes, tables.
MAX_SPREAD_CELLS = 400_000
# It looks for a link's merge among all of them, and takes a shared formula apart anew for every cell.
MAX_LINKS_TIMES_MERGES = 3_000_000
MAX_SHARED_LETTERS = 5_000_000

_CONTROLS, _OBJECTS, _PICTURES = "按钮等控件", "嵌入的对象", "图片"
_EXTENDED, _SHAPES = "扩展设置", "文本框和图形"
# The beginning of a part's name, in lower case.
_LOST_PARTS = (
    ("xl/cellimages", "WPS 单元格图片"),
    ("xl/richdata/", "单元格内的图片"),
    ("customxml/", "自定义 XML 数据"),
    ("xl/ctrlprops/", _CONTROLS),
    ("xl/activex/", _CONTROLS),
    ("xl/embeddings/", _OBJECTS),
    ("xl/threadedcomments/", "批注的回复"),
    ("xl/slicer", "切片器"),
    ("xl/timeline", "日程表"),
    ("xl/diagrams/", "SmartArt 图形"),
    ("xl/charts/", "图表的部分样式"),
    ("xl/connections", "外部数据连接"),
    ("xl/querytables/", "外部数据连接"),
    ("xl/dialogsheets/", "对话框表"),
    ("xl/macrosheets/", "宏表"),
    ("_xmlsignatures/", "数字签名"),
)
_LOST_IN_SHEETS = {
    "ignoredErrors": "忽略错误的标记",
    "picture": "工作表背景",
    "controls": _CONTROLS,
    "oleObjects": _OBJECTS,
    "protectedRanges": "允许编辑的区域",
    "customSheetViews": "自定义视图",
    "legacyDrawingHF": "页眉页脚里的图片",
}
_LOST_IN_DRAWINGS = {"sp": _SHAPES, "cxnSp": _SHAPES, "grpSp": _SHAPES}
# Extensions of a worksheet by the identifier Office gave them; those of rules only point to these.
_EXTENSIONS = {
    "{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}": "引用其他工作表的下拉列表",
    "{05C60535-1F16-4FD2-B633-F4F36F0B64E0}": "迷你图",
    "{78C0D931-6437-407D-A8EE-F0AAD7539E65}": "数据条等新式条件格式",
    "{A8765BA9-456A-4DAB-B4F3-ACF838C121DE}": "切片器",
    "{3A4CF648-6AED-40F4-86FF-DC5316D8AED3}": "切片器",
    "{7E03D99C-DC04-49D9-9315-930204A7B6E9}": "日程表",
    "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}": "",
    "{FC87AEE6-9EDD-4A0A-B7FB-166176984837}": "忽略错误的标记",
}
_SPREADING = {"mergeCell", "hyperlink", "comment", "table"}
_XML = compile_later(r"\.(?:xml|rels)$")
_FORMULA = compile_later(rb"<(?:[\w.-]+:)?f\b[^>]*>([^<]*)")


class Inventory(Struct, frozen=True):
    """A checked copy of the book, whether it holds macros, and what a loader would leave behind."""

    stream: io.BytesIO
    has_macros: bool
    lost: tuple[str, ...]


def take_inventory(data: bytes) -> Inventory:
    """Go through every part of a workbook of the zip kind; raises Refused when it should not be loaded."""
    package = Package(data)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    parts = {name: fold_name(name) for name in names if not name.endswith("/")}
    if sum(package.size(name) for name, folded in parts.items() if _XML.search(folded)) > MAX_LOADED_BYTES:
        raise _refuse_size()
    survey = _Survey()
    copy = CheckedCopy(0)
    for name, folded in parts.items():
        content = package.read(name)
        survey.look_at_name(folded)
        if _XML.search(folded):
            survey.look_into(content)
        copy.add(name, content)
    has_macros = "xl/vbaproject.bin" in parts.values()
    return Inventory(copy.finish(), has_macros, tuple(sorted(survey.lost)))


class _Survey:
    """Collects what is lost and adds up the cells that ranges spread over."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self._spread = 0
        self._root = ""
        self._met: Counter[str] = Counter()
        self._lost_in_drawings = dict(_LOST_IN_DRAWINGS)
        if find_spec("PIL") is None:
            self._lost_in_drawings["pic"] = _PICTURES

    def look_at_name(self, folded: str) -> None:
        """Take note of a part that has no place in the saved book."""
        self.lost.update(label for start, label in _LOST_PARTS if folded.startswith(start))
        if folded.endswith((".emf", ".wmf")):
            self.lost.add(_PICTURES)

    def look_into(self, content: bytes) -> None:
        """Take note of elements that get lost in one XML part; raises Refused when it is too much to load."""
        self._root = ""
        self._met.clear()
        walk(content, self._meet)
        longest = max(map(len, _FORMULA.findall(content)), default=0) if self._met["shared"] else 0
        if (
            self._met["hyperlink"] * self._met["mergeCell"] > MAX_LINKS_TIMES_MERGES
            or self._met["shared"] * longest > MAX_SHARED_LETTERS
        ):
            raise _refuse_size()

    def _meet(self, name: str, attributes: Mapping[str, str]) -> None:
        self._root = self._root or name
        if name == "f" and attributes.get("t") == "shared":
            self._met["shared"] += 1
        if name in _SPREADING:
            self._met[name] += 1
            self._add_range(attributes.get("ref", "A1"))
        label = ""
        if self._root == "worksheet":
            label = _LOST_IN_SHEETS.get(name, "")
            if name == "ext":
                label = _EXTENSIONS.get(attributes.get("uri", "").upper(), _EXTENDED)
        elif self._root == "wsDr":
            label = self._lost_in_drawings.get(name, "")
        if label:
            self.lost.add(label)

    def _add_range(self, text: str) -> None:
        first, _, last = text.partition(":")
        start, end = parse_reference(first), parse_reference(last or first)
        if start is None or end is None:
            raise refuse_damaged("有一处引用看不懂")
        self._spread += (abs(end[0] - start[0]) + 1) * (abs(end[1] - start[1]) + 1)
        if self._spread > MAX_SPREAD_CELLS:
            raise _refuse_size()


def _refuse_size() -> Refused:
    return Refused("BOOK-TOO-LARGE", limit=str(MAX_LOADED_BYTES // MEGABYTE))
