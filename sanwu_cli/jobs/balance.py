"""The balance of a file: every row that holds anything is accounted for, and the sums agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.terms import RowClass


class Balance(Struct, frozen=True):
    """The rows of a file, all its sheets together.

    `filled` rows hold anything at all: `headings` (titles and headers), `rows` (data), `layout` (totals,
    footers, repeated headers), `other` (data of sheets for another command), `unread` (sheets nobody claims,
    hidden, or not asked for, `unread_sheets` of them). `classes` splits `rows` where they were held against
    the ledger.
    """

    filled: int
    headings: int
    rows: int
    layout: int
    other: int
    unread: int
    unread_sheets: int
    classes: Mapping[RowClass, int] | None = None

    @property
    def is_even(self) -> bool:
        """Say whether every filled row is in exactly one place."""
        parts = self.headings + self.rows + self.layout + self.other + self.unread
        return parts == self.filled and (self.classes is None or sum(self.classes.values()) == self.rows)

    @property
    def is_elsewhere(self) -> bool:
        """Say whether every data row of the file is for the other command, and nothing else is to be told."""
        return self.is_even and bool(self.other) and not self.rows and not self.unread


def weigh_file(
    file: FileReading,
    *,
    mine: Container[str] | None = None,
    classes: Mapping[RowClass, int] | None = None,
) -> Balance:
    """Add up the rows of a file.

    Args:
        file: the file as read.
        mine: the names of the sheets this command takes; None for all that were claimed.
        classes: what became of their rows, where they were held against the ledger.
    """
    claimed = [sheet for sheet in file.sheets if sheet.schema_id is not None]
    taken = claimed if mine is None else [sheet for sheet in claimed if sheet.sheet in mine]
    unread = sum(sheet.unread_rows for sheet in file.sheets) + file.left_rows
    return Balance(
        filled=sum(sheet.filled_rows for sheet in file.sheets) + file.left_rows,
        headings=sum(sheet.heading_rows for sheet in claimed),
        rows=sum(len(sheet.rows) for sheet in taken),
        layout=sum(sheet.layout_rows for sheet in claimed),
        other=sum(len(sheet.rows) for sheet in claimed) - sum(len(sheet.rows) for sheet in taken),
        unread=unread,
        unread_sheets=sum(1 for sheet in file.sheets if sheet.unread_rows) + file.left_sheets,
        classes=classes,
    )


def balance_as_json(balance: Balance) -> dict[str, object]:
    """Give a balance as others read it; the parts add up to `filled`, the classes to `rows`."""
    classes = {key.value: count for key, count in (balance.classes or {}).items()}
    return {
        "filled": balance.filled,
        "headings": balance.headings,
        "rows": balance.rows,
        **classes,
        "layout": balance.layout,
        "other_command": balance.other,
        "unread": balance.unread,
        "unread_sheets": balance.unread_sheets,
    }


def describe_balance(balance: Balance) -> str:
    """Write the balance as one line for people."""
    split = " + ".join(f"{key.label} {count}" for key, count in (balance.classes or {}).items() if count)
    parts = [f"读入 {balance.rows} 行{f' = {split}' if split else ''}"]
    beside = [f"标题表头 {balance.headings} 行"] if balance.headings else []
    beside += [f"合计落款等 {balance.layout} 行"] if balance.layout else []
    beside += [f"归别的命令 {balance.other} 行"] if balance.other else []
    beside += [f"未读的 {balance.unread_sheets} 张工作表 {balance.unread} 行"] if balance.unread else []
    if beside:
        parts.append("另有 " + "，".join(beside))
    uneven = "" if balance.is_even else "，数目不平，请把这个文件发给维护人员核对"
    return "；".join(parts) + f"；全部 {balance.filled} 行{uneven}"


def describe_others(balances: Sequence[Balance]) -> str:
    """Write one line for the files that are all for the other command."""
    rows, filled = sum(one.other for one in balances), sum(one.filled for one in balances)
    return f"另有 {len(balances)} 个文件归别的命令：{rows} 行没有在这里读入；全部 {filled} 行"
