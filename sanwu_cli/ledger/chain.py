"""The ledger's lines in SQL: tables made, lines appended and read, each tied to the last by a digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.ledger.layout import APPLICATION_ID, COLUMNS, FORMAT, GUARDS, SCHEMA

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

Cell = str | int | None
Tables = dict[str, list[tuple[Any, ...]]]

# Made once: json.dumps makes a new encoder for every line of the ledger.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_SHORT = 12


class BrokenChainError(Exception):
    """A line of the ledger is not what was written, or one is missing before it."""

    def __init__(self, table: str, number: int) -> None:
        super().__init__(f"{table} {number}")
        self.table = table
        self.number = number


class Heads(Struct, frozen=True):
    """The last line of each table: its number and digest by table; they stand for all lines before them."""

    lines: dict[str, tuple[int, str]]

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.lines["run"][0]

    @property
    def short(self) -> str:
        """Twelve characters that change with any line of the ledger: to be noted down and compared."""
        text = _ENCODER.encode([[table, *self.lines[table]] for table in sorted(self.lines)])
        return hashlib.sha256(text.encode()).hexdigest()[:_SHORT]


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables and their guards, and sign the file as ours; the caller holds the transaction."""
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    for table in COLUMNS:
        for guard in GUARDS:
            connection.execute(guard.format(table=table))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def append_lines(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Cell]]) -> int:
    """Append rows to a table, each with its number and digest; gives the last number."""
    number, digest = last_line(connection, table)
    numbered = []
    for row in rows:
        number += 1
        digest = _digest(digest, (number, *row))
        numbered.append((number, *row, digest))
    places = ", ".join("?" * (len(COLUMNS[table]) + 2))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", numbered)  # noqa: S608 - our own table names
    return number


def last_line(connection: sqlite3.Connection, table: str) -> tuple[int, str]:
    """Give the number and digest of a table's last line; 0 and nothing where there is none."""
    row = connection.execute(f"SELECT number, digest FROM {table} ORDER BY number DESC LIMIT 1").fetchone()  # noqa: S608 - our own table names
    return (int(row[0]), str(row[1])) if row else (0, "")


def read_heads(connection: sqlite3.Connection) -> Heads:
    """Give the last line of each table."""
    return Heads({table: last_line(connection, table) for table in COLUMNS})


def read_tables(connection: sqlite3.Connection, tables: Iterable[str] = tuple(COLUMNS)) -> Tables:
    """Read every line of every table, holding each against its digest; raises BrokenChainError.

    The last column of a line is its digest, whatever the format; what is given leaves it out.
    """
    found: Tables = {}
    for table, lines in _fetch_tables(connection, tables).items():
        digest, expected = "", 1
        found[table] = []
        for row in lines:
            if any(isinstance(cell, bytes) for cell in row):
                raise BrokenChainError(table, expected)
            digest = _digest(digest, row[:-1])
            if row[0] != expected or row[-1] != digest:
                raise BrokenChainError(table, expected)
            expected += 1
            found[table].append(row[:-1])
    return found


def _fetch_tables(connection: sqlite3.Connection, tables: Iterable[str]) -> Tables:
    """Fetch all tables as of one moment, and at once: a commit waits for whoever reads."""
    is_inside = connection.in_transaction
    if not is_inside:
        connection.execute("BEGIN")
    lines = {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY number").fetchall()  # noqa: S608 - our own table names
        for table in tables
    }
    if not is_inside:
        connection.execute("COMMIT")
    return lines


def _digest(before: str, row: Sequence[Cell]) -> str:
    text = _ENCODER.encode([before, *row])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
