"""Reading department sheets: our own way, the peers' ways and the floor."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

from typing import TYPE_CHECKING

from meter import Work, aside, run_case

if TYPE_CHECKING:
    from pathlib import Path

TITLE_ROWS = 2
YEAR = 2026
# Columns of free text, in which nobody's identity or telephone number may stand.
TEXTS = ("category", "unit", "state", "township", "village", "basis")
PERSONAL = r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])"
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


def read_pandas(folder: Path, kind: str, engine: str, *, checks: str = "") -> Work:
    """A frame a file, texts kept as text; the peer is told where the header is."""
    import pandas as pd

    if engine == "calamine":
        import python_calamine  # noqa: F401 - paid before the measurement
    else:
        import openpyxl  # noqa: F401 - the same
    skipped = 1 if kind == "big" else TITLE_ROWS
    check = {"": lambda _: len, "hand": _make_check, "pandera": _make_pandera}[checks](folder)

    def work() -> int:
        rows = 0
        for path in list_files(folder, kind):
            frame = pd.read_excel(path, engine=engine, header=skipped, dtype=object)
            rows += check(frame)
        return rows

    return work


def _list_places(folder: Path) -> set[str]:
    """List the villages of the register, each behind its township."""
    import pandas as pd

    register = pd.read_excel(folder / "workspace" / "registers" / "区划.xlsx", engine="calamine", dtype=str)
    villages = register[register["层级"] == "村"].merge(
        register[["代码", "名称"]], left_on="上级代码", right_on="代码", suffixes=("", "_township")
    )
    return set(villages["名称_township"] + villages["名称"])


def _make_check(folder: Path):
    """The checks we make, column by column, as somebody would write them in pandas for known columns."""
    import pandas as pd

    known = _list_places(folder)
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
            "span": day.dt.year != YEAR,
            **{name: frame[name].astype(str).str.contains(PERSONAL) for name in TEXTS},
        }
        findings.extend((name, index) for name, mask in wrong.items() for index in frame.index[mask])
        return len(frame)

    return check


def _make_pandera(folder: Path):
    """The same checks as a pandera schema, every one told of (lazy), on the frame as it was read."""
    import pandas as pd
    import pandera.pandas as pa

    known = _list_places(folder)

    def is_day(column: pd.Series) -> pd.Series:
        text = column.astype(str).str.replace(r"[年月.]", "-", regex=True).str.rstrip("日")
        return pd.to_datetime(text, errors="coerce", format="mixed").dt.year == YEAR

    def is_public(column: pd.Series) -> pd.Series:
        return ~column.astype(str).str.contains(PERSONAL)

    schema = pa.DataFrameSchema(
        {
            "day": pa.Column(object, pa.Check(is_day)),
            "number": pa.Column(object, pa.Check.str_matches(r"A\d{20}$"), unique=True),
            "type": pa.Column(object, pa.Check.isin(("刑事案件", "行政案件"))),
            **{name: pa.Column(object, pa.Check(is_public), nullable=True) for name in TEXTS},
            "where": pa.Column(object, pa.Check.isin(known)),
        }
    )
    failures = []

    def check(frame: pd.DataFrame) -> int:
        frame.columns = FIELDS
        frame = frame[frame["day"].notna()].copy()
        village = frame["village"].astype(str).str.replace("民委员会", "")
        frame["where"] = frame["township"].ffill().astype(str) + village
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            failures.append(errors.failure_cases)
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
        "pandas-checks": lambda folder, kind: read_pandas(folder, kind, "calamine", checks="hand"),
        "pandera": lambda folder, kind: read_pandas(folder, kind, "calamine", checks="pandera"),
    }.items()
}

if __name__ == "__main__":
    run_case(CASES)
