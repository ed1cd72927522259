"""What a cell says: text, codes, numbers, dates and months read from whatever was typed."""

from __future__ import annotations

from sanwu_cli.sheets.values.bulk import is_plain_case_number, is_plain_text
from sanwu_cli.sheets.values.codes import parse_area_code, parse_areas, parse_case_number, parse_code
from sanwu_cli.sheets.values.dates import parse_date
from sanwu_cli.sheets.values.months import complete_period, find_period, parse_month, parse_period
from sanwu_cli.sheets.values.names import find_role, split_names, strip_title
from sanwu_cli.sheets.values.numbers import (
    parse_count,
    parse_decimal,
    parse_percent,
    parse_yes_no,
)
from sanwu_cli.sheets.values.people import list_workers
from sanwu_cli.sheets.values.text import (
    Unreadable,
    fold,
    has_personal_number,
    hide_personal_numbers,
    is_blank,
    load_words,
    parse_list,
    parse_text,
    show_text,
)

__all__ = [
    "Unreadable",
    "complete_period",
    "find_period",
    "find_role",
    "fold",
    "has_personal_number",
    "hide_personal_numbers",
    "is_blank",
    "is_plain_case_number",
    "is_plain_text",
    "list_workers",
    "load_words",
    "parse_area_code",
    "parse_areas",
    "parse_case_number",
    "parse_code",
    "parse_count",
    "parse_date",
    "parse_decimal",
    "parse_list",
    "parse_month",
    "parse_percent",
    "parse_period",
    "parse_text",
    "parse_yes_no",
    "show_text",
    "split_names",
    "strip_title",
]
