"""A year of sheets in the ledger, read back and judged; the floor is the same rows read bare."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

from typing import TYPE_CHECKING

from meter import Work, aside, part, run_case

if TYPE_CHECKING:
    from pathlib import Path

YEAR = 2026


def judge_year(folder: Path) -> Work:
    """What `score year` does, in parts; the ledger's share of opening the year is told beside it."""
    from sanwu_cli.jobs.scoring import open_scoring, score_year
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    def work() -> int:
        with part("plan and registers"):
            workspace = open_workspace(folder / "workspace")
            registers = read_registers(workspace)
        with part("open the year"):
            scoring = open_scoring(workspace, registers, year=YEAR)
        with part("judge"):
            score = score_year(scoring)
        with aside("of opening: the ledger's file"):
            workspace.ledger.read()
        return len(score.villages) + len(score.townships)

    return work


def import_again(folder: Path) -> Work:
    """Hold the last month's sheets against a ledger that has the whole year; nothing is written."""
    from sanwu_cli.jobs.intake import compare_files
    from sanwu_cli.jobs.reading import read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.terms import Intake

    workspace = open_workspace(folder / "workspace")
    registers = read_registers(workspace)
    files = read_files(workspace, registers, [folder / "year" / f"{YEAR}-12"])

    def work() -> int:
        result = compare_files(workspace, registers, files, intake=Intake.INCIDENTS)
        return sum(len(difference.rows) for difference in result.differences)

    return work


def read_bare(folder: Path) -> Work:
    """The floor: every entry selected and its JSON parsed, nothing else."""
    import json
    import sqlite3
    from contextlib import closing

    def work() -> int:
        with closing(sqlite3.connect(folder / "workspace" / "ledger.db")) as connection:
            rows = connection.execute("SELECT * FROM entry ORDER BY number").fetchall()
        return len([(row, [json.loads(cell) for cell in row if str(cell).startswith("{")]) for row in rows])

    return work


CASES = {"judge": judge_year, "again": import_again, "bare": read_bare}

if __name__ == "__main__":
    run_case(CASES)
