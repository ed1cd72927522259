"""Many runs in one workspace at once: no entry lost, no file half, nobody stuck; readers wait for nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import msgspec
import openpyxl
import pytest
from workspaces import County, Office, case, hash_tree

from sanwu_cli.cli.app import build_root
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.ledger import chain, store
from sanwu_cli.ledger.entries import Entry, EntryKind
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.locking import FOLDER, LOCK, OWNER, Owner, hold_lock
from sanwu_cli.machine import name_boot, name_machine

if TYPE_CHECKING:
    from pathlib import Path

MONTHS = range(1, 11)
ROWS = 12
SCORE = ("score", "year", "--year", "2026", "-o", "out/核算.xlsx")
REPORT = ("report", "render", "monthly_circular", "--month", "2026-10")

# Every command that writes what others read, with words it accepts; all of them hold the workspace.
WRITERS = {
    "incidents import": ("inbox",),
    "incidents correct": ("A1", "--reason", "x", "--document", "y", "--counted"),
    "incidents withdraw": ("A1", "--reason", "x", "--document", "y"),
    "incidents undo": (),
    "incidents place": ("A1", "青禾村"),
    "incidents object": ("A1", "--unit", "x", "--reason", "y"),
    "incidents rule": ("A1", "--matter", "维持", "--reason", "x", "--document", "y"),
    "records import": ("inbox",),
    "records correct": ("A1", "--set", "a=b", "--reason", "x", "--document", "y"),
    "records withdraw": ("A1", "--reason", "x", "--document", "y"),
    "roster publish": ("--month", "2026-07"),
    "roster repair": ("--publish", "--reason", "x"),
    "attendance record": ("--step", "提醒", "--person", "a", "--absent-on", "2026-03-10", "--reason", "x"),
    "places alias": ("甲", "乙"),
    "check": ("inbox", "--remember"),
    "sheet forget": ("h1",),
    "month-end": ("2026-03",),
    "roster consent": ("--note", "x", "--until", "2026-12-31"),
    "backup": (),
    "restore": ("x.zip", "--yes"),
}
# The same commands where they only look, and some that never do anything else.
READERS = [
    ("incidents", "import", "inbox", "--dry-run"),
    ("records", "import", "inbox", "--dry-run"),
    ("check",),
    ("incidents", "list"),
    ("records", "list"),
    ("score", "month", "2026-03"),
    ("due", "--as-of", "2026-03-31"),
    ("report", "list"),
    REPORT,
    ("doctor",),
]


def _make(folder: Path, read) -> Office:
    office = Office(folder, County.of(青山镇=3, 绿水乡=2), read)
    villages = [name for _, name, _ in office.county.villages]
    for month in MONTHS:
        rows = [
            case("crime", f"{month:02d}{n:02d}", f"2026-{month:02d}-{n + 1:02d}", None, villages[n % 5])
            for n in range(ROWS)
        ]
        for row in rows:
            row["乡镇(街道)"] = office.township_of(str(row["村(社区)"]))
        office.month("crime", f"2026年{month}月", rows, to=f"{month}.xlsx")
    return office


@pytest.fixture
def office(tmp_path, capsys):
    return _make(tmp_path / "云岭", capsys.readouterr)


def _start(path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "sanwu_cli", "-w", str(path), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=path,
    )


def _subjects(path: Path) -> list[tuple[str, str, str]]:
    return sorted((one.schema_id, one.key, one.content) for one in Ledger(path / "ledger.db").read().entries)


def test_ten_imports_scores_and_reports_at_once_end_as_one_after_the_other(office, tmp_path, monkeypatch):
    serial = tmp_path / "一个一个来"
    shutil.copytree(office.path, serial)
    commands = [("incidents", "import", f"inbox/{month}.xlsx") for month in MONTHS]
    running = [_start(office.path, *command) for command in commands]
    running += [_start(office.path, *command) for command in (SCORE, REPORT) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1].decode() for process in running]
    assert [process.returncode for process in running[: len(commands)]] == [0] * len(commands), errors
    assert {process.returncode for process in running} <= {0, 1}, errors
    assert not any("Traceback" in error for error in errors)

    contents = Ledger(office.path / "ledger.db").read()
    Ledger(office.path / "ledger.db").check()
    assert [run.number for run in contents.runs] == list(range(1, len(commands) + 1))
    assert len(contents.receipts) == len(commands)
    assert len(contents.entries) == len(commands) * ROWS
    _check_whole(office.path / "out")
    assert [path.name for path in (office.path / FOLDER).iterdir()] == [LOCK]

    lone = Office.__new__(Office)
    lone.path, lone._read_output = serial, office._read_output
    for command in commands:
        assert lone.run(*command).status == 0
    assert _subjects(serial) == _subjects(office.path)
    for one in (lone, office):
        monkeypatch.chdir(one.path)
        assert {one.run(*command).status for command in (SCORE, REPORT)} <= {0, 1}
    assert hash_tree(serial / "out") == hash_tree(office.path / "out")


def _check_whole(out: Path) -> None:
    """Open every file that was written while others wrote it too; no temporary is left."""
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".xlsx", ".docx"}
    for path in files:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
        if path.suffix == ".xlsx":
            assert openpyxl.load_workbook(path).worksheets


def test_two_month_ends_at_once_write_what_one_does(office, tmp_path):
    lone = tmp_path / "一个"
    shutil.copytree(office.path, lone)
    running = [_start(office.path, "month-end", "2026-03", "-q") for _ in range(2)]
    errors = [process.communicate(timeout=120)[1].decode() for process in running]
    assert {process.returncode for process in running} <= {0, 1}, errors
    assert office.run_anywhere("-w", lone, "month-end", "2026-03").status in (0, 1)
    assert hash_tree(lone / "out") == hash_tree(office.path / "out")
    assert _subjects(lone) == _subjects(office.path)


@pytest.fixture
def held(office):
    """The workspace, while another run holds it."""
    owner = Owner(os.getpid(), "办公室", "王", "sanwu month-end", "2026-07-01 02:30:00")
    with hold_lock(office.path, owner):
        yield office


@pytest.mark.parametrize("name", WRITERS)
def test_what_writes_is_refused_while_another_run_writes(held, name):
    """Before anything is read: what it read might be old by the time it writes."""
    answer = held.run(*name.split(), *WRITERS[name], "--wait", "0")
    assert answer.status == 75, answer.err
    for word in ("sanwu month-end", str(os.getpid()), "办公室", "王", "2026-07-01 02:30:00", "修复："):
        assert word in answer.err
    assert answer.out == ""


def test_readers_never_wait(held):
    for command in READERS:
        answer = held.run(*command)
        assert answer.status in (0, 1), (command, answer.err)
        assert "正在等" not in answer.err


def test_every_command_that_writes_is_marked():
    """Walk the tree: a command with --wait is in the list above, and the other way round."""
    root = build_root()
    found = set()
    for name, entry in root.lazy.items():
        command = entry.load(name)
        for inner in getattr(command, "commands", {"": command}).values():
            if any("--wait" in param.opts for param in inner.params):
                found.add(f"{name} {inner.name}" if entry.is_group else name)
    assert found == set(WRITERS)


def test_what_is_appended_is_appended_by_the_holder(office, monkeypatch):
    """Not only marked: when the ledger is written, the workspace is held."""
    seen = []
    append = Ledger.append

    def watched(self, **more):
        with pytest.raises(SanwuError), hold_lock(self.path.parent, Owner(1, "x")):
            pytest.fail("nobody holds it")
        seen.append(more["command"])
        return append(self, **more)

    monkeypatch.setattr(Ledger, "append", watched)
    office.run("incidents", "import", "inbox/1.xlsx")
    office.run("incidents", "undo")
    office.run("month-end", "2026-03")
    assert seen == ["incidents import", "undo", "incidents import"]


# -- readers and the ledger's own locks ---------------------------------------------------------------------


class _Watched(list):
    """Entries to be written; before the last somebody reads the ledger."""

    def __iter__(self):
        for number, entry in enumerate(super().__iter__()):
            if number == len(self) - 1:
                self.seen = Ledger(self.path).read()
            yield entry


def _entries(count: int, size: int = 10) -> list[Entry]:
    return [Entry(0, 0, EntryKind.CLAIM, "crime", f"K{n}", "x" * size, reason="r") for n in range(count)]


def test_a_reader_is_not_held_up_before_the_commit_however_large_the_run(tmp_path, monkeypatch):
    """More than fits the cache is being written; without waiting at all the reader sees what was there."""
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.0)
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.append(command="a", as_of="2026-01-01", program="0", entries=_entries(1))
    entries = _Watched(_entries(6000, 1000))
    entries.path = ledger.path
    ledger.append(command="b", as_of="2026-01-01", program="0", entries=entries)
    assert len(entries.seen.entries) == 1
    assert len(ledger.read().entries) == 6001


def test_a_reader_sees_all_tables_as_of_one_moment(tmp_path, monkeypatch):
    """A run that is written while the tables are read does not show in some of them only."""
    monkeypatch.setattr(store, "_WAIT_SECONDS", 0.0)
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.append(command="a", as_of="2026-01-01", program="0", entries=_entries(2))
    refused = []

    class Tables(dict):
        def __iter__(self):
            for name in super().__iter__():
                if name == "entry" and not refused:  # the runs are read already
                    refused.append(None)
                    with pytest.raises(SanwuError) as raised:
                        ledger.append(command="b", as_of="2026-01-01", program="0", entries=_entries(1))
                    refused[0] = raised.value.status
                yield name

    tables = Tables(chain.COLUMNS)
    monkeypatch.setattr(store, "read_tables", lambda connection: chain.read_tables(connection, tables))
    contents = ledger.read()
    assert {one.run for one in contents.entries} <= {run.number for run in contents.runs}
    assert refused == [ExitStatus.BUSY]


def test_doctor_says_who_is_writing_and_who_was_cut_off(office):
    def ask() -> str:
        rows = json.loads(office.run("doctor", "--format", "json").out)["checks"]
        return next(row["seen"] for row in rows if row["title"] == "占用")

    me = Owner(os.getpid(), name_machine(), "李", "sanwu month-end", "2026-03-31 18:00:00", name_boot())
    assert ask() == "没有别的运行在写"
    with hold_lock(office.path, me):
        assert ask() == f"正在写：{me.label}"
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            pass
        cut = msgspec.structs.replace(me, pid=ended.pid)
        (office.path / FOLDER / OWNER).write_bytes(msgspec.json.encode(cut))
        assert ask() == f"上一次运行没有正常结束：{cut.label}"
    assert ask() == f"上一次运行没有正常结束：{cut.label}"
    assert office.run("backup").status == 0
    assert ask() == "没有别的运行在写"
