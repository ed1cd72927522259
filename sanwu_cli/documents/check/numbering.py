"""Numbers that Word writes itself before a paragraph: 一、, （一）, 1. as a reader sees them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.documents.check.formats import to_int
from sanwu_cli.documents.check.nodes import EMPTY, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographTraditional",
    "taiwaneseCountingThousand", "chineseLegalSimplified",
}  # fmt: skip
_TEN = 10


class Numbering:
    """The automatic numbers of a document, counted up paragraph by paragraph."""

    def __init__(self, root: Node | None) -> None:
        node = root or EMPTY
        kinds = {one.get("abstractNumId"): one for one in node.all("w:abstractNum")}
        self._levels: dict[str, Mapping[int, Node]] = {}
        for one in node.all("w:num"):
            kind = one.find("w:abstractNumId")
            levels = kinds.get(kind.get("val") if kind else "", EMPTY).all("w:lvl")
            self._levels[one.get("numId")] = {to_int(level.get("ilvl")): level for level in levels}
        self._counts: dict[str, list[int | None]] = {}

    def label(self, number: tuple[str, int] | None) -> str:
        """Count a paragraph and give the label before it; empty without one."""
        if number is None or number[0] not in self._levels or not 0 <= number[1] < _LEVELS:
            return ""
        levels, depth = self._levels[number[0]], number[1]
        counts = self._counts.setdefault(number[0], [None] * _LEVELS)
        before = counts[depth]
        counts[depth] = _start(levels.get(depth)) if before is None else before + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        text = _value(levels.get(depth), "w:lvlText", "")

        def put(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            count = counts[level]
            return write_number(
                _start(levels.get(level)) if count is None else count,
                _value(levels.get(level), "w:numFmt", "decimal"),
            )

        return re.sub(r"%([1-9])", put, text)


def write_number(number: int, form: str) -> str:
    """Write a number in one of Word's forms; those we do not know as digits."""
    if form in {"bullet", "none"}:
        return ""
    return _write_chinese(number) if form in _CHINESE else str(number)


def _write_chinese(number: int) -> str:
    tens, ones = divmod(number, _TEN)
    if not 0 < tens < _TEN:
        return _DIGITS[ones] if not tens else str(number)
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def _value(level: Node | None, name: str, default: str) -> str:
    node = level.find(name) if level else None
    return node.get("val", default) if node else default


def _start(level: Node | None) -> int:
    return to_int(_value(level, "w:start", "1"))
