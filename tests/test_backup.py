"""Backups, restoring, the verified ledger: what is kept is whole, what is lost is told, damage is placed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date

import pytest
from workspaces import County, Office, case, hash_tree

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs import restoring
from sanwu_cli.jobs.backups import LEDGER, list_backups, make_backup, pack, read_backup
from sanwu_cli.jobs.restoring import plan_restore, restore
from sanwu_cli.jobs.verifying import remember_heads
from sanwu_cli.jobs.workspace import RESTORING, open_workspace
from sanwu_cli.ledger.layout import FORMAT
from sanwu_cli.ledger.store import Ledger

DAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a workspace whose ledger holds two runs, February and March; copied for each test."""
    folder = tmp_path_factory.mktemp("backup") / "ws"
    office = Office(folder, County.of(东岭镇=2, 西川镇=2), lambda: ("", ""))
    for month in ("2026-02", "2026-03"):
        office.month("petition", month, [case("petition", month[-1], f"{month}-05", "东岭镇", "青禾村")])
        office.run("incidents", "import", "inbox", "--as-of", "2026-03-31")
    return folder


@pytest.fixture
def office(made, tmp_path, capsys):
    shutil.copytree(made, tmp_path / "ws")
    return Office(tmp_path / "ws", County.of(东岭镇=2, 西川镇=2), lambda: tuple(capsys.readouterr()))


@pytest.fixture
def folder(office):
    return office.path


def add_month(office, number):
    rows = [case("suit", number, f"2026-{number:02}-06", "西川镇", "白鹭村")]
    office.month("suit", f"2026-{number:02}", rows)
    assert office.run("incidents", "import", "inbox", "--as-of", "2026-12-31").status == 0


