"""Kills commands at every write and makes every write fail, and looks what is left: `make faults`.

A command runs in a forked child of this process, its faults put in by `fault_injector`; a fresh copy of one
workspace each time. Afterwards the ledger must hold the state before or after, every file its old or its
new bytes, and the next ordinary run must end where an undisturbed run ends, with nothing of ours left over.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence  # noqa: TC003 - a script
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from fault_injector import KINDS, LASTING, Injector, find_sqlite_calls  # noqa: E402
from workspaces import County, Office, case  # noqa: E402

from sanwu_cli.cli.app import run  # noqa: E402
from sanwu_cli.errors import ExitStatus, SanwuError  # noqa: E402
from sanwu_cli.jobs import run_record  # noqa: E402
from sanwu_cli.ledger.store import Ledger  # noqa: E402

Files = dict[str, bytes]
State = tuple[tuple[int, str], ...]
_LONGEST_SECONDS = 120
_TABLES = ("run", "receipt", "entry")
_REFUSALS = {ExitStatus.IO_FAILED, ExitStatus.BUSY}
# Ours while a run goes on; none may be left after the next one.
_LOCK = ".sanwu/lock"  # stays; the system's lock on it goes with its process
_PASSING = (".sanwu-tmp", "-journal", "-wal", "-shm", ".sanwu-restore.zip")


@dataclass(frozen=True)
class Command:
    """A command under fault: how its workspace comes about, what is run, whether twice is as once."""

    name: str
    prepare: Callable[[Office], None]
    arguments: tuple[str, ...]
    is_repeatable: bool = True


@dataclass(frozen=True)
class Look:
    """What a run left: its status, its words, the ledger's lines by their digests, the other files."""

    status: int
    words: str
    ledger: State
    files: Files
    strays: tuple[str, ...]


