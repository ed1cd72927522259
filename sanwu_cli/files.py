"""Files at the edge: written whole or not at all, named safely, listed in a fixed order."""

from __future__ import annotations

import errno
import os
import stat
import sys
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.machine import is_running, mark_machine
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Less what the user's umask takes away, as for any file.
_NEW_FILE_MODE = 0o666
_ROOT_MARK = "sanwu.toml"
_PRIVATE_MODE = 0o600
# A temporary names the machine and the process it belongs to: several runs may write one file at once.
_TEMPORARY = ".{name}.{machine}-{pid}.sanwu-tmp"
_TEMPORARY_NAME = compile_later(r"\..*?(?:\.([0-9a-f]{8})-(\d+))?\.sanwu-tmp")
_OLD_SECONDS = 3600.0
_FULL = {errno.ENOSPC, errno.EDQUOT}
_IN_USE = {errno.EBUSY, errno.ETXTBSY}

# Signs that mean something to a path, and their full-width twins, which some systems fold back.
_PATH_SIGNS = r'\/:*?"<>|'
_FULL_WIDTH_OFFSET = 0xFEE0
_FORBIDDEN = {ord(sign) + offset: "_" for sign in _PATH_SIGNS for offset in (0, _FULL_WIDTH_OFFSET)}
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_DEVICE_NAME = compile_later(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)")
_LONGEST_NAME_BYTES = 200

# Files a program keeps beside one it has open: Excel and Word (~$), WPS (.~), LibreOffice (.~lock).
_OWNER_PREFIXES = ("~$", ".")
_OPEN_MARKERS = ("~${name}", "~${cut}", ".~{name}", ".~lock.{name}#")


# What the system's error numbers mean to the user, and what helps.
_CLEAR = "请清理磁盘后重试"
_BLOCKED = ("同名的文件或文件夹挡住了这个位置", "请把它改名或移走后重试，或换一个输出位置")
_DENIED = ("没有权限", "请查看文件和文件夹的权限，或者换一个位置")
_REASONS = {
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOSPC: ("磁盘已满", _CLEAR),
    errno.EDQUOT: ("磁盘配额已满", _CLEAR),
    errno.EROFS: ("磁盘是只读的", "请换一个能写的位置"),
    errno.EEXIST: _BLOCKED,
    errno.ENOTDIR: _BLOCKED,
    errno.EISDIR: _BLOCKED,
    errno.ENOENT: ("上级文件夹不存在", "请查看路径是否写对"),
    errno.ENAMETOOLONG: ("名称太长", "请换一个短一些的名称"),
}


def write_file(path: Path, data: bytes) -> bool:
    """Write a file so that at any moment the old content or the new stands there whole.

    A file that already holds exactly these bytes is not touched. A symbolic link is refused unless it leads
    into its own directory. Raises SanwuError (IO_FAILED, BUSY, REFUSED); then nothing has changed.

    Args:
        path: where to; missing directories are made.
        data: the whole content.

    Returns:
        Whether anything was written.
    """
    try:
        refuse_outside(path)
        target = _resolve(path)
        if holds_bytes(target, data):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        raise _explain(error, path) from error
    return True


def holds_bytes(path: Path, data: bytes) -> bool:
    """Say whether a file is there and holds exactly these bytes."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except (FileNotFoundError, NotADirectoryError):
        return False


class LineFile:
    """A file that lines are added to, each of them whole, for its owner's eyes only."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; raises SanwuError."""
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(path, flags, _PRIVATE_MODE)
            self._mend()
        except OSError as error:
            raise _explain(error, path) from error

    def _mend(self) -> None:
        """End a line that a killed run has left open."""
        size = os.lseek(self._handle, 0, os.SEEK_END)
        if size:
            os.lseek(self._handle, size - 1, os.SEEK_SET)
            if os.read(self._handle, 1) != b"\n":
                os.write(self._handle, b"\n")

    def add(self, line: str) -> None:
        """Add one line in one write; raises SanwuError when it does not fit any more."""
        data = line.encode("utf-8", "replace") + b"\n"
        try:
            written = os.write(self._handle, data)
        except OSError as error:
            raise _explain(error, self.path) from error
        if written != len(data):
            raise _explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), self.path)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


def sweep_temporaries(folder: Path, now: float, *, is_deep: bool = False) -> None:
    """Remove what killed runs left half-written in a folder.

    A temporary of this machine goes when its process is gone, any other when it is an hour old.

    Args:
        folder: where to look; what cannot be looked at is left.
        now: the time as the folder's file system has it, in seconds.
        is_deep: whether to look below it too.
    """
    try:
        with os.scandir(folder) as scan:
            entries = list(scan)
    except OSError:
        return
    for entry in entries:
        if is_deep and entry.is_dir(follow_symlinks=False):
            sweep_temporaries(folder / entry.name, now, is_deep=True)
        elif entry.name.endswith(".sanwu-tmp"):
            with suppress(OSError):
                if _is_left_over(entry.name, now - entry.stat(follow_symlinks=False).st_mtime):
                    (folder / entry.name).unlink()


def _is_left_over(name: str, age: float) -> bool:
    match = _TEMPORARY_NAME.fullmatch(name)
    if match is None:
        return False
    if match[1] == mark_machine() and sys.platform != "win32":
        return not is_running(int(match[2]))
    return abs(age) > _OLD_SECONDS


