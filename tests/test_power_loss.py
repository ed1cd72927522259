"""Power loss: after each call of write_file, every state a disk may be in holds the old file or the new.

A disk may forget what was not told to last. The model: bytes last from the fsync of their file, names from
the fsync of their folder; what was not synced may be there, or not, or (bytes) in part, in any order.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sanwu_cli import files
from sanwu_cli.files import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OLD, NEW = b"the old content", b"the new content, which is longer"
Names = dict[str, int]


@dataclass
class Disk:
    """What was done, and what of it must last: names (of inodes) and bytes."""

    names: Names = field(default_factory=dict)
    kept_names: Names = field(default_factory=dict)
    pending: list[tuple[str, str, str]] = field(default_factory=list)
    content: dict[int, bytes] = field(default_factory=dict)
    kept_content: dict[int, bytes] = field(default_factory=dict)

    def states(self) -> Iterator[dict[str, bytes]]:
        """Give every state this disk may be in after the power went."""
        for chosen in itertools.product((False, True), repeat=len(self.pending)):
            names = dict(self.kept_names)
            for happened, (what, first, second) in zip(chosen, self.pending, strict=True):
                if happened:
                    _apply(names, what, first, second)
            inodes = sorted(set(names.values()))
            for contents in itertools.product(*(self._contents(inode) for inode in inodes)):
                held = dict(zip(inodes, contents, strict=True))
                yield {name: held[inode] for name, inode in names.items()}

    def _contents(self, inode: int) -> list[bytes]:
        """Give what may stand in a file: what was synced, or with any part of what came after."""
        kept, now = self.kept_content.get(inode, b""), self.content.get(inode, b"")
        if kept == now:
            return [now]
        return list(dict.fromkeys([kept, now[: len(now) // 2], b"\0" * len(now), now]))


def _apply(names: Names, what: str, first: str, second: str) -> None:
    if what == "make":
        names[first] = int(second)
    elif what == "drop":
        names.pop(first, None)
    elif first in names:
        names[second] = names.pop(first)


class Recorder:
    """Follows the calls of write_file on a real folder and keeps the disk's model; looks after each call."""

    def __init__(self, folder: Path, looks: Callable[[Disk, bool], None]) -> None:
        self.folder, self.looks, self.disk = folder, looks, Disk()
        self.handles: dict[int, str] = {}
        self.next = 1

    def start(self, name: str, data: bytes) -> None:
        """Let a file be there that lasts."""
        self.disk.names[name] = self.disk.kept_names[name] = 0
        self.disk.content[0] = self.disk.kept_content[0] = data

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put the recorder below the calls."""
        for name in ("open", "write", "fsync", "close", "replace", "unlink"):
            patch.setattr(os, name, self._follow(name, getattr(os, name)))

    def _follow(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            answer = real(*arguments, **named)
            getattr(self, f"_{name}")(answer, *arguments)
            self.looks(self.disk, False)  # noqa: FBT003 - not acknowledged yet
            return answer

        return call

    def _open(self, handle: int, path: object, flags: int, *_: object) -> None:
        name = os.path.basename(os.fspath(path))  # type: ignore[call-overload]  # noqa: PTH119
        self.handles[handle] = "" if flags & os.O_DIRECTORY else name
        if flags & os.O_CREAT and name not in self.disk.names:
            self.disk.names[name], self.disk.content[self.next] = self.next, b""
            self.disk.pending.append(("make", name, str(self.next)))
            self.next += 1
        if flags & os.O_TRUNC:
            self.disk.content[self.disk.names[name]] = b""

    def _write(self, count: int, handle: int, data: bytes) -> None:
        self.disk.content[self.disk.names[self.handles[handle]]] += bytes(data)[:count]

    def _fsync(self, _: object, handle: int) -> None:
        name = self.handles[handle]
        if name:
            inode = self.disk.names[name]
            self.disk.kept_content[inode] = self.disk.content[inode]
        else:
            self.disk.kept_names, self.disk.pending = dict(self.disk.names), []

    def _close(self, _: object, handle: int) -> None:
        self.handles.pop(handle, None)

    def _replace(self, _: object, source: object, target: object) -> None:
        first, second = (os.path.basename(os.fspath(p)) for p in (source, target))  # type: ignore[call-overload]  # noqa: PTH119
        _apply(self.disk.names, "move", first, second)
        self.disk.pending.append(("move", first, second))

    def _unlink(self, _: object, path: object, **__: object) -> None:
        name = os.path.basename(os.fspath(path))  # type: ignore[call-overload]  # noqa: PTH119
        self.disk.names.pop(name, None)
        self.disk.pending.append(("drop", name, ""))


def enumerate_states(folder: Path, patch: pytest.MonkeyPatch, old: bytes | None) -> tuple[int, list[str]]:
    """Write a file and give how many states there may have been, and those neither old nor new."""
    wrong, count = [], 0

    def look(disk: Disk, acknowledged: bool) -> None:  # noqa: FBT001 - told by the recorder
        nonlocal count
        for state in disk.states():
            count += 1
            content = state.get("表.xlsx")
            if content != NEW and (acknowledged or content != old):
                wrong.append("lost" if content == old else f"torn: {content!r}")

    folder.mkdir()
    recorder = Recorder(folder, look)
    if old is not None:
        (folder / "表.xlsx").write_bytes(old)
        recorder.start("表.xlsx", old)
    with patch.context() as inner:
        recorder.install(inner)
        write_file(folder / "表.xlsx", NEW)
    look(recorder.disk, acknowledged=True)
    return count, wrong


@pytest.mark.parametrize("old", [None, OLD], ids=["new file", "replaced file"])
def test_no_state_is_a_third_and_what_is_acknowledged_lasts(tmp_path, monkeypatch, old):
    count, wrong = enumerate_states(tmp_path / "ws", monkeypatch, old)
    assert wrong == []
    assert count >= 20


def no_sync_of_the_file(patch):
    real = Recorder._fsync

    def sync(self, answer, handle):
        if not self.handles[handle]:
            real(self, answer, handle)

    patch.setattr(Recorder, "_fsync", sync)


def no_sync_of_the_folder(patch):
    patch.setattr(files, "_sync_directory", lambda _folder: None)


def no_temporary(patch):
    def replace(target, data):
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(handle, data)
        os.fsync(handle)
        os.close(handle)
        files._sync_directory(target.parent)

    patch.setattr(files, "_replace", replace)


@pytest.mark.parametrize("mutant", [no_sync_of_the_file, no_sync_of_the_folder, no_temporary])
def test_a_version_without_one_of_the_steps_is_found(tmp_path, monkeypatch, mutant):
    """Kill tests cannot see these: the system keeps what a killed process wrote."""
    mutant(monkeypatch)
    _, wrong = enumerate_states(tmp_path / "ws", monkeypatch, OLD)
    assert wrong
