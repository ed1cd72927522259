"""One cell of one field: the parser a field's type asks for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.values import (
    Unreadable,
    fold,
    has_personal_number,
    is_blank,
    load_words,
    parse_area_code,
    parse_areas,
    parse_case_number,
    parse_code,
    parse_count,
    parse_date,
    parse_decimal,
    parse_list,
    parse_month,
    parse_percent,
    parse_period,
    parse_text,
    parse_yes_no,
)
from sanwu_cli.sheets.values.people import PEOPLE
from sanwu_cli.sheets.values.text import plain_text
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.grid import CellValue
    from sanwu_cli.model import Value
    from sanwu_cli.periods import Period
    from sanwu_cli.sheets.schema import FieldSpec

Parser = Callable[["CellValue"], "Value | Unreadable"]

_SIMPLE: Mapping[str, Parser] = {
    "text": parse_text,
    "rule_text": parse_text,
    "township": parse_text,
    "village": parse_text,
    "unit": parse_text,
    "case_number": parse_case_number,
    "code": parse_code,
    "area_code": parse_area_code,
    "areas": parse_areas,
    "list": parse_list,
    "count": parse_count,
    "percent": parse_percent,
    **PEOPLE,
}
_DATED: Mapping[str, Callable[..., Value | Unreadable]] = {
    "month": parse_month,
    "period": parse_period,
}
# In these a dash or 无 says that nothing stands there; in a count it is 0, in free text it is kept.
_DASH_IS_BLANK = frozenset({
    "date", "month", "period", "case_number", "code", "area_code", "areas", "decimal", "percent", "choice",
    "indicators",
})  # fmt: skip
_FIGURES = frozenset({"0", "o"})
# No header of ours or anybody's has so many.
_MANY_DIGITS = compile_later(r"\d{11}")


def make_parser(spec: FieldSpec, *, hint: Period | None = None, is_1904: bool = False) -> Parser:
    """Give the parser of a field.

    Args:
        spec: the field.
        hint: the span that completes dates without a year.
        is_1904: whether the sheet's serials count from 1904 on (`Grid.is_1904`).
    """
    parser = _choose_parser(spec, hint, is_1904=is_1904)
    return partial(_parse_unless_dash, parser) if spec.type in _DASH_IS_BLANK else parser


def _choose_parser(spec: FieldSpec, hint: Period | None, *, is_1904: bool) -> Parser:
    if spec.type in _SIMPLE:
        return _SIMPLE[spec.type]
    if spec.type in _DATED:
        return partial(_DATED[spec.type], period=hint)
    if spec.type == "date":
        return partial(parse_date, period=hint, is_1904=is_1904)
    if spec.type == "yes_no":
        return partial(parse_yes_no, yes=spec.yes, no=spec.no)
    if spec.type == "decimal":
        return partial(_parse_within, spec)
    return partial(parse_choice if spec.type == "choice" else parse_indicators, choices=spec.choices)


def _parse_within(spec: FieldSpec, cell: CellValue) -> Value | Unreadable:
    """Read a decimal and hold it against the field's bounds."""
    value = parse_decimal(cell)
    if not isinstance(value, Decimal):
        return value
    is_low = spec.minimum is not None and value < spec.minimum
    is_high = spec.maximum is not None and value > spec.maximum
    if is_low or is_high:
        return Unreadable("VALUE-DECIMAL", f"，应当在{spec.minimum}到{spec.maximum}之间")
    return value


def _parse_unless_dash(parser: Parser, cell: CellValue) -> Value | Unreadable:
    if isinstance(cell, str) and fold(cell).lower() in _dashes():
        return None
    return parser(cell)


@cache
def _dashes() -> frozenset[str]:
    return frozenset(map(fold, load_words()["values"]["zero"])) - _FIGURES


def parse_choice(cell: CellValue, *, choices: Mapping[str, tuple[str, ...]]) -> str | Unreadable | None:
    """Read one of the field's words as its canonical value."""
    if is_blank(cell):
        return None
    key = header_key(plain_text(cell))
    values = _index_choices(tuple(choices.items()))
    for spelling in (key, bare_key(key)):
        if (value := values.get(spelling)) is not None:
            return value
    return Unreadable("VALUE-CHOICE", f"可以填{'、'.join(words[0] for words in choices.values())}")


@lru_cache(maxsize=256)
def _index_choices(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Give the value of each spelling; of values that share one, the first."""
    values: dict[str, str] = {}
    for value, words in choices:
        for spelling in (value, *map(header_key, words)):
            values.setdefault(spelling, value)
    return values


def parse_indicators(
    cell: CellValue, *, choices: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...] | Unreadable | None:
    """Read the indicators a cell names, in their usual order; the choice `all` stands for the three."""
    items = parse_list(cell)
    if items is None or isinstance(items, Unreadable):
        return items
    named: set[str] = set()
    for item in items:
        value = parse_choice(item, choices=choices)
        if not isinstance(value, str):
            return Unreadable("VALUE-CHOICE", f"可以填{'、'.join(words[0] for words in choices.values())}")
        named |= {member.value for member in Indicator} if value == "all" else {value}
    order = dict.fromkeys((*(member.value for member in Indicator), *choices))
    return tuple(value for value in order if value in named)


def show_header(header: str) -> str:
    """Give a header for a message; one with a personal number, or several run together, is not shown."""
    return "（不显示）" if has_personal_number(header) or _MANY_DIGITS.search(header) else header
