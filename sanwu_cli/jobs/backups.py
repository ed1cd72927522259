"""Dated backups: ledger, settings, registers, own templates in one file, read back before it counts."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import list_inputs, write_file
from sanwu_cli.ledger.chain import Heads  # noqa: TC001 - msgspec reads the annotations
from sanwu_cli.ledger.layout import FORMAT
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.ledger.upkeep import BACKUPS, examine_bytes
from sanwu_cli.patterns import compile_later
from sanwu_cli.settings import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

LEDGER = "ledger.db"
FOLDERS = ("registers", "templates")
_MANIFEST = "manifest.json"
_SCHEMA = "sanwu/backup/1"
_NAME = compile_later(r"sanwu-(\d{4}-\d{2}-\d{2})-r(\d{6,})(?:-(\d+))?\.zip")
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same state gives the same bytes


class Manifest(Struct, frozen=True):
    """What a backup holds: the day, why it was made, the ledger's last lines, each file with its hash."""

    schema: str
    program: str
    on: str
    cause: str
    format: int
    ledger: Heads | None
    files: dict[str, str]

    @property
    def state(self) -> tuple[object, ...]:
        """Give what two backups of the same state share; the copy of the ledger goes by its lines."""
        lines = dict(self.ledger.lines) if self.ledger else None
        return lines, {name: sha for name, sha in self.files.items() if name != LEDGER}

    @property
    def head(self) -> str:
        """Give the short hash of the ledger's last lines."""
        return self.ledger.short if self.ledger else ""


class Backup(Struct, frozen=True):
    """A backup read and found whole: what it says of itself, and the bytes of every file in it."""

    path: Path
    manifest: Manifest
    files: Mapping[str, bytes]


class BackupMade(Struct, frozen=True):
    """What `make_backup` did: the backup of this state, whether it is new, older ones taken away."""

    path: Path
    manifest: Manifest
    is_new: bool
    dropped: tuple[Path, ...] = ()


def make_backup(
    folder: Path, *, on: date, cause: str, to: Path | None = None, keep: int | None = None
) -> BackupMade:
    """Back a workspace up unless the newest backup there already holds this very state.

    The new file is read back and its ledger examined before it is called good; only then are older ones
    beyond `keep` taken away. Raises SanwuError: a damaged ledger is never backed up as if it were good.
    """
    place = to if to is not None else folder / BACKUPS
    files = _collect(folder)
    manifest = _describe(files, on=on, cause=cause)
    known = list_backups(place)
    newest = known[-1] if known else None
    if newest is not None and _read_manifest(newest).state == manifest.state:
        return BackupMade(newest, _read_manifest(newest), False, _drop(place, newest, keep))  # noqa: FBT003 - named in the record
    path = _choose_name(place, manifest)
    write_file(path, pack(manifest, files))
    try:
        read_backup(path)
    except SanwuError as error:
        path.unlink(missing_ok=True)
        raise SanwuError(
            "备份写好以后读回来不对，没有留下",
            place=str(path),
            remedy="请换一个位置再备份，并检查磁盘",
            status=ExitStatus.IO_FAILED,
        ) from error
    return BackupMade(path, manifest, True, _drop(place, path, keep))  # noqa: FBT003 - named in the record


