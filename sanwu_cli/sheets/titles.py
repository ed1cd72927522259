"""What stands around a header and is none: title texts, labelled values such as 填报单位, column numbers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sanwu_cli.sheets.schema import bare_key
from sanwu_cli.sheets.values import fold, is_blank, load_words
from sanwu_cli.sheets.values.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.grid import CellValue

_FEWEST_NUMBERS = 3
BEFORE_NUMBERS = frozenset("甲乙丙丁abAB")


def read_titles(
    lines: Iterable[Sequence[CellValue]],
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Read the lines above a header: folded title texts, and (group, value) of labels such as 填报单位."""
    titles: list[str] = []
    labels: list[tuple[str, str]] = []
    for cells in lines:
        if is_column_numbers(cells):
            continue
        texts = [fold(plain_text(cell)) for cell in cells if not is_blank(cell)]
        for position, text in enumerate(texts):
            following = texts[position + 1] if position + 1 < len(texts) else ""
            title, found = _split_labels(text, following)
            labels += found
            before = texts[position - 1] if position else ""
            if title and not _is_bare_label(before):
                titles.append(title)
    return tuple(titles), tuple(labels)


def is_column_numbers(cells: Sequence[CellValue]) -> bool:
    """Say whether a row holds nothing but the column numbers 1…n (甲, 乙 may stand before them)."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if fold(plain_text(first)).strip("()") not in BEFORE_NUMBERS | {"1"}:
        return False
    texts = [fold(plain_text(cell)).strip("()") for cell in cells if not is_blank(cell)]
    while texts and texts[0] in BEFORE_NUMBERS:
        texts = texts[1:]
    return len(texts) >= _FEWEST_NUMBERS and texts == [str(n) for n in range(1, len(texts) + 1)]


def is_label_line(texts: Iterable[str]) -> bool:
    """Say whether the texts of a row are the line of 填报单位：, 填报人： and so on, which is no header."""
    _, pattern = _label_groups()
    folded = [text for text in map(fold, texts) if text]
    labels = sum(1 for text in folded if ":" in text and pattern.match(text))
    return bool(labels) and 2 * labels >= len(folded)


@cache
def _label_groups() -> tuple[Mapping[str, str], re.Pattern[str]]:
    groups = {
        fold(label): group
        for group, labels in reversed(list(load_words()["title"].items()))
        for label in labels
    }
    longest_first = sorted(groups, key=len, reverse=True)
    return groups, re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?:\([^()]*\))?:")


def _is_bare_label(text: str) -> bool:
    """Say whether a cell is only a label, its value standing in the next cell."""
    groups, pattern = _label_groups()
    return bare_key(text.rstrip(":")) in groups or text in groups or pattern.fullmatch(text) is not None


def _split_labels(text: str, following: str) -> tuple[str, list[tuple[str, str]]]:
    groups, pattern = _label_groups()
    if _is_bare_label(text):
        label = text.rstrip(":")
        group = groups.get(label) or groups[bare_key(label)]
        value = "" if _is_bare_label(following) else following
        return "", [(group, value)]
    matches = list(pattern.finditer(text))
    if not matches:
        return text, []
    ends = [match.start() for match in matches[1:]] + [len(text)]
    found = [(groups[match[1]], text[match.end() : end]) for match, end in zip(matches, ends, strict=True)]
    return text[: matches[0].start()], found
