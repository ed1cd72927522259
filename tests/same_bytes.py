"""Writes every kind of output and prints a digest a file; test_same_bytes.py runs it in two surroundings.

Usage: same_bytes.py DAYS FOLDER. The clock of this process is DAYS ahead, whatever asks it.
"""

# ruff: noqa: PLC0415 - the clock is set before anything of ours is imported

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import json
import sys
import time
import types
from pathlib import Path

ISSUED_ON = dt.date(2026, 2, 27)
# The modules that could ask a clock, with all below them.
CLOCKS = ("zipfile", "openpyxl", "xlsxwriter", "sanwu_cli.cli.common")
AHEAD = dt.timedelta(days=int(sys.argv[1]) if len(sys.argv) > 1 else 0)


class _Kind(type):
    """A value made by the real class counts as one of the shifted class."""

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls.__bases__[0])


class Now(dt.datetime, metaclass=_Kind):
    """A `datetime` whose now is ahead."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime.now(tz) + AHEAD

    @classmethod
    def utcnow(cls) -> dt.datetime:
        return dt.datetime.now(dt.UTC).replace(tzinfo=None) + AHEAD


class Day(dt.date, metaclass=_Kind):
    """A `date` whose today is ahead."""

    @classmethod
    def today(cls) -> dt.date:
        return Now.now().date()


SHIFTED: dict[object, object] = {
    dt: types.SimpleNamespace(**(vars(dt) | {"datetime": Now, "date": Day})),
    dt.datetime: Now,
    dt.date: Day,
}


def shift_clock() -> None:
    """Set the clock ahead for whatever could ask it."""
    real = (time.time, time.localtime, time.gmtime)
    time.time = lambda: real[0]() + AHEAD.total_seconds()
    time.localtime = lambda at=None: real[1](time.time() if at is None else at)
    time.gmtime = lambda at=None: real[2](time.time() if at is None else at)
    for name in CLOCKS:
        importlib.import_module(name)
    for module in [one for name, one in sys.modules.items() if name.startswith(CLOCKS)]:
        for name, value in list(vars(module).items()):
            if isinstance(value, (type, types.ModuleType)) and value in SHIFTED:
                setattr(module, name, SHIFTED[value])


def write_documents(folder: Path) -> None:
    """Write every kind from the facts kept for its golden text."""
    from sanwu_cli.documents.compose import compose, search_path
    from sanwu_cli.documents.word import write_document

    for path in sorted((Path(__file__).parent / "golden" / "documents").glob("*.json")):
        document = compose(path.stem, json.loads(path.read_text("utf-8")), search_path())
        made = write_document(document, fonts={"黑体": "SimHei", "宋体": "SimSun"}, issued_on=ISSUED_ON)
        (folder / f"{path.stem}.docx").write_bytes(made)


COMMANDS = (
    ("month-end", "2026-03", "--as-of", "2026-04-03"),
    ("roster", "publish", "--month", "2026-03", "--as-of", "2026-02-27"),
    ("roster", "picture", "--month", "2026-03", "--role", "法官"),
    ("roster", "picture", "--month", "2026-03", "--role", "法官", "--poster", "a4"),
    ("report", "overview", "--year", "2026", "--as-of", "2026-04-03"),
)


def write_files(folder: Path) -> Path:
    """Run the commands that write workbooks, calendars, pictures and the page of the year."""
    from sanwu_cli.cli.app import run

    city = folder / "清河"
    run(["init", str(city), "--demo"])
    for command in COMMANDS:
        assert run(["-w", str(city), *(word.format(city=city) for word in command)]) in (0, 1), command
    return city / "out"


def print_digests(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(hashlib.sha256(path.read_bytes()).hexdigest(), path.relative_to(folder).as_posix())


if __name__ == "__main__":
    shift_clock()
    made = Path(sys.argv[2])
    sys.stdout, told = sys.stderr, sys.stdout
    (made / "documents").mkdir(parents=True)
    write_documents(made / "documents")
    write_files(made)
    sys.stdout = told
    print_digests(made / "documents")
    print_digests(made / "清河" / "out")
