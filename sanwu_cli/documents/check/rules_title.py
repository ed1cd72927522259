"""Rules of title and addressee: form, words, the breaks of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.look import (
    TWIPS_A_POINT,
    Look,
    check_gap,
    check_type,
    make,
    size_of,
    text_width,
)
from sanwu_cli.documents.check.roles import Kind
from sanwu_cli.documents.check.table import Fault, numbers, words
from sanwu_cli.documents.titles import measure
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.documents.check.layout import Para

_PART = "标题"
_PAIRS = {"《": "》", "“": "”", "（": "）", "〔": "〕", "‘": "’"}
_NO_START = "》”’）〕、，。；：的和与及"
_NO_END = "《“‘（〔"
_WRONG = compile_later(r"[。；！？…,.;:!?]$|[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]|[，；：。]")
_TWICE = compile_later(r"的(通知|通报|报告|决定|函)的(通知|通报|报告|决定|函)$")
_DRAFT = compile_later(r"[（(][^（()）]*[）)]$")


def title(look: Look) -> Iterator[Fault]:
    """B1: the title is in 二号小标宋, centred, two lines below the line; not bold."""
    if not look.parts.title:
        if look.parts.has_head:
            yield make("B1", _PART, None, "有标题", "没有找到")
        return
    for para in look.parts.title:
        yield from check_type(look, "B1", _PART, para, size=numbers()["title_size"], family="小标宋")
        if para.format.align != "center":
            yield make("B1", _PART, para, "居中", "没有居中")
    if look.parts.kind is Kind.DOCUMENT:
        above = look.parts.signer if _is_below(look) else look.parts.number
        yield from check_gap(look, "B1", _PART, (above, look.parts.title[0]), 2)


def _is_below(look: Look) -> bool:
    signer, number = look.parts.signer, look.parts.number
    return signer is not None and number is not None and signer.number > number.number


def wording(look: Look) -> Iterator[Fault]:
    """B2P: the title ends with its 文种 and holds no stray punctuation."""
    text = look.parts.title_text
    if not text:
        return
    first = look.parts.title[0]
    wrong = _WRONG.search(_without_quotes(text))
    if wrong:
        yield make("B2P", _PART, first, "不用句末标点和半角标点", f"有“{wrong[0]}”")
    bare = _DRAFT.sub("", text).rstrip("。；！？，.;!?,")
    if look.parts.kind in {Kind.DOCUMENT, Kind.LETTER} and not bare.endswith(words("genres")):
        yield make("B2P", _PART, first, "以文种结尾", f"以“{bare[-4:]}”结尾")
    if _TWICE.search(bare):
        yield make("B2P", _PART, first, "文种不重复", f"“{bare[-6:]}”")


def _without_quotes(text: str) -> str:
    """Leave out what stands in quotes or title marks: that keeps its own punctuation."""
    return re.sub(r"《[^》]*》|“[^”]*”", "名", text)


def breaks(look: Look) -> Iterator[Fault]:
    """B2: lines end between units of meaning, fit, and are balanced."""
    if not look.parts.title:
        return
    lines = [line.strip() for para in look.parts.title for line in para.text.split("\n") if line.strip()]
    first = look.parts.title[0]
    section = look.section(first)
    room = text_width(section) / TWIPS_A_POINT / max(size_of(first), 1) if section else 20.0
    for index, line in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        if measure(line) > room:
            yield make("B2", _PART, first, "按词意手工回行", f"“{line[:8]}…”一行{measure(line):g}字，放不下")
        elif after and (found := _find_bad_break(line, after)):
            yield make("B2", _PART, first, "词意完整", found)
    if len(lines) > 1:
        yield from _check_shape(lines, first)


def _find_bad_break(line: str, after: str) -> str:
    if after[0] in _NO_START:
        return f"行首是“{after[0]}”"
    if line[-1] in _NO_END:
        return f"行末是“{line[-1]}”"
    for opening, closing in _PAIRS.items():
        if line.count(opening) > line.count(closing) and closing in after:
            return f"断在“{opening}{closing}”中间"
    if re.search(r"\d$", line) and re.match(r"\d|年|月|日|号", after):
        return "断在数字和单位之间"
    joint = line[-_LONGEST_WORD:] + after[:_LONGEST_WORD]
    middle = len(line[-_LONGEST_WORD:])
    for word in words("whole"):
        at = joint.find(word)
        while at >= 0:
            if at < middle < at + len(word):
                return f"“{word}”断成两行"
            at = joint.find(word, at + 1)
    return ""


_LONGEST_WORD = 5


def _check_shape(lines: list[str], first: Para) -> Iterator[Fault]:
    widths = [measure(line) for line in lines]
    if widths[-1] < numbers()["title_last_least"]:
        yield make("B2", _PART, first, "末行不少于3个字", f"末行{widths[-1]:g}个字")
    if len(lines) > numbers()["title_most_lines"]:
        yield make("B2", _PART, first, "不超过4行", f"{len(lines)}行")
    middle = widths[1:-1]
    if middle and min(middle) + 1 < min(widths[0], widths[-1]):
        yield make("B2", _PART, first, "梯形或者菱形", "中间短、两头长")


def addressee(look: Look) -> Iterator[Fault]:
    """B3: 主送机关 one line below the title, flush left, with a full-width colon."""
    para = look.parts.addressee
    if para is None:
        moved = any(one.bare.startswith("主送") for one in look.parts.colophon)
        if look.parts.has_head and look.parts.title_text.endswith(words("addressed")) and not moved:
            yield make("B3", "主送机关", look.parts.title[-1], "标题下面有主送机关", "没有找到")
        return
    if not para.text.rstrip().endswith("："):
        yield make("B3", "主送机关", para, "末尾用全角冒号", f"末尾是“{para.bare[-1]}”")
    if para.format.left + para.format.first > TWIPS_A_POINT * 2 or para.text.startswith(("　", " ")):
        yield make("B3", "主送机关", para, "顶格", "有缩进")
    if para.format.align in {"center", "right"}:
        yield make("B3", "主送机关", para, "居左", "没有居左")
    yield from check_type(look, "B3", "主送机关", para, size=numbers()["body_size"], family="仿宋")
    if look.parts.title:
        yield from check_gap(look, "B3", "主送机关", (look.parts.title[-1], para), 1)
