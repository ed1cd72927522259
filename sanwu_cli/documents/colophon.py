"""The colophon (版记): a ruled box whose lower edge is the type area's lower edge on the last page."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sanwu_cli.documents.runs import write_paragraph, write_run
from sanwu_cli.documents.titles import measure

if TYPE_CHECKING:
    from sanwu_cli.documents.blocks import Colophon

_TWIP_IN_EMU = 635
_WIDTH = 8844
# One line of 四号 with its share of the rules, and what the box leaves under the last rule (twips).
_LINE_HEIGHT = 480
_SLACK = 60
# 四号 characters to a line: 156 mm less one 字 on each side, the three of “抄送：” and a punctuation mark.
_CHARACTERS_A_LINE = 25
_TAB = "<w:r><w:tab/></w:r>"


def write_colophon(block: Colophon) -> str:
    """Write the paragraph that holds the box.

    The paragraph is as high as the box, so that a page without room for the box sends both on.
    """
    copies = f"抄送：{block.copies.rstrip('。')}。" if block.copies else ""
    is_letter = not (block.issuer or block.date)
    lines = (not is_letter) + ceil(measure(copies[len("抄送：") :]) / _CHARACTERS_A_LINE)
    height = lines * _LINE_HEIGHT + _SLACK
    rows = [write_paragraph("ColophonCopies", write_run(copies))] if copies else []
    if not is_letter:
        issue = f"{write_run(block.issuer)}{_TAB}{write_run(block.date)}"
        rows.append(write_paragraph("ColophonIssue", issue))
    spacing = f'<w:spacing w:line="{height}" w:lineRule="exact"/>'
    return write_paragraph(
        "ColophonAnchor",
        _write_box(_write_table(rows, "ColophonPlain" if is_letter else "Colophon"), height),
        properties=spacing,
    )


def _write_table(rows: list[str], style: str) -> str:
    cell = f'<w:tcPr><w:tcW w:w="{_WIDTH}" w:type="dxa"/></w:tcPr>'
    body = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>{cell}{row}</w:tc></w:tr>" for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{_WIDTH}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{_WIDTH}"/></w:tblGrid>{body}</w:tbl>'
    )


def _write_box(content: str, height: int) -> str:
    """Write a text box without frame, as wide as the type area, anchored to its lower edge."""
    size = f'cx="{_WIDTH * _TWIP_IN_EMU}" cy="{height * _TWIP_IN_EMU}"'
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0"'
        ' locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
        f'<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        '<wp:docPr id="1" name="版记"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData'
        ' uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{content}{write_paragraph('Tiny', '')}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
