"""A form as a Word package: within limits, without macros, links outside and embedded objects, or refused."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.forms.refusal import refuse_file, refuse_unsafe
from sanwu_cli.patterns import compile_later
from sanwu_cli.xml_spans import Element, SpoiltXmlError, parse_spans

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEGABYTE = 1 << 20
MAX_FILE_BYTES = 32 * _MEGABYTE
_MAX_PART_BYTES = 16 * _MEGABYTE
_MAX_TOTAL_BYTES = 64 * _MEGABYTE
_MAX_MEMBERS = 2_000
MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
# What things look like: no text of people stands there, and of Word's own these are by far the longest parts.
_LOOKS = ("word/styles", "word/theme/", "word/fontTable", "word/webSettings")
_DOCUMENT = ".wordprocessingml.document.main+xml"
_OLE = b"\xd0\xcf\x11\xe0"
# What zipfile raises on damage; NotImplementedError (a rare compression) is a RuntimeError.
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, IndexError, struct.error,
)  # fmt: skip
# The beginning of a part's name in lower case, what is wrong with having it, and what helps.
_UNWANTED = (
    ("word/vba", "里面有宏", "请另存为不带宏的 .docx"),
    ("word/embeddings/", "里面嵌有别的文件", "请删去嵌入的对象"),
    ("word/activex/", "里面有 ActiveX 控件", "请删去控件，改用文字"),
    ("word/afchunk", "里面嵌有别的文件", "请删去嵌入的对象"),
    ("customui/", "里面有自定义的菜单", "请用 Word 或 WPS 另存为普通的 .docx"),
    ("_xmlsignatures/", "带有数字签名，填了字签名就不对了", "请用没有签名的一份"),
)
# The sign we mark values with on their way, taken out of the form: of one length, so that nothing moves.
_OUR_SIGN, _NO_SIGN = "\ue000".encode(), "\ufffd".encode()
_LINKING_FIELD = compile_later(r"(?i)^\s*(?:DDEAUTO|DDE|LINK|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE)\b")
_KINDS = {"hyperlink": "超链接", "attachedTemplate": "所附的模板", "image": "图片", "oleObject": "对象"}
_UNLINK = "请在 Word 或 WPS 里取消链接（选中后 Ctrl+Shift+F9 取消域，右键取消超链接）再试"


class Form(Struct, frozen=True):
    """A form opened: its parts, those that hold text or relations parsed; `place` is how messages call it."""

    place: str
    parts: dict[str, bytes]
    trees: dict[str, Element]


def open_form(data: bytes, *, place: str) -> Form:
    """Open a .docx to be filled; raises SanwuError where it is none, is damaged or not to be trusted."""
    parts = _read_parts(data, place)
    if MAIN not in parts:
        raise refuse_file(place, "里面没有 Word 正文，不是 Word 文档（.docx）")
    for name in parts:
        for start, why, remedy in _UNWANTED:
            if name.lower().startswith(start):
                raise refuse_unsafe(place, why, remedy)
    trees = _parse_parts(parts, place)
    _check_kind(trees.get(_TYPES), place)
    for name, tree in trees.items():
        _check_links(name, tree, place)
    return Form(place, parts, trees)


def _parse_parts(parts: Mapping[str, bytes], place: str) -> dict[str, Element]:
    trees = {}
    for name, content in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if b"<!DOCTYPE" in content:
            raise refuse_file(place, f"内部的 XML 带有文档类型声明（{name}）")
        if name.startswith(_LOOKS) and b"{{" not in content:
            continue
        try:
            trees[name] = parse_spans(content)
        except SpoiltXmlError as error:
            raise refuse_file(place, f"{error}（{name}）") from error
    return trees


def _read_parts(data: bytes, place: str) -> dict[str, bytes]:
    """Inflate every part within the limits."""
    if not data:
        raise refuse_file(place, "文件是空的")
    if data[:4] == _OLE:
        raise refuse_file(place, "是旧版 Word 文档（.doc），或者设有打开密码")
    if len(data) > MAX_FILE_BYTES or data.count(b"PK\x01\x02") > _MAX_MEMBERS:
        raise refuse_file(place, "文件过大，或者里面的部件过多", "请去掉用不着的图片再试")
    parts: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                name = posixpath.normpath(member.filename.replace("\\", "/").lstrip("/"))
                total += member.file_size
                if member.file_size > _MAX_PART_BYTES or total > _MAX_TOTAL_BYTES:
                    raise refuse_file(place, "解压后过大", "请去掉用不着的图片再试")
                if member.flag_bits & 1:
                    raise refuse_file(place, "设有打开密码", "请去掉密码再试")
                if name in parts or name.startswith(".."):
                    raise refuse_file(place, "压缩包里有同名的或者名称不对的部件")
                with archive.open(member) as stream:
                    content = stream.read(member.file_size)
                is_text = name.endswith((".xml", ".rels"))
                parts[name] = content.replace(_OUR_SIGN, _NO_SIGN) if is_text else content
    except _ZIP_FAULTS as error:
        raise refuse_file(place, "不是 Word 文档（.docx），或者已经损坏") from error
    return parts


def _check_kind(types: Element | None, place: str) -> None:
    """Refuse what is no plain document: with macros, or a template of Word's own (.dotx)."""
    told = "" if types is None else _find_type(types)
    if "macroenabled" in told.lower():
        raise refuse_unsafe(place, "里面有宏", "请另存为不带宏的 .docx")
    if not told.endswith(_DOCUMENT):
        raise refuse_file(place, "不是 Word 文档（.docx）；.dotx 模板也要先另存为 .docx")


def _find_type(types: Element) -> str:
    return next(
        (
            one.attributes.get("ContentType", "")
            for one in types.children
            if one.attributes.get("PartName", "").lstrip("/").lower() == MAIN
        ),
        "",
    )


def _check_links(name: str, tree: Element, place: str) -> None:
    """Refuse what reaches out of the file: relations to the outside, and fields that fetch something."""
    for one in tree.walk():
        if name.endswith(".rels") and one.attributes.get("TargetMode", "").lower() == "external":
            kind = one.attributes.get("Type", "").rpartition("/")[2]
            what = _KINDS.get(kind, kind or "链接")
            raise refuse_unsafe(place, f"里面有指向文件外面的链接（{what}，在 {name}）", _UNLINK)
        if one.name == "w:altChunk":
            raise refuse_unsafe(place, "里面嵌有别的文件", "请删去嵌入的对象")
        asked = one.attributes.get("w:instr", "") if one.name == "w:fldSimple" else ""
        if one.name == "w:p":
            asked = "".join(run.text for run in one.walk() if run.name == "w:instrText")
        if asked and any(_LINKING_FIELD.search(part) for part in (asked, *asked.split("\\"))):
            raise refuse_unsafe(place, "里面有从别处取内容的域", _UNLINK)