@dataclass
class Tally:
    """What one command came through."""

    name: str
    operations: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what another process counted."""
        self.operations = max(self.operations, other.operations)
        self.runs += other.runs
        self.states += other.states
        self.faults += other.faults


class Bench:
    """One command, its workspace before, what an undisturbed run makes of it, and faults on copies."""

    def __init__(self, command: Command, folder: Path, mutant: Callable[[], None] | None = None) -> None:
        self.command, self.folder, self.mutant = command, folder, mutant
        self.base, self.place = folder / "base", folder / "ws"
        # Made once a command: the mutants start from the same.
        kept = folder / f"base of {command.name}"
        if not kept.exists():
            make_office(kept, command)
            self._warm(kept)
        shutil.rmtree(self.base, ignore_errors=True)
        shutil.copytree(kept, self.base)
        self.before = self._look(self.base, 0, "")
        self.after, self.operations = self._run_whole()
        self.again = self._rerun()
        self.boundaries = _list_boundaries(self.place, self.before.ledger, self.after.ledger)

    def _warm(self, base: Path) -> None:
        """Run once in this process, so that the children need not import everything again."""
        place = self.folder / "warm"
        shutil.copytree(base, place)
        _run_quietly(place, *self.command.arguments)
        shutil.rmtree(place)

    def try_fault(self, kind: str, at: int, tally: Tally) -> None:
        """Run the command with one fault, look, run it again, look again."""
        self._copy()
        status, words = self._start(Injector(str(self.place), kind, at))
        tally.runs[kind] += 1
        where = f"{self.command.name} {kind}@{at} ({self.operations[at - 1]}), status {status}"
        complaints = self._judge(kind, status, words, tally)
        if not complaints:
            complaints = self._judge_next()
        tally.faults += [f"{where}: {complaint}" for complaint in complaints]

    def _run_whole(self) -> tuple[Look, list[str]]:
        self._copy()
        injector = Injector(str(self.place))
        log = self.folder / "log"
        status, words = self._start(injector, log=log)
        operations = log.read_text("utf-8").splitlines() if log.exists() else []
        look = self._look(self.place, status, words)
        if status not in {ExitStatus.CLEAN, ExitStatus.FINDINGS} or "Traceback" in words:
            raise SystemExit(f"{self.command.name} fails undisturbed: {status}\n{words}")
        return look, operations

    def _rerun(self) -> Look:
        """Run once more undisturbed: what the next ordinary run ends in."""
        status, words = self._start(Injector(str(self.place)))
        return self._look(self.place, status, words)

    def _judge(self, kind: str, status: int, words: str, tally: Tally) -> list[str]:
        probe = self.folder / "probe"
        shutil.rmtree(probe, ignore_errors=True)
        shutil.copytree(self.place, probe)
        try:
            found = self._look(probe, status, words)
        except SanwuError as error:
            tally.states["third"] += 1
            return [f"the ledger does not open: {error.message}"]
        complaints = self._judge_ending(kind, found)
        complaints += self._name_state(found, tally)
        for name, content in found.files.items():
            is_told = name.endswith("/run.json") and _tells_failure(content)
            if content not in (self.before.files.get(name), self.after.files.get(name)) and not is_told:
                complaints.append(f"{name} is neither old nor new")
                tally.states["torn file"] += 1
        kept = self.before.files.keys() & self.after.files.keys()
        complaints += [f"{name} is gone" for name in sorted(kept - found.files.keys())]
        return complaints

    def _judge_ending(self, kind: str, found: Look) -> list[str]:
        if kind in {"kill", "tear"}:
            return [] if found.status == -signal.SIGKILL else ["was not killed"]
        complaints = ["traceback"] if "Traceback" in found.words else []
        if found.status == self.after.status:
            if found.ledger != self.after.ledger or found.files != self.after.files:
                complaints.append("says it is done and is not")
        elif found.status not in _REFUSALS:
            complaints.append(f"unexpected status; {found.words[-300:]!r}")
        elif not any("\u4e00" <= letter <= "\u9fff" for letter in found.words):
            complaints.append("ends without a word")
        return complaints

    def _name_state(self, found: Look, tally: Tally) -> list[str]:
        if found.ledger == self.after.ledger and self.after.ledger != self.before.ledger:
            tally.states["after"] += 1
        elif found.ledger == self.before.ledger:
            tally.states["before"] += 1
        elif found.ledger in self.boundaries:
            tally.states["between two commits"] += 1
        else:
            tally.states["third"] += 1
            return [f"third state of the ledger: {[count for count, _ in found.ledger]}"]
        return []

    def _judge_next(self) -> list[str]:
        """Run the command again, undisturbed; a run that cannot be repeated only if it had no effect."""
        is_done = _read_state(self.place) == self.after.ledger != self.before.ledger
        if is_done and not self.command.is_repeatable:
            status, words = self._start(Injector(str(self.place)), ("incidents", "list"))
            found = self._look(self.place, status, words)
            expected = {ExitStatus.CLEAN}
        else:
            status, words = self._start(Injector(str(self.place)))
            found = self._look(self.place, status, words)
            expected = {self.after.status, self.again.status}
        if found.strays:  # commands that only look, or write papers, leave it to the next that holds the lock
            self._start(Injector(str(self.place)), ("backup", "--to", str(self.folder / "elsewhere")))
            found = self._look(self.place, status, words)
        complaints = [] if status in expected else [f"the next run ends in {status}: {words[-300:]!r}"]
        if found.ledger != self.after.ledger:
            complaints.append("the next run does not end in the same ledger")
        differing = {name for name in found.files | self.after.files if self._differs(name, found)}
        complaints += [f"after the next run {name} is not as it should be" for name in sorted(differing)]
        complaints += [f"{name} is left over" for name in found.strays]
        return complaints

    def _differs(self, name: str, found: Look) -> bool:
        return found.files.get(name) not in (self.after.files.get(name, b""), self.again.files.get(name, b""))

    def _copy(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.base, self.place)
        (self.place / "tmp").mkdir(exist_ok=True)

    def _start(
        self, injector: Injector, arguments: Sequence[str] = (), log: Path | None = None
    ) -> tuple[int, str]:
        """Run the command in a child and give its status (a signal as its negative) and what it said."""
        output = self.folder / "words"
        child = os.fork()
        if child == 0:
            status = 70
            try:
                status = self._run_child(injector, arguments or self.command.arguments, output, log)
            finally:
                os._exit(status)
        _, waited = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(waited), output.read_text("utf-8", "replace")

    def _run_child(self, injector: Injector, arguments: Sequence[str], output: Path, log: Path | None) -> int:
        signal.alarm(_LONGEST_SECONDS)  # whoever waits for ever is a fault too
        os.chdir(self.place)
        tempfile.tempdir = str(self.place / "tmp")
        os.environ["TMPDIR"] = tempfile.tempdir
        sys.stdout = sys.stderr = output.open("w", encoding="utf-8")
        write_log = os.open, os.write
        try:
            if self.mutant is not None:
                self.mutant()
            injector.install()
            status = run(["-w", str(self.place), *arguments])
        except BaseException:  # noqa: BLE001 - the words are what is judged
            traceback.print_exc()
            status = 70
        sys.stdout.flush()
        if log is not None:
            handle = write_log[0](log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            write_log[1](handle, "\n".join(injector.log).encode())
        return int(status)

    def _look(self, place: Path, status: int, words: str) -> Look:
        ledger = _read_state(place)
        files, strays = {}, []
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            name = path.relative_to(place).as_posix()
            if name == _LOCK:
                continue
            if name.endswith(_PASSING) or name.startswith(("tmp/", ".sanwu/")):
                strays.append(name)
            elif name != "ledger.db":
                files[name] = path.read_bytes()
        return Look(status, words, ledger, files, tuple(strays))


def _tells_failure(record: bytes) -> bool:
    """Say whether a month end's record is whole and names what could not be done."""
    document = json.loads(record)
    return bool(document["failed"]) and document.pop("sha256") == run_record._hash_document(document)