def list_backups(folder: Path) -> list[Path]:
    """List the backups of a folder, the oldest first: by day, and by their number among the day's."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), key=_order)


def _order(path: Path) -> tuple[str, int]:
    match = _NAME.fullmatch(path.name)
    assert match is not None  # noqa: S101 - only names of backups are ordered
    return match[1], int(match[3] or 1)


def read_manifests(folder: Path) -> dict[Path, Manifest | None]:
    """Read what each backup of a folder says of itself; None for one that cannot be read."""
    found: dict[Path, Manifest | None] = {}
    for path in list_backups(folder):
        try:
            found[path] = _read_manifest(path)
        except SanwuError:
            found[path] = None
    return found


def read_backup(path: Path) -> Backup:
    """Read a backup and hold every file against its hash, the ledger against its digests.

    A bare copy of a ledger (.db) is taken too. Raises SanwuError (65) for a damaged or newer one.
    """
    if not path.is_file():
        raise SanwuError(
            f"找不到备份“{path.name}”",
            place=str(path),
            remedy="用 sanwu backup --list 看看有哪些",
            status=ExitStatus.INPUT_MISSING,
        )
    if path.suffix == ".db":
        return _read_bare(path)
    manifest = _read_manifest(path)
    if manifest.format > FORMAT:
        raise _refuse(path, f"由更新版本的程序写成（台账格式{manifest.format}）", "请升级 sanwu 后再恢复")
    with _open(path) as archive:
        files = {name: _take(archive, name, path) for name in manifest.files}
    for name, sha256 in manifest.files.items():
        if hashlib.sha256(files[name]).hexdigest() != sha256:
            raise _refuse(path, f"里面的 {name} 与备份时不一样")
    if LEDGER in files:
        _check_ledger(path, files[LEDGER], manifest)
    return Backup(path, manifest, files)


def pack(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """Put a manifest and its files into one file; the same state gives the same bytes."""
    text = json.dumps(msgspec.to_builtins(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, data in ((_MANIFEST, text.encode()), *sorted(files.items())):
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, data)
    return output.getvalue()


def _read_bare(path: Path) -> Backup:
    data = path.read_bytes()
    seen = examine_bytes(data)
    if seen.damages:
        raise _refuse(path, f"{seen.damages[0].place}：{seen.damages[0].what}")
    files = {LEDGER: hashlib.sha256(data).hexdigest()}
    manifest = Manifest(_SCHEMA, "", "", "ledger", seen.format, seen.heads, files)
    return Backup(path, manifest, {LEDGER: data})


def _check_ledger(path: Path, data: bytes, manifest: Manifest) -> None:
    seen = examine_bytes(data)
    if seen.damages:
        raise _refuse(path, f"{seen.damages[0].place}：{seen.damages[0].what}")
    if manifest.ledger is None or dict(seen.heads.lines) != dict(manifest.ledger.lines):
        raise _refuse(path, "里面的台账与备份时记下的不是同一份")


def _collect(folder: Path) -> dict[str, bytes]:
    """Read everything a backup takes in: the ledger as a consistent copy, the rest as it lies there."""
    found = {FILE_NAME: (folder / FILE_NAME).read_bytes()} if (folder / FILE_NAME).is_file() else {}
    for part in FOLDERS:
        if (folder / part).is_dir():
            paths = list_inputs([folder / part])
            found |= {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    ledger = Ledger(folder / LEDGER)
    if ledger.path.exists():
        found[LEDGER] = ledger.take_snapshot()
    return found


def _describe(files: Mapping[str, bytes], *, on: date, cause: str) -> Manifest:
    heads = None
    if LEDGER in files:
        seen = examine_bytes(files[LEDGER])
        if seen.damages:
            raise SanwuError(
                f"台账已损坏，没有备份：{seen.damages[0].what}",
                place=seen.damages[0].place,
                remedy="请用 sanwu doctor --verify 查看，用 sanwu restore 恢复以前的备份",
                status=ExitStatus.LEDGER_DAMAGED,
            )
        heads = seen.heads
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
    return Manifest(_SCHEMA, __version__, on.isoformat(), cause, FORMAT, heads, hashes)


def _choose_name(place: Path, manifest: Manifest) -> Path:
    """Name a backup by its day and the ledger's last run; the second of a day and later ones are numbered."""
    runs = manifest.ledger.runs if manifest.ledger else 0
    number = 1 + max(
        (last for day, last in map(_order, list_backups(place)) if day == manifest.on), default=0
    )
    return place / f"sanwu-{manifest.on}-r{runs:06}{f'-{number}' if number > 1 else ''}.zip"


def _read_manifest(path: Path) -> Manifest:
    with _open(path) as archive:
        text = _take(archive, _MANIFEST, path)
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise _refuse(path, "说明读不出来") from error
    if manifest.schema != _SCHEMA:
        raise _refuse(path, "不是本程序认识的备份", "请升级 sanwu 后再恢复")
    _check_names(path, manifest)
    return manifest


def _check_names(path: Path, manifest: Manifest) -> None:
    """Refuse a backup that would write anywhere else than where backups come from."""
    for name in manifest.files:
        parts = name.split("/")
        is_known = name in {FILE_NAME, LEDGER} or (parts[0] in FOLDERS and len(parts) > 1)
        if not is_known or "\\" in name or any(part in {"", ".", ".."} for part in parts):
            raise _refuse(path, f"里面有不该有的文件“{name}”")


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError) as error:
        raise _refuse(path, "打不开") from error


def _take(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        return archive.read(name)
    except KeyError as error:
        raise _refuse(path, f"里面少了 {name}") from error
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refuse(path, f"里面的 {name} 读不出来") from error
    except OSError:
        raise
    except Exception as error:  # zlib.error stands in no hierarchy of its own
        raise _refuse(path, f"里面的 {name} 读不出来") from error


def _drop(place: Path, made: Path, keep: int | None) -> tuple[Path, ...]:
    """Take the oldest backups away until `keep` are left; the one of the present state always stays."""
    if keep is None:
        return ()
    others = [path for path in list_backups(place) if path != made]
    surplus = others[: max(0, len(others) + 1 - keep)]
    for path in surplus:
        path.unlink(missing_ok=True)
    return tuple(surplus)


def _refuse(
    path: Path, why: str, remedy: str = "请换一份备份；用 sanwu backup --list 看看有哪些"
) -> SanwuError:
    return SanwuError(
        f"备份“{path.name}”不能用：{why}", place=str(path), remedy=remedy, status=ExitStatus.LEDGER_DAMAGED
    )
