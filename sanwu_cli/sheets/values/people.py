"""Cells of duty rosters: officials' names with a telephone behind them, days of a month, times of the day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values.names import BETWEEN_NAMES, join_titles, part_names, split_names, strip_title
from sanwu_cli.sheets.values.text import (
    DASHES,
    NOTE_MARK_HINT,
    NOTE_MARKS,
    Unreadable,
    fold,
    is_blank,
    load_words,
    plain_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sanwu_cli.grid import CellValue

_SHORTEST_NAME = 2
_LAST_DAY = 31
_MINUTES_A_DAY = 24 * 60
# Seven digits or more, with the signs that stand in and around a telephone number.
_PHONE = compile_later(r"[(]?(?:电话|手机|tel)?[:]?[+]?\d[\d\s()-]{5,}\d[)]?", re.IGNORECASE)
# Longer than any telephone: a person's own number.
_LONG_NUMBER = compile_later(r"(?:\d[\s-]?){14}\d")
_DAY = compile_later(r"(?:\d{1,2}月)?(\d{1,2})[日号]?(?:[-~至到](?:\d{1,2}月)?(\d{1,2})[日号]?)?")
_FULL_DAY = compile_later(r"20\d{2}(?:[-./]\d{1,2}[-./]|年\d{1,2}月)")
_CLOCK = compile_later(
    r"(上午|早上|早|中午|下午|晚上|晚)?(\d{1,2})[:.时点](?:(\d{1,2})(?::\d{2})?分?|(半)|整)?"
)
_AFTER_NOON = frozenset({"下午", "晚上", "晚"})
_NOON = 12


def parse_person(cell: CellValue) -> str | Unreadable | None:
    """Read names of officials: telephones cut off, blanks inside a name gone, several parted by 、.

    A title beside a name is no person of its own; it is written together with the name.
    """
    if is_blank(cell):
        return None
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", plain_text(cell)))
    if _LONG_NUMBER.search(wide):
        return Unreadable("PERSONAL-VALUE")
    separators = f"[{re.escape(load_words()['values']['between_items'])}]"
    parts = re.split(separators, _PHONE.sub("、", wide))
    names = join_titles([name for part in parts for name in part_names(part)])
    return BETWEEN_NAMES.join(names) or None


def list_workers(text: str) -> tuple[str, ...] | None:
    """List the names in a read cell of grid workers: none for blank or 空缺, None for 不详 (三4)."""
    words = load_words()["grid_workers"]
    names = tuple(
        dict.fromkeys(_strip_worker(name) for name in split_names(text) if name not in words["vacant"])
    )
    return None if any(name in words["unknown"] for name in names) else names


def _strip_worker(name: str) -> str:
    """Take the title from a whole name, so that 网格员张三 is 张三; a surname keeps what tells it apart."""
    bare, _ = strip_title(name)
    return bare if len(bare) >= _SHORTEST_NAME else name


def parse_days(cell: CellValue) -> tuple[str, ...] | Unreadable | None:
    """Read the days of a month one cell names: 1日 and 17日 on two lines, 3—5日; as numbers, in order."""
    if is_blank(cell):
        return None
    if isinstance(cell, date):
        return (str(cell.day),)
    if NOTE_MARKS.search(plain_text(cell)):
        return Unreadable("VALUE-DATE", NOTE_MARK_HINT)
    text = _FULL_DAY.sub("", unicodedata.normalize("NFKC", DASHES.sub("-", plain_text(cell))))
    days: list[int] = []
    for item in re.split(r"[、,;\s]+", text.strip()):
        match = _DAY.fullmatch(fold(item))
        if match is None:
            return Unreadable("VALUE-DATE", "应当是几日，几个日子之间用顿号或换行分开")
        days += range(int(match[1]), int(match[2] or match[1]) + 1)
    if not days or not all(1 <= day <= _LAST_DAY for day in days):
        return Unreadable("VALUE-DATE", "日历上没有这一天")
    return tuple(str(day) for day in dict.fromkeys(days))


def parse_clock(cell: CellValue) -> str | Unreadable | None:  # noqa: PLR0911 (one return a cell type)
    """Read a time of the day as 08:55; 上午9点, 14:30, a time cell and a fraction of a day are the same."""
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return f"{cell:%H:%M}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        return _show_minutes(cell.total_seconds() / 60)
    if isinstance(cell, float) and 0 < cell < 1:
        return _show_minutes(cell * _MINUTES_A_DAY)
    if not isinstance(cell, str):
        return Unreadable("VALUE-TIME")
    if NOTE_MARKS.search(cell):
        return Unreadable("VALUE-TIME", NOTE_MARK_HINT)
    if re.search(r"[\d:]\s+\d", cell.partition("日")[2] or cell):
        return Unreadable("VALUE-TIME", "数字中间有空格或换行，分不清是几点")
    match = _CLOCK.fullmatch(fold(cell).split("日")[-1])
    if match is None:
        return Unreadable("VALUE-TIME")
    hour = int(match[2]) + (_NOON if match[1] in _AFTER_NOON and int(match[2]) < _NOON else 0)
    return _show_minutes(hour * 60 + (30 if match[4] else int(match[3] or 0)))


def _show_minutes(minutes: float) -> str | Unreadable:
    whole = round(minutes)
    if not 0 <= whole < _MINUTES_A_DAY or whole != int(whole):
        return Unreadable("VALUE-TIME", "一天里没有这个时间")
    return f"{whole // 60:02d}:{whole % 60:02d}"


# The parser of each type of this module.
PEOPLE: Mapping[str, Callable[[CellValue], str | tuple[str, ...] | Unreadable | None]] = {
    "person": parse_person,
    "days": parse_days,
    "clock": parse_clock,
}
