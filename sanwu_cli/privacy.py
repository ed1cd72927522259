"""The privacy gate: numbers and headings of persons found in a text that is about to leave the office."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import has_personal_number, load_words
from sanwu_cli.sheets.values.codes import LATEST_BIRTH_IN_CASE_NUMBER
from sanwu_cli.sheets.values.text import DASHES, is_card_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Groups of digits with one and the same sign between them.
_GROUPS = compile_later(r"(?<![0-9A-Za-z])\d+(?:[ ._\-]\d+)*(?![0-9A-Za-z])")
_SHORTEST = 11
_MOST_GROUPS = 11
_MOBILE = compile_later(r"(?:86)?1[3-9]\d{9}")
_CARD = compile_later(r"[34569]\d{15,18}")
_SPOKEN = compile_later(r"[〇零○一二三四五六七八九幺]{11,}")
_DIGITS = str.maketrans("〇零○一二三四五六七八九幺", "0001234567891")
# An ID number of before 1999: province, year (the twenties at the earliest), month, day, three more; it has
# no check digit. The code of a village with a serial number is as long, and there the year would be earlier.
_OLD_ID = compile_later(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
)
# Without as many signs of a number, and without a colon, a text holds nothing that is looked for.
_SIGN_OF_NUMBER = compile_later(r"[\d〇零○一二三四五六七八九幺]")
_CASE_COLUMN = compile_later(r"编号|案号")
_MOST_KEPT = 1 << 14
_LONGEST_KEPT = 64


class PersonalText(Struct, frozen=True):
    """Something personal in a text: where, and what it is; never the thing itself."""

    place: str
    what: str


def find_personal(text: str) -> str:
    """Name what a text holds: an ID number, a mobile or bank card number, a heading of such; else empty."""
    wide = unicodedata.normalize("NFKC", text)
    if len(wide) < _SHORTEST and ":" not in wide:
        return ""
    return _find_kept(text) if len(text) <= _LONGEST_KEPT else _find_in(text)


def find_in_case_number(text: str) -> str:
    """Name what a case's number holds: less is taken for personal, as where such numbers are read.

    A petition's number begins like an ID number: area code, then the day of registration; those days are
    recent.
    """
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    is_personal = has_personal_number(wide, latest_birth=LATEST_BIRTH_IN_CASE_NUMBER)
    return "身份证号码或者手机号码" if is_personal else ""


def names_case_numbers(heading: str) -> bool:
    """Say whether a column's heading is that of the numbers cases and records go by."""
    return _CASE_COLUMN.search(heading) is not None


def _find_in(text: str) -> str:
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    if ":" not in wide and len(_SIGN_OF_NUMBER.findall(wide)) < _SHORTEST:
        return ""
    runs = list(_list_numbers(wide))
    # In words a numeral that belongs to the text before, as in 星期二, may stand at the front.
    spoken = [match[0].translate(_DIGITS) for match in _SPOKEN.finditer(wide)]
    if any(_MOBILE.fullmatch(run) for run in runs) or any(_MOBILE.search(run) for run in spoken):
        return "手机号码"
    if any(_is_card(run) for run in runs):
        return "银行卡号"
    if has_personal_number(wide):
        return "身份证号码或者手机号码"
    if any(_OLD_ID.fullmatch(run) for run in runs):
        return "15位的身份证号码"
    label = _label_pattern().search(re.sub(r"\s", "", wide))
    return f"“{label[1]}”一项" if label else ""


_find_kept = lru_cache(maxsize=_MOST_KEPT)(_find_in)


def find_personal_heading(text: str) -> str:
    """Name what a column's heading asks for about a person; empty when it asks for nothing personal."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    words = load_words()["personal"]
    if any(word in folded for word in words["office"]):
        return ""
    found = next((word for word in words["headers"] if word in folded), "")
    return f"“{found}”一列" if found else ""


def refuse_personal(name: str, found: Iterable[PersonalText]) -> None:
    """Refuse to hand out a file in which something personal was found (REFUSED), and name the place."""
    known = tuple(found)
    if not known:
        return
    more = f"等{len(known)}处" if len(known) > 1 else ""
    shown = "这份文件" if find_personal(name) else f"《{name}》"
    raise SanwuError(
        f"{shown}要发出去，里面却有个人信息，没有写出：{known[0].place}有{known[0].what}{more}",
        remedy="请在登记表、sanwu.toml 或本单位的模板里去掉（台账里的用 sanwu incidents correct、"
        "sanwu records correct 更正），联系方式只写单位的办公电话，再重新生成",
        place="；".join(dict.fromkeys(one.place for one in known[:5])),
        status=ExitStatus.REFUSED,
    )


def _list_numbers(text: str) -> Iterator[str]:
    """Give every number that groups of digits can be read as: 9:00 138 0000 0000 has 13800000000 in it."""
    for match in _GROUPS.finditer(text):
        groups, signs = re.split(r"\D", match[0]), re.sub(r"\d", "", match[0])
        for first in range(len(groups)):
            number = groups[first]
            yield number
            for last in range(first + 1, min(len(groups), first + _MOST_GROUPS)):
                if signs[last - 1] != signs[first]:
                    break
                number += groups[last]
                if len(number) >= _SHORTEST:
                    yield number


def _is_card(digits: str) -> bool:
    """Say whether digits are a bank card's: its length, its first digit, the check sum."""
    return _CARD.fullmatch(digits) is not None and is_card_number(digits)


@cache
def _label_pattern() -> re.Pattern[str]:
    """Compile what finds a personal heading with its colon inside a text, as in 住址：."""
    words = load_words()["personal"]
    office = "".join(f"(?<!{word.removesuffix('电话')})" for word in words["office"])
    listed = "|".join(map(re.escape, words["headers"]))
    return re.compile(rf"{office}({listed})(?:号码|号)?[::]")
