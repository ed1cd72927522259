"""Text on a terminal: harmless characters, width in cells, line breaking, values as people read them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sanwu_cli.patterns import compile_later
from sanwu_cli.terms import Term

BIDI_CONTROLS = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
_BREAKS = compile_later(r"[\t\n\r\v\f]+")
_CONTROLS = compile_later(f"[\x00-\x1f\x7f-\x9f{BIDI_CONTROLS}]")
# \u3014 and \u3015 are the tortoise-shell brackets of document numbers and clauses.
_CLOSING = "，。；：、！？）》”’】」』…％\u3015,.;:!?)%"
_OPENING = "（《“‘【「『(\u3014"
_ATOMS = compile_later(r"[!-~]+| +|.", re.DOTALL)


def clean_text(text: str) -> str:
    """Make text harmless on a terminal: line breaks become blanks, control and bidi characters go."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))


def measure_width(text: str) -> int:
    """Count terminal cells: wide characters take two, combining and format characters none."""
    return sum(map(_width_of, text))


def wrap_text(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` cells; no line begins with ，。） or ends with （“."""
    if measure_width(text) <= width:
        return [text.rstrip()]
    lines, line = [], ""
    for atom in _split_atoms(text, width):
        if line and measure_width(line + atom.rstrip()) > width:
            lines.append(line.rstrip())
            line = atom.lstrip()
        else:
            line += atom
    return [*lines, line.rstrip()] if line.rstrip() or not lines else lines


def cell_text(value: object) -> str:
    """Write a value the way people read it: labels for terms, 是/否 for truth, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Term):
        return value.label
    if isinstance(value, bool):
        return "是" if value else "否"
    return clean_text(str(value))


@lru_cache(maxsize=4096)
def _width_of(character: str) -> int:
    if " " <= character <= "~":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _split_atoms(text: str, width: int) -> list[str]:
    """Split into pieces that stay whole; closing marks join what precedes, opening what follows."""
    atoms: list[str] = []
    for piece in _ATOMS.findall(text):
        if atoms and (piece in _CLOSING or atoms[-1][-1] in _OPENING):
            atoms[-1] += piece
        else:
            atoms.append(piece)
    return [part for atom in atoms for part in _cut_long(atom, width)]


def _cut_long(atom: str, width: int) -> list[str]:
    """Cut a piece that is wider than a line; what a closing mark closes goes to the next line with it."""
    parts, part = [], ""
    for character in atom:
        if part and measure_width(part + character) > width:
            last = len(part) - 1 if character in _CLOSING else len(part)
            while 0 < last < len(part) and (part[last] in _CLOSING or part[last - 1] in _OPENING):
                last -= 1
            if not last or measure_width(part[last:] + character) > width:
                last = len(part)  # no place is good
            parts.append(part[:last])
            part = part[last:]
        part += character
    return [*parts, part]
