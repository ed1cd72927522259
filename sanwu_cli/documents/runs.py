"""Paragraphs and runs as WordprocessingML text."""

from __future__ import annotations

from html import escape

# The hint makes Word take the Chinese font for quotes, dashes and dots that Latin fonts have too.
_HINT = '<w:rFonts w:hint="eastAsia"/>'


def write_run(text: str, *, style: str = "", scale: int | None = None) -> str:
    """Write a run; a newline in the text becomes a line break.

    `style` is a character style's id, `scale` a width of the characters in percent.
    """
    if not text:
        return ""
    style_xml = f'<w:rStyle w:val="{style}"/>' if style else ""
    scale_xml = "" if scale is None else f'<w:w w:val="{scale}"/>'
    content = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r><w:rPr>{style_xml}{_HINT}{scale_xml}</w:rPr>{content}</w:r>"


def write_paragraph(style: str, runs: str, *, properties: str = "") -> str:
    """Write a paragraph in a named style; `properties` are XML that follows from the text's length."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'
