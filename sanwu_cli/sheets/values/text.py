"""Text cells: folding, the words all sheets share, the guard on personal numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.patterns import compile_later
from sanwu_cli.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grid import CellValue

# A spreadsheet keeps fifteen significant digits; beyond them a number is not what was typed.
MOST_DIGITS = 15
_SHOWN = 40
# What is written and not seen: joiners, directions, variants of a sign; control characters that are no white
# space, halves of a pair, what no document can hold.
UNSEEN = (
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\u00ad\u180e"
    r"\u061c\ufff9-\ufffb\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"
)
_UNSEEN = compile_later(f"[{UNSEEN}]+")
_SEEN = compile_later(r"[0-9A-Za-z\u4e00-\u9fff]")
_GONE = compile_later(rf"[\s{UNSEEN}]+")
# No digits, but NFKC makes some of them: superscripts, fractions, numbers in circles, 1日 as one sign.
_TURNED = (
    r"\u00b2\u00b3\u00b9\u00bc-\u00be\u2070\u2074-\u2079\u2080-\u2089\u2150-\u215f\u2189\u2460-\u249b\u24ea"
    r"\u3251-\u325f\u32b1-\u32cb\u3358-\u3370\u3378\u3379\u339f-\u33a6\u33a8\u33af\u33e0-\u33fe\U0001f100-\U0001f10a"
)
# Eleven digits with one sign at most between two, as they look before NFKC; or signs NFKC makes digits of.
_MAY_BE_RUN = compile_later(rf"[{_TURNED}]|\d(?:\D?\d){{10}}")
# The same, and those NFKC leaves as they are: white digits in black circles, doubled circles.
NOTE_MARKS = compile_later(rf"[{_TURNED}\u24eb-\u24ff\u2776-\u2793]")
NOTE_MARK_HINT = "有带圈、上标一类的数字，分不清是数目还是注释的标记，请改成普通数字，注释写到备注里"
# Longer texts are read anew each time: a cache of narratives would hold memory for nothing.
LONGEST_KEPT = 64
MOST_KEPT = 1 << 14
_BRACKETS = str.maketrans("〔[【「『{〈<《﹝", "((((((((((", "") | str.maketrans(
    "〕]】」』}〉>》﹞", "))))))))))", ""
)
# The brackets there are in ASCII, and what of it is unseen (UNSEEN) and no white space.
_OF_ASCII = _BRACKETS | dict.fromkeys((*range(0x09), *range(0x0E, 0x1C), 0x7F))
DASHES = compile_later(r"[\u2010-\u2015\u2212－ー]")
# Both are also written in groups: 6-8-4 and 3-4-4, with blanks or dashes between.
_ID_NUMBER = compile_later(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[-\s]?(\d{4})(\d{2})(\d{2})[-\s]?\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = compile_later(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)")
# A bank card's: sixteen to nineteen digits, also written in groups of four.
_CARD = compile_later(r"(?<![0-9A-Za-z])[3-69]\d{3}(?:[-\s]?\d{4}){3}(?:[-\s]?\d{1,3})?(?![0-9A-Za-z])")
# No card's: cases are numbered by area code and year or day, units by their credit code.
_NO_CARD = compile_later(
    r"[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d+"
    r"|(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}20[12]\d\d+|9[1-3]\d{16}"
)
_LARGEST_DIGIT = 9
# Each number holds as much.
_RUN = compile_later(r"\d(?:[-\s]?\d){10}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_EARLIEST_BIRTH = 1900
LATEST_BIRTH = 2030
# In free text a wrong check digit is a slip of the pen. A petition's number may look the same (area code and
# day of registration), but its day is recent.
LATEST_MISTYPED_BIRTH = 2010
NEVER_MISTYPED = 0
_HIDDEN = "（号码不显示）"
_WIDE_DIGITS = str.maketrans("".join(map(chr, range(0xFF10, 0xFF1A))), "0123456789")
_PROVINCES = frozenset(map(str, (
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66),
    71, 81, 82, 83, 91,
)))  # fmt: skip


class Unreadable(Struct, frozen=True):
    """A cell that is filled but cannot be read: the finding to make, what was noticed (Chinese)."""

    code: str
    hint: str = ""


@cache
def load_words() -> Mapping[str, Mapping[str, Any]]:
    """Read the words every sheet shares (sheets/_words.toml): group, then name, then spellings."""
    return load_toml("sheets", "_words")


def fold(text: str) -> str:
    """Fold a text for comparison: NFKC, no white space or zero-width marks, every bracket kind as ( or )."""
    if text.isascii():
        return text if text.isalnum() else "".join(text.split()).translate(_OF_ASCII)
    return _fold_kept(text) if len(text) <= LONGEST_KEPT else _fold_wide(text)


def _fold_wide(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text)
    # Letters and digits alone: nothing to drop, no bracket.
    return wide if wide.isalnum() else _GONE.sub("", wide).translate(_BRACKETS)


_fold_kept = lru_cache(maxsize=MOST_KEPT)(_fold_wide)


def is_blank(cell: CellValue) -> bool:
    """Say whether a cell shows nothing."""
    if cell is None:
        return True
    if not isinstance(cell, str) or cell[:1].isalnum() or _SEEN.search(cell):
        return False
    return not fold(cell)


def show_text(cell: CellValue) -> str:
    """Give a cell's text for a message: one line, at most 40 characters, never with a personal number."""
    text = " ".join(unicodedata.normalize("NFKC", plain_text(cell)).split())
    if has_personal_number(text, mistyped_until=LATEST_MISTYPED_BIRTH):
        return "(内容含身份证号、手机号或银行卡号,不显示)".translate(str.maketrans("(),", "（），"))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def plain_text(cell: CellValue) -> str:  # noqa: PLR0911 (one return a cell type)
    """Give the text a clerk would see in the cell; a whole number has no decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.{MOST_DIGITS}g}" if abs(cell) < 10**MOST_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return str(cell)


def has_personal_number(
    text: str, *, latest_birth: int = LATEST_BIRTH, mistyped_until: int = NEVER_MISTYPED
) -> bool:
    """Say whether a text holds a resident's ID number (GB 11643 check digit), a mobile or a bank card number.

    A number with the area code of a province and a birth up to the year `mistyped_until` is one even where
    the check digit is wrong: a person's number with a digit mistyped.
    """
    if text.isascii():
        wide = text
    elif _MAY_BE_RUN.search(text) is None:
        return False
    else:
        wide = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if _RUN.search(wide) is None:
        return False
    if _MOBILE.search(wide) or any(is_card_number(match[0]) for match in _CARD.finditer(wide)):
        return True
    return any(is_id_number(match, latest_birth, mistyped_until) for match in _ID_NUMBER.finditer(wide))


def is_card_number(text: str) -> bool:
    """Say whether digits, with signs between or none, are a bank card's by their check sum (Luhn)."""
    digits = re.sub(r"\D", "", text)
    if _NO_CARD.fullmatch(digits):
        return False
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - _LARGEST_DIGIT if value > _LARGEST_DIGIT else value
    return total % 10 == 0


