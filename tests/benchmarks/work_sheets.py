"""Reading department sheets: our own way, the peers' ways and the floor."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

from typing import TYPE_CHECKING

from meter import Work, aside, run_case

if TYPE_CHECKING:
    from pathlib import Path

TITLE_ROWS = 2
FIELDS = (
    *("serial", "day", "number", "type", "category", "unit"),
    *("state", "township", "village", "basis", "person", "remark"),
)


def list_files(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / kind).rglob("*.xlsx"))


def read_ours(folder: Path, kind: str) -> Work:
    """From files to findings; beside it the claims of the rows, which an import makes before it writes."""
    from sanwu_cli.jobs.reading import read_files
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.ledger.claims import make_claims
    from sanwu_cli.sheets.schema import load_schemas

    workspace = open_workspace(folder / "workspace")
    registers = read_registers(workspace)
    schemas = load_schemas()

    def work() -> int:
        rows = 0
        for path in list_files(folder, kind):
            (reading,) = read_files(workspace, registers, [path])
            with aside("claims"):
                rows += sum(len(make_claims(s, schemas[s.schema_id or ""]).claims) for s in reading.sheets)
        return rows

    return work


def read_values_ours(folder: Path, kind: str) -> Work:
    """The first step alone: checked parts, values, facts, grids."""
    from python_calamine import load_workbook  # noqa: F401 - paid before the measurement, as by the floor

    from sanwu_cli.workbook.read import read_book

    def work() -> int:
        books = (read_book(path, shown_as=path.name)[0] for path in list_files(folder, kind))
        return sum(len(grid.rows) for book in books if book for grid in book.grids)

    return work


def read_calamine(folder: Path, kind: str) -> Work:
    """The floor: values only, no addresses, no check."""
    from python_calamine import CalamineWorkbook

    def work() -> int:
        sheets = (CalamineWorkbook.from_path(path).get_sheet_by_index(0) for path in list_files(folder, kind))
        return sum(len(sheet.to_python()) for sheet in sheets)

    return work


def read_pandas(folder: Path, kind: str, engine: str, *, checks: bool = False) -> Work:
    """A frame a file, texts kept as text; the peer is told where the header is."""
    import pandas as pd

    if engine == "calamine":
        import python_calamine  # noqa: F401 - paid before the measurement
    else:
        import openpyxl  # noqa: F401 - the same
    skipped = 1 if kind == "big" else TITLE_ROWS
    check = _make_check(folder) if checks else len

    def work() -> int:
        rows = 0
        for path in list_files(folder, kind):
            frame = pd.read_excel(path, engine=engine, header=skipped, dtype=object)
            rows += check(frame)
        return rows

    return work


def _make_check(folder: Path):
    """The checks we make, column by column, as somebody would write them in pandas for known columns."""
    import pandas as pd

    register = pd.read_excel(folder / "workspace" / "registers" / "区划.xlsx", engine="calamine", dtype=str)
    villages = register[register["层级"] == "村"].merge(
        register[["代码", "名称"]], left_on="上级代码", right_on="代码", suffixes=("", "_township")
    )
    known = set(villages["名称_township"] + villages["名称"])

    findings = []

    def check(frame: pd.DataFrame) -> int:
        frame.columns = FIELDS
        frame = frame[frame["day"].notna()]
        township = frame["township"].ffill().astype(str)
        day = pd.to_datetime(
            frame["day"].astype(str).str.replace(r"[年月.]", "-", regex=True).str.rstrip("日"),
            errors="coerce",
            format="mixed",
        )
        village = frame["village"].astype(str).str.replace("民委员会", "")
        wrong = {
            "day": day.isna(),
            "number": ~frame["number"].astype(str).str.fullmatch(r"A\d{20}"),
            "double": frame["number"].duplicated(keep=False),
            "type": ~frame["type"].isin(("刑事案件", "行政案件")),
            "state": frame["state"].isna(),
            "place": ~(township + village).isin(known),
            "span": day.dt.year != 2026,
        }
        findings.extend((name, index) for name, mask in wrong.items() for index in frame.index[mask])
        return len(frame)

    return check


CASES = {
    f"{kind}-{name}": (lambda folder, kind=kind, make=make: make(folder, kind))
    for kind in ("small", "big")
    for name, make in {
        "ours": read_ours,
        "ours-values": read_values_ours,
        "calamine": read_calamine,
        "pandas-openpyxl": lambda folder, kind: read_pandas(folder, kind, "openpyxl"),
        "pandas-calamine": lambda folder, kind: read_pandas(folder, kind, "calamine"),
        "pandas-checks": lambda folder, kind: read_pandas(folder, kind, "calamine", checks=True),
    }.items()
}

if __name__ == "__main__":
    run_case(CASES)
