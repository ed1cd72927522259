"""The same input gives the same bytes: under another hash seed, zone, language, folder and day."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# Seed, zone, language, days the clock is ahead.
SURROUNDINGS = {
    "here": ("0", "UTC", "C", 0),
    "elsewhere": ("54321", "Pacific/Kiritimati", "zh_CN.UTF-8", 401),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What each process wrote: the digest of every file, by name."""
    running = {}
    for name, (seed, zone, language, days) in SURROUNDINGS.items():
        folder = tmp_path_factory.mktemp(name)
        env = {key: value for key, value in os.environ.items() if not key.startswith(("SANWU_", "LC_"))}
        env |= {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(HERE.parent)}
        running[name] = subprocess.Popen(
            [sys.executable, str(HERE / "same_bytes.py"), str(days), str(folder / "made")],
            cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
    found = {}
    for name, process in running.items():
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err[-2000:]
        found[name] = {path: digest for digest, path in (line.split(" ", 1) for line in out.splitlines())}
    return found


def test_every_file_has_the_same_bytes(written: dict[str, dict[str, str]]) -> None:
    here, elsewhere = written.values()
    assert here.keys() == elsewhere.keys()
    assert [path for path, digest in here.items() if elsewhere[path] != digest] == []


def test_every_kind_of_output_is_among_them(written: dict[str, dict[str, str]]) -> None:
    paths = written["here"]
    kinds = {path.stem for path in (HERE / "golden" / "documents").glob("*.json")}
    assert {f"{kind}.docx" for kind in kinds} <= set(paths)
    assert len({paths[f"{kind}.docx"] for kind in kinds}) == len(kinds)
    assert {Path(path).suffix for path in paths} >= {".docx", ".xlsx", ".ics", ".png", ".pdf", ".html"}