def spoil(path, *statements):
    """Change the ledger as another tool might, its guards taken off and put on again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        listed = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        guards = connection.execute(listed).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, text in guards:
            connection.execute(text)


def refuse(call):
    with pytest.raises(SanwuError) as raised:
        call()
    assert raised.value.remedy
    return raised.value


# -- backups ------------------------------------------------------------------------------------------------


def test_a_backup_holds_the_ledger_the_settings_and_the_registers(office, folder):
    answer = office.run("backup", "--as-of", "2026-03-31")
    assert answer.status == 0
    (path,) = list_backups(folder / "backups")
    assert path.name == "sanwu-2026-03-31-r000002.zip"
    assert str(path) in answer.out
    backup = read_backup(path)
    assert sorted(backup.files) == ["ledger.db", "registers/区划.xlsx", "sanwu.toml"]
    assert backup.files["sanwu.toml"] == (folder / "sanwu.toml").read_bytes()
    assert backup.manifest.ledger.runs == 2
    assert "inbox" not in "".join(zipfile.ZipFile(path).namelist())


def test_the_same_state_is_backed_up_once_and_to_the_same_bytes(office, folder, tmp_path):
    first = make_backup(folder, on=DAY, cause="manual")
    again = make_backup(folder, on=date(2026, 4, 9), cause="manual")
    elsewhere = make_backup(folder, on=DAY, cause="manual", to=tmp_path / "stick")
    assert (first.is_new, again.is_new, again.path) == (True, False, first.path)
    assert elsewhere.path.read_bytes() == first.path.read_bytes()
    office.configure("# 改过\n")
    changed = make_backup(folder, on=DAY, cause="manual")
    assert changed.is_new
    assert changed.path.name == "sanwu-2026-03-31-r000002-2.zip"


def test_only_the_latest_backups_are_kept(office, folder):
    (folder / "backups").mkdir()
    (folder / "backups" / "我的.zip").write_bytes(b"not ours")
    for number in range(1, 13):
        office.configure(f"# {number}\n")
        made = make_backup(folder, on=DAY, cause="manual", keep=3)
    names = [path.name for path in list_backups(folder / "backups")]
    assert names == [f"sanwu-2026-03-31-r000002-{number}.zip" for number in (10, 11, 12)]
    assert made.path.name == names[-1]
    earlier = date(2026, 1, 1)  # a clock that was set back takes nothing of the latest away
    office.configure("# 又改\n")
    assert make_backup(folder, on=earlier, cause="manual", keep=1).path.exists()
    assert (folder / "backups" / "我的.zip").read_bytes() == b"not ours"


def test_backups_are_listed(office):
    office.run("backup", "--as-of", "2026-03-31")
    add_month(office, 4)
    office.run("backup", "--as-of", "2026-04-30")
    listed = office.ask("backup", "--list").json["backups"]
    assert [(one["on"], one["runs"], one["readable"]) for one in listed] == [
        ("2026-03-31", 2, True),
        ("2026-04-30", 3, True),
    ]
    assert "r000003" in office.run("backup", "--list").out


def test_a_damaged_ledger_is_not_backed_up_as_if_it_were_good(office, folder):
    spoil(folder / LEDGER, "UPDATE entry SET content = '{' WHERE number = 1")
    before = hash_tree(folder)
    answer = office.run("backup")
    assert answer.status == ExitStatus.LEDGER_DAMAGED
    assert hash_tree(folder) == before


def test_a_backup_that_reads_back_wrong_does_not_stay(folder, monkeypatch):
    monkeypatch.setattr(
        "sanwu_cli.jobs.backups.write_file",
        lambda path, data: (path.parent.mkdir(exist_ok=True), path.write_bytes(data[:-90])),
    )
    error = refuse(lambda: make_backup(folder, on=DAY, cause="manual"))
    assert error.status is ExitStatus.IO_FAILED
    assert list_backups(folder / "backups") == []


def test_every_byte_of_a_backup_that_changes_is_noticed(folder):
    path = make_backup(folder, on=DAY, cause="manual").path
    data, good = path.read_bytes(), dict(read_backup(path).files)
    silent, statuses = [], set()
    for place in range(0, len(data), 23):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :])
        try:
            if dict(read_backup(path).files) != good:
                silent.append(place)
        except SanwuError as error:
            statuses.add(error.status)
    assert silent == []
    assert statuses == {ExitStatus.LEDGER_DAMAGED}


@pytest.mark.parametrize("name", ["../escape", "registers/../../escape", "inbox/a.xlsx", "/etc/x", "out/x"])
def test_a_backup_that_would_write_elsewhere_is_refused(folder, name):
    made = make_backup(folder, on=DAY, cause="manual")
    backup = read_backup(made.path)
    files = {**backup.files, name: b"x"}
    manifest = json.loads(zipfile.ZipFile(made.path).read("manifest.json"))
    manifest["files"][name] = "0" * 64
    made.path.write_bytes(pack(backup.manifest, files))
    with zipfile.ZipFile(made.path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for one, data in files.items():
            archive.writestr(one, data)
    assert "不该有" in refuse(lambda: read_backup(made.path)).message


# -- restoring ----------------------------------------------------------------------------------------------


def test_restoring_tells_what_goes_and_waits_for_a_yes(office, folder):
    office.run("backup", "--as-of", "2026-03-31")
    add_month(office, 4)
    office.configure("# 改过\n")
    office.register("人员", [["P1", "赵一", "法官", "县法院", None, None, None, None, None, None]])
    before = hash_tree(folder)
    answer = office.run("restore", "sanwu-2026-03-31-r000002.zip")
    assert answer.status == 0
    assert "第3次操作" in answer.out
    assert "导入案件" in answer.out
    assert "sanwu.toml" in answer.out
    assert "备份里没有，留着不动 registers/人员.xlsx" in answer.out
    assert "--yes" in answer.err
    assert hash_tree(folder) == before


def test_restoring_brings_the_state_back_and_keeps_the_one_before(office, folder):
    office.run("backup", "--as-of", "2026-03-31")
    then, settings = Ledger(folder / LEDGER).read(), (folder / "sanwu.toml").read_bytes()
    add_month(office, 4)
    office.configure("# 改过\n")
    after = Ledger(folder / LEDGER).read()
    answer = office.ask("restore", "sanwu-2026-03-31-r000002.zip", "--yes", "--as-of", "2026-05-01")
    assert answer.json["applied"]
    assert [lost["run"] for lost in answer.json["lost_runs"]] == [3]
    assert Ledger(folder / LEDGER).read() == then
    assert (folder / "sanwu.toml").read_bytes() == settings
    kept = answer.json["kept"]
    assert kept.endswith("sanwu-2026-05-01-r000003.zip")
    # And back again: nothing was lost by it.
    assert office.ask("restore", kept, "--yes").json["gained_runs"] == 1
    assert Ledger(folder / LEDGER).read() == after
    assert "# 改过" in (folder / "sanwu.toml").read_text("utf-8")
    assert not office.ask("restore", kept, "--yes").json["applied"]


def test_histories_that_part_company_are_told_by_their_lines(office, folder):
    """Two third runs with the same command, day and program, of different sheets: they share nothing."""
    path = make_backup(folder, on=DAY, cause="manual").path
    add_month(office, 4)
    mine = make_backup(folder, on=DAY, cause="manual").path
    restore(folder, plan_restore(folder, path), on=DAY)
    add_month(office, 5)
    plan = plan_restore(folder, mine)
    assert [run.number for run in plan.lost] == [3]
    assert plan.gained == 1


def test_a_workspace_comes_back_into_an_empty_folder(office, folder, tmp_path):
    path = make_backup(folder, on=DAY, cause="manual").path
    empty = tmp_path / "new"
    answer = office.run_anywhere("-w", empty, "restore", path, "--yes")
    assert answer.status == 0, answer.err
    assert Ledger(empty / LEDGER).read() == Ledger(folder / LEDGER).read()
    assert hash_tree(empty / "registers") == hash_tree(folder / "registers")
    assert office.run_anywhere("-w", empty, "incidents", "list").status == 0


@pytest.mark.parametrize("damage", ["text", "cut", "changed", "journal"])
def test_a_damaged_ledger_is_kept_as_it_is_and_replaced(office, folder, damage):
    path = make_backup(folder, on=DAY, cause="manual").path
    then, ledger = Ledger(folder / LEDGER).read(), folder / LEDGER
    if damage == "changed":
        spoil(ledger, "UPDATE entry SET content = '{}' WHERE number = 1")
    else:
        data = ledger.read_bytes()
        ledger.write_bytes(b"no ledger" * 999 if damage != "cut" else data[:6000])
    if damage == "journal":
        (folder / "ledger.db-journal").write_bytes(b"left by whoever wrote that")
    bad = ledger.read_bytes()
    answer = office.ask("restore", path, "--yes")
    assert answer.status == 0, answer.err
    assert answer.json["damaged"]
    assert Ledger(ledger).read() == then
    kept = folder / "backups" / answer.json["kept"].rpartition("/")[2]
    assert kept.read_bytes() == bad
    assert not (folder / "ledger.db-journal").exists()


def test_settings_that_cannot_be_read_do_not_keep_anybody_from_restoring(office, folder):
    path = make_backup(folder, on=DAY, cause="manual").path
    (folder / "sanwu.toml").write_text("nonsense [", "utf-8")
    assert office.run("incidents", "list").status == ExitStatus.USAGE
    assert office.run("restore", path, "--yes").status == 0
    assert office.run("incidents", "list").status == 0


def test_a_restoring_cut_short_is_gone_on_with_by_the_next_command(office, folder, monkeypatch):
    path = make_backup(folder, on=DAY, cause="manual").path
    then = Ledger(folder / LEDGER).read()
    add_month(office, 4)
    office.configure("# 改过\n")
    real = restoring.write_file

    def fail(target, data):
        if target.name == "sanwu.toml":
            raise SanwuError("磁盘已满", remedy="请清理磁盘", status=ExitStatus.IO_FAILED)
        return real(target, data)

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "write_file", fail)
        error = refuse(lambda: restore(folder, plan_restore(folder, path), on=DAY))
    assert "接着做完" in error.remedy
    assert (folder / RESTORING).exists()
    open_workspace(folder)
    assert not (folder / RESTORING).exists()
    assert Ledger(folder / LEDGER).read() == then
    assert "# 改过" not in (folder / "sanwu.toml").read_text("utf-8")


def test_a_newer_or_damaged_backup_is_refused_and_nothing_changes(office, folder):
    path = make_backup(folder, on=DAY, cause="manual").path
    add_month(office, 4)
    newer = folder / "newer.db"
    shutil.copy(folder / LEDGER, newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    path.write_bytes(path.read_bytes()[:-200])
    before = hash_tree(folder)
    for bad in (newer, path, folder / "sanwu.toml"):
        answer = office.run("restore", bad, "--yes")
        assert answer.status == ExitStatus.LEDGER_DAMAGED, bad
        assert "Traceback" not in answer.err
    assert office.run("restore", "没有这份.zip").status == ExitStatus.INPUT_MISSING
    assert hash_tree(folder) == before


# -- verifying ----------------------------------------------------------------------------------------------


def verify(office):
    return office.ask("doctor", "--verify")


def test_a_sound_ledger_is_verified_and_its_head_printed(office, folder):
    make_backup(folder, on=DAY, cause="manual")
    answer = verify(office)
    assert answer.status == 0
    assert answer.json["damages"] == []
    assert answer.json["compared"] == 1
    assert answer.json["lines"]["run"] == 2
    head = answer.json["head"]
    assert head in office.run("doctor", "--verify").out
    add_month(office, 4)
    assert verify(office).json["head"] != head


@pytest.mark.parametrize(
    ("statements", "table", "line"),
    [
        (["UPDATE entry SET content = replace(content, '2026-02-05', '2026-01-05')"], "entry", 1),
        (["DELETE FROM entry WHERE number = 1"], "entry", 1),
        (["UPDATE run SET as_of = '2025-01-01' WHERE number = 2"], "run", 2),
        (["UPDATE receipt SET row_count = 99 WHERE number = 2"], "receipt", 2),
        (["DELETE FROM receipt WHERE number = 2"], "entry", 2),
        (["DROP INDEX entry_subject"], "entry_subject", 0),
        (["CREATE TRIGGER spy AFTER INSERT ON run BEGIN SELECT 1; END"], "spy", 0),
    ],
)
def test_damage_is_placed(office, folder, statements, table, line):
    spoil(folder / LEDGER, *statements)
    answer = verify(office)
    assert answer.status == ExitStatus.LEDGER_DAMAGED
    assert (table, line) in [(one["table"], one["line"]) for one in answer.json["damages"]]
    assert (f"第{line}行" if line else table) in office.run("doctor", "--verify").out


def test_a_table_somebody_added_harms_nothing(office, folder):
    spoil(folder / LEDGER, "CREATE TABLE photo (name TEXT)")
    assert verify(office).status == 0
    assert office.run("backup").status == 0


def test_a_missing_guard_is_noticed(office, folder):
    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        connection.execute("DROP TRIGGER entry_no_delete")
    answer = verify(office)
    assert answer.status == ExitStatus.LEDGER_DAMAGED
    assert [one["table"] for one in answer.json["damages"]] == ["entry_no_delete"]


def rechain(path):
    """Give every line the digest it would have had: what a forger with our source can do."""
    from sanwu_cli.ledger.chain import _digest  # noqa: PLC0415

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in ("run", "receipt", "entry"):
            digest = ""
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY number").fetchall():  # noqa: S608 - ours
                digest = _digest(digest, row[:-1])
                connection.execute(f"UPDATE {table} SET digest = ? WHERE number = ?", (digest, row[0]))  # noqa: S608 - ours


@pytest.mark.parametrize("memory", ["backup", "run.json"])
@pytest.mark.parametrize("forgery", ["cut", "rewritten"])
def test_a_cut_tail_or_a_rewritten_line_shows_against_what_is_remembered(office, folder, memory, forgery):
    """The chain alone cannot notice either; the last lines kept elsewhere do."""
    if memory == "backup":
        make_backup(folder, on=DAY, cause="manual")
    else:
        record = {"schema": "sanwu/run/1", "ledger": remember_heads(Ledger(folder / LEDGER))}
        (folder / "out" / "2026-03").mkdir(parents=True)
        (folder / "out" / "2026-03" / "run.json").write_text(json.dumps(record), "utf-8")
    guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    with closing(sqlite3.connect(folder / LEDGER, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        kept = connection.execute(guards).fetchall()
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        if forgery == "cut":
            for table in ("entry", "receipt"):
                connection.execute(f"DELETE FROM {table} WHERE run = 2")  # noqa: S608 - ours
            connection.execute("DELETE FROM run WHERE number = 2")
        else:
            connection.execute("UPDATE receipt SET file = 'inbox/另一张.xlsx' WHERE number = 1")
    rechain(folder / LEDGER)
    with closing(sqlite3.connect(folder / LEDGER, isolation_level=None)) as connection:
        for _, text in kept:
            connection.execute(text)
    Ledger(folder / LEDGER).check()  # sound by itself
    answer = verify(office)
    assert answer.status == ExitStatus.LEDGER_DAMAGED
    assert {one["table"] for one in answer.json["damages"]} >= {"receipt"}


def test_what_a_restoring_left_behind_is_no_damage_and_a_cut_after_it_is(office, folder):
    path = make_backup(folder, on=DAY, cause="manual").path
    add_month(office, 4)
    restore(folder, plan_restore(folder, path), on=DAY)
    assert verify(office).status == 0
    add_month(office, 5)
    make_backup(folder, on=date(2026, 5, 31), cause="manual")
    assert verify(office).status == 0
    (folder / LEDGER).write_bytes(read_backup(path).files[LEDGER])
    assert verify(office).status == ExitStatus.LEDGER_DAMAGED


def test_a_ledger_that_is_gone_and_a_backup_that_cannot_be_read_are_told(office, folder):
    path = make_backup(folder, on=DAY, cause="manual").path
    (folder / LEDGER).unlink()
    assert verify(office).status == ExitStatus.LEDGER_DAMAGED
    path.write_bytes(b"")
    answer = verify(office)
    assert answer.status == ExitStatus.FINDINGS
    assert answer.json["unreadable"] == [str(path)]
    assert path.name in office.run("doctor", "--verify").out


def test_a_newer_ledger_is_refused(office, folder):
    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    answer = office.run("doctor", "--verify")
    assert answer.status == ExitStatus.LEDGER_DAMAGED
    assert "升级" in answer.err
