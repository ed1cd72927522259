"""One fault at the k-th write-like operation of this process, Python's own or SQLite's, below a folder.

SQLite calls the system through a table that its VFS lets anybody change (`xSetSystemCall`); through ctypes
the entries become callbacks that count, fail or kill. Its fsync does not stand in that table: strace sees it.
"""

from __future__ import annotations

import _pyio
import builtins
import ctypes
import errno
import io
import os
import signal
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# What may be done at an operation; the ones with a number make it fail.
ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EROFS": errno.EROFS, "EACCES": errno.EACCES}
KINDS = ("kill", "tear", *ERRORS, "short")
# A disk stays full and a mount stays read-only: from the k-th operation on every one fails.
LASTING = ("ENOSPC+", "EIO+", "EROFS+")
NOTHING = "none"

_REAL = {
    name: getattr(os, name)
    for name in (
        "open",
        "write",
        "pwrite",
        "fsync",
        "replace",
        "rename",
        "unlink",
        "remove",
        "mkdir",
        "rmdir",
    )
} | {
    name: getattr(os, name)
    for name in ("fchmod", "chmod", "ftruncate", "truncate", "utime", "symlink", "link", "close")
}
_REAL_OPEN = builtins.open


@dataclass
class Injector:
    """Counts the operations below `root` and does `kind` at number `at` (from 1); `log` names each."""

    root: str
    kind: str = NOTHING
    at: int = 0
    log: list[str] = field(default_factory=list)
    fds: dict[int, str] = field(default_factory=dict)
    struck: bool = False

    def meets(self, name: str, path: str | None) -> str:
        """Count an operation and give what is to be done with it: nothing, an error's name, tear or short."""
        if path is None or not path.startswith(self.root):
            return NOTHING
        self.log.append(f"{name} {path.removeprefix(self.root)}")
        number, lasting = len(self.log), self.kind.endswith("+")
        if number != self.at and not (lasting and number > self.at > 0):
            return NOTHING
        self.struck = True
        if self.kind == "kill" or (self.kind == "tear" and name not in {"write", "pwrite", "pwrite64"}):
            os.kill(os.getpid(), signal.SIGKILL)
        return self.kind.removesuffix("+")

    def install(self) -> None:
        """Put the injector below Python's calls and, where it can be reached, below SQLite's."""
        _patch_python(self)
        table = find_sqlite_calls()
        if table is not None:
            _patch_sqlite(self, table)


def _fail(kind: str, path: object) -> None:
    if kind in ERRORS:
        raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]), str(path))


def _locate(path: Any, dir_fd: int | None = None) -> str | None:
    if isinstance(path, int):
        return None
    base = str(Path(f"/proc/self/fd/{dir_fd}").readlink()) if dir_fd is not None else str(Path.cwd())
    return os.path.normpath(os.path.join(base, os.fsdecode(path)))  # noqa: PTH118 - a link is not followed


def _patch_python(injector: Injector) -> None:
    os.open = lambda path, flags, mode=0o777, *, dir_fd=None: _open(injector, path, flags, mode, dir_fd)
    os.write = lambda handle, data: _write(injector, handle, data)
    os.close = lambda handle: _close(injector, handle)
    for name in ("fsync", "fchmod", "ftruncate"):
        setattr(os, name, _on_handle(injector, name))
    for name in ("replace", "rename", "unlink", "remove", "mkdir", "rmdir", "chmod", "truncate", "utime"):
        setattr(os, name, _on_path(injector, name))
    builtins.open = io.open = _open_file


def _open(injector: Injector, path: Any, flags: int, mode: int, dir_fd: int | None) -> int:
    place = _locate(path, dir_fd)
    if flags & WRITING:
        _fail(injector.meets("open", place), path)
    handle = int(_REAL["open"](path, flags, mode, dir_fd=dir_fd))
    if place is not None:
        injector.fds[handle] = place
    return handle


