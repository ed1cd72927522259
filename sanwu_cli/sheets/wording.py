"""The words by which lines are told apart: totals, footers, nil lines, notes, bands; all on folded texts."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.schema import bare_key, header_key, load_schemas
from sanwu_cli.sheets.values import fold, load_words

if TYPE_CHECKING:
    from sanwu_cli.grid import CellValue

_LONGEST_NAME = 12
# A number from here on is a code, a case number or a date's serial, not what somebody counted.
_LEAST_CODE = 10_000
_ENUMERATION = compile_later(
    r"\(?[一二三四五六七八九十]{1,3}\)?[、.,]|\([一二三四五六七八九十]{1,3}\)|\(?\d{1,2}\)?[、.,]"
)
# Days and months in a sentence, which are no numbers of cases: 2026年3月1日-31日, 1-3月.
_SPAN_WORDS = compile_later(r"\d{4}(?:年|[-./](?=\d))|\d{1,2}(?:[-—~至到、./]\d{1,2})?(?:月份?|日|号)")
_A_FIGURE = compile_later(r"[1-9]")


class LineKind(Enum):
    """The kinds of non-empty lines below a header; only DATA becomes a row.

    BAND names the township of the lines below it, BLOCK is the header of another table. UNREAD and REMARK
    hold something nobody reads: cells of unread columns only, or one text that is no value.
    """

    DATA = "data"
    TOTAL = "total"
    SUBTOTAL = "subtotal"
    FIGURES = "figures"
    FOOTER = "footer"
    NIL = "nil"
    HEADER = "header"
    EMPTY = "empty"
    NOTE = "note"
    BAND = "band"
    BLOCK = "block"
    UNREAD = "unread"
    REMARK = "remark"


def band_name(text: str) -> str:
    """Cut what stands around a place's name in a line of its own: 一、东塔镇(3件): becomes 东塔镇."""
    return bare_key(text[match.end() :] if (match := _ENUMERATION.match(text)) else text).strip("：:、.。-—")


@cache
def _row_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(fold, words)) for name, words in load_words()["rows"].items()}


@cache
def _compile_words(name: str) -> re.Pattern[str]:
    """Compile a list of words and of patterns, which begin with (?: and stand for a whole cell."""
    return re.compile(_join_words(name))


def _join_words(name: str) -> str:
    words = load_words()["rows"][name]
    plain = [word if word.startswith("(?:") else re.escape(fold(word)) for word in words]
    return "|".join(f"(?:{word})" for word in plain)


@lru_cache(maxsize=16384)
def says_nothing(text: str) -> bool:
    """Say whether a folded cell says that nothing happened, or nothing at all.

    本月无，待补报 and 未收到数据 say that something is not known, which is not the same.
    """
    plain = text.strip("。.,;!")
    if _compile_words("nil").fullmatch(plain):
        return True
    # A look for the words of none costs far less than the pattern, which few texts need.
    if not any(word in plain for word in _words_of_none()):
        return False
    return _compile_nil().fullmatch(plain) is not None and not says_more(plain)


@cache
def _words_of_none() -> tuple[str, ...]:
    """List the words one of which stands in every sentence of nothing; were one a pattern, any text may."""
    words = load_words()["rows"]["nil_verb"]
    return ("",) if any(word.startswith("(?:") for word in words) else tuple(map(fold, words))


def says_more(text: str) -> bool:
    """Say whether a folded text states a number, or that something is to come or stands elsewhere."""
    return bool(_A_FIGURE.search(_SPAN_WORDS.sub("", text)) or _compile_words("nil_against").search(text))


def speaks_of_cases(text: str) -> bool:
    """Say whether a folded remark says that there are cases, or that they are to come."""
    return _compile_words("cases_elsewhere").search(_SPAN_WORDS.sub("", text)) is not None


def only_signs(text: str) -> bool:
    """Say whether a folded text alone in its line is a signature or a day."""
    rest = _SPAN_WORDS.sub("", text).strip("()")
    return not rest or (_compile_words("signature").fullmatch(rest) is not None and not says_more(rest))


