"""From an older format of the ledger to today's: a pure step a format, over the lines of all tables.

A step takes the lines as the format before it wrote them (number first, without digests) and gives them as
its own format has them. The store writes the outcome anew, digests and guards included, in one transaction
and after a copy of the old file was kept; nothing here knows SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanwu_cli.ledger.layout import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Tables = dict[str, list[tuple[Any, ...]]]
    Step = Callable[[Tables], Tables]

# By the format a step starts from. Format 1 is the first there was.
STEPS: Mapping[int, Step] = {}


def can_migrate(version: int) -> bool:
    """Say whether there is a step for each format from this one to today's."""
    return version < FORMAT and all(number in STEPS for number in range(version, FORMAT))


def migrate(tables: Tables, version: int) -> Tables:
    """Take the lines of an older format to today's, step by step."""
    for number in range(version, FORMAT):
        tables = STEPS[number](tables)
    return tables
