"""A QR code of a text, drawn so large that a telephone reads it from the paper or from another screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import SanwuError
from sanwu_cli.pictures.pen import INK, PAPER

if TYPE_CHECKING:
    from sanwu_cli.pictures.pen import Pen

# The quiet zone the standard asks for on each side, in modules.
QUIET = 4
# More modules in a row than a telephone reads from a hand's breadth.
_MOST_MODULES = 141

CODE_TITLE = "扫一扫，看文字"

Matrix = tuple[tuple[bool, ...], ...]


def make_matrix(text: str) -> Matrix:
    """Make the code's dark and light modules, row by row, without its quiet zone; a text always the same.

    Raises SanwuError for a text that does not go into a code one can still read.
    """
    import segno  # noqa: PLC0415 - start-up: few pictures ask for one
    from segno.encoder import DataOverflowError  # noqa: PLC0415

    try:
        code = segno.make_qr(text, error="l", encoding="utf-8", boost_error=True)
    except DataOverflowError as error:
        raise _refuse(text) from error
    matrix = tuple(tuple(bool(module) for module in row) for row in code.matrix)
    if len(matrix) > _MOST_MODULES:
        raise _refuse(text)
    return matrix


def holds(text: str) -> bool:
    """Say whether a text goes into a code one can still read."""
    try:
        make_matrix(text)
    except SanwuError:
        return False
    return True


def measure_code(matrix: Matrix, module: int) -> int:
    """Give the side of a code with its quiet zone, in pixels, where a module has so many."""
    return (len(matrix) + 2 * QUIET) * module


def draw_code(pen: Pen, matrix: Matrix, at: tuple[int, int], module: int) -> None:
    """Draw a code with its quiet zone; `at` is the upper left corner."""
    left, top = at
    side = measure_code(matrix, module)
    pen.band((left, top, left + side - 1, top + side - 1), PAPER)
    for line, row in enumerate(matrix, start=QUIET):
        for column, is_dark in enumerate(row, start=QUIET):
            if is_dark:
                x, y = left + column * module, top + line * module
                pen.band((x, y, x + module - 1, y + module - 1), INK)


def _refuse(text: str) -> SanwuError:
    return SanwuError(
        f"要放进二维码的有{len(text)}个字，太多了，手机扫不出来",
        remedy="请用 --role 只画一种人员，或者用 --qr-text 写一个网址、一句话",
    )
