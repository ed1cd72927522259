"""Faults: killed or failing at any write, a command leaves the state before or after, never a third.

The short version of `make faults`; and disks that are full, read-only or open elsewhere for real.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from fault_injector import find_sqlite_calls
from workspaces import County, Office, case, hash_tree

from sanwu_cli.errors import ExitStatus
from sanwu_cli.ledger.store import Ledger

HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the faults are put into a forked child")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Run the short version in a process of its own: it forks, and pytest has threads."""
    path = tmp_path_factory.mktemp("faults") / "outcome.json"
    done = subprocess.run(
        [sys.executable, str(HERE / "fault_harness.py"), "--short", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert path.exists(), done.stdout + done.stderr
    return json.loads(path.read_text("utf-8"))


def test_no_fault_leaves_a_third_state(outcome):
    tallies = outcome["tallies"]
    assert [fault for tally in tallies for fault in tally["faults"]] == []
    assert sum(sum(tally["runs"].values()) for tally in tallies) >= 40
    assert all(tally["operations"] >= 10 for tally in tallies)
    states = {state for tally in tallies for state in tally["states"]}
    assert states >= {"before", "after"}, "both must be met, or nothing is tried"


@pytest.mark.skipif(find_sqlite_calls() is None, reason="SQLite is hidden inside this Python")
def test_versions_that_write_badly_are_found(outcome):
    assert [name for name, complaint in outcome["mutants"].items() if not complaint] == []
    assert len(outcome["mutants"]) >= 5


# -- for real -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk") / "ws"
    office = Office(folder, County.of(东岭镇=2), lambda: ("", ""))
    office.month("petition", "2026-02", [case("petition", 1, "2026-02-05", "东岭镇", "青禾村")])
    office.run("incidents", "import", "inbox", "--as-of", "2026-03-31")
    office.month(
        "petition", "2026-03", [case("petition", n, "2026-03-05", "东岭镇", "松岗村") for n in (2, 3)]
    )
    return folder


def make_copy(made, folder, capsys):
    shutil.copytree(made, folder)
    return Office(folder, County.of(东岭镇=2), lambda: tuple(capsys.readouterr()))


@pytest.fixture
def office(made, tmp_path, capsys):
    return make_copy(made, tmp_path / "ws", capsys)


MONTH_END = ("month-end", "2026-03")
IMPORT = ("incidents", "import", "inbox", "--as-of", "2026-03-31")


def check_refused(office, before, answer, *statuses):
    """A run that could not write: status, words, the ledger as it was or whole runs further."""
    assert answer.status in statuses, answer.err
    assert "Traceback" not in answer.err
    assert "修复" in answer.err
    Ledger(office.path / "ledger.db").check()
    assert Ledger(office.path / "ledger.db").read().runs[: len(before.runs)] == before.runs


@contextmanager
def limit_files(size):
    """Let no file of this process grow beyond a size: a disk that is full for whoever writes much."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, kept[0][1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept[0])
        signal.signal(signal.SIGXFSZ, kept[1])


@pytest.mark.parametrize("size", [0, 1000, 9000])
def test_a_file_that_may_not_grow_is_a_full_disk(office, size):
    before = Ledger(office.path / "ledger.db").read()
    with limit_files(size):
        answer = office.run(*MONTH_END)
    check_refused(office, before, answer, ExitStatus.IO_FAILED)
    assert office.run(*MONTH_END).status in {0, 1}
    assert not list(office.path.rglob("*.sanwu-tmp"))


@contextmanager
def mount_small(folder, size):
    """Mount a disk of a size in kB; skips, with the reason, where that is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}k,nr_inodes=2000", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_changes_nothing_and_cleared_up_all_goes_well(made, tmp_path, capsys):
    with mount_small(tmp_path / "disk", 900):
        office = make_copy(made, tmp_path / "disk" / "ws", capsys)
        before = Ledger(office.path / "ledger.db").read()
        filler = tmp_path / "disk" / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 1024)
        for command in (IMPORT, MONTH_END, ("backup",)):
            check_refused(office, before, office.run(*command), ExitStatus.IO_FAILED)
        assert Ledger(office.path / "ledger.db").read() == before
        filler.unlink()
        assert office.run(*MONTH_END).status in {0, 1}
        assert len(Ledger(office.path / "ledger.db").read().runs) == 2


def test_a_disk_mounted_read_only_can_be_read_and_refuses_the_rest(made, tmp_path, capsys):
    with mount_small(tmp_path / "disk", 2000):
        office = make_copy(made, tmp_path / "disk" / "ws", capsys)
        before, tree = Ledger(office.path / "ledger.db").read(), hash_tree(office.path)
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        for command in (IMPORT, MONTH_END, ("backup",)):
            check_refused(office, before, office.run(*command), ExitStatus.IO_FAILED)
        assert office.run("incidents", "list").status == 0
        assert office.run("score", "month", "2026-02").status in {0, 1}
        assert hash_tree(office.path) == tree


def run_as_nobody(office, *arguments):
    """Run a command in a child without the rights of root."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setgid(65534)
            os.setuid(65534)
            status = office.run(*arguments).status
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can take rights away")
def test_a_folder_without_the_right_to_write_is_said(office, tmp_path):
    for folder in (*tmp_path.parents, tmp_path):
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o755)
    before = Ledger(office.path / "ledger.db").read()
    assert run_as_nobody(office, *MONTH_END) in {ExitStatus.IO_FAILED, ExitStatus.BUSY}
    assert run_as_nobody(office, "backup") in {ExitStatus.IO_FAILED, ExitStatus.BUSY}
    assert run_as_nobody(office, "incidents", "list") == 0
    assert Ledger(office.path / "ledger.db").read() == before


@pytest.mark.parametrize("marker", ["~${}", ".~{}", ".~lock.{}#"])
def test_files_held_open_elsewhere_are_in_nobodys_way(office, marker):
    """The markers lie beside sheets and results; they are no sheets, and stay where they are."""
    assert office.run(*MONTH_END).status in {0, 1}
    expected = Ledger(office.path / "ledger.db").read()
    for path in [*office.path.rglob("*.xlsx"), *office.path.rglob("*.docx")]:
        path.with_name(marker.format(path.name)).write_bytes(b"owner")
    tree = hash_tree(office.path)
    answer = office.run(*MONTH_END)
    assert answer.status in {0, 1}, answer.err
    assert "owner" not in answer.out + answer.err
    assert Ledger(office.path / "ledger.db").read() == expected
    assert hash_tree(office.path) == tree


def test_a_clock_set_back_changes_no_answer(office):
    """Days come from the command line; times of files are not asked."""
    assert office.run(*MONTH_END).status in {0, 1}
    tree = hash_tree(office.path / "out")
    for path in office.path.rglob("*"):
        os.utime(path, (4_102_444_800, 4_102_444_800))  # the year 2100
    assert office.run(*MONTH_END).status in {0, 1}
    assert hash_tree(office.path / "out") == tree
    earlier = ("--as-of", "2020-01-01")
    rows = [case("suit", 9, "2026-04-06", "东岭镇", "青禾村")]
    office.month("suit", "2026-04", rows)
    assert office.run("incidents", "import", "inbox", *earlier).status == 0
    assert office.run("incidents", "undo", *earlier).status == 0
    assert office.run("backup", *earlier).status == 0
    assert office.run("doctor", "--verify", *earlier).status == 0
    assert [run.number for run in Ledger(office.path / "ledger.db").read().runs] == [1, 2, 3, 4]
