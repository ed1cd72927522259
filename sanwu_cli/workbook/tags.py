"""A page of HTML taken apart into text and tags, in one pass whatever is wrong with it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.refusal import MAX_VALUES, refuse_damaged, refuse_unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the pass gets through within some seconds; a letter more than a spreadsheet's cell holds is none, but
# a page has a few of them.
MAX_PAGE_TAGS = 5 * MAX_VALUES // 4
MAX_LETTERS = 1 << 20
# The mark of a line break that is one for the reader; breaks of the source are blanks.
BREAK = "\x0b"
COMMENT = "!"

# Every repetition is possessive, and a tag that has no end runs to the end of the text: nothing is looked
# at twice.
_TAG = compile_later(
    r"""<(?:(/?[A-Za-z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)(>?)|(!--|[!?]))"""
)
_ATTRIBUTE = compile_later(r"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++)))?+""")
_LONGEST_ATTRIBUTES = 1 << 16
# Elements whose content is no text of the page.
_SKIPPED = {
    name: re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE)
    for name in ("script", "style", "title", "xml", "select", "textarea", "template", "noscript")
}
_UNTIDY = compile_later(r"[ \t\r\n\f\x00-\x1f\x7f\xa0\ufeff\u200b]")
_DROPPED = compile_later(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\u200b]")
# A break between two wide characters only wraps the source; elsewhere it stands for a blank.
_WRAPPED = compile_later(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*+\r?\n[ \t\r\n]*+(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_BLANKS = compile_later(r"[ \t\r\n\f]+")


def split_page(text: str) -> Iterator[tuple[str, str, str]]:
    """Give the text before each tag, the tag's name in lower case (`/td` for an end) and its attributes.

    A comment comes as COMMENT with its text. The last piece has no name, or the name "<" when the text
    ends inside a tag. Raises Refused when there are too many tags.
    """
    if text.count("<") > MAX_PAGE_TAGS:
        raise refuse_unsafe("单元格过多")
    search, at = _TAG.search, 0
    while (match := search(text, at)) is not None:
        before, at = text[at : match.start()], match.end()
        name = match[1]
        if name is None:
            comment, at = _read_comment(text, match[4], at)
            yield before, COMMENT, comment
            continue
        if not match[3]:
            yield before, "<", ""
            return
        name = name.lower()
        yield before, name, match[2]
        if name in _SKIPPED:
            end = _SKIPPED[name].search(text, at)
            if name == "xml":
                yield "", COMMENT, text[at : end.start() if end else len(text)]
            at = end.end() if end else len(text)
    yield text[at:], "", ""


def parse_attributes(text: str) -> dict[str, str]:
    """Read the attributes of a tag: values by name in lower case; an attribute without a value is ""."""
    found = _ATTRIBUTE.findall(text[:_LONGEST_ATTRIBUTES])
    if "&" in text:
        return {name.lower(): unescape(a or b or c) for name, a, b, c in found}
    return {name.lower(): a or b or c for name, a, b, c in found}


def tidy_text(text: str) -> str:
    """Give the text as a reader sees it: entities read, blanks of the source folded, BREAK as line breaks."""
    if len(text) > MAX_LETTERS:
        raise refuse_unsafe("有一格文字过长")
    if "&" in text:
        text = unescape(text)
    if not _UNTIDY.search(text):
        return text
    text = _DROPPED.sub("", _WRAPPED.sub("", text))
    lines = (_BLANKS.sub(" ", line).replace("\xa0", " ").strip(" ") for line in text.split(BREAK))
    return "\n".join(lines).strip("\n")


def unescape(text: str) -> str:
    """Read entities; raises Refused for a character number of thousands of digits."""
    try:
        return html.unescape(text)
    except ValueError as error:
        raise refuse_damaged("有一处字符代码有错") from error


def _read_comment(text: str, opening: str, at: int) -> tuple[str, int]:
    """Give a comment's text and where it ends; one that never ends runs to the end of the page."""
    closing = "-->" if opening == "!--" else ">"
    end = text.find(closing, at)
    return (text[at:], len(text)) if end < 0 else (text[at:end], end + len(closing))
