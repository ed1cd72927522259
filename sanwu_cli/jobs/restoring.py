"""A workspace put back to a backup: what differs, the present state kept, then done whole or finished later.

From the moment the marker stands in the workspace the restoring counts as decided: whoever opens the
workspace next goes on with it. Before that moment nothing of the workspace has changed.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import list_inputs, write_file
from sanwu_cli.jobs.backups import FOLDERS, LEDGER, Backup, make_backup, pack, read_backup
from sanwu_cli.jobs.verifying import SET_ASIDE, SetAside, fits, list_claims, read_set_aside
from sanwu_cli.jobs.workspace import RESTORING
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.ledger.upkeep import BACKUPS, examine_bytes
from sanwu_cli.locking import Owner, hold_lock
from sanwu_cli.machine import name_boot, name_machine, name_user
from sanwu_cli.settings import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from sanwu_cli.ledger.entries import Run
    from sanwu_cli.ledger.upkeep import Examination

_WAIT_SECONDS = 60.0
_BESIDE = ("-journal", "-wal", "-shm")


class RestorePlan(Struct, frozen=True):
    """What putting a backup back changes: runs of the ledger that go, files changed, made, left as they are.

    `is_damaged` says that the present ledger cannot be read, so that nobody knows what goes with it.
    """

    backup: Backup
    lost: tuple[Run, ...] = ()
    gained: int = 0
    changed: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    is_damaged: bool = False

    @property
    def is_same(self) -> bool:
        """Say whether the workspace is already as the backup has it."""
        return not (self.lost or self.gained or self.changed or self.made or self.is_damaged)


def plan_restore(folder: Path, path: Path) -> RestorePlan:
    """Read a backup and hold the workspace against it; writes nothing. Raises SanwuError for a bad backup."""
    backup = read_backup(path)
    files = {name: data for name, data in backup.files.items() if name != LEDGER}
    present = {name: folder / name for name in files if (folder / name).is_file()}
    changed = tuple(name for name in sorted(present) if present[name].read_bytes() != files[name])
    made = tuple(sorted(files.keys() - present.keys()))
    there = [p for part in FOLDERS if (folder / part).is_dir() for p in list_inputs([folder / part])]
    names = [path.relative_to(folder).as_posix() for path in there]
    left = tuple(name for name in names if name not in files) if files else ()
    plan = RestorePlan(backup, changed=changed, made=made, left=left)
    return _compare_ledgers(folder, plan) if LEDGER in backup.files else plan


def restore(folder: Path, plan: RestorePlan, *, on: date) -> Path | None:
    """Put the backup back; gives where the state before it is kept, None where there was none.

    Raises SanwuError; then nothing has changed, or the next command goes on with it.
    """
    kept = _keep_present(folder, plan, on)
    _set_claims_aside(folder, plan.backup, on)
    write_file(folder / RESTORING, pack(plan.backup.manifest, plan.backup.files))
    finish_restore(folder)
    return kept


def finish_alone(folder: Path) -> None:
    """Go on with a restoring that was cut short, with the workspace held; raises SanwuError."""
    me = Owner(os.getpid(), name_machine(), name_user(), "sanwu restore", boot=name_boot())
    with hold_lock(folder, me, wait=_WAIT_SECONDS):
        if (folder / RESTORING).exists():  # else another run has done it meanwhile
            finish_restore(folder)


def finish_restore(folder: Path) -> None:
    """Go on with a restoring that is decided: every step may be done twice.

    The ledger comes first: while that fails nothing has changed, and the decision is taken back. Raises
    SanwuError; when a later file fails the marker stays, and the next command goes on.
    """
    marker = folder / RESTORING
    backup = _read_marker(marker)
    try:
        if LEDGER in backup.files:
            _put_ledger(folder / LEDGER, backup.files[LEDGER])
    except SanwuError:
        marker.unlink(missing_ok=True)
        raise
    try:
        for name, data in backup.files.items():
            if name != LEDGER:
                write_file(folder / name, data)
    except SanwuError as error:
        raise SanwuError(
            f"恢复没有做完：{error.message}",
            place=error.place,
            remedy=f"{error.remedy}；以后不论运行哪条命令，都会先接着做完",
            status=error.status,
        ) from error
    marker.unlink(missing_ok=True)


def _read_marker(marker: Path) -> Backup:
    try:
        return read_backup(marker)
    except SanwuError as error:
        raise SanwuError(
            f"上一次恢复没有做完，留下的文件也读不出来：{error.message}",
            place=str(marker),
            remedy="请删去这个文件，再用 sanwu restore 恢复一次",
            status=error.status,
        ) from error


def _put_ledger(path: Path, data: bytes) -> None:
    """Put the ledger back through SQLite, which keeps readers apart; a file it cannot read is replaced."""
    if not path.exists():
        write_file(path, data)
        return
    try:
        Ledger(path).put_back(data)
    except SanwuError as error:
        if error.status is not ExitStatus.LEDGER_DAMAGED:
            raise
        # What stands beside a damaged file belongs to it: applied to the new one it would damage that too.
        for suffix in _BESIDE:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        write_file(path, data)


def _compare_ledgers(folder: Path, plan: RestorePlan) -> RestorePlan:
    """Tell the runs the present ledger has and the backup has not, and the other way round."""
    path, then = folder / LEDGER, examine_bytes(plan.backup.files[LEDGER])
    if not path.exists():
        return msgspec.structs.replace(plan, gained=len(then.marks))
    now = Ledger(path).examine()
    if now.damages:
        return msgspec.structs.replace(plan, is_damaged=True)
    common = _count_common(now, then)
    runs = Ledger(path).read().runs
    return msgspec.structs.replace(plan, lost=runs[common:], gained=len(then.marks) - common)


def _count_common(now: Examination, then: Examination) -> int:
    """Count the runs both ledgers begin with, every line of each alike."""
    pairs = list(zip(now.marks, then.marks, strict=False))
    return next((number for number, (mine, theirs) in enumerate(pairs) if mine != theirs), len(pairs))


def _keep_present(folder: Path, plan: RestorePlan, on: date) -> Path | None:
    """Back the present state up; a ledger that cannot be read is kept byte for byte."""
    if not (folder / FILE_NAME).exists() and not (folder / LEDGER).exists():
        return None
    if not plan.is_damaged:
        return make_backup(folder, on=on, cause="restore").path
    data = (folder / LEDGER).read_bytes()
    mark = hashlib.sha256(data).hexdigest()[:12]
    kept = folder / BACKUPS / f"damaged-{on.isoformat()}-{mark}.db"
    write_file(kept, data)
    for suffix in _BESIDE:
        beside = folder / (LEDGER + suffix)
        if beside.is_file():
            write_file(kept.with_name(kept.name + suffix), beside.read_bytes())
    return kept


def _set_claims_aside(folder: Path, backup: Backup, on: date) -> None:
    """Note which last lines, told by backups and run records, are left behind on purpose."""
    if LEDGER not in backup.files:
        return
    seen, known = examine_bytes(backup.files[LEDGER]), read_set_aside(folder)
    gone = {heads.short for _, heads in list_claims(folder) if not fits(heads, seen)}
    if gone - known:
        aside = msgspec.json.encode(SetAside(on.isoformat(), tuple(sorted(gone | known))))
        write_file(folder / BACKUPS / SET_ASIDE, msgspec.json.format(aside, indent=1) + b"\n")


def as_json(plan: RestorePlan, describe: Mapping[str, object]) -> dict[str, object]:
    """Give the plan as sanwu/restore/1, with what became of it."""
    lost = [{"run": run.number, "command": run.command, "as_of": run.as_of} for run in plan.lost]
    return {
        "schema": "sanwu/restore/1",
        "file": str(plan.backup.path),
        "made_on": plan.backup.manifest.on or None,
        "damaged": plan.is_damaged,
        "lost_runs": lost,
        "gained_runs": plan.gained,
        "changed": list(plan.changed),
        "made": list(plan.made),
        "left": list(plan.left),
        **describe,
    }