def _read_state(place: Path) -> State:
    """Open the ledger as any command does, hold it against its digests, give each table's last line."""
    path = place / "ledger.db"
    if not path.exists():
        return tuple((0, "") for _ in _TABLES)
    Ledger(path).check()
    return tuple(_last_line(path, table) for table in _TABLES)


def _last_line(path: Path, table: str, runs: int | None = None) -> tuple[int, str]:
    column = "number" if table == "run" else "run"
    up_to = "" if runs is None else f" WHERE {column} <= {runs}"
    statement = f"SELECT number, digest FROM {table}{up_to} ORDER BY number DESC LIMIT 1"  # noqa: S608 - our own
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(statement).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _list_boundaries(place: Path, before: State, after: State) -> set[State]:
    """Give the states between the commits of one command: each of its runs is whole or is not."""
    if after == before or not (place / "ledger.db").exists():
        return {before}
    runs = range(before[0][0], after[0][0] + 1)
    return {tuple(_last_line(place / "ledger.db", table, number) for table in _TABLES) for number in runs}


# -- the commands -------------------------------------------------------------------------------------------


def make_office(folder: Path, command: Command) -> None:
    """Make the small workspace a command starts from."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    office = Office(folder, County.of(东岭镇=2, 西川镇=2), lambda: ("", ""))
    staff = [
        ["P1", "赵一", "法官", "县法院", None, None, None, None, None, None],
        ["P2", "钱二", "检察官", "县检察院", None, None, None, None, None, None],
        ["P3", "孙三", "律师", "县司法局", None, None, None, None, None, None],
    ]
    office.register("人员", staff)
    office.register(
        "进驻日", [[code, "全部", "每月15日", None, None] for code, _, _ in office.county.townships]
    )
    office.month("petition", "2026-02", [case("petition", 1, "2026-02-05", "东岭镇", "青禾村")])
    _run_quietly(office.path, "incidents", "import", "inbox")
    office.month("petition", "2026-03", [case("petition", 2, "2026-03-05", "东岭镇", "青禾村")])
    office.month("suit", "2026-03", [case("suit", 3, "2026-03-06", "西川镇", "白鹭村")])
    office.month("crime", "2026-03", [case("crime", 4, "2026-03-07", "西川镇", "芦花村")])
    office.sheet("meeting", [MEETING], to="2026-03/会议登记表.xlsx", title="2026年3月会议登记表")
    command.prepare(office)


MEETING = {
    "日期": "2026-03-10",
    "类型": "推进会",
    "单位": "东岭镇",
    "议题": "三无建设",
    "文号": "东党办〔2026〕3号",
}


def _run_quietly(place: Path, *arguments: str) -> None:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        kept, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), nowhere, nowhere
        try:
            status = run(["-w", str(place), *arguments, "--as-of", "2026-03-31"])
        finally:
            sys.stdout, sys.stderr = kept
    if status not in {ExitStatus.CLEAN, ExitStatus.FINDINGS}:
        raise SystemExit(f"cannot make the workspace: {arguments}: {status}")


def _leave(_office: Office) -> None:
    """Start from the workspace as it is."""


def _empty(office: Office) -> None:
    (office.path / "ledger.db").unlink()


def _import(office: Office) -> None:
    _run_quietly(office.path, "incidents", "import", "inbox")
    _run_quietly(office.path, "records", "import", "inbox")


def _publish_drafts(office: Office) -> None:
    _import(office)
    _run_quietly(office.path, "month-end", "2026-02")
    _run_quietly(office.path, "report", "render", "--all", "--month", "2026-03")
    # What is there is to be replaced, not found equal.
    for path in (office.path / "out" / "2026-03").glob("*.docx"):
        path.write_bytes(b"an older one")


def _back_up(office: Office) -> None:
    _run_quietly(office.path, "backup")
    _import(office)
    office.configure("[objections]\nwindow_workdays = 7\n")
    office.register("网格", [])


_DAY = ("--as-of", "2026-03-31")
COMMANDS = (
    Command("first import", _empty, ("incidents", "import", "inbox", *_DAY)),
    Command("incidents import", _leave, ("incidents", "import", "inbox", *_DAY)),
    Command("records import", _leave, ("records", "import", "inbox", *_DAY)),
    Command("incidents undo", _import, ("incidents", "undo", *_DAY), is_repeatable=False),
    Command("roster publish", _import, ("roster", "publish", "--month", "2026-04", *_DAY)),
    Command("report render", _publish_drafts, ("report", "render", "--all", "--month", "2026-03", *_DAY)),
    Command("month-end", _leave, ("month-end", "2026-03", *_DAY)),
    Command("backup", _back_up, ("backup", "--keep", "1", *_DAY)),
    Command("restore", _back_up, ("restore", "sanwu-2026-03-31-r000001.zip", "--yes", *_DAY)),
)


# -- the table ----------------------------------------------------------------------------------------------


def try_command(
    command: Command,
    folder: Path,
    *,
    kinds: Sequence[str] = (*KINDS, *LASTING),
    step: int = 1,
) -> Tally:
    """Try every kind of fault at every `step`-th operation of a command."""
    bench = Bench(command, folder)
    tally = Tally(command.name, len(bench.operations))
    for kind, at in _list_trials(len(bench.operations), kinds, step):
        bench.try_fault(kind, at, tally)
    return tally


def _list_trials(count: int, kinds: Iterable[str], step: int) -> Iterator[tuple[str, int]]:
    for shift, kind in enumerate(kinds):
        for at in range(1 + shift % step, count + 1, step):
            yield kind, at


def write_table(tallies: Sequence[Tally]) -> str:
    """Write what was tried and found, a line a command."""
    head = ("command", "points", "kills", "faults", "before", "between", "after", "third", "complaints")
    lines = [f"{head[0]:<18}" + "".join(f"{title:>11}" for title in head[1:])]
    total = Tally("sum")
    for tally in tallies:
        lines.append(_write_line(tally))
        operations = total.operations + tally.operations
        total.add(tally)
        total.operations = operations
    return "\n".join([*lines, _write_line(total)])


def _write_line(tally: Tally) -> str:
    kills = tally.runs["kill"] + tally.runs["tear"]
    states = tally.states
    figures = (
        tally.operations,
        kills,
        sum(tally.runs.values()) - kills,
        states["before"],
        states["between two commits"],
        states["after"],
        states["third"] + states["torn file"],
        len(tally.faults),
    )
    return f"{tally.name:<18}" + "".join(f"{figure:>11,}" for figure in figures)


# -- versions of the program that must not pass: the test of the test ----------------------------------------


def _write_in_place() -> None:
    """Write files where they stand, without a temporary."""
    from sanwu_cli import files  # noqa: PLC0415 - patched in the child only

    files._replace = Path.write_bytes


def _leave_about() -> None:
    """Clear up nothing after a killed run."""
    from sanwu_cli import files  # noqa: PLC0415

    files._TEMPORARY = f".{{name}}.{os.getpid()}.sanwu-tmp"  # nobody knows whose it was


def _keep_silent() -> None:
    """Take a failed write for done."""
    from sanwu_cli import files  # noqa: PLC0415

    real = files._replace

    def replace(target: Path, data: bytes) -> None:
        with suppress(OSError):
            real(target, data)

    files._replace = replace


def _commit_twice() -> None:
    """Write a run in two transactions."""
    from sanwu_cli.ledger import store  # noqa: PLC0415

    real = store._append_difference

    def append(connection: sqlite3.Connection, *more: object) -> None:
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        real(connection, *more)

    store._append_difference = append


def _keep_no_journal() -> None:
    """Write the ledger without SQLite's journal."""
    from sanwu_cli.ledger import store  # noqa: PLC0415

    real = store._prepare

    def prepare(connection: sqlite3.Connection, path: Path) -> None:
        connection.execute("PRAGMA journal_mode = OFF")
        real(connection, path)

    store._prepare = prepare


