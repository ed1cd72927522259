"""Runs the cases, each in a process of its own, round after round, and keeps medians."""

from __future__ import annotations

import compileall
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGES = ("pandas", "openpyxl", "python-calamine", "docxtpl", "typer", "ortools")
_BLOCK = 1024  # getrusage gives kilobytes on Linux


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure.

    `peers` are the cases it is held against, each with the ratio aimed at (None: no aim was set).
    `is_worker` cases report the CPU time of their work alone, imports and registers left out; of the
    others the whole process counts.
    """

    name: str
    command: tuple[str, ...]
    peers: tuple[tuple[str, float | None], ...] = ()
    prepare: Callable[[], None] | None = None
    is_worker: bool = False
    accepts: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are held against one another, and how many rounds they run."""

    title: str
    cases: tuple[Case, ...]
    rounds: int


@dataclass(slots=True)
class Readings:
    """What was measured of one case, a value a round: seconds, seconds, megabytes; parts by name.

    `notes` say what is no time; they are the last round's.
    """

    process: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    count: int | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The time ratios are made of: the work where the case knows it, else the whole process."""
        return statistics.median(self.work or self.process)


def measure(group: Group) -> dict[str, Readings]:
    """Run the cases of a group in turns."""
    found = {case.name: Readings() for case in group.cases}
    for number in range(group.rounds):
        turn = number % len(group.cases)  # nobody is always first
        for case in (*group.cases[turn:], *group.cases[:turn]):
            _show(f"  {number + 1}/{group.rounds} {case.name}")
            _run(case, found[case.name])
    _show("")
    return found


def _show(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def _run(case: Case, readings: Readings) -> None:
    if case.prepare:
        case.prepare()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            case.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=child_environment()
        )
        _, state, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(state)
        out.seek(0)
        err.seek(0)
        if child.returncode not in case.accepts:
            said = err.read().decode(errors="replace")[-2000:]
            sys.exit(f"{case.name}: exit status {child.returncode}\n{said}")
        readings.process.append(usage.ru_utime + usage.ru_stime)
        readings.peak.append(usage.ru_maxrss / _BLOCK)
        if case.is_worker:
            _note_work(json.loads(out.read()), readings)


def _note_work(report: dict, readings: Readings) -> None:
    readings.work.append(report["work"])
    readings.count = report["count"]
    readings.notes = report["notes"]
    for name, seconds in report["parts"].items():
        readings.parts.setdefault(name, []).append(seconds)


def child_environment() -> dict[str, str]:
    """The environment of every case: compiled bytecode is used, hashing is fixed, nothing is coloured."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SANWU_WORKSPACE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONHASHSEED": "0", "NO_COLOR": "1", "COLUMNS": "100"}


def compile_bytecode() -> str:
    """Compile our own modules and the installed ones; says in which state the imports are measured."""
    folders = (ROOT / "sanwu_cli", HERE, Path(sysconfig.get_path("purelib")))
    done = [compileall.compile_dir(folder, quiet=2, workers=1) for folder in folders]
    return "bytecode compiled" if all(done[:2]) else "bytecode not compiled: folder not writable"


def describe_machine() -> str:
    """Say on what this was measured."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores ({_name_processor()})"
    load = "load " + "/".join(f"{number:.1f}" for number in os.getloadavg())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return f"{system}, {load}; Python {platform.python_version()}, {versions}"


def _name_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
