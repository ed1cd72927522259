"""Columns known by the company they keep: 联系电话 beside its role, a total beside its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.sheets.parts import compare_parts
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.values import fold, is_blank, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.grid import Grid
    from sanwu_cli.sheets.schema import SheetSchema

# A column: its index, the levels of its header, the field it names and the rank of the spelling.
Matched = tuple[int, tuple[str, ...], tuple[str, int] | None]

# The rank of a column somebody gave to a field: it stays there.
TOLD_RANK = -1
_LOOKED_AT = 20


def assign_followers(
    schema: SheetSchema, matched: Sequence[Matched], grid: Grid, bottom: int
) -> list[Matched]:
    """Give columns that share a header, or have none, to the nearest column on the left they follow."""
    followers = schema.followers
    if not followers:
        return list(matched)
    roles = {role for role, _ in followers}
    found: list[Matched] = []
    role = ""
    above: tuple[str, ...] = ()
    for column, parts, hit in matched:
        key = header_key(parts[-1])
        if hit and hit[1] == TOLD_RANK:
            role = hit[0] if hit[0] in roles else role
        elif name := followers.get((role, key)) or followers.get((role, bare_key(key))):
            hit = (name, 0)  # noqa: PLW2901 (the column changes its owner)
        elif hit and hit[0] == role and parts == above and (role, "") in followers:
            hit = (followers[role, ""], 0)  # noqa: PLW2901 (the second half of a header merged over two columns)
        elif hit and hit[0] in roles:
            role = hit[0]
        above = parts
        found.append((column, parts, hit))
    return sorted([*found, *_find_headless(schema, found, grid, bottom)], key=lambda one: one[0])


def _find_headless(
    schema: SheetSchema, matched: Sequence[Matched], grid: Grid, bottom: int
) -> Iterable[Matched]:
    """Find the columns without a header that stand on the right of one they follow, and hold something."""
    headed = {column for column, _, _ in matched}
    owned = {hit[0] for _, _, hit in matched if hit}
    for (role, key), name in schema.followers.items():
        if key or name in owned:
            continue
        for column, _, hit in matched:
            right = column + 1
            if hit and hit[0] == role and right not in headed and _holds_something(grid, right, bottom):
                yield right, (), (name, 0)


def _holds_something(grid: Grid, column: int, bottom: int) -> bool:
    below = range(bottom + 1, min(bottom + 1 + _LOOKED_AT, len(grid.rows)))
    return any(not is_blank(grid.at(row, column)) for row in below)


def drop_lone_totals(
    schema: SheetSchema, matched: Sequence[Matched], grid: Grid, bottom: int
) -> list[Matched]:
    """Take 合计 from a field whose parts are not there, or are mostly not what it adds up."""
    if not schema.parts:
        return list(matched)
    columns = {name: [c for c, _, hit in matched if hit and hit[0] == name] for name in schema.by_name}
    kept: list[Matched] = []
    for column, parts, hit in matched:
        is_lone = hit and hit[1] != TOLD_RANK and len(parts) == 1 and _is_total(parts[0])
        if hit and is_lone and hit[0] in schema.parts:
            added = [c for name in schema.parts[hit[0]] for c in columns[name]]
            sums = list(compare_parts(grid, below=bottom, total=column, parts=added))
            if not added or 2 * sum(one.agrees for one in sums) < len(sums):
                hit = None  # noqa: PLW2901 (the column is nobody's)
        kept.append((column, parts, hit))
    return kept


def _is_total(header: str) -> bool:
    return bare_key(header_key(header)) in {fold(word) for word in load_words()["rows"]["total"]}
