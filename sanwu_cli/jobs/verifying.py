"""Is the ledger as it was written: the file, every line, and what backups and run records remember of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sanwu_cli.jobs.backups import LEDGER, read_manifests
from sanwu_cli.ledger.chain import Heads
from sanwu_cli.ledger.layout import FORMAT
from sanwu_cli.ledger.soundness import Damage
from sanwu_cli.ledger.store import Ledger
from sanwu_cli.ledger.upkeep import BACKUPS

if TYPE_CHECKING:
    from pathlib import Path

    from sanwu_cli.ledger.upkeep import Examination

SET_ASIDE = "restored.json"


class _Remembered(Struct, frozen=True):
    """The part of a run record that remembers the ledger's last lines."""

    format: int
    lines: dict[str, tuple[int, str]]


class _RunRecord(Struct, frozen=True):
    ledger: _Remembered | None = None


class SetAside(Struct, frozen=True):
    """Last lines a restoring left behind on purpose, by their short hashes; `on` is the latest such day."""

    on: str
    heads: tuple[str, ...]


class Verification(Struct, frozen=True):
    """What came of it: the ledger examined (None: there is none), how many memories it was held against.

    `unreadable` are backups that cannot be read themselves.
    """

    examined: Examination | None
    compared: int
    damages: tuple[Damage, ...]
    unreadable: tuple[Path, ...] = ()


def verify_ledger(folder: Path) -> Verification:
    """Examine a workspace's ledger; raises SanwuError when it is newer than the program."""
    ledger, claims = Ledger(folder / LEDGER), list_claims(folder)
    aside = read_set_aside(folder)
    claims = [(name, heads) for name, heads in claims if heads.short not in aside]
    unreadable = tuple(path for path, known in read_manifests(folder / BACKUPS).items() if known is None)
    if not ledger.path.exists():
        missing = [Damage("文件", 0, f"不在了，而{name}记得它") for name, _ in claims[-1:]]
        return Verification(None, len(claims), tuple(missing), unreadable)
    examined = ledger.examine()
    # Where lines are broken, memories that differ say the same once more.
    strange = (
        [] if examined.damages else [d for name, heads in claims for d in _compare(name, heads, examined)]
    )
    return Verification(examined, len(claims), (*examined.damages, *strange), unreadable)


def list_claims(folder: Path) -> list[tuple[str, Heads]]:
    """List what backups and run records remember of the ledger's last lines, each with its name."""
    backups = read_manifests(folder / BACKUPS).items()
    found = [
        (f"备份 {path.name} ", known.ledger)
        for path, known in backups
        if known is not None and known.ledger is not None and known.format == FORMAT
    ]
    for path in sorted((folder / "out").glob("*/run.json")):
        try:
            remembered = msgspec.json.decode(path.read_bytes(), type=_RunRecord).ledger
        except msgspec.MsgspecError:
            continue  # a record of another program, or one cut short: made anew by the next month end
        if remembered is not None and remembered.format == FORMAT:
            found.append((f"运行记录 {path.relative_to(folder).as_posix()} ", Heads(remembered.lines)))
    return found


def fits(heads: Heads, examined: Examination) -> bool:
    """Say whether a ledger still holds the lines that somebody remembers as its last."""
    return not list(_compare("", heads, examined))


def read_set_aside(folder: Path) -> frozenset[str]:
    """Give the short hashes of last lines that a restoring left behind."""
    try:
        data = (folder / BACKUPS / SET_ASIDE).read_bytes()
        return frozenset(msgspec.json.decode(data, type=SetAside).heads)
    except (FileNotFoundError, msgspec.MsgspecError):
        return frozenset()


def remember_heads(ledger: Ledger) -> dict[str, object]:
    """Give the ledger's last lines as a run record keeps them; raises SanwuError."""
    heads = ledger.read_heads()
    return {"format": FORMAT, "head": heads.short, "lines": msgspec.to_builtins(heads.lines)}


def verification_as_json(found: Verification) -> dict[str, object]:
    """Give what came of it as sanwu/verify/1."""
    examined = found.examined
    return {
        "schema": "sanwu/verify/1",
        "sound": not found.damages,
        "format": examined.format if examined else None,
        "head": examined.heads.short if examined and not found.damages else None,
        "lines": {table: number for table, (number, _) in examined.heads.lines.items()} if examined else {},
        "compared": found.compared,
        "damages": [
            {"table": d.table, "line": d.number, "place": d.place, "what": d.what} for d in found.damages
        ],
        "unreadable": [str(path) for path in found.unreadable],
    }


def _compare(name: str, heads: Heads, examined: Examination) -> list[Damage]:
    """Find the first line of each table that is gone or another one than remembered."""
    found = []
    for table, (number, digest) in sorted(heads.lines.items()):
        held = examined.digests.get(table, ())
        if number > len(held):
            what = f"少了{number - len(held)}行：{name}记得有{number}行，现在只有{len(held)}行"
            found.append(Damage(table, len(held) + 1, what))
        elif number and held[number - 1] != digest:
            found.append(Damage(table, number, f"与{name}记下的不是同一行"))
    return found
