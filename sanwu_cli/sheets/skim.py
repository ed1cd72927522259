"""Which lines below a header need a close look: all but those that can be nothing else than data.

A line is surely data when two columns that are read hold something, one of them more than a place and more
than “nothing”, and no cell of it is a word by which other lines are known. That is found column by column,
from the different texts of each; a test holds it against the close look at every line.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.titles import BEFORE_NUMBERS
from sanwu_cli.sheets.values import fold
from sanwu_cli.sheets.wording import classify_total, is_footer, is_header_word, is_unit, says_nothing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sanwu_cli.grid import CellValue

_SHORT, _WORD = 4, 12
_MANY = 512
# Every longer text that marks a line holds one of these.
_TELLTALE = compile_later(
    r"[计合总共累同环平均小全填制审复核负责分主管经办联系电话报单位说备注附零无没未暂本:：]"
)
_MARK, _NOTHING, _HEADER, _BLANK, _OWN = 1, 2, 4, 8, 16
# A word that heads a column of some sheet, and stands in a column more often than this, is a value there.
_RARE = 20
_STARTERS: tuple[CellValue, ...] = (1, *sorted({"1", "(1)", "①", *BEFORE_NUMBERS}))


def find_doubtful_lines(
    columns: Sequence[Sequence[CellValue]],
    *,
    read: Collection[int],
    places: Collection[int],
    header_words: Collection[str],
) -> set[int]:
    """List the positions of lines that may be something else than data, or nothing.

    Args:
        columns: the cells below the header, column by column, of one length.
        read: indexes of the columns that are read.
        places: of those, the ones that hold places.
        header_words: the folded words of the header.
    """
    if not columns or not columns[0]:
        return set()
    marks = [_mark_texts(cells, header_words) for cells in columns]
    doubtful: set[int] = set()
    repeated: Counter[int] = Counter()
    for cells, found in zip(columns, marks, strict=True):
        marking = {text for text, flags in found.items() if flags & _MARK}
        if heading := {text for text, flags in found.items() if flags & _HEADER}:
            marking |= _drop_common(heading, cells)
        if own := {text for text, flags in found.items() if flags & _OWN}:
            repeated.update(_find(cells, own))
        if marking:
            doubtful.update(_find(cells, marking))
    doubtful.update(line for line, times in repeated.items() if times > 1)
    doubtful.update(_find_first(columns))
    return doubtful | _find_thin(columns, marks, read, places)


def _drop_common(words: set[str], cells: Sequence[CellValue]) -> set[str]:
    """Leave out the header words that many cells of a column hold: 刑事案件 is what they say, no header."""
    times = Counter(cell for cell in cells if cell in words)
    return {word for word in words if times[word] <= max(_RARE, len(cells) // _RARE)}


def _find(cells: Sequence[CellValue], wanted: Collection[CellValue]) -> list[int]:
    return [line for line, cell in enumerate(cells) if cell in wanted]


def _mark_texts(cells: Sequence[CellValue], header_words: Collection[str]) -> dict[str, int]:
    """Give the texts of a column that mean something for the line they stand in."""
    found: dict[str, int] = {}
    if str not in set(map(type, cells)):
        return found
    for text in _suspect({cell for cell in set(cells) if cell.__class__ is str}, header_words):
        folded, flags = _weigh_text(text)
        if folded in header_words:
            flags |= _OWN
        if flags:
            found[text] = flags
    return found


def _suspect(texts: set[str], header_words: Collection[str]) -> Iterable[str]:
    """Leave out the texts that can mean nothing for their line: codes, and of many texts the longer ones."""
    if len(texts) > _MANY and _are_codes(texts):
        return texts.intersection(header_words)
    suspects = [t for t in texts if len(t) <= _SHORT or not t.isascii() or t[0] <= " "]
    if len(suspects) > _MANY:
        suspects = [t for t in suspects if len(t) <= _WORD or _TELLTALE.search(t)]
    return {*suspects, *texts.intersection(header_words)}


def _are_codes(texts: set[str]) -> bool:
    """Say whether all of many texts are longer ones of Latin letters and digits: case numbers, codes."""
    joined = "\n".join(texts)
    return joined.isascii() and min(map(len, texts)) > _SHORT and "\n " not in joined and joined[0] > " "


@lru_cache(maxsize=1 << 16)
def _weigh_text(text: str) -> tuple[str, int]:
    """Fold a text, and say what it may mean in a line; known for the words all sheets repeat."""
    folded = fold(text)
    if not folded:
        return folded, _BLANK
    is_mark = is_footer(folded, alone=True) or (
        not folded.isascii() and classify_total(folded, alone=True) is not None
    )
    is_nothing = says_nothing(folded) or is_unit(folded)
    flags = _MARK * is_mark + _NOTHING * is_nothing + _HEADER * is_header_word(folded)
    return folded, flags


def _find_first(columns: Sequence[Sequence[CellValue]]) -> set[int]:
    """List the lines whose first filled cell may begin a row of column numbers."""
    found: set[int] = set()
    open_lines: Collection[int] | None = None
    for cells in columns:
        if open_lines is None:
            found.update(_find(cells, _STARTERS))
            open_lines = [line for line, cell in enumerate(cells) if cell is None]
        else:
            found.update(line for line in open_lines if cells[line] in _STARTERS)
            open_lines = [line for line in open_lines if cells[line] is None]
        if not open_lines:
            break
    return found


def _find_thin(
    columns: Sequence[Sequence[CellValue]],
    marks: Sequence[dict[str, int]],
    read: Collection[int],
    places: Collection[int],
) -> set[int]:
    """List the lines in which the best filled two of the columns that are read do not both hold something."""
    ranked = sorted((columns[index].count(None), index) for index in read if index < len(columns))
    said = next((index for _, index in ranked if index not in places), None)
    other = next((index for _, index in ranked if index != said), None)
    if said is None or other is None:
        return set(range(len(columns[0])))
    thin: set[int] = set()
    for index, unsaid in ((said, _NOTHING | _BLANK), (other, _BLANK)):
        cells = columns[index]
        empty = {text for text, flags in marks[index].items() if flags & unsaid}
        if empty or None in cells:
            thin.update(_find(cells, {None, *empty}))
    return thin
