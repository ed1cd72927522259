"""A column looked at at once: what is called plain is what the parsers give unchanged."""

# Signs are written as they are typed, and read across.
# ruff: noqa: E501, RUF001

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sanwu_cli.sheets.values import (
    has_personal_number,
    is_plain_case_number,
    is_plain_text,
    parse_case_number,
    parse_text,
)
from sanwu_cli.sheets.values.text import (
    _CARD,
    _ID_NUMBER,
    _MOBILE,
    DASHES,
    LATEST_BIRTH,
    NOTE_MARKS,
    is_card_number,
    is_id_number,
)

PERSON = "11010519491231002X"
PIECES = st.sampled_from([
    PERSON, PERSON[:-1] + "1", "640181202603010001", "1101051949", "1231002X", "110105-19491231-002X", "13900001111", "139", "0000", "1111",
    "86", "+86 ", "-", "--", " ", "  ", "\n", "\t", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u202e", "\ufe0f", "\x85",
    "A", "a", "X", "Ｘ", "XF1", "XF2", "号", "（2026）宁0181行初12号", "(2026)", "〔2026〕", "１２", "①", "²", "㏨", "〇", "○",
    "、", "，", "；", ",", ";", "/", "|", "~", "至", "到", "和", "及", "与", "1", "12", "15", "20260309", "6.4E+17", ".0", "'",
    "上渠村", "。", "—", "－", "ー", "豈", "ⅷ", "ǆ", "é", "e\u0301", "𝟙", "٣", "ß", "\x1f", "\x7f", "𠀀",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.characters(), st.text("0123456789", max_size=12)), max_size=6).map(
    "".join
)
COLUMNS = st.lists(TEXTS.map(lambda text: text.replace("\0", "")), min_size=1, max_size=5)


@settings(max_examples=500, deadline=None)
@given(COLUMNS)
def test_plain_texts_read_as_they_stand(cells):
    if is_plain_text("\0".join(cells)):
        assert [parse_text(cell) for cell in cells] == cells


@settings(max_examples=500, deadline=None)
@given(COLUMNS)
def test_plain_case_numbers_read_as_they_stand(cells):
    if is_plain_case_number("\0".join(cells)):
        assert [parse_case_number(cell) for cell in cells] == cells


@pytest.mark.parametrize("shape", ["{}", "甲{}1", "1{}2", "{}号", "号{}3", "A1{}A2"])
def test_no_sign_is_called_plain_and_read_otherwise(shape):
    for code in range(1, sys.maxunicode + 1, 1):
        if code > 0x3FFFF or 0xD800 <= code < 0xE000:
            continue
        text = shape.format(chr(code))
        if is_plain_text(text):
            assert parse_text(text) == text, hex(code)
        if is_plain_case_number(text):
            assert parse_case_number(text) == text, hex(code)


def test_columns_of_usual_texts_are_plain():
    petitions = "\0".join(f"A649902202603{number:012d}" for number in range(1000))
    suits = "\0".join(f"（2026）宁0181行初{number}号" for number in range(1000))
    for joined in (petitions, suits, "6401812026030001\x00XF2026-03-001", "（2026）宁0181行初12号之一"):
        assert is_plain_text(joined)
        assert is_plain_case_number(joined)
    assert not is_plain_text(f"上渠村\x00某局{PERSON[:-1]}1")
    assert is_plain_case_number(f"XF1\x00{PERSON[:-1]}1")
    assert is_plain_text("上渠村\x00县信访局，已答复。\x00张庄村 3组\x00No.5 (a)\x00“三无”")


@pytest.mark.parametrize(
    "cell",
    [
        "", " ", "甲 ", " 甲", "甲  乙", "甲\n乙", "\u3000", "甲\u200b", PERSON, f"证号{PERSON}", "13900001111", "电话 139-0000-1111",
        "8613900001111", "１３９00001111", "110105194912310０2X", "11010519491231002Ｘ", "①39 0000 1111",
    ],
)  # fmt: skip
def test_one_cell_that_is_not_plain_is_enough(cell):
    for cells in ([cell], ["甲1", cell], [cell, "乙2"], ["甲1", cell, "乙2"]):
        assert not is_plain_text("\0".join(cells))
        assert not is_plain_case_number("\0".join(cells))


@pytest.mark.parametrize(
    "cell",
    [
        "甲", "待定", "xf1", "（2026)宁1号", "【2026】1号", "'0951", "XF１", "XF 1", "XF1、XF2", "XF001-XF005", "XF1至XF5", "行初12-15号",
        "6.4E+17", "XF1①", "12号和13号", "20260301.0",
    ],
)  # fmt: skip
def test_case_numbers_that_are_changed_or_refused_are_not_plain(cell):
    assert parse_case_number(cell) != cell
    assert not is_plain_case_number(f"A1\0{cell}")


def test_cells_never_join_to_a_personal_number():
    assert is_plain_text("1390000\x001111")
    assert is_plain_text(f"{PERSON[:9]}\x00{PERSON[9:]}")
    assert is_plain_case_number(f"{PERSON[:9]}\x00{PERSON[9:]}")
    assert not is_plain_text(f"{PERSON}\x00{PERSON}")
    # What would hide a number inside a longer one within a cell does not do so across cells.
    assert not is_plain_text(f"A\x00{PERSON}\x00B")
    assert not is_plain_text("1\x0013900001111\x001")


def test_every_sign_that_could_become_a_digit_is_known():
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if 0xD800 <= code < 0xE000 or sign.isdecimal():
            continue
        grown = any(one.isdecimal() for one in unicodedata.normalize("NFKC", sign))
        assert not grown or NOTE_MARKS.match(sign), hex(code)


@settings(max_examples=500, deadline=None)
@example("11010519491231002X11010519491231002X－322026030920260309")
@given(st.lists(st.one_of(PIECES, st.text("0123456789-X １２－", max_size=12)), max_size=5).map("".join))
def test_the_quick_ways_out_never_overlook_a_personal_number(text):
    wide = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    numbers = _ID_NUMBER.finditer(wide)
    expected = bool(_MOBILE.search(wide)) or any(is_id_number(number, LATEST_BIRTH) for number in numbers)
    expected |= any(is_card_number(number[0]) for number in _CARD.finditer(wide))
    assert has_personal_number(text) == expected
    assert has_personal_number(f"{text} {PERSON}")
    assert has_personal_number(f"①{text} １３９00001111")
