"""Writing whole files or none, naming them safely, listing them in a fixed order."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import list_inputs, sanitise_name, sweep_temporaries, write_file
from sanwu_cli.machine import mark_machine

if TYPE_CHECKING:
    from pathlib import Path

CALLS = ("open", "write", "fsync", "replace", "fchmod")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "新" / "表.xlsx"
    assert write_file(path, b"1")
    assert write_file(path, b"22")
    assert path.read_bytes() == b"22"
    assert names(path.parent) == ["表.xlsx"]


def test_equal_content_is_not_touched(tmp_path):
    path = tmp_path / "a"
    write_file(path, b"1")
    os.utime(path, (1, 1))
    assert not write_file(path, b"1")
    assert path.stat().st_mtime == 1
    assert write_file(path, b"2")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask to speak of")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_mode_the_umask_leaves(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write_file(tmp_path / "a", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_the_mode_is_kept(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    path.chmod(0o664)
    write_file(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EBUSY])
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_failing_call_leaves_the_old_or_the_new_and_no_temporary(tmp_path, monkeypatch, number, old):
    """Fail each call the write makes in turn; whatever happens, no third content and nothing left behind."""
    failures = 0
    for call in CALLS:
        for at in range(1, 4):
            folder = tmp_path / f"{call}{at}"
            folder.mkdir()
            path = folder / "表.xlsx"
            if old is not None:
                path.write_bytes(old)
            count = 0
            real = getattr(os, call)

            def fail(*arguments, real=real, at=at, **options):
                nonlocal count
                count += 1
                if count == at:
                    raise OSError(number, os.strerror(number))
                return real(*arguments, **options)

            with monkeypatch.context() as patch:
                patch.setattr(os, call, fail)
                try:
                    write_file(path, b"new content")
                    error = None
                except SanwuError as raised:
                    error = raised
            content = path.read_bytes() if path.exists() else None
            assert content in {old, b"new content"}, (call, at)
            assert names(folder) == (["表.xlsx"] if content is not None else [])
            if error is None:
                assert content == b"new content"
                continue
            failures += 1
            is_open = number == errno.EBUSY or (number == errno.EACCES and os.name == "nt")
            assert error.status is (ExitStatus.BUSY if is_open else ExitStatus.IO_FAILED)
            assert error.remedy
    assert failures >= 6


def test_a_write_in_pieces_is_finished(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data[:3])))
    write_file(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_an_interrupt_leaves_no_temporary(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def _temporary(folder: Path, pid: int, machine: str | None = None) -> Path:
    return folder / f".表.xlsx.{machine or mark_machine()}-{pid}.sanwu-tmp"


def test_a_temporary_of_a_killed_run_is_in_nobodys_way(tmp_path):
    """Even one of the very number this process has, and a link that leads elsewhere."""
    path = tmp_path / "表.xlsx"
    _temporary(tmp_path, os.getpid()).symlink_to(tmp_path / "elsewhere")
    write_file(path, b"new")
    assert names(tmp_path) == ["表.xlsx"]
    assert not (tmp_path / "elsewhere").exists()


def test_two_processes_never_share_a_temporary(tmp_path, monkeypatch):
    """What another run is writing at this moment stays as it is, and both files are whole."""
    theirs = _temporary(tmp_path, os.getppid())
    theirs.write_bytes(b"half")
    write_file(tmp_path / "表.xlsx", b"new")
    assert theirs.read_bytes() == b"half"
    used = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda path, *rest: used.append(str(path)) or real(path, *rest))
    write_file(tmp_path / "b", b"1")
    assert str(os.getpid()) in used[0]


@pytest.mark.skipif(os.name == "nt", reason="there only the age tells")
def test_what_killed_runs_left_is_swept_away_and_what_lives_stays(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    deep = tmp_path / "out" / "2026-03"
    deep.mkdir(parents=True)
    now = deep.stat().st_mtime
    dead, alive = _temporary(deep, process.pid), _temporary(deep, os.getppid())
    far, far_old = _temporary(deep, 1, "00000000"), _temporary(deep, 2, "00000000")
    plain, others = deep / ".旧.xlsx.sanwu-tmp", deep / "通报.docx"
    for path in (dead, alive, far, far_old, plain, others):
        path.write_bytes(b"x")
    for path in (far_old, plain):
        os.utime(path, (now - 7200, now - 7200))
    sweep_temporaries(tmp_path, now)
    assert dead.exists()
    sweep_temporaries(tmp_path, now, is_deep=True)
    assert set(deep.iterdir()) == {alive, far, others}


def test_a_link_is_followed_at_home_and_refused_abroad(tmp_path):
    home, abroad = tmp_path / "home", tmp_path / "abroad"
    home.mkdir()
    abroad.write_bytes(b"theirs")
    (home / "real").write_bytes(b"old")
    (home / "near").symlink_to("real")
    (home / "far").symlink_to(abroad)
    write_file(home / "near", b"new")
    assert (home / "near").is_symlink()
    assert (home / "real").read_bytes() == b"new"
    with pytest.raises(SanwuError) as raised:
        write_file(home / "far", b"new")
    assert raised.value.status is ExitStatus.REFUSED
    assert abroad.read_bytes() == b"theirs"


def test_a_folder_in_the_way_is_a_plain_message(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(SanwuError):
        write_file(tmp_path / "a", b"1")
    with pytest.raises(SanwuError):
        write_file(tmp_path / "a" / ".." / "a", b"1")
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026年3月通报.docx", "2026年3月通报.docx"),
        ('一/二\\三:四*五?六"七<八>九|十', "一_二_三_四_五_六_七_八_九_十"),
        ("一／二＼三：四＊五？六＂七＜八＞九｜十", "一_二_三_四_五_六_七_八_九_十"),  # noqa: RUF001 - the full-width twins are the point
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "未命名"),
        ("", "未命名"),
        ("\u202e\u200b\ufeff", "未命名"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\nb\0c", "abc"),
        ("-rf", "rf"),
        ("~$表.xlsx", "$表.xlsx"),
        ("表 . ", "表"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("COM¹", "_COM¹"),
        ("console", "console"),
        ("e\u0301", "é"),
        ("\ud800a", "a"),
    ],
)
def test_names_are_made_safe(text, name):
    assert sanitise_name(text) == name


def test_a_name_is_cut_at_whole_characters():
    assert sanitise_name("字" * 100) == "字" * 66
    assert len(sanitise_name("a" * 300)) == 200


def test_inputs_are_listed_in_a_fixed_order(tmp_path):
    for name in (
        "b/2.xlsx",
        "b/a/1.xls",
        "b/~$2.xlsx",
        "b/.~2.xlsx",
        "b/.~lock.2.xlsx#",
        "b/.git/x",
        "a.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "b" / "loop").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "dangling").symlink_to(tmp_path / "none")
    listed = list_inputs([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in listed] == ["a.csv", "b/2.xlsx", "b/a/1.xls"]
    assert list_inputs([tmp_path / "a.csv", tmp_path]) == listed
    assert list_inputs(reversed([tmp_path / "b", tmp_path / "a.csv"])) == listed


def test_a_missing_input_is_said(tmp_path):
    with pytest.raises(SanwuError) as raised:
        list_inputs([tmp_path / "没有"])
    assert raised.value.status is ExitStatus.INPUT_MISSING
    assert raised.value.remedy
