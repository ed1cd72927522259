"""The ledger's file: SQLite, append-only by triggers, one transaction a run."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger.entries import Contents, Entry, EntryKind, Receipt, Run
from sanwu_cli.ledger.layout import APPLICATION_ID, COLUMNS, FORMAT, GUARDS, SCHEMA
from sanwu_cli.ledger.merge import make_receipt
from sanwu_cli.model import Source
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sanwu_cli.ledger.merge import SheetDifference

_WAIT_SECONDS = 5.0

Cell = str | int | None


class Ledger:
    """A workspace's ledger.db; every method opens, works and closes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Contents:
        """Read everything; an absent ledger is empty. Raises SanwuError for a damaged or newer file."""
        if not self.path.exists():
            return Contents()
        with self._open() as connection:
            return _load(connection)

    def append(
        self,
        *,
        command: str,
        as_of: str,
        program: str,
        differences: Sequence[SheetDifference] = (),
        entries: Sequence[Entry] = (),
        undoes: int | None = None,
        after: int | None = None,
    ) -> int:
        """Write one run in one transaction and give its number: all of it is in the file, or nothing.

        Of `entries`, number and run are given here; `differences` bring their sheets' receipts and the
        claims not seen before. `after` is the last run the writer has seen: when another came in between,
        nothing is written. Raises SanwuError (BUSY) then, and when the file is locked, full, read-only or
        damaged.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if after is not None and after != _last_run(connection):
                raise SanwuError(
                    "台账刚刚被另一次运行改动过，这次没有写入",
                    place=self.path.name,
                    remedy="请重新运行一遍",
                    status=ExitStatus.BUSY,
                )
            run = _insert(connection, "run", [(command, as_of, program, undoes)])
            for difference in differences:
                _append_difference(connection, run, difference)
            for entry in entries:
                _append_entry(connection, run, entry)
            connection.execute("COMMIT")
            return run

    def check(self) -> None:
        """Check the file's integrity; raises SanwuError with LEDGER_DAMAGED."""
        if self.path.exists():
            with self._open() as connection:
                answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
                if answer != "ok":
                    raise _damaged(self.path)
                _read_tables(connection)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                # What does not fit the cache would shut readers out before the commit.
                connection.execute("PRAGMA cache_spill = OFF")
                _prepare(connection, self.path)
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise _translate(error, self.path) from error
        except (_BrokenChainError, UnicodeDecodeError) as error:
            raise _damaged(self.path) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file; refuse a file that is not ours or is newer than the program."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version == FORMAT:
        return
    if application == APPLICATION_ID and version > FORMAT:
        raise SanwuError(
            f"台账由更新版本的程序写成（格式{version}，本程序认识到{FORMAT}）",
            place=path.name,
            remedy="请升级 sanwu 后再运行",
            status=ExitStatus.LEDGER_DAMAGED,
        )
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            connection.execute("ROLLBACK")  # another run made the tables meanwhile
            return
        raise _damaged(path)
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    for table in COLUMNS:
        for guard in GUARDS:
            connection.execute(guard.format(table=table))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


class _BrokenChainError(Exception):
    """A line of the ledger is not what was written, or one is missing before it."""


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Cell, ...]]) -> int:
    """Append rows to a table, each with its number and digest; gives the last number."""
    last = connection.execute(f"SELECT number, digest FROM {table} ORDER BY number DESC LIMIT 1").fetchone()  # noqa: S608 - our own table names
    number, digest = last or (0, "")
    numbered = []
    for row in rows:
        number += 1
        digest = _digest(digest, (number, *row))
        numbered.append((number, *row, digest))
    places = ", ".join("?" * (len(COLUMNS[table]) + 2))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", numbered)  # noqa: S608 - our own table names
    return int(number)


