"""The ledger's file: SQLite, append-only by triggers, one transaction a run."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger.chain import BrokenChainError, Heads, append_lines, make_tables, read_heads, read_tables
from sanwu_cli.ledger.entries import Contents, Entry, EntryKind, Receipt, Run
from sanwu_cli.ledger.layout import APPLICATION_ID, FORMAT
from sanwu_cli.ledger.merge import make_receipt
from sanwu_cli.ledger.migrations import can_migrate
from sanwu_cli.ledger.upkeep import Examination, examine_file, put_back, refuse_newer, take_snapshot, upgrade
from sanwu_cli.model import Source
from sanwu_cli.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sanwu_cli.ledger.merge import SheetDifference

_WAIT_SECONDS = 5.0


class Ledger:
    """A workspace's ledger.db; every method opens, works and closes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Contents:
        """Read everything; an absent ledger is empty. Raises SanwuError for a damaged or newer file.

        A run that asks again, of a file nobody has touched since, is given what was read before.
        """
        if not self.path.exists():
            return Contents()
        with self._open() as connection:
            return _load_anew_or_known(connection, self.path)

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
            run = append_lines(connection, "run", [(command, as_of, program, undoes)])
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
                read_tables(connection)

    def read_heads(self) -> Heads:
        """Give the last line of each table: they stand for every line before them. Raises SanwuError."""
        with self._open() as connection:
            return read_heads(connection)

    def examine(self) -> Examination:
        """Look at everything in the file and name every damage; raises SanwuError for a newer one."""
        return examine_file(self.path)

    def take_snapshot(self) -> bytes:
        """Give a consistent copy of the file, taken to today's format. Raises SanwuError."""
        with self._open():
            return take_snapshot(self.path)

    def put_back(self, data: bytes) -> None:
        """Make the file hold a copy instead, all at once. Raises SanwuError when it is locked or damaged."""
        try:
            put_back(self.path, data)
        except sqlite3.Error as error:
            raise _translate(error, self.path) from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        _make_file(self.path)
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
        except (BrokenChainError, UnicodeDecodeError) as error:
            raise _damaged(self.path) from error


def _make_file(path: Path) -> None:
    """Make a new file as the umask says, so that a group may share it; SQLite would keep the group out."""
    with suppress(OSError):  # it is there, or SQLite says why it cannot be
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file; refuse a file that is not ours or is newer than the program."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version == FORMAT:
        return
    if application == APPLICATION_ID and version > FORMAT:
        raise refuse_newer(version)
    if application == APPLICATION_ID and can_migrate(version):
        upgrade(connection, version, path)
        return
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if (application, version) == (APPLICATION_ID, FORMAT):
            connection.execute("ROLLBACK")  # another run made the tables meanwhile
            return
        raise _damaged(path)
    make_tables(connection)
    connection.execute("COMMIT")


def _last_run(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM run").fetchone()[0])


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
    receipt = append_lines(connection, "receipt", [row])
    claims = [
        (run, EntryKind.CLAIM.value, c.schema_id, c.key, c.content, receipt, c.source.row, "", "")
        for c in difference.added
    ]
    append_lines(connection, "entry", claims)


def _append_entry(connection: sqlite3.Connection, run: int, entry: Entry) -> None:
    row = (run, entry.kind.value, entry.schema_id, entry.key, entry.content, None, None)
    append_lines(connection, "entry", [(*row, entry.reason, entry.document_number)])


# What was read last, and of which state of which file: one ledger is read many times in a run.
_last_read: list[tuple[object, Contents]] = []


def _load_anew_or_known(connection: sqlite3.Connection, path: Path) -> Contents:
    """Give what the file holds at one moment, read anew only where it may be another than before."""
    state = _tell_state(connection, path)
    for known, contents in _last_read:
        if known == state:
            return contents
    contents = _load(connection)
    _last_read.clear()
    if _tell_state(connection, path) == state:  # nobody wrote while it was read
        _last_read.append((state, contents))
    return contents


def _tell_state(connection: sqlite3.Connection, path: Path) -> object:
    """Tell one state of the file from every other: its last lines, and how the system knows it."""
    connection.execute("BEGIN")  # from the first line read up to the end nobody can write
    heads = read_heads(connection)
    found = path.stat()
    connection.execute("COMMIT")
    return path.absolute(), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, heads.lines


def _load(connection: sqlite3.Connection) -> Contents:
    tables = read_tables(connection)
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
