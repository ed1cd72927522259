"""One writing run at a time in a workspace: a lock the system keeps, and beside it who holds it.

The system lets go of its lock when the process ends, however it ends; what a killed run left of itself is
then only text. A shared folder may not carry locks from one machine to another: there the text itself counts,
as long as its owner keeps it fresh.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.machine import is_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = ".sanwu"
LOCK = "lock"
OWNER = "owner.json"
# An owner on another machine that has not stirred for so long is taken for dead; it stirs far more often.
STALE_SECONDS = 600.0
_STIR_SECONDS = 60.0
# A text that cannot be read is being written, which takes an instant, or was cut off.
_UNREADABLE_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.25
_HELD = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


class Owner(msgspec.Struct, frozen=True):
    """Who holds a workspace: process, machine, person, command, since when; `boot` tells machines apart."""

    pid: int = 0
    host: str = ""
    user: str = ""
    command: str = ""
    since: str = ""
    boot: str = ""

    @property
    def label(self) -> str:
        """Name the owner in Chinese."""
        if not self.pid:
            return "（没有写明是哪一次运行）"
        since = f"，{self.since}开始" if self.since else ""
        return f"{self.command}（进程{self.pid}，电脑{self.host}，用户{self.user}{since}）"

    def is_near(self, other: Owner) -> bool:
        """Say whether both run on one machine, so that the system's lock holds between them."""
        return self.host == other.host or bool(self.boot and self.boot == other.boot)


@contextmanager
def hold_lock(
    workspace: Path, owner: Owner, *, wait: float = 0.0, tell: Callable[[str], None] = lambda _: None
) -> Iterator[float]:
    """Hold the workspace for writing; gives the time as its file system has it, in seconds.

    Args:
        workspace: the folder.
        owner: who we are; others are told.
        wait: how many seconds to wait for another run; 0 asks once.
        tell: takes a sentence when there is something to wait for, and when a dead run's text is put aside.

    Raises:
        SanwuError: BUSY names the run that holds it; IO_FAILED where the folder cannot be written.
    """
    lock = _Lock(workspace / FOLDER, owner, tell)
    try:
        lock.prepare()
        lock.acquire(wait)
    except OSError as error:
        lock.release()
        raise _tell_unwritable() from error
    except BaseException:
        lock.release()
        raise
    try:
        yield lock.touch()
    finally:
        lock.release()


def read_owner(workspace: Path) -> Owner | None:
    """Read who says that he holds the workspace; None where nobody does or the text is unreadable."""
    return _read(workspace / FOLDER / OWNER)


