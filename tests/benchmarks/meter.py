"""The worker's side of a benchmark: one case in this process, its CPU time and peak memory as JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Work = Callable[[], int]
_parts: dict[str, float] = {}
_aside: list[float] = []
_notes: list[str] = []


def cpu_seconds() -> float:
    """CPU time of this process so far, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def part(name: str) -> Iterator[None]:
    """Charge what happens inside to a named part of the case."""
    before = cpu_seconds()
    yield
    _parts[name] = _parts.get(name, 0.0) + cpu_seconds() - before


@contextmanager
def aside(name: str) -> Iterator[None]:
    """Leave what happens inside out of the work, which peers do not do; told as a part with a plus."""
    before = cpu_seconds()
    with part(f"+ {name}"):
        yield
    _aside.append(cpu_seconds() - before)


def note(text: str) -> None:
    """Say something of the result that is no time, such as how good it is; printed under the case."""
    _notes.append(text)


def run_case(cases: dict[str, Callable[[Path], Work]]) -> None:
    """Run `SCRIPT CASE FOLDER`: make the case ready (imports, registers), then measure its work.

    A case is a function that gets everything ready and gives the work, which answers how many things it
    did: peers must answer the same number.
    """
    name, folder = sys.argv[1], Path(sys.argv[2])
    work = cases[name](folder)
    before = cpu_seconds()
    count = work()
    seconds = cpu_seconds() - before - sum(_aside)
    print(json.dumps({"work": seconds, "count": count, "parts": _parts, "notes": _notes}))