def _write(injector: Injector, handle: int, data: Any) -> int:
    place, content = injector.fds.get(handle), bytes(data)
    act = injector.meets("write", place)
    _fail(act, place)
    if act in {"tear", "short"} and len(content) > 1:
        content = content[: len(content) // 2]
    done = int(_REAL["write"](handle, content))
    if act == "tear":
        os.kill(os.getpid(), signal.SIGKILL)
    return done


def _close(injector: Injector, handle: int) -> None:
    injector.fds.pop(handle, None)
    _REAL["close"](handle)


def _on_handle(injector: Injector, name: str) -> Any:
    def call(handle: Any, *more: Any, **named: Any) -> Any:
        place = injector.fds.get(handle) if isinstance(handle, int) else _locate(handle)
        _fail(injector.meets(name, place), place)
        return _REAL[name](handle, *more, **named)

    return call


def _on_path(injector: Injector, name: str) -> Any:
    def call(path: Any, *more: Any, **named: Any) -> Any:
        _fail(injector.meets(name, _locate(path, named.get("dir_fd"))), path)
        return _REAL[name](path, *more, **named)

    return call


def _open_file(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
    """Open a file for writing by _pyio, whose file objects write through os.write, where they are seen."""
    writes = any(letter in mode for letter in "wax+")
    return (_pyio.open if writes else _REAL_OPEN)(file, mode, *more, **named)


# -- SQLite -------------------------------------------------------------------------------------------------

_POINTER = ctypes.c_void_p
_SET = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_char_p, _POINTER)
_GET = ctypes.CFUNCTYPE(_POINTER, _POINTER, ctypes.c_char_p)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", _POINTER),
        ("name", ctypes.c_char_p),
        ("data", _POINTER),
        ("methods", _POINTER * 13),
        ("set_call", _SET),
        ("get_call", _GET),
    )


def find_sqlite_calls() -> Any | None:
    """Find the VFS of the very library _sqlite3 uses; None where it is hidden inside the interpreter."""
    sqlite3.connect(":memory:").close()
    try:
        with _REAL_OPEN("/proc/self/maps") as maps:
            paths = sorted({line.split()[-1] for line in maps if "libsqlite3" in line})
        library = ctypes.CDLL(paths[0] if paths else None)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None)
    except (OSError, AttributeError):
        return None
    return vfs if vfs and vfs.contents.version >= 3 else None


_INT, _SIZE, _TEXT = ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
# name: result, arguments, whether the first argument is a path.
_CALLS: dict[str, tuple[Any, tuple[Any, ...], bool]] = {
    "open": (_INT, (_TEXT, _INT, _INT), True),
    "write": (ctypes.c_ssize_t, (_INT, _POINTER, _SIZE), False),
    "pwrite": (ctypes.c_ssize_t, (_INT, _POINTER, _SIZE, ctypes.c_int64), False),
    "pwrite64": (ctypes.c_ssize_t, (_INT, _POINTER, _SIZE, ctypes.c_int64), False),
    "ftruncate": (_INT, (_INT, ctypes.c_int64), False),
    "fallocate": (_INT, (_INT, ctypes.c_int64, ctypes.c_int64), False),
    "unlink": (_INT, (_TEXT,), True),
}
_KEPT: list[Any] = []  # callbacks must outlive this module's functions


def _patch_sqlite(injector: Injector, vfs: Any) -> None:
    for name, (result, arguments, is_path) in _CALLS.items():
        kind = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)
        address = vfs.contents.get_call(vfs, name.encode())
        if not address:
            continue  # not compiled in
        callback = kind(_wrap(injector, name, kind(address), is_path=is_path))
        _KEPT.append(callback)
        vfs.contents.set_call(vfs, name.encode(), ctypes.cast(callback, _POINTER))


def _wrap(injector: Injector, name: str, real: Any, *, is_path: bool) -> Any:
    fds = injector.fds

    def call(first: Any, *more: Any) -> int:
        place = os.fsdecode(first) if is_path else fds.get(first)
        counted = name != "open" or more[0] & WRITING
        act = injector.meets(name, place) if counted else NOTHING
        if act in ERRORS:
            ctypes.set_errno(ERRORS[act])
            return -1
        if act in {"tear", "short"} and "write" in name and more[1] > 1:
            more = (more[0], more[1] // 2, *more[2:])
        done = int(real(first, *more))
        if act == "tear":
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "open" and done >= 0 and place is not None:
            fds[done] = place
        return done

    return call