@cache
def _compile_nil() -> re.Pattern[str]:
    """Compile a sentence of nothing: perhaps a lead, a word of none, then words of what did not happen."""
    lead, none, what = map(_join_words, ("nil_lead", "nil_verb", "nil_object"))
    return re.compile(rf"(?:.{{0,12}}?(?:{lead}))?,?(?:{none})(?:{none}|{what})*+")


def is_note(text: str) -> bool:
    """Say whether a folded text alone in its line is a page mark, a rest of a form or nothing but signs."""
    return _compile_words("note").fullmatch(text.strip("-—_=*。.()")) is not None


def says_no_case(text: str) -> bool:
    """Say whether a text of an unread column speaks of no case; a bare 无 there says nothing of cases."""
    return says_nothing(text) and re.search(r"\w{2}", text) is not None


def is_footer(text: str, *, alone: bool) -> bool:
    """Say whether a folded cell opens a signature line: 填表人:, or such a word alone in its line."""
    label, colon, _ = text.partition(":")
    label = label.rstrip("0123456789")
    words = _row_words()["footer"]
    if colon and (label in words or bare_key(label) in words):
        return True
    return alone and text in words


@cache
def is_unit(text: str) -> bool:
    """Say whether a folded text is only a unit: 件, (人次)."""
    return text.strip("()") in _unit_words()


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(map(fold, load_words()["values"]["count_units"])) | {"%", "元", "万元"}


@cache
def _header_words() -> frozenset[str]:
    return frozenset().union(*(schema.vocabulary for schema in load_schemas().values()))


def is_header_word(text: str) -> bool:
    """Say whether a folded text heads a column of any sheet we know."""
    key = header_key(text)
    return key in _header_words() or bare_key(key) in _header_words()


def looks_like_place(text: str) -> bool:
    """Say whether a folded text ends as names of places do, be it registered or not."""
    return text.endswith(_place_endings())


@cache
def _place_endings() -> tuple[str, ...]:
    words = load_words()["coverage"]
    return tuple(fold(word) for word in (*words["endings"], *words["unit_endings"]))


def is_figure(text: str) -> bool:
    """Say whether a folded text is a small number, with or without its unit: 3, 3件."""
    return _read_figure(text) is not None


@lru_cache(maxsize=4096)
def _read_figure(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,5})(\D{0,3})", text)
    return int(match[1]) if match and (not match[2] or is_unit(match[2])) else None


def count_of_cases(cell: CellValue, text: str) -> int | None:
    """Give the number of cases a cell beside a total's word states: 3, 3件; a number of persons is none."""
    if not text:
        return cell if isinstance(cell, int) and not isinstance(cell, bool) else None
    if text.isdecimal():
        return _read_figure(text)
    return count_in_total(f"共{text}")


def is_telling(cell: CellValue, text: str) -> bool:
    """Say whether a cell holds more than a small number, a total's word, a unit or nothing to tell.

    Args:
        cell: the cell.
        text: its folded text; empty when it holds none.
    """
    if not text:
        return not isinstance(cell, (int, float)) or abs(cell) >= _LEAST_CODE
    if re.fullmatch(r"\d{1,5}\D{0,3}", text) or is_unit(text) or says_nothing(text):
        return False
    return classify_total(text, alone=True) is None and not is_footer(text, alone=True)


@lru_cache(maxsize=16384)
def classify_total(text: str, *, alone: bool = False) -> LineKind | None:
    """Tell 合计, 小计 and lines of other figures by one folded cell; 东塔镇小计 is a subtotal.

    `alone` in its line, 本月共3件 is a total as well.
    """
    words = _row_words()
    plain = bare_key(text).rstrip(":")
    if plain in words["total"] or re.fullmatch(r"(?:合计|总计|共计):?共?\d+\D{0,3}", plain):
        return LineKind.TOTAL
    if alone and count_in_total(text) is not None:
        return LineKind.TOTAL
    if plain in words["subtotal"] or re.fullmatch(rf".{{2,{_LONGEST_NAME}}}(?:小计|合计)", plain):
        return LineKind.SUBTOTAL
    return LineKind.FIGURES if plain in words["other_figures"] else None


def count_in_total(text: str) -> int | None:
    """Give the number of cases a total's folded text names: 合计:3件, 本月共登记3起; persons are none."""
    match = _compile_words("counted").fullmatch(text.strip("。.,;()"))
    if match is None:
        return None
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits else None
