"""Makes the invented sample city anew: python sample_data/make_city.py [OUT]. Same seed, same bytes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from city_maker.cases import CaseBook
from city_maker.departments import make_late_file, make_monthly_files
from city_maker.duty import list_duty_days
from city_maker.grassroots import GrassrootsBook, list_grid_rows
from city_maker.layout import Page, write_workbook
from city_maker.numbers import make_number_files
from city_maker.places import (
    Gazetteer,
    list_area_rows,
    list_duty_rows,
    list_holiday_rows,
    list_leave_rows,
    list_person_rows,
)
from city_maker.truth import make_truth
from city_maker.work import YearOfWork

if TYPE_CHECKING:
    from city_maker.sheets import File

HERE = Path(__file__).parent
REGISTERS = {
    "区划": list_area_rows,
    "人员": list_person_rows,
    "进驻日": list_duty_rows,
    "请假": list_leave_rows,
    "节假日": list_holiday_rows,
    "网格": lambda: list_grid_rows(GrassrootsBook(Gazetteer())),
}


def make_city(out: Path) -> int:
    """Write registers, inbox, the late sheet and truth.json below `out`; answers the number of files."""
    gazetteer = Gazetteer()
    book = CaseBook(gazetteer)
    for folder in ("registers", "inbox", "late"):
        shutil.rmtree(out / folder, ignore_errors=True)
    for name, rows in REGISTERS.items():
        write_workbook(out / "registers" / f"{name}.xlsx", [Page(name, rows())])
    work = YearOfWork(book)
    files = [*make_monthly_files(book), *make_number_files(book), *work.make_files()]
    files.sort(key=lambda file: file.path)
    late = make_late_file(book)
    for file in (*files, late):
        _write_file(out, file)
    truth = make_truth(book, files, late) | {"duty_days": list_duty_days(gazetteer), "work": work.describe()}
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return len(REGISTERS) + len(files) + 1


def _write_file(out: Path, file: File) -> None:
    write_workbook(out / file.path, [*(sheet.page for sheet in file.sheets), *file.hidden])


def main() -> None:
    """Make the city where the first argument says, by default beside this script."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "city"
    print(f"虚构的示例城市：写出 {make_city(out)} 个工作簿和 truth.json，位置 {out}")


if __name__ == "__main__":
    main()