# The mutant; the command, the kind of fault and the operations that find it.
MUTANTS: dict[str, tuple[Callable[[], None], str, str, str]] = {
    "files written in place": (_write_in_place, "report render", "tear", "write"),
    "temporaries left about": (_leave_about, "report render", "kill", "fchmod"),
    "a failed write kept silent": (_keep_silent, "report render", "ENOSPC", "unlink"),
    "a run in two commits": (_commit_twice, "incidents import", "kill", "open"),
    "no journal": (_keep_no_journal, "incidents import", "kill", "pwrite"),
}


def try_mutants(folder: Path) -> dict[str, str]:
    """Give the first complaint about each mutant; empty for one that passes."""
    found = {}
    for name, (mutant, wanted, kind, word) in MUTANTS.items():
        command = next(command for command in COMMANDS if command.name == wanted)
        bench, tally = Bench(command, folder, mutant), Tally(name)
        fitting = (at for at, done in enumerate(bench.operations, 1) if done.startswith(word))
        for at in fitting:
            bench.try_fault(kind, at, tally)
            if tally.faults:
                break
        found[name] = next(iter(tally.faults), "")
    return found


# The short version: command, kinds of fault, every n-th operation.
SHORT = (
    ("incidents import", ("kill", "tear", "ENOSPC", "EIO+"), 5),
    ("incidents undo", ("kill", "EACCES"), 4),
    ("report render", ("kill", "tear", "EROFS+", "short"), 8),
    ("month-end", ("kill", "ENOSPC"), 53),
    ("restore", ("kill", "ENOSPC+"), 12),
)


