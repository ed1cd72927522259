"""One writing run at a time: who holds the workspace is named, a dead run holds nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.locking import FOLDER, LOCK, OWNER, STALE_SECONDS, Owner, hold_lock, read_owner
from sanwu_cli.machine import is_running, mark_machine, name_boot, name_machine, name_user

ME = Owner(os.getpid(), name_machine(), "李", "sanwu incidents undo", "2026-07-01 08:00:00", name_boot())
ELSEWHERE = Owner(77, "另一台", "王", "sanwu month-end", "2026-07-01 07:00:00", "another boot")

HOLD = """
import sys
from pathlib import Path
from sanwu_cli.locking import Owner, hold_lock
from sanwu_cli.machine import name_machine
import os
with hold_lock(Path(sys.argv[1]), Owner(os.getpid(), name_machine(), "张", "sanwu month-end", "2026-07-01")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path):
    """Another process that holds the workspace until it is let go."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def _sign(workspace, owner, *, age=0.0):
    (workspace / FOLDER).mkdir(exist_ok=True)
    path = workspace / FOLDER / OWNER
    path.write_text(json.dumps({name: getattr(owner, name) for name in owner.__struct_fields__}), "utf-8")
    now = path.stat().st_mtime
    os.utime(path, (now - age, now - age))


def test_the_holder_is_named_and_nothing_is_left_of_him(tmp_path):
    with hold_lock(tmp_path, ME):
        assert read_owner(tmp_path) == ME
    assert read_owner(tmp_path) is None
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [LOCK]


def test_a_second_run_is_told_who_has_it_and_since_when(tmp_path, held):
    with pytest.raises(SanwuError) as raised, hold_lock(tmp_path, ME):
        pytest.fail("two runs hold one workspace")
    assert raised.value.status is ExitStatus.BUSY
    for word in (str(held.pid), name_machine(), "张", "sanwu month-end", "2026-07-01"):
        assert word in raised.value.message
    assert "--wait" in raised.value.remedy


def test_a_run_that_waits_gets_it_when_the_other_is_done(tmp_path, held):
    told = []
    threading.Timer(0.3, held.stdin.close).start()
    begun = time.monotonic()
    with hold_lock(tmp_path, ME, wait=30, tell=told.append):
        assert read_owner(tmp_path) == ME
    assert time.monotonic() - begun < 20
    assert len(told) == 1
    assert str(held.pid) in told[0]


def test_waiting_has_an_end(tmp_path, held):
    with pytest.raises(SanwuError), hold_lock(tmp_path, ME, wait=0.2):
        pytest.fail("two runs hold one workspace")
    assert held.poll() is None


def test_a_killed_run_holds_nothing_and_this_is_said(tmp_path, held):
    held.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    held.wait()
    assert read_owner(tmp_path) is not None
    told = []
    with hold_lock(tmp_path, ME, tell=told.append):
        assert read_owner(tmp_path) == ME
    assert len(told) == 1
    assert str(held.pid) in told[0]
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [LOCK]


def test_an_owner_on_another_machine_counts_while_he_stirs(tmp_path):
    _sign(tmp_path, ELSEWHERE, age=STALE_SECONDS - 60)
    with pytest.raises(SanwuError) as raised, hold_lock(tmp_path, ME, wait=0.1):
        pytest.fail("another machine holds it")
    assert raised.value.status is ExitStatus.BUSY
    assert "另一台" in raised.value.message
    assert OWNER in raised.value.remedy
    assert read_owner(tmp_path) == ELSEWHERE


def test_an_owner_on_another_machine_who_no_longer_stirs_is_put_aside(tmp_path):
    _sign(tmp_path, ELSEWHERE, age=STALE_SECONDS + 60)
    told = []
    with hold_lock(tmp_path, ME, tell=told.append):
        assert read_owner(tmp_path) == ME
    assert "另一台" in told[0]


def test_another_name_under_the_same_kernel_is_the_same_machine(tmp_path):
    """A container has a name of its own; the system's lock holds between them all the same."""
    _sign(tmp_path, Owner(77, "另一台", "王", "sanwu month-end", "", "one boot"))
    with hold_lock(tmp_path, Owner(1, "这一台", "李", "sanwu", "", "one boot")):
        pass


def test_a_text_cut_off_is_no_owner(tmp_path):
    (tmp_path / FOLDER).mkdir()
    path = tmp_path / FOLDER / OWNER
    path.write_bytes(b'{"pid": 4')
    with pytest.raises(SanwuError), hold_lock(tmp_path, ME):
        pytest.fail("somebody may be writing it")
    os.utime(path, (1, 1))
    with hold_lock(tmp_path, ME):
        assert read_owner(tmp_path) == ME


@pytest.mark.skipif(os.name == "nt", reason="there the system's locks are always there")
def test_where_the_folder_keeps_no_locks_the_text_decides(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("fcntl.flock", refuse)
    _sign(tmp_path, Owner(os.getppid(), name_machine()))
    with pytest.raises(SanwuError), hold_lock(tmp_path, ME):
        pytest.fail("that process runs")
    _sign(tmp_path, Owner(_dead_pid(), name_machine()))
    with hold_lock(tmp_path, ME):
        assert read_owner(tmp_path) == ME


def test_a_folder_that_cannot_be_written_is_said_in_chinese(tmp_path):
    (tmp_path / FOLDER).write_bytes(b"")
    with pytest.raises(SanwuError) as raised, hold_lock(tmp_path, ME):
        pytest.fail("no place for the lock")
    assert raised.value.status is ExitStatus.IO_FAILED


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / FOLDER).symlink_to("elsewhere")
    with pytest.raises(SanwuError) as raised, hold_lock(tmp_path, ME):
        pytest.fail("a link leads elsewhere")
    assert raised.value.status is ExitStatus.REFUSED
    assert not list((tmp_path / "elsewhere").iterdir())


def test_the_folder_is_as_open_as_the_workspace(tmp_path):
    workspace = tmp_path / "共用"
    workspace.mkdir()
    workspace.chmod(0o770)
    with hold_lock(workspace, ME):
        pass
    assert (workspace / FOLDER).stat().st_mode & 0o777 == 0o770
    assert (workspace / FOLDER / LOCK).stat().st_mode & 0o777 == 0o660


def test_this_machine_has_a_name_a_user_and_processes():
    assert name_user()
    assert len(mark_machine()) == 8
    assert is_running(os.getpid())
    if os.name != "nt":
        assert not is_running(_dead_pid())


def _dead_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid
