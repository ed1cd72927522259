"""A year of sheets in the ledger, read back and judged; the floor is the same rows read bare."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

from pathlib import Path

from meter import Work, part, run_case

YEAR = 2026


def judge_year(folder: Path) -> Work:
    """What `score year` does, in parts."""
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
        return len(score.villages) + len(score.townships)

    return work


def derive(folder: Path) -> Work:
    """The ledger's share of it: read the file, settle the subjects, derive the records."""
    from sanwu_cli.jobs.intake import choices_of, detail_sheets
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.ledger.derive import derive_records
    from sanwu_cli.ledger.entries import settle

    workspace = open_workspace(folder / "workspace")
    registers = read_registers(workspace)
    choices, details = choices_of(workspace), detail_sheets()

    def work() -> int:
        with part("read the file"):
            contents = workspace.ledger.read()
        with part("settle (once)"):
            settle(contents)
        with part("derive"):
            areas = registers.registers.areas
            derive_records(contents, year=YEAR, areas=areas, choices=choices, detail_indicators=details)
        return len(contents.entries)

    return work


def merge_again(folder: Path) -> Work:
    """Hold the last month's sheets against a ledger that has the whole year."""
    from sanwu_cli.jobs.intake import read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.ledger.claims import make_claims
    from sanwu_cli.ledger.entries import merge
    from sanwu_cli.sheets.schema import load_schemas

    workspace = open_workspace(folder / "workspace")
    files = read_files(workspace, read_registers(workspace), [folder / "year" / f"{YEAR}-12"])
    schemas = load_schemas()
    contents = workspace.ledger.read()

    def work() -> int:
        with part("claims"):
            claims = [make_claims(s, schemas[s.schema_id or ""]) for file in files for s in file.sheets]
        with part("merge"):
            merge(contents, claims)
        return len(contents.entries)

    return work


def read_bare(folder: Path) -> Work:
    """The floor: every entry selected and its JSON parsed, nothing else."""
    import json
    import sqlite3
    from contextlib import closing

    def work() -> int:
        with closing(sqlite3.connect(folder / "workspace" / "ledger.db")) as connection:
            query = "SELECT number, run, kind, schema_id, key, content, receipt, row FROM entry ORDER BY number"
            return len([(row, json.loads(row[5])) for row in connection.execute(query)])

    return work


CASES = {"judge": judge_year, "derive": derive, "merge": merge_again, "bare": read_bare}

if __name__ == "__main__":
    run_case(CASES)
