"""The second opinion of `make faults`: strace injects faults into a whole process, fsync included.

It knows nothing of the injector: the commands are run as people run them, one process a fault.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fault_harness import COMMANDS, Bench, Command, Tally, write_table

from sanwu_cli.machine import mark_machine

# The calls that write, by the families strace knows; where one is missing on this machine it is left out.
CALLS = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "unlink",
    "unlinkat",
    "mkdir",
    "ftruncate",
    "fchmod",
)
FAULTS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO", "error=EROFS")
CHOSEN = ("incidents import", "incidents undo", "report render", "restore")
# strace follows names it is told: temporaries are called as those of a process that is gone.
_TEMPORARY = f".{{name}}.{mark_machine()}-999999999.sanwu-tmp"
_PROGRAM = (
    f"import sys; from sanwu_cli import files; files._TEMPORARY = {_TEMPORARY!r}; "
    "from sanwu_cli.__main__ import main; sys.exit(main())"
)
_DONE = re.compile(r"^\d* *(\w+)\(.*\) += ", re.MULTILINE)


class Traced(Bench):
    """A command in a process of its own, strace before it."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.fault = ""
        super().__init__(command, folder)
        self.counts = self._count()

    def _count(self) -> dict[str, int]:
        """Count each call below the workspace in an undisturbed run."""
        counts = {}
        for call in CALLS:
            self._copy()
            log = self.folder / "trace"
            done = self._trace(["-o", str(log), "-e", f"trace={call}"], self.command.arguments)
            if "invalid system call" not in done.stderr:
                counts[call] = len(_DONE.findall(log.read_text("utf-8", "replace")))
        return counts

    def _trace(self, options: list[str], arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-B", "-c", _PROGRAM, "-w", str(self.place), *arguments]
        paths = [part for path in self._list_paths() for part in ("-P", str(path))]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "TMPDIR": str(self.place / "tmp"),
        }
        return subprocess.run(
            ["strace", "-qq", *options, *paths, *program],
            cwd=self.place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def _list_paths(self) -> list[Path]:
        """List what the command writes: strace follows paths it is told, no folders."""
        names = {
            *self.before.files,
            *self.after.files,
            "ledger.db",
            "ledger.db-journal",
            ".sanwu-restore.zip",
            ".sanwu/lock",
            ".sanwu/owner.json",
        }
        written = [
            n
            for n in names
            if self.before.files.get(n) != self.after.files.get(n) or n.startswith(("ledger", "."))
        ]
        files = [self.place / name for name in sorted(written)]
        temporaries = [path.with_name(_TEMPORARY.format(name=path.name[:40])) for path in files]
        return [*files, *temporaries, *dict.fromkeys(path.parent for path in files)]

    def try_call(self, call: str, fault: str, at: int, tally: Tally) -> None:
        """Inject one fault and judge what is left, as the harness does."""
        self._copy()
        kind = "kill" if fault.startswith("signal") else fault.removeprefix("error=")
        options = ["-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={at}"]
        done = self._trace(options, self.command.arguments)
        tally.runs[kind] += 1
        status = -9 if done.returncode in {137, -9} else done.returncode
        complaints = self._judge(kind, status, done.stdout + done.stderr, tally) or self._judge_next()
        tally.faults += [f"{self.command.name} {call} {fault}@{at}: {complaint}" for complaint in complaints]


def try_command(command: Command, folder: Path, step: int) -> Tally:
    """Inject every fault at every n-th call of a command."""
    bench = Traced(command, folder)
    tally = Tally(command.name, sum(bench.counts.values()))
    for call, count in bench.counts.items():
        for fault in FAULTS:
            for at in range(1, count + 1, step):
                bench.try_call(call, fault, at, tally)
    return tally


def main() -> int:
    """Try the chosen commands and print the table; 1 when anything was complained of."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only commands with these words in their name")
    parser.add_argument("--step", type=int, default=1, help="only every n-th call")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not here: no second opinion on faults")
        return 0
    with tempfile.TemporaryDirectory(prefix="sanwu-strace-") as name:
        chosen = [c for c in COMMANDS if c.name in CHOSEN and options.only in c.name]
        tallies = [try_command(command, Path(name), options.step) for command in chosen]
    print("by strace, a process a fault:")
    print(write_table(tallies))
    complaints = [complaint for tally in tallies for complaint in tally.faults]
    for complaint in complaints[:100]:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
