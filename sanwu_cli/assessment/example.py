"""The example of assessment rules that ships with the program, as rows of the sheet 考核细则."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from msgspec import Struct

from sanwu_cli.assessment.items import Part
from sanwu_cli.toml_text import load_toml

HEADERS = ("编号", "项目", "分值", "计分方式", "数据来源", "依据", "部分", "适用", "说明")
_MARK = "示例"


class Example(Struct, frozen=True):
    """The example: its title and notes, and its rows under HEADERS; each row carries the mark."""

    title: str
    notes: tuple[str, ...]
    rows: tuple[tuple[str | Decimal | None, ...], ...]


@cache
def load_example() -> Example:
    """Read example.toml."""
    table = load_toml("assessment", "example")
    rows = tuple(
        (
            entry["number"],
            entry["item"],
            Decimal(entry["points"]) if entry["points"] else None,
            entry["way"],
            entry["data_source"],
            entry["basis"],
            Part(entry["part"]).label,
            "全部",
            _MARK,
        )
        for entry in table["item"]
    )
    return Example(table["title"], tuple(table["notes"]), rows)