def run_short(folder: Path) -> list[Tally]:
    """Try a selection that takes seconds."""
    by_name = {command.name: command for command in COMMANDS}
    return [try_command(by_name[name], folder, kinds=kinds, step=step) for name, kinds, step in SHORT]


def run_all(folder: Path, only: str, step: int) -> list[Tally]:
    """Try every kind at every operation of every command."""
    tallies = []
    for command in COMMANDS:
        if only in command.name:
            begun = time.monotonic()
            tallies.append(try_command(command, folder, step=step))
            print(f"{command.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return tallies


def main() -> int:
    """Try the commands and the mutants and print the table; 1 when anything was complained of."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only commands with these words in their name")
    parser.add_argument("--step", type=int, default=1, help="only every n-th operation")
    parser.add_argument("--short", type=Path, help="a selection that takes seconds; the outcome as JSON here")
    options = parser.parse_args()
    if find_sqlite_calls() is None:
        print("SQLite's calls cannot be reached in this Python: only Python's own writes are disturbed")
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - memory: nothing here is about power
    with tempfile.TemporaryDirectory(prefix="sanwu-faults-", dir=base) as name:
        folder = Path(name)
        tallies = run_short(folder) if options.short else run_all(folder, options.only, options.step)
        mutants = {} if options.only else try_mutants(folder)
    print(write_table(tallies))
    if options.short:
        outcome = {"tallies": [vars(tally) for tally in tallies], "mutants": mutants}
        options.short.write_text(json.dumps(outcome, ensure_ascii=False), "utf-8")
    for mutant, complaint in mutants.items():
        print(f"mutant, {mutant}: {complaint or 'NOT FOUND'}")
    complaints = [complaint for tally in tallies for complaint in tally.faults]
    for complaint in complaints[:200]:
        print(complaint)
    return 1 if complaints or not all(mutants.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
