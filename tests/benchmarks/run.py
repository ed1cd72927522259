"""Measures the toolkit against its peers: python run.py [--load full] [--rounds N] [--only WORD].

`make bench` runs the quick load; SANWU_BENCH=full in the environment asks for the full one.

Every case runs in a process of its own, the cases of a group take turns, and the median of the rounds is
printed. Time is CPU time (user and system) from getrusage, so other work on the machine matters little;
ratios are made within one run and are what to look at. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from cases import list_groups
from data import LOADS
from harness import (
    HERE,
    Case,
    Group,
    Readings,
    child_environment,
    compile_bytecode,
    describe_machine,
    measure,
)

_NAME, _NUMBER = 44, 9


def main() -> None:
    """Make the data, measure, print the tables."""
    if not hasattr(os, "wait4"):
        sys.exit("make bench needs wait4, which this system does not have")
    options = _read_options()
    print(describe_machine())
    print(f"{compile_bytecode()}; load {options.load}: {LOADS[options.load]}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sanwu-bench-") as name:
        folder = Path(name)
        command = [sys.executable, str(HERE / "data.py"), name, options.load]
        subprocess.run(command, check=True, env=child_environment())
        groups = list_groups(folder, options.load, rounds=options.rounds)
        chosen = [group for group in groups if options.only in group.title]
        for group in chosen:
            print("\n" + _write_table(group, measure(group)), flush=True)
    print(
        "\nprocess, work: CPU seconds, medians; work leaves out start, imports and registers."
        "\nratio: of the work where it is known, else of the process; (aim) beside it where there is one."
        "\npeak: largest resident memory of the process, MB, never below that of this program itself."
        "\nIndented: parts of the case above; with a plus: beside it."
        "\nrosters: rows are visits; bounds are proven, a gap is what may be left."
        "\nrotation by hand: every place has its own person; who cannot go is replaced by whoever went least."
        "\nchecks: ours, by hand in pandas for columns that are known; pandera: the same as its schema."
    )


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--load", choices=LOADS, default=os.environ.get("SANWU_BENCH", "quick"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="only groups with this word in their title")
    options = parser.parse_args()
    if options.load not in LOADS:
        parser.error(f"SANWU_BENCH={options.load}: not one of {', '.join(LOADS)}")
    return options


def _write_table(group: Group, found: dict[str, Readings]) -> str:
    head = "".join(f"{title:>{_NUMBER}}" for title in ("process", "work", "peak", "rows"))
    lines = [f"{group.title}, {group.rounds} rounds", f"{'':{_NAME}}{head}  ratio (aim)"]
    for case in group.cases:
        lines += _write_case(case, found)
    return "\n".join(lines)


def _write_case(case: Case, found: dict[str, Readings]) -> list[str]:
    readings = found[case.name]
    figures = (
        f"{statistics.median(readings.process):.3f}",
        f"{readings.cpu:.3f}" if readings.work else "",
        f"{statistics.median(readings.peak):.0f}",
        "" if readings.count is None else str(readings.count),
    )
    lines = [f"{case.name:{_NAME}}" + "".join(f"{figure:>{_NUMBER}}" for figure in figures)]
    ratios = [_write_ratio(readings.cpu, peer, aim, found) for peer, aim in case.peers]
    lines[0] += f"  {ratios[0]}" if ratios else ""
    lines += [f"{'':{_NAME + 4 * _NUMBER}}  {ratio}" for ratio in ratios[1:]]
    lines += [
        f"{'    ' + name:{_NAME}}{'':{_NUMBER}}{statistics.median(seconds):>{_NUMBER}.3f}"
        for name, seconds in readings.parts.items()
    ]
    return [*lines, *(f"    {text}" for text in readings.notes)]


def _write_ratio(cpu: float, peer: str, aim: float | None, found: dict[str, Readings]) -> str:
    aimed = "" if aim is None else f" (aim {aim:g})"
    return f"{cpu / found[peer].cpu:.2f} x {peer}{aimed}"


if __name__ == "__main__":
    main()
