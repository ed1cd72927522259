"""Text cells: folding, the words all sheets share, codes, case numbers, the guard on personal numbers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grid import CellValue

# A spreadsheet keeps fifteen significant digits; beyond them a number is not what was typed.
MOST_DIGITS = 15
_SHOWN = 40
_GONE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u180e]+")
_BRACKETS = str.maketrans("〔[【「『{〈<《﹝", "((((((((((", "") | str.maketrans(
    "〕]】」』}〉>》﹞", "))))))))))", ""
)
DASHES = re.compile(r"[\u2010-\u2015\u2212－ー]")
# Both are also written in groups: 6-8-4 and 3-4-4, with blanks or dashes between.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[-\s]?(\d{4})(\d{2})(\d{2})[-\s]?\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_EARLIEST_BIRTH = 1900
_LATEST_BIRTH = 2030
# A petition number often begins like an ID: area code and date of registration. Those dates are recent.
_LATEST_BIRTH_IN_CASE_NUMBER = 2010
_TOWNSHIP_DIGITS = 9
_CODE_LENGTHS = (6, 9, 12)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that is filled but cannot be read: the finding to make, what was noticed (Chinese)."""

    code: str
    hint: str = ""


@cache
def load_words() -> Mapping[str, Mapping[str, Any]]:
    """Read the words every sheet shares (sheets/_words.toml): group, then name, then spellings."""
    return tomllib.loads((files("sanwu_cli.sheets") / "_words.toml").read_text("utf-8"))


def fold(text: str) -> str:
    """Fold a text for comparison: NFKC, no white space or zero-width marks, every bracket kind as ( or )."""
    if text.isascii():
        return "".join(text.split()).translate(_BRACKETS)
    return _fold_wide(text)


@lru_cache(maxsize=16384)
def _fold_wide(text: str) -> str:
    return _GONE.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)


def is_blank(cell: CellValue) -> bool:
    """Say whether a cell shows nothing."""
    if cell is None:
        return True
    if not isinstance(cell, str) or cell[:1].isalnum():
        return False
    return not fold(cell)


def show_text(cell: CellValue) -> str:
    """Give a cell's text for a message: one line, at most 40 characters, never with a personal number."""
    text = " ".join(unicodedata.normalize("NFKC", plain_text(cell)).split())
    if has_personal_number(text):
        return "(内容含身份证号或手机号,不显示)".translate(str.maketrans("(),", "（），"))
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


def has_personal_number(text: str, *, latest_birth: int = _LATEST_BIRTH) -> bool:
    """Say whether a text holds a resident's ID number (GB 11643 check digit) or an 11-digit mobile number."""
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if _MOBILE.search(wide):
        return True
    return any(_is_id_number(match, latest_birth) for match in _ID_NUMBER.finditer(wide))


def _is_id_number(match: re.Match[str], latest_birth: int) -> bool:
    if not _EARLIEST_BIRTH <= int(match[1]) <= latest_birth:
        return False
    if not 1 <= int(match[2]) <= 12 or not 1 <= int(match[3]) <= 31:  # noqa: PLR2004 (months, days)
        return False
    digits = re.sub(r"[-\s]", "", match[0])
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits, strict=False))
    return _ID_CHECK[total % len(_ID_CHECK)] == digits[-1].upper()


def parse_text(cell: CellValue) -> str | Unreadable | None:
    """Read free text: line breaks and doubled blanks become one blank; None for an empty cell."""
    if is_blank(cell):
        return None
    text = " ".join(_strip_marks(plain_text(cell)).split())
    return Unreadable("PERSONAL-VALUE") if has_personal_number(text) else text


def _strip_marks(text: str) -> str:
    return re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad\u180e]+", "", text)


def parse_case_number(cell: CellValue) -> str | Unreadable | None:
    """Read a case number: blanks gone, every bracket kind as （）, upper case, all dashes as one."""
    if is_blank(cell):
        return None
    digits = _whole_digits(cell)
    if isinstance(digits, Unreadable):
        return digits
    text = fold(digits if digits is not None else plain_text(cell)).upper().lstrip("'`’‘")
    if has_personal_number(text, latest_birth=_LATEST_BIRTH_IN_CASE_NUMBER):
        return Unreadable("PERSONAL-VALUE")
    if not re.search(r"\d", text):
        return Unreadable("VALUE-CASE-NUMBER", "里面没有数字")
    return DASHES.sub("-", text).replace("(", "（").replace(")", "）")


def parse_code(cell: CellValue) -> str | Unreadable | None:
    """Read a code or serial as text, never losing a digit: 640181101201.0 is restored, 6.4E+11 is not."""
    if is_blank(cell):
        return None
    digits = _whole_digits(cell)
    if isinstance(digits, Unreadable):
        return digits
    text = fold(plain_text(cell)).lstrip("'`’‘") if digits is None else digits
    if re.fullmatch(r"\d+\.0+", text):
        return text.partition(".")[0]
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", text):
        return _expand_exponent(text)
    return Unreadable("PERSONAL-VALUE") if has_personal_number(text) else text


def _whole_digits(cell: CellValue) -> str | Unreadable | None:
    """Digits of a numeric cell; None when the cell is text."""
    if isinstance(cell, (bool, date, time, timedelta)):
        return Unreadable("VALUE-CODE", "单元格里是日期、时间或逻辑值")
    if not isinstance(cell, (int, float)):
        return None
    if cell != cell or abs(cell) >= 10**MOST_DIGITS:  # noqa: PLR0124 (not a number)
        return Unreadable("VALUE-CODE", "数字超过15位,末几位已经丢失".replace(",", "，"))
    if cell < 0 or int(cell) != cell:
        return Unreadable("VALUE-CODE", "是负数或小数")
    return str(int(cell))


def _expand_exponent(text: str) -> str | Unreadable:
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    if len(fraction) != int(exponent):
        return Unreadable("VALUE-CODE", "已变成科学计数，后几位丢失")
    return whole + fraction


def parse_area_code(cell: CellValue) -> str | Unreadable | None:
    """Read an area code of 6, 9 or 12 digits; the 000 at the end of a longer form fall away."""
    code = parse_code(cell)
    if code is None or isinstance(code, Unreadable):
        return code
    code = code.replace("-", "")
    if not code.isascii() or not code.isdigit() or len(code) not in _CODE_LENGTHS:
        return Unreadable("VALUE-AREA-CODE", f"区划代码应是6、9或12位数字，这里有{len(code)}位")
    while len(code) > _CODE_LENGTHS[0] and code.endswith("000"):
        code = code[:-3]
    return code


def parse_list(cell: CellValue) -> tuple[str, ...] | Unreadable | None:
    """Read several items of one cell, parted by 、 comma, semicolon, slash or line break."""
    if is_blank(cell):
        return None
    separators = f"[{re.escape(load_words()['values']['between_items'])}]"
    wide = unicodedata.normalize("NFKC", plain_text(cell))
    items = tuple(fold(item) for item in re.split(separators, wide) if fold(item))
    return Unreadable("PERSONAL-VALUE") if has_personal_number(wide) else items


def parse_areas(cell: CellValue) -> tuple[str, ...] | Unreadable | None:
    """Read several area codes of one cell."""
    if isinstance(cell, (int, float)):
        single = parse_area_code(cell)
        return (single,) if isinstance(single, str) else single
    items = parse_list(cell)
    if items is None or isinstance(items, Unreadable):
        return items
    codes = [parse_area_code(item) for item in items]
    wrong = next((code for code in codes if isinstance(code, Unreadable)), None)
    return wrong or tuple(code for code in codes if isinstance(code, str))
