"""The ledger's file as a whole: examined, copied, put back, taken to today's format."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger.chain import (
    BrokenChainError,
    Heads,
    append_lines,
    last_line,
    make_tables,
    read_tables,
)
from sanwu_cli.ledger.layout import APPLICATION_ID, COLUMNS, FORMAT
from sanwu_cli.ledger.migrations import migrate
from sanwu_cli.ledger.soundness import TABLE_NAMES, Damage, check_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sanwu_cli.ledger.chain import Tables

BACKUPS = "backups"
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PAUSE_SECONDS, _MOST_PAUSES = 0.25, 20
_MOST_DAMAGES = 40
# Where the file says which journal it is written with, and the value for the plain one.
_JOURNAL_BYTES, _PLAIN = slice(18, 20), b"\x01\x01"


class Examination(Struct, frozen=True):
    """What a ledger's file came out as: its format, its last lines, every damage; nothing heals here.

    `digests` are those of every line, by table; `marks` stand for all lines up to and with each run.
    """

    format: int
    heads: Heads
    digests: dict[str, tuple[str, ...]]
    marks: tuple[tuple[str, ...], ...]
    damages: tuple[Damage, ...]


def examine_file(path: Path) -> Examination:
    """Examine a ledger's file in its place. Raises SanwuError when it is newer than the program."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return _examine(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return _unreadable(error)


def examine_bytes(data: bytes) -> Examination:
    """Examine a copy of a ledger in memory. Raises SanwuError when it is newer than the program."""
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(data)
            return _examine(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return _unreadable(error)


def take_snapshot(path: Path) -> bytes:
    """Give a consistent copy of a ledger, whoever reads or writes it meanwhile; raises sqlite3.Error."""
    with closing(sqlite3.connect(path)) as source:
        return _copy(source)


def put_back(path: Path, data: bytes) -> None:
    """Make a ledger's file hold a copy, in one transaction of SQLite's own; raises sqlite3.Error.

    Whoever reads it meanwhile sees the old state or the new one. Raises SanwuError (BUSY) when another run
    does not let go of it.
    """
    pauses = 0

    def count_pauses(status: int, _left: int, _total: int) -> None:
        nonlocal pauses
        pauses = pauses + 1 if status in _BUSY else 0
        if pauses > _MOST_PAUSES:
            raise SanwuError(
                "台账正被另一次运行占用", place=path.name, remedy="请稍后再试", status=ExitStatus.BUSY
            )

    with closing(sqlite3.connect(":memory:")) as source, closing(sqlite3.connect(path)) as target:
        source.deserialize(data)
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=count_pauses, sleep=_PAUSE_SECONDS)


def upgrade(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """Take an open ledger of an older format to today's: a copy kept first, then one transaction.

    Raises BrokenChainError when the old lines are not what was written; then nothing has changed.
    """
    _keep_old(connection, version, path)
    connection.execute("PRAGMA foreign_keys = OFF")  # tables are dropped and made anew
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] != version:
        connection.execute("ROLLBACK")  # another run did it meanwhile
    else:
        names = _list_names(connection, "table")
        tables = migrate(read_tables(connection, names), version)
        for name in reversed(names):
            connection.execute(f"DROP TABLE {name}")
        make_tables(connection)
        for table in COLUMNS:
            append_lines(connection, table, (row[1:] for row in tables[table]))
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise BrokenChainError("foreign_key_check", 0)
        connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_old(connection: sqlite3.Connection, version: int, path: Path) -> None:
    """Keep the file as it was, in the folder of backups; one that was cut short is made anew."""
    folder = path.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    runs = last_line(connection, "run")[0]
    kept = folder / f"ledger-format{version}-r{runs:06}.db"
    for name in (kept, kept.with_name(f"{kept.name}-journal")):
        name.unlink(missing_ok=True)
    with closing(sqlite3.connect(kept)) as target:
        target.execute("PRAGMA synchronous = FULL")
        connection.backup(target)
        if target.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BrokenChainError("integrity_check", 0)
        read_tables(target, _list_names(target, "table"))


def _copy(source: sqlite3.Connection) -> bytes:
    with closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        data = bytearray(copy.serialize())
    # A copy stands alone: it must not ask for a log beside it.
    data[_JOURNAL_BYTES] = _PLAIN
    return bytes(data)