def hide_personal_numbers(text: str) -> str:
    """Give the text with every number that `has_personal_number` tells by its form replaced by a word."""
    plain = text.translate(_WIDE_DIGITS)
    if not has_personal_number(plain, mistyped_until=LATEST_MISTYPED_BIRTH):
        return text

    def hide(match: re.Match[str]) -> str:
        return _HIDDEN if is_id_number(match, LATEST_BIRTH, LATEST_MISTYPED_BIRTH) else match[0]

    def hide_card(match: re.Match[str]) -> str:
        return _HIDDEN if is_card_number(match[0]) else match[0]

    return _CARD.sub(hide_card, _MOBILE.sub(_HIDDEN, _ID_NUMBER.sub(hide, plain)))


def is_id_number(match: re.Match[str], latest_birth: int, mistyped_until: int = NEVER_MISTYPED) -> bool:
    """Say whether a match (groups: year, month, day) has a possible birth and the right check digit.

    `mistyped_until`: see `has_personal_number`.
    """
    if not _EARLIEST_BIRTH <= int(match[1]) <= latest_birth:
        return False
    if not 1 <= int(match[2]) <= 12 or not 1 <= int(match[3]) <= 31:  # noqa: PLR2004 (months, days)
        return False
    digits = re.sub(r"[^\dXx]", "", match[0])
    if int(match[1]) <= mistyped_until and digits[:2] in _PROVINCES:
        return True
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits, strict=False))
    return _ID_CHECK[total % len(_ID_CHECK)] == digits[-1].upper()


def parse_text(cell: CellValue) -> str | Unreadable | None:
    """Read free text: line breaks and doubled blanks become one blank; None for an empty cell."""
    if is_blank(cell):
        return None
    if not isinstance(cell, str):
        return _read_text(plain_text(cell))
    return _read_kept(cell) if len(cell) <= LONGEST_KEPT else _read_text(cell)


def _read_text(raw: str) -> str | Unreadable | None:
    text = " ".join(strip_unseen(raw).split())
    is_personal = has_personal_number(text, mistyped_until=LATEST_MISTYPED_BIRTH)
    return Unreadable("PERSONAL-VALUE") if is_personal else text or None


_read_kept = lru_cache(maxsize=MOST_KEPT)(_read_text)


def strip_unseen(text: str) -> str:
    """Drop what is written and not seen; blanks stay."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)


def parse_list(cell: CellValue) -> tuple[str, ...] | Unreadable | None:
    """Read several items of one cell, parted by 、 comma, semicolon, slash or line break."""
    if is_blank(cell):
        return None
    separators = f"[{re.escape(load_words()['values']['between_items'])}]"
    wide = unicodedata.normalize("NFKC", plain_text(cell))
    items = tuple(fold(item) for item in re.split(separators, wide) if fold(item))
    return Unreadable("PERSONAL-VALUE") if has_personal_number(wide) else items
