"""Are the ledger's lines sound by what they say: every entry decodable, every receipt consistent; pure."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.ledger.entries import EntryKind
from sanwu_cli.ledger.layout import COLUMNS
from sanwu_cli.patterns import compile_later
from sanwu_cli.periods import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHA256 = compile_later(r"[0-9a-f]{64}")
_KINDS = frozenset(kind.value for kind in EntryKind)
TABLE_NAMES = {"run": "操作", "receipt": "收到的表", "entry": "条目"}


class Damage(Struct, frozen=True):
    """What is not as it was written: in which table, at which line (0: the table as a whole), and what."""

    table: str
    number: int
    what: str

    @property
    def place(self) -> str:
        """Name the place as people read it."""
        name = TABLE_NAMES.get(self.table)
        where = f"{name}（{self.table}）" if name else self.table
        return f"ledger.db {where}" + (f"第{self.number}行" if self.number else "")


def check_lines(tables: dict[str, list[tuple[Any, ...]]]) -> Iterator[Damage]:
    """Go through all lines, numbers first and without digests, and name each that cannot be meant so."""
    named = {
        table: [dict(zip(("number", *columns), row, strict=True)) for row in tables[table]]
        for table, columns in COLUMNS.items()
    }
    receipts = {line["number"]: line for line in named["receipt"]}
    rows = defaultdict(set)
    for line in named["entry"]:
        rows[line["receipt"]].add(line["row"])
    checks: dict[str, Callable[[dict[str, Any]], str]] = {
        "run": _judge_run,
        "receipt": lambda line: _judge_receipt(line, len(rows[line["number"]])),
        "entry": lambda line: _judge_entry(line, receipts),
    }
    for table, judge in checks.items():
        for line in named[table]:
            what = judge(line)
            if what:
                yield Damage(table, line["number"], what)


def _judge_run(line: dict[str, Any]) -> str:
    try:
        date.fromisoformat(line["as_of"])
    except ValueError:
        return "日期不是日期"
    undone = line["undoes"]
    return "撤销的不是以前的操作" if undone is not None and not 0 < undone < line["number"] else ""


def _judge_receipt(line: dict[str, Any], row_count: int) -> str:
    if not _SHA256.fullmatch(line["sha256"]):
        return "文件的校验值不是校验值"
    if not _is_period(line["first_month"], line["last_month"]):
        return "月份不是月份"
    if not _is_list_of_text(_decode(line["fields"])):
        return "栏目读不出来"
    return "记下的行数比条目里的少" if row_count > line["row_count"] else ""


def _judge_entry(line: dict[str, Any], receipts: dict[int, dict[str, Any]]) -> str:
    if line["kind"] not in _KINDS:
        return "种类不认识"
    if not isinstance(_decode(line["content"]), dict):
        return "内容读不出来"
    receipt = receipts.get(line["receipt"])
    if line["kind"] != EntryKind.CLAIM:
        return "人工的决定挂在了收到的表上" if line["receipt"] is not None else ""
    if receipt is None:  # told by a command, like a published roster
        return "" if line["row"] is None else "说得出哪一行，说不出哪张表"
    if line["row"] is None:
        return "说不出来自哪一行"
    is_same = (receipt["run"], receipt["schema_id"]) == (line["run"], line["schema_id"])
    return "" if is_same else "与收到的表不是同一次操作或同一种表"


def _decode(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_period(first: str | None, last: str | None) -> bool:
    if first is None or last is None:
        return first is last
    try:
        return Month.of_text(first) <= Month.of_text(last)
    except (SanwuError, ValueError):
        return False