def _examine(connection: sqlite3.Connection) -> Examination:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID:
        return _nothing(version, Damage("文件", 0, "不是 sanwu 的台账"))
    if version > FORMAT:
        raise refuse_newer(version)
    damages = [*_check_file(connection), *_check_guards(connection, version)]
    names = list(COLUMNS) if version == FORMAT else _list_names(connection, "table")
    tables: Tables = {}
    for name in names:
        try:
            tables |= read_tables(connection, [name])
        except BrokenChainError as error:
            damages.append(Damage(error.table, error.number, "与写入时不一样，或者它前面少了一行"))
        except sqlite3.OperationalError:
            damages.append(Damage(name, 0, "没有这张表"))
    if version == FORMAT and len(tables) == len(COLUMNS):
        damages += check_lines(tables)
    if len(damages) > _MOST_DAMAGES:
        more = Damage("文件", 0, f"另有{len(damages) - _MOST_DAMAGES}处没有列出")
        damages = [*damages[:_MOST_DAMAGES], more]
    digests = {name: _read_digests(connection, name) for name in tables}
    heads = Heads({name: (len(found), found[-1] if found else "") for name, found in digests.items()})
    marks = _mark_runs(tables, digests) if version == FORMAT and not damages else ()
    return Examination(version, heads, digests, marks, tuple(damages))


def _mark_runs(tables: Tables, digests: dict[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Give, for each run, the digests of the last lines there were when it was written."""
    ends: dict[str, list[str]] = {}
    for table in ("receipt", "entry"):
        last = dict(zip((row[1] for row in tables[table]), digests[table], strict=True))
        held, ends[table] = "", []
        for number, *_ in tables["run"]:
            held = last.get(number, held)
            ends[table].append(held)
    return tuple(zip(digests["run"], ends["receipt"], ends["entry"], strict=True))


def _check_file(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Ask SQLite itself: pages, indexes, references."""
    for (line,) in connection.execute("PRAGMA integrity_check").fetchall():
        if line != "ok":
            yield Damage("文件", 0, f"SQLite 的完整性检查没有通过（{line}）")
    broken: dict[tuple[str, str], list[int]] = {}
    for table, number, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        broken.setdefault((table, parent), []).append(number or 0)
    for (table, parent), lines in broken.items():
        more = f"（这样的有{len(lines)}行）" if len(lines) > 1 else ""
        yield Damage(table, min(lines), f"指向的{TABLE_NAMES.get(parent, parent)}不在了{more}")


def _check_guards(connection: sqlite3.Connection, version: int) -> Iterator[Damage]:
    """Hold the tables and guards of the file against those a new ledger gets."""
    if version != FORMAT:
        return
    with closing(sqlite3.connect(":memory:")) as fresh:
        make_tables(fresh)
        expected = _list_objects(fresh)
    found = _list_objects(connection)
    words = {"table": "表", "index": "索引", "trigger": "防改的触发器"}
    for (kind, name), text in expected.items():
        if (kind, name) not in found:
            yield Damage(name, 0, f"{words[kind]}不在了")
        elif found[kind, name] != text:
            yield Damage(name, 0, f"{words[kind]}被改动过")
    # A table or view somebody added harms nothing; a trigger may change what is written.
    for kind, name in sorted(found.keys() - expected.keys()):
        if kind == "trigger":
            yield Damage(name, 0, "多出来的触发器，不是 sanwu 写的")


def _list_objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(kind, name): " ".join((text or "").split()) for kind, name, text in found}


def _list_names(connection: sqlite3.Connection, kind: str) -> list[str]:
    return [name for found, name in _list_objects(connection) if found == kind]


def _read_digests(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(digest for (digest,) in connection.execute(f"SELECT digest FROM {table} ORDER BY number"))  # noqa: S608 - our own table names


def refuse_newer(version: int) -> SanwuError:
    """Say that a ledger is newer than the program."""
    return SanwuError(
        f"台账由更新版本的程序写成（格式{version}，本程序认识到{FORMAT}）",
        place="ledger.db",
        remedy="请升级 sanwu 后再运行",
        status=ExitStatus.LEDGER_DAMAGED,
    )


def _unreadable(error: Exception) -> Examination:
    return _nothing(0, Damage("文件", 0, f"读不出来（{type(error).__name__}）"))


def _nothing(version: int, damage: Damage) -> Examination:
    return Examination(version, Heads({}), {}, (), (damage,))
