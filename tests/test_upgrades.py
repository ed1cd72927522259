"""Upgrades: an older ledger is taken to today's format, a copy kept; frozen workspaces answer as ever."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from workspaces import County, Office, case, hash_tree

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.restoring import plan_restore, restore
from sanwu_cli.ledger import migrations
from sanwu_cli.ledger.chain import _digest
from sanwu_cli.ledger.layout import APPLICATION_ID, COLUMNS, FORMAT
from sanwu_cli.ledger.store import Ledger

FROZEN = Path(__file__).parent / "frozen"


# -- migrations ---------------------------------------------------------------------------------------------
# Format 1 is the first there was. A made-up format 0 proves the way: entries had no document_number, and runs
# kept their day in a column of another place.

OLD_COLUMNS = {**COLUMNS, "entry": COLUMNS["entry"][:-1], "run": ("as_of", "command", "program", "undoes")}


def to_format_1(tables):
    """Take the made-up format 0 to format 1."""
    runs = [(number, command, day, *rest) for number, day, command, *rest in tables["run"]]
    return {**tables, "run": runs, "entry": [(*row, "") for row in tables["entry"]]}


def make_old(path):
    """Write today's ledger again as format 0 would have it."""
    with closing(sqlite3.connect(path)) as connection:
        now = {t: connection.execute(f"SELECT * FROM {t} ORDER BY number").fetchall() for t in COLUMNS}  # noqa: S608 - ours
    path.unlink()
    old = {
        "run": [(n, day, command, *rest) for n, command, day, *rest, _ in now["run"]],
        "receipt": [row[:-1] for row in now["receipt"]],
        "entry": [row[:-2] for row in now["entry"]],
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table, columns in OLD_COLUMNS.items():
            names = ", ".join(columns)
            connection.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, {names}, digest TEXT)")
            digest = ""
            for row in old[table]:
                digest = _digest(digest, row)
                marks = ", ".join("?" * (len(row) + 1))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", (*row, digest))  # noqa: S608 - ours
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 0")


@pytest.fixture
def office(tmp_path, capsys, monkeypatch):
    office = Office(tmp_path / "ws", County.of(东岭镇=2), lambda: tuple(capsys.readouterr()))
    for month in ("2026-02", "2026-03"):
        office.month("petition", month, [case("petition", month[-1], f"{month}-05", "东岭镇", "青禾村")])
        assert office.run("incidents", "import", "inbox", "--as-of", "2026-03-31").status == 0
    monkeypatch.setattr(migrations, "STEPS", {0: to_format_1})
    return office


def test_an_older_ledger_is_taken_to_todays_format_with_a_copy_kept(office):
    path = office.path / "ledger.db"
    expected = Ledger(path).read()
    make_old(path)
    assert office.run("incidents", "list").status == 0
    assert Ledger(path).read() == expected
    assert office.run("doctor", "--verify").status == 0, (
        "guards, digests and layout are those of a new ledger"
    )
    (kept,) = (office.path / "backups").iterdir()
    assert kept.name == "ledger-format0-r000002.db"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert Ledger(path).append(command="undo", as_of="2026-04-01", program="t", undoes=1) == 3
    # The copy can be restored, and is taken to today's format anew.
    restore(office.path, plan_restore(office.path, kept), on=date(2026, 4, 2))
    assert office.run("incidents", "list").status == 0
    assert Ledger(path).read() == expected


def test_an_older_ledger_that_is_damaged_is_left_as_it_is(office):
    path = office.path / "ledger.db"
    make_old(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE entry SET content = '{}' WHERE number = 1")
    data = path.read_bytes()
    assert office.run("incidents", "list").status == ExitStatus.LEDGER_DAMAGED
    assert path.read_bytes() == data


def test_a_step_that_fails_leaves_the_old_ledger(office, monkeypatch):
    path = office.path / "ledger.db"
    expected = Ledger(path).read()
    make_old(path)

    def break_references(tables):
        done = to_format_1(tables)
        return {**done, "receipt": []}

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", {0: break_references})
        with pytest.raises(SanwuError):
            Ledger(path).read()
    assert Ledger(path).read() == expected, "the next program, whose step is right, still finds the old one"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are put into a forked child")
def test_killed_at_any_write_an_upgrade_is_done_or_not_begun(office, tmp_path):
    from fault_injector import Injector  # noqa: PLC0415 - changes calls of the child only

    path = office.path / "ledger.db"
    expected = Ledger(path).read()
    make_old(path)
    states = set()
    for at in range(1, 400, 7):
        place = tmp_path / str(at)
        shutil.copytree(office.path, place)
        child = os.fork()
        if child == 0:
            try:
                Injector(str(place), "kill", at).install()
                Ledger(place / "ledger.db").read()
            finally:
                os._exit(0)
        is_over = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with closing(sqlite3.connect(place / "ledger.db")) as connection:
            states.add(connection.execute("PRAGMA user_version").fetchone()[0])
        assert Ledger(place / "ledger.db").read() == expected, at
        if is_over:
            break
    assert is_over
    assert states == {0, 1}


def test_an_older_format_nobody_knows_a_step_for_is_refused(office, monkeypatch):
    monkeypatch.setattr(migrations, "STEPS", {})
    make_old(office.path / "ledger.db")
    tree = hash_tree(office.path)
    assert office.run("incidents", "list").status == ExitStatus.LEDGER_DAMAGED
    assert hash_tree(office.path) == tree


def test_each_format_has_its_step():
    assert all(migrations.can_migrate(number) for number in range(1, FORMAT))


# -- frozen workspaces --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", sorted(path.name for path in FROZEN.iterdir()) if FROZEN.exists() else [])
def test_the_workspace_of_a_released_version_answers_as_it_did(version, tmp_path, capsys):
    """Made by that version and never again; what changes a verdict of it belongs into the change log."""
    shutil.copytree(FROZEN / version / "workspace", tmp_path / "ws")
    office = Office.__new__(Office)
    office.path, office._read_output = tmp_path / "ws", lambda: tuple(capsys.readouterr())
    assert office.run("doctor", "--verify").status == 0
    for name, arguments in json.loads((FROZEN / version / "commands.json").read_text("utf-8")).items():
        answer = office.ask(*arguments)
        expected = json.loads((FROZEN / version / f"{name}.json").read_text("utf-8"))
        assert answer.json == expected, name
    undone = office.run("incidents", "undo", "--as-of", "2027-01-31")
    assert undone.status == 0, undone.err