def _last_run(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM run").fetchone()[0])


# Made once: json.dumps makes a new encoder for every line of the ledger.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _digest(before: str, row: Sequence[Cell]) -> str:
    text = _ENCODER.encode([before, *row])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _append_difference(connection: sqlite3.Connection, run: int, difference: SheetDifference) -> None:
    if not difference.added and difference.is_known:
        return
    sheet = make_receipt(0, run, difference.claims)
    source, period = sheet.source, sheet.period
    row = (
        run,
        source.file,
        source.sha256,
        source.sheet,
        sheet.schema_id,
        sheet.header_row,
        str(period.first) if period else None,
        str(period.last) if period else None,
        sheet.coverage,
        json.dumps(sheet.fields),
        sheet.row_count,
    )
    receipt = _insert(connection, "receipt", [row])
    claims = [
        (run, EntryKind.CLAIM.value, c.schema_id, c.key, c.content, receipt, c.source.row, "", "")
        for c in difference.added
    ]
    _insert(connection, "entry", claims)


def _append_entry(connection: sqlite3.Connection, run: int, entry: Entry) -> None:
    row = (run, entry.kind.value, entry.schema_id, entry.key, entry.content, None, None)
    _insert(connection, "entry", [(*row, entry.reason, entry.document_number)])


def _read_tables(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Read every line of every table, holding each against its digest; raises _BrokenChainError."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for table, lines in _fetch_tables(connection).items():
        digest, expected = "", 1
        tables[table] = []
        for row in lines:
            if any(isinstance(cell, bytes) for cell in row):
                raise _BrokenChainError
            digest = _digest(digest, row[:-1])
            if row[0] != expected or row[-1] != digest:
                raise _BrokenChainError
            expected += 1
            tables[table].append(row[:-1])
    return tables


def _fetch_tables(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Fetch all tables as of one moment, and at once: a commit waits for whoever reads."""
    connection.execute("BEGIN")
    lines = {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY number").fetchall()  # noqa: S608 - our own table names
        for table in COLUMNS
    }
    connection.execute("COMMIT")
    return lines


def _load(connection: sqlite3.Connection) -> Contents:
    tables = _read_tables(connection)
    receipts = {row[0]: _make_receipt(row) for row in tables["receipt"]}
    entries = tuple(_make_entry(row, receipts) for row in tables["entry"])
    return Contents(tuple(Run(*row) for row in tables["run"]), tuple(receipts.values()), entries)


def _make_receipt(row: tuple[Any, ...]) -> Receipt:
    number, run, file, sha256, sheet, schema_id, header, first, last, coverage, fields, count = row
    source, period = Source(file, sha256, sheet), _read_period(first, last)
    return Receipt(number, run, source, schema_id, header, period, coverage, tuple(json.loads(fields)), count)


def _make_entry(row: tuple[Any, ...], receipts: dict[int, Receipt]) -> Entry:
    number, run, kind, schema_id, key, content, receipt, line, reason, document = row
    sheet = receipts.get(receipt)
    source = Source(sheet.source.file, sheet.source.sha256, sheet.source.sheet, line) if sheet else None
    period = sheet.period if sheet else None
    return Entry(
        number, run, EntryKind(kind), schema_id, key, content, source, period, receipt, reason, document
    )


def _read_period(first: str | None, last: str | None) -> Period | None:
    if first is None or last is None:
        return None
    return Period(Month.of_text(first), Month.of_text(last))


def _damaged(path: Path) -> SanwuError:
    return SanwuError(
        "台账文件已损坏，或不是 sanwu 的台账",
        place=path.name,
        remedy="请不要改动它，用备份恢复；没有备份时把它改名，再重新导入 inbox 里的全部表格",
        status=ExitStatus.LEDGER_DAMAGED,
    )


def _translate(error: sqlite3.Error, path: Path) -> SanwuError:
    """Say in the user's words what SQLite met."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return SanwuError(
            "台账正被另一次运行占用", place=path.name, remedy="请稍后再试", status=ExitStatus.BUSY
        )
    # Our own statements are sound: one the file does not understand means that its tables are not ours.
    is_foreign = not name or name == "SQLITE_ERROR"
    if is_foreign or name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CONSTRAINT")):
        return _damaged(path)
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return SanwuError(
            "台账写不进去：磁盘已满、只读或没有权限，台账没有改动",
            place=path.name,
            remedy="请腾出空间或改正权限后重新运行",
            status=ExitStatus.IO_FAILED,
        )
    raise error
