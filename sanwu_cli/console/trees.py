"""The tree of reasons behind a verdict, printed two blanks a level."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.console.screen import write_lines
from sanwu_cli.console.text import clean_text, wrap_text

if TYPE_CHECKING:
    from collections.abc import Iterable

TREE_HEADERS = ("层次", "结论", "事项", "实际", "标准", "条款", "口径", "依据")
_NARROWEST = 20


class TreeLine(Struct, frozen=True):
    """One line of an explanation, all parts already words: the answer, what was asked, seen and wanted.

    `clause` is printed in tortoise-shell brackets, `reading` and each of `evidence` on its own line below.
    """

    title: str
    answer: str = ""
    seen: str = ""
    bound: str = ""
    clause: str = ""
    reading: str = ""
    evidence: tuple[str, ...] = ()
    children: tuple[TreeLine, ...] = ()


def print_tree(roots: Iterable[TreeLine]) -> None:
    """Print explanations on stdout, two blanks a level."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for root in roots:
        write_lines(render_tree(root, width=width), sys.stdout)


def flatten_tree(line: TreeLine, *, depth: int = 1) -> list[tuple[int | str, ...]]:
    """Lay an explanation out under TREE_HEADERS: a row a line, the outermost on level 1."""
    row = (
        depth,
        line.answer,
        line.title,
        line.seen,
        line.bound,
        line.clause,
        line.reading,
        "；".join(line.evidence),
    )
    return [row, *(below for child in line.children for below in flatten_tree(child, depth=depth + 1))]


def render_tree(line: TreeLine, *, depth: int = 0, width: int | None = None) -> list[str]:
    """Lay an explanation out in lines; on a terminal long lines hang under their own beginning."""
    head = f"{line.answer} {line.title}".strip()
    seen = [f"{label} {text}" for label, text in (("实际", line.seen), ("标准", line.bound)) if text]
    clause = [f"\u3014{line.clause}\u3015"] if line.clause else []
    notes = [f"口径：{line.reading}"] if line.reading else []
    notes += [f"依据：{source}" for source in line.evidence]
    lines = _hang(" ".join([head, *seen, *clause]), depth, width)
    lines += [part for note in notes for part in _hang(note, depth + 1, width)]
    return lines + [
        part for child in line.children for part in render_tree(child, depth=depth + 1, width=width)
    ]


def _hang(text: str, depth: int, width: int | None) -> list[str]:
    indent = "  " * depth
    if width is None:
        return [indent + clean_text(text)]
    first, *rest = wrap_text(clean_text(text), max(width - len(indent) - 2, _NARROWEST))
    return [indent + first, *(f"{indent}  {part}" for part in rest)]