class _Lock:
    """The lock file and the owner's text beside it."""

    def __init__(self, folder: Path, owner: Owner, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self.owner = owner
        self.tell = tell
        self.handle: int | None = None
        self.is_ours = False
        self.rest: Callable[[], None] | None = None

    def prepare(self) -> None:
        """Make the folder, as open as the workspace itself, and open the lock file."""
        if self.folder.is_symlink():
            raise SanwuError(
                f"“{FOLDER}”是一个链接，没有写",
                remedy="请删去这个链接，程序会自己建立文件夹",
                place=FOLDER,
                status=ExitStatus.REFUSED,
            )
        mode = self.folder.parent.stat().st_mode & 0o777
        if not self.folder.is_dir():
            self.folder.mkdir(exist_ok=True)
            with suppress(OSError):  # another user's run was quicker
                self.folder.chmod(mode)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        path = self.folder / LOCK
        is_new = not path.exists()
        self.handle = os.open(path, flags, 0o666)
        if is_new:
            with suppress(OSError):
                path.chmod(mode & 0o666)

    def acquire(self, wait: float) -> None:
        """Take the lock, asking again until the time is up; raises SanwuError with BUSY."""
        until = time.monotonic() + wait
        pause = _FIRST_PAUSE
        is_told = False
        while (holder := self._ask()) is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise _tell_busy(holder, self.owner)
            if not is_told:
                self.tell(f"正在等另一次运行做完：{holder.label}")
                is_told = True
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        self.rest = _stir(self.folder / OWNER)

    def _ask(self) -> Owner | None:
        """Take the lock if it is free; else give its holder."""
        assert self.handle is not None  # noqa: S101 - prepared before
        is_kept_by_system = True
        try:
            _lock(self.handle)
        except OSError as error:
            if error.errno in _HELD:
                return _read(self.folder / OWNER) or Owner()
            if error.errno not in _NO_LOCKS:
                raise
            is_kept_by_system = False
        while not self._sign():
            earlier = _read(self.folder / OWNER)
            if self._is_alive(earlier, is_kept_by_system=is_kept_by_system):
                _unlock(self.handle)
                return earlier or Owner()
            self._put_aside(earlier)
        return None

    def _sign(self) -> bool:
        """Write who we are where nobody has; say whether it was so."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            handle = os.open(self.folder / OWNER, flags, 0o644)
        except FileExistsError:
            return False
        self.is_ours = True
        try:
            os.write(handle, json.dumps(msgspec.to_builtins(self.owner), ensure_ascii=False).encode())
        finally:
            os.close(handle)
        return True

    def _is_alive(self, earlier: Owner | None, *, is_kept_by_system: bool) -> bool:
        """Say whether the owner we read may still be at work although the system gave us the lock."""
        try:
            age = abs(self.touch() - (self.folder / OWNER).stat().st_mtime)
        except FileNotFoundError:
            return False
        if earlier is None:
            return age < _UNREADABLE_SECONDS
        if not earlier.is_near(self.owner):
            return age < STALE_SECONDS
        return not is_kept_by_system and age < STALE_SECONDS and is_running(earlier.pid)

    def _put_aside(self, earlier: Owner | None) -> None:
        """Take a dead owner's text away; of several who try, one succeeds."""
        aside = self.folder / f"{OWNER}.{self.owner.pid}"
        with suppress(FileNotFoundError):
            (self.folder / OWNER).replace(aside)
            aside.unlink()
            if earlier is not None:
                self.tell(f"上一次运行没有正常结束，它的占用不再算数：{earlier.label}")

    def touch(self) -> float:
        """Give the time as the file system has it: on a share the clocks of two machines may differ."""
        path = self.folder / LOCK
        os.utime(path)
        return path.stat().st_mtime

    def release(self) -> None:
        """Let go: first the text, if it is still ours, then the lock."""
        if self.rest is not None:
            self.rest()
        if self.is_ours and _read(self.folder / OWNER) in (self.owner, None):
            with suppress(OSError):
                (self.folder / OWNER).unlink()
        self.is_ours = False
        if self.handle is not None:
            with suppress(OSError):
                _unlock(self.handle)
            os.close(self.handle)
            self.handle = None


def _stir(path: Path) -> Callable[[], None]:
    """Keep the owner's text fresh until the function given back is called."""
    from threading import Event, Thread  # noqa: PLC0415 - only runs that write need it

    done = Event()

    def touch() -> None:
        while not done.wait(_STIR_SECONDS):
            with suppress(OSError):
                os.utime(path)

    Thread(target=touch, daemon=True).start()
    return done.set


def _read(path: Path) -> Owner | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Owner)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _tell_busy(holder: Owner, me: Owner) -> SanwuError:
    if holder.pid and not holder.is_near(me):
        last = f"；{holder.host}上确实没有在运行的，删去 {FOLDER}/{OWNER} 再试"
    else:
        last = f"；它若已经停住不动，先结束进程{holder.pid}" if holder.pid else ""
    return SanwuError(
        f"工作区正被另一次运行占用，没有写入：{holder.label}",
        remedy=f"请等它做完再试，或加 --wait 秒数 等它{last}",
        place=f"{FOLDER}/{LOCK}",
        status=ExitStatus.BUSY,
    )


def _tell_unwritable() -> SanwuError:
    return SanwuError(
        "工作区写不进去：磁盘已满、只读或没有权限，什么也没有改动",
        remedy="请腾出空间或改正权限后重新运行",
        place=f"{FOLDER}/{LOCK}",
        status=ExitStatus.IO_FAILED,
    )