def sanitise_name(text: str) -> str:
    """Make a text safe as a file name on every system: 200 bytes of UTF-8 at most, never empty.

    Drops invisible and unassigned characters (a reversed text order, zero widths), turns path signs and their
    full-width twins into _, and takes the sting out of leading ~ and -, trailing dots and device names.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        letter for letter in composed if unicodedata.category(letter) not in _DROPPED_CATEGORIES
    )
    name = visible.translate(_FORBIDDEN).lstrip("~-. \u3000").rstrip(". \u3000")
    name = _DEVICE_NAME.sub(r"_\1", name, count=1) if _DEVICE_NAME.match(name) else name
    cut = name.encode()[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").rstrip(". \u3000")
    return cut or "未命名"


def tell_apart(stems: Iterable[str], *, beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Make texts safe as names of files of one folder; of those alike the later are numbered.

    `beside` are names made before for the same folder.
    """
    names: list[str] = []
    taken = {name.casefold() for name in beside}
    for stem in stems:
        base = name = sanitise_name(stem)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}（{number}）"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def refuse_outside(path: Path) -> None:
    """Refuse a place inside a workspace that leads out of it by a link; raises SanwuError (REFUSED).

    A workspace is known by its sanwu.toml; a path outside any is the caller's own choice.
    """
    whole = type(path)(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links asked about
    root = next((one for one in whole.parents if (one / _ROOT_MARK).is_file()), None)
    if root is not None and not whole.resolve().is_relative_to(root.resolve()):
        raise SanwuError(
            f"“{path.name}”的位置是指向工作区外面的链接，没有写",
            remedy="请删去这个链接；确实要写到别处的，把整个工作区放到那里，或者用 -o 写明位置",
            place=str(path),
            status=ExitStatus.REFUSED,
        )


def list_inputs(paths: Iterable[Path]) -> tuple[Path, ...]:
    """List the files named and all files below the folders named, each once, in a fixed order.

    Folders are walked in the order of names; owner files of open programs and hidden files are left out,
    links to folders are not followed. A file named outright is taken whatever its name. Raises SanwuError
    (INPUT_MISSING) for a path that is not there.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise SanwuError(
                f"找不到“{path}”",
                remedy="请核对路径；路径里有空格时要用引号括起来",
                place=str(path),
                status=ExitStatus.INPUT_MISSING,
            )
        found.update(dict.fromkeys(_walk(path) if path.is_dir() else [path]))
    return tuple(found)


def check_not_open(path: Path) -> None:
    """Refuse a file that a program seems to have open, by the marker it keeps beside it; raises SanwuError.

    Where a file may be replaced while it is open, the next save in that program would undo our change.
    """
    for pattern in _OPEN_MARKERS:
        marker = path.with_name(pattern.format(name=path.name, cut=path.name[2:]))
        if marker.exists():
            raise SanwuError(
                f"“{path.name}”可能正在 WPS 或 Excel 里打开着，没有改动",
                remedy=f"请关闭后再试；确实没有打开的，删去旁边的“{marker.name}”再试",
                place=str(path),
                status=ExitStatus.BUSY,
            )


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        raise _explain(error, folder, what="打不开") from error
    for entry in entries:
        if entry.name.startswith(_OWNER_PREFIXES):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name)
        elif _is_file(entry):
            yield folder / entry.name


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is to be read; a link that leads to itself is: the reader tells of it."""
    try:
        return entry.is_file()
    except OSError:
        return True


def _resolve(path: Path) -> Path:
    """Follow a link within its own directory; refuse any other, so that no file elsewhere is overwritten."""
    if not path.is_symlink():
        return path
    target = path.resolve()
    if not target.is_relative_to(path.parent.resolve()):
        raise SanwuError(
            f"“{path.name}”是指向别处的链接，没有写",
            remedy="请删去这个链接，或换一个输出位置",
            place=str(path),
            status=ExitStatus.REFUSED,
        )
    return target


def _replace(target: Path, data: bytes) -> None:
    """Write a temporary file beside the target, to the disk, and put it in the target's place."""
    name = _TEMPORARY.format(name=target.name[:40], machine=mark_machine(), pid=os.getpid())
    temporary = target.with_name(name)
    # A killed run may have had our number.
    temporary.unlink(missing_ok=True)
    try:
        _write_through(temporary, data, _mode_of(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(target.parent)


def _write_through(path: Path, data: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, _NEW_FILE_MODE if mode is None else mode)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode_of(target: Path) -> int | None:
    """Give the mode a file has that is to be replaced; None for a new one."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None


def _sync_directory(folder: Path) -> None:
    """Make the new name last; systems without directory handles keep it by themselves."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explain(error: OSError, path: Path, *, what: str = "没有写成") -> SanwuError:
    # Windows refuses a file that is open as it refuses one without permission; elsewhere they are two things.
    if error.errno in _IN_USE or (os.name == "nt" and isinstance(error, PermissionError)):
        return SanwuError(
            f"“{path.name}”{what}：正被别的程序使用",
            remedy="可能正在 WPS 或 Excel 里打开着，请关闭后稍后再试；也请查看文件夹的权限",
            place=str(path),
            status=ExitStatus.BUSY,
        )
    reason, remedy = _REASONS.get(error.errno or 0, ("读写出错", "请查看磁盘是否只读、是否已断开，然后重试"))
    return SanwuError(
        f"“{path.name}”{what}：{reason}", remedy=remedy, place=str(path), status=ExitStatus.IO_FAILED
    )
