"""The Word package around a document: the lean base parts, the fonts, and a zip that is always the same."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from sanwu_cli.documents.charts import add_charts, list_book_parts
from sanwu_cli.errors import SanwuError
from sanwu_cli.patterns import compile_later
from sanwu_cli.shipped import find_shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.documents.blocks import Chart

# The faces the base names; an office that lacks one names its own instead.
DEFAULT_FONTS = {
    name: name for name in ("仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体", "Times New Roman")
}

# Word takes no longer name ([MS-OI29500] on rFonts).
_LONGEST_FONT_NAME = 31
_ZIP_STAMP = (1980, 1, 1, 0, 0, 0)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FONT_ENTRY = compile_later(r'  <w:font w:name="([^"]*)">.*</w:font>\n')


def pack(
    body: str,
    *,
    title: str,
    fonts: Mapping[str, str],
    issued_on: date | None,
    parts: Mapping[str, str] | None = None,
    charts: Sequence[Chart] = (),
) -> bytes:
    """Pack `word/document.xml` with the base into a .docx.

    Args:
        body: the XML of the main part, without declaration.
        title: the title in the properties.
        fonts: for a font of `DEFAULT_FONTS` the name to write instead; others stay.
        issued_on: stands as created and modified; None leaves both out.
        parts: the XML of parts that stand for the base's, by member name.
        charts: the charts the main part shows, in their order.

    Returns:
        The file's bytes; the same arguments always give the same.

    Raises:
        SanwuError: a font is not one of the base's, or its name cannot be used.
    """
    members = dict(_load_base(_check_fonts(fonts)))
    for name, xml in {**(parts or {}), "word/document.xml": body}.items():
        members[name] = (_DECLARATION + xml).encode()
    if charts:
        add_charts(members, charts, [zip_parts(list_book_parts(chart)) for chart in charts], fonts)
    members["docProps/core.xml"] = _write_properties(title, issued_on)
    return zip_parts(members)


def zip_parts(parts: Mapping[str, bytes]) -> bytes:
    """Zip with fixed stamps in a fixed order, the content types first."""
    order = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in order:
            member = zipfile.ZipInfo(name, _ZIP_STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            member.external_attr = 0
            archive.writestr(member, parts[name])
    return buffer.getvalue()


def _check_fonts(fonts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    for base, name in fonts.items():
        if base not in DEFAULT_FONTS:
            raise SanwuError(
                f"[fonts] 里的“{base}”不是文书用的字体", remedy=f"可以替换的有：{'、'.join(DEFAULT_FONTS)}"
            )
        if not 0 < len(name) <= _LONGEST_FONT_NAME or not name.isprintable():
            raise SanwuError(f"字体名“{name}”不能用", remedy=f"请填 1 到 {_LONGEST_FONT_NAME} 个字的字体名")
    return tuple(sorted(fonts.items()))


@lru_cache(maxsize=8)
def _load_base(fonts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, bytes], ...]:
    """Read the base parts with the fonts put in; member name and content, sorted."""
    folder = find_shipped("templates") / "base"
    names = dict(fonts)
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".xml", ".rels")):
            text = _put_fonts(path.read_text("utf-8"), names)
            parts.append((path.relative_to(folder).as_posix(), _compact(text).encode()))
    return tuple(parts)


def _put_fonts(text: str, names: Mapping[str, str]) -> str:
    """Put the names in, all at once, and list a font only once in the font table."""
    if not names:
        return text
    quoted = re.compile("|".join(f'"{re.escape(base)}"' for base in names))
    text = quoted.sub(lambda match: f'"{escape(names[match[0][1:-1]])}"', text)
    seen: set[str] = set()

    def keep_first(match: re.Match[str]) -> str:
        known = match[1] in seen
        seen.add(match[1])
        return "" if known else match[0]

    return _FONT_ENTRY.sub(keep_first, text)


def _compact(text: str) -> str:
    """Drop comments and the indentation that makes the parts readable in the repository."""
    return re.sub(r">\s*\n\s*<", "><", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)).strip()


def _write_properties(title: str, issued_on: date | None) -> bytes:
    stamp = "" if issued_on is None else f"{issued_on.isoformat()}T00:00:00Z"
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{_DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>zh-CN</dc:language>"
        f"{dates if stamp else ''}</cp:coreProperties>"
    ).encode()
