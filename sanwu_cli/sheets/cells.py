"""One cell of one field: the parser a field's type asks for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING

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
    "decimal": parse_decimal,
    "percent": parse_percent,
    **PEOPLE,
}
_DATED: Mapping[str, Callable[..., Value | Unreadable]] = {
    "date": parse_date,
    "month": parse_month,
    "period": parse_period,
}
# In these a dash or 无 says that nothing stands there; in a count it is 0, in free text it is kept.
_DASH_IS_BLANK = frozenset({
    "date", "month", "period", "case_number", "code", "area_code", "areas", "decimal", "percent", "choice",
    "indicators",
})  # fmt: skip
_FIGURES = frozenset({"0", "o"})


def make_parser(spec: FieldSpec, *, hint: Period | None = None) -> Parser:
    """Give the parser of a field; `hint` is the span that completes dates without a year."""
    if spec.type in _DASH_IS_BLANK:
        return partial(_parse_unless_dash, _choose_parser(spec, hint))
    return _choose_parser(spec, hint)


def _choose_parser(spec: FieldSpec, hint: Period | None) -> Parser:
    if spec.type == "yes_no":
        return partial(parse_yes_no, yes=spec.yes, no=spec.no)
    if spec.type == "choice":
        return partial(parse_choice, choices=spec.choices)
    if spec.type == "indicators":
        return partial(parse_indicators, choices=spec.choices)
    if spec.type == "decimal":
        return partial(_parse_within, spec)
    if spec.type in _DATED:
        return partial(_DATED[spec.type], period=hint)
    return _SIMPLE[spec.type]


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
    for spelling in (key, bare_key(key)):
        for value, words in choices.items():
            if spelling == value or any(header_key(word) == spelling for word in words):
                return value
    return Unreadable("VALUE-CHOICE", f"可以填{'、'.join(words[0] for words in choices.values())}")


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
    return tuple(member.value for member in Indicator if member.value in named)


def show_header(header: str) -> str:
    """Give a header for a message; a header that holds a personal number is not shown."""
    return "（不显示）" if has_personal_number(header) else header
